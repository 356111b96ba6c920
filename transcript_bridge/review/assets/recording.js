// One recording: names, dates, what will be sent, the player. Every choice is sent at once.
import { choose, focusOn, goTo, loadAgain, onKeys, replaceParts, say } from "./review.js";

const main = document.getElementById("content");
const number = Number(main.dataset.number);
const length = Number(main.dataset.length);
const byId = (id) => document.getElementById(id);

let asking; // id of the field that a question is about

/** Send a choice about this recording; headings follow the names in the answer. */
async function decide(address, fields) {
  const focused = document.activeElement?.id;
  const answer = await choose(address, { number, ...fields });
  for (const [place, name] of Object.entries(answer?.names ?? {})) {
    const color = answer.colors[place];
    const look = Number(place) === color ? `v${place}` : `v${place} c${color}`;
    for (const heading of document.querySelectorAll(`.lines b.v${place}`)) {
      if (heading.textContent !== name) heading.textContent = name;
      if (heading.className !== look) heading.className = look;
    }
  }
  if (answer?.parts?.voices || answer?.again) zoomed = [0, length]; // the lanes are new
  if (answer?.again) await showAgain();
  if (answer?.go) goTo(answer.go);
  if (answer?.ask) {
    asking = focused;
    document.querySelector("#question button")?.focus({ preventScroll: true });
    byId("question").scrollIntoView({ block: "center" });
  }
  return answer;
}

// ---- speakers: each choice replaces the table, so its events are handled by an element above it

/** Save on Enter and when the field is left. A refused value is not sent again when it is left. */
async function saveName(field) {
  const name = field.value.trim();
  if (name === field.defaultValue || field.dataset.busy) return;
  field.dataset.busy = name;
  const answer = await decide("recording-name", { voice: Number(field.dataset.voice), name });
  delete field.dataset.busy;
  if (answer) return;
  field.dataset.refused = name;
  field.setAttribute("aria-invalid", "true");
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches(".name")) {
    if (field.value.trim() !== field.dataset.refused) saveName(field);
  } else if (field.name === "me") {
    if (field.value === "none") decide("recording-absent", {});
    else decide("recording-me", { voice: Number(field.value) });
  } else if (field.matches(".merge")) {
    const count = readTicked().length;
    byId("merge").disabled = count < 2;
    byId("exchange").disabled = count !== 2;
  } else if (field.id === "keep-names") decide("recording-keep-names", { keep: field.checked });
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.(".name")) return;
  if (event.key === "Enter") {
    event.preventDefault();
    saveName(field);
  } else if (event.key === "Escape") field.value = field.defaultValue;
});

const readTicked = () => [...document.querySelectorAll(".merge:checked")].map((box) => Number(box.value));

const actions = {
  merge: () => decide("recording-merge", { voices: readTicked() }),
  exchange: async () => {
    const voices = readTicked();
    await decide("recording-exchange", { voices });
    focusOn(`merge${voices[0]}`);
  },
  "answer-yes": async (button) => {
    const answer = await decide(button.dataset.address, JSON.parse(button.dataset.fields));
    if (answer && !answer.ask) focusOn(byId(asking)?.disabled ? "name0" : asking);
  },
  "answer-no": () => loadAgain(asking),
  "date-back": () => decide("recording-date-back", {}),
  "leave-out": () => decide("recording-leave-out", {}),
  settle: (button) => decide("recording-settle", { settled: button.dataset.settled === "yes" }),
  "show-sent": showBodies,
  zoom: (button) => zoom(Number(button.dataset.by)),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  const act = actions[button?.dataset.act ?? button?.id];
  if (act) act(button);
  if (button?.matches(".use-date")) {
    byId("date").value = button.dataset.date;
    byId("time").value = button.dataset.time;
    byId("when").querySelector("form").requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".when")) return;
  event.preventDefault();
  decide("recording-date", Object.fromEntries(new FormData(event.target)));
});

// ---- the lanes: zoom

const LEAST_MS = 10_000;
let zoomed = [0, length];

/** Zoom around the selected line, the playing line, or the middle. */
async function zoom(by) {
  const line = placeOf(reached ?? now);
  const middle = starts[line] ?? (zoomed[0] + zoomed[1]) / 2;
  const span = Math.min(Math.max((zoomed[1] - zoomed[0]) * by, LEAST_MS), length);
  const from = Math.round(Math.min(Math.max(middle - span / 2, 0), length - span));
  const to = Math.round(from + span);
  const answer = await fetch(`recording-lanes?number=${number}&from=${from}&to=${to}`);
  replaceParts((await answer.json()).parts);
  zoomed = [from, to];
  byId("zoomed").textContent = `${showClock(from)} – ${showClock(to)}`;
}
function showClock(ms) {
  const seconds = Math.round(ms / 1000);
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

// ---- what will be sent

async function showBodies() {
  const answer = await (await fetch(`recording-bodies?number=${number}`)).json();
  const parts = answer.bodies.flatMap((body, place) => {
    const heading = document.createElement("h3");
    const text = document.createElement("pre");
    const copy = document.createElement("button");
    heading.textContent = `Conversation ${place + 1} of ${answer.bodies.length}`;
    text.textContent = body;
    text.tabIndex = 0;
    copy.textContent = "Copy";
    copy.addEventListener("click", () => navigator.clipboard.writeText(body).then(() => say("Copied.")));
    return [heading, copy, text];
  });
  byId("sent-bodies").replaceChildren(...parts);
  byId("sent").showModal();
}

// ---- the lines

let lines;
let starts;
let reached; // the line that was gone to last
let speakers; // the voice of each line
/** Read `1:02:10` as ms. */
const readClock = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
function readLines() {
  if (lines) return;
  lines = [];
  starts = [];
  speakers = [];
  for (const block of document.querySelectorAll(".lines")) {
    const offsets = block.dataset.offsets?.split(" ") ?? [];
    block.querySelectorAll("p").forEach((line, at) => {
      const name = line.childNodes[1];
      lines.push(line);
      speakers.push(name.localName === "b" ? parseInt(name.className.slice(1), 10) : speakers.at(-1));
      starts.push(readClock(line.firstChild.textContent) + Number(offsets[at] ?? 0));
    });
  }
}
/** Find the index of the line at a moment (ms). */
function findLine(ms) {
  readLines();
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}
const placeOf = (line) => {
  readLines();
  return lines.indexOf(line);
};
/** Tab focuses one line, and the arrow keys move to the others. */
function stopAt(line) {
  document.querySelector(".lines p[tabindex='0']")?.setAttribute("tabindex", "-1");
  if (line) line.tabIndex = 0;
}
stopAt(document.querySelector(".lines p"));
function goToLine(place) {
  const line = lines[place];
  if (!line) return;
  stopAt(line);
  reached = line;
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
}

// ---- lines of another speaker than their label states

const form = byId("part");
let picked; // {first, last}: places of lines; those of the voice of the first are meant
const ofPart = () => {
  const own = [];
  for (let at = picked.first; at <= picked.last; at += 1) if (speakers[at] === speakers[picked.first]) own.push(at);
  return own;
};
function showPart() {
  document.querySelectorAll(".picked").forEach((line) => line.classList.remove("picked"));
  const own = ofPart();
  own.forEach((at) => lines[at].classList.add("picked"));
  const last = lines[own.at(-1)].firstChild.textContent;
  byId("part-count").textContent = own.length > 1 ? `${own.length} lines, to ${last}` : "this line";
  byId("part-less").disabled = own.length < 2;
}
function openPart(first, last = first) {
  if (!lines[first]) return;
  picked = { first, last };
  const [time, ...rest] = lines[first].childNodes;
  byId("part-what").textContent = `${time.textContent} ${rest.at(-1).textContent}`;
  for (const button of form.querySelectorAll("[data-voice]")) button.disabled = Number(button.dataset.voice) === speakers[first];
  form.hidden = false;
  showPart();
  form.querySelector("[data-voice]:enabled, #part-name").focus();
}
function closePart() {
  document.querySelectorAll(".picked").forEach((line) => line.classList.remove("picked"));
  form.hidden = true;
  goToLine(picked.first);
}
/** Return the lines of the selected text, or the line with the focus. */
function findPart() {
  readLines();
  const places = (node) => placeOf((node?.closest ? node : node?.parentElement)?.closest(".lines p"));
  const text = getSelection();
  const range = text.isCollapsed ? null : text.getRangeAt(0);
  const ends = range ? [places(range.startContainer), places(range.endContainer)] : [];
  if (ends[0] >= 0) return [ends[0], Math.max(...ends)];
  const focused = places(document.activeElement);
  return [focused < 0 ? placeOf(reached) : focused];
}
async function give(fields) {
  const { first, last } = picked;
  const answer = await decide("recording-part", { first, last, at: starts[first], ...fields });
  if (answer) goToLine(first);
}
const findNext = (from, step) => {
  let at = from + step;
  while (lines[at] && speakers[at] !== speakers[picked.first]) at += step;
  return lines[at] ? at : from;
};
const movePart = (place) => {
  picked.last = place;
  showPart();
};
Object.assign(actions, {
  give: (button) => give({ voice: Number(button.dataset.voice) }),
  "part-open": () => openPart(Math.max(findPart()[0], 0), findPart()[1]),
  "part-more": () => movePart(findNext(ofPart().at(-1), 1)),
  "part-less": () => movePart(ofPart().at(-2)),
  "part-all": () => movePart(speakers.lastIndexOf(speakers[picked.first])),
  "part-close": closePart,
  "part-rename": () => {
    const field = byId(`name${speakers[picked.first]}`);
    closePart();
    field.select();
    field.scrollIntoView({ block: "center" });
  },
  "part-back": (button) => decide("recording-part-back", { place: Number(button.dataset.place) }),
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  give({ name: byId("part-name").value });
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closePart();
});

/** Update the parts that may have changed; the page does not scroll. */
async function showAgain() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const focused = document.activeElement?.id;
  for (const id of ["facts", "voices", "problems", "given", "transcript"]) byId(id).replaceWith(page.getElementById(id));
  form.replaceChildren(...page.getElementById("part").childNodes);
  form.hidden = true;
  lines = reached = undefined;
  readLines();
  stopAt(lines[0]);
  (byId(focused) ?? byId("part-open")).focus({ preventScroll: true });
}

// ---- the player

const SKIP_SECONDS = 5;
const WHO_PIXELS = 60; // at the end of a line; as in the style sheet
const sound = byId("sound");
let spans = []; // still to be played, in ms; empty: to the end
let now;

function play(list) {
  if (!sound) return;
  spans = list;
  sound.currentTime = spans[0][0] / 1000;
  sound.play().catch(() => sayUnplayable());
  watch();
}
/** Stop at the end of a sample, and continue with the next. */
function watch() {
  if (sound.paused && spans.length && sound.currentTime * 1000 >= spans[0][1]) return;
  if (spans.length && sound.currentTime * 1000 >= spans[0][1]) {
    spans.shift();
    if (!spans.length) {
      sound.pause();
      return;
    }
    sound.currentTime = spans[0][0] / 1000;
  }
  if (spans.length && !sound.paused) requestAnimationFrame(watch);
}
function follow() {
  const line = lines?.[findLine(sound.currentTime * 1000)] ?? (readLines(), lines[0]);
  if (line === now || !line) return;
  now?.classList.remove("now");
  now = line;
  now.classList.add("now");
  const box = now.getBoundingClientRect();
  const isSeen = box.top > 0 && box.bottom < innerHeight - 120;
  if (!sound.paused && byId("follow").checked && !isSeen) now.scrollIntoView({ block: "center" });
}
function sayUnplayable() {
  byId("unplayable").hidden = false;
}
sound?.addEventListener("error", sayUnplayable);
if (sound?.error) sayUnplayable(); // it failed before this script was there
sound?.addEventListener("timeupdate", follow);
sound?.addEventListener("play", () => requestAnimationFrame(watch));
sound?.addEventListener("seeking", () => {
  if (spans.length && (sound.currentTime * 1000 < spans[0][0] - 50 || sound.currentTime * 1000 > spans[0][1])) spans = [];
});

const readSpan = (text) => text.split("-").map(Number);
document.addEventListener("click", (event) => {
  const listen = event.target.closest?.(".listen");
  if (listen) play(listen.dataset.samples.split(" ").map(readSpan));
  const lane = event.target.closest?.(".lane");
  if (lane) {
    const box = lane.getBoundingClientRect();
    const ms = zoomed[0] + ((event.clientX - box.left) / box.width) * (zoomed[1] - zoomed[0]);
    goToLine(findLine(ms));
    playFrom(ms);
  }
  const line = event.target.closest?.(".lines p");
  if (!line) return;
  if (event.target.localName === "i") playLine(line);
  const isAtEnd = event.target === line && event.clientX > line.getBoundingClientRect().right - WHO_PIXELS;
  if (event.target.localName === "b" || isAtEnd) openPart(...(getSelection().isCollapsed ? [placeOf(line)] : findPart()));
});
const playLine = (line) => playFrom(starts[placeOf(line)]);
function playFrom(ms) {
  if (sound) play([[ms, Infinity]]);
}

// ---- keys

let voice = 0;
function focusVoice(place) {
  if (!form.hidden) return form.querySelector(`[data-voice="${place}"]`)?.click();
  const rows = [...document.querySelectorAll("tr.voice")];
  if (!rows[place]) return;
  voice = place;
  rows.forEach((row, at) => row.classList.toggle("focused", at === place));
  say(`${rows[place].querySelector(".name").value || rows[place].querySelector(".name").placeholder} is chosen`);
}
function goToTurn(step) {
  readLines();
  const heads = [...document.querySelectorAll(`.lines b.v${voice}`)].map((head) => lines.indexOf(head.parentElement));
  const at = lines.indexOf(document.activeElement);
  const place = step > 0 ? heads.find((head) => head > at) : heads.findLast((head) => head < at || at < 0);
  if (place !== undefined) goToLine(place);
}
/** Move from a line with the focus; otherwise the arrow keys scroll. */
function step(by) {
  const at = placeOf(document.activeElement);
  if (at < 0) return false;
  goToLine(at + by);
}
const skip = (seconds) => {
  if (!sound) return false;
  sound.currentTime += seconds;
};
const follows = (rel) => document.querySelector(`a[rel=${rel}]`)?.click();
onKeys({
  " ": ["play or pause", () => (sound ? void (sound.paused ? (sound.play(), (spans = [])) : sound.pause()) : false)],
  ArrowLeft: ["back 5 seconds", () => skip(-SKIP_SECONDS)],
  ArrowRight: ["on 5 seconds", () => skip(SKIP_SECONDS)],
  n: ["next turn of the chosen voice", () => goToTurn(1)],
  p: ["previous turn of the chosen voice", () => goToTurn(-1)],
  Enter: ["play the line that has the focus", () => {
    const line = document.activeElement?.closest?.(".lines p");
    if (!line) return false;
    playLine(line);
  }],
  w: ["who says the line that has the focus, or the selected ones", () => {
    const part = findPart();
    if (part[0] < 0) return false;
    openPart(...part);
  }],
  ArrowDown: ["next line", () => step(1)],
  ArrowUp: ["previous line", () => step(-1)],
  l: ["listen to the chosen voice", () => byId(`listen${voice}`)?.click()],
  e: ["edit the name of the chosen voice", () => byId(`name${voice}`)?.select()],
  m: ["the chosen voice is me", () => byId(`me${voice}`)?.click()],
  "[": ["previous recording", () => follows("prev")],
  "]": ["next recording", () => follows("next")],
});
for (let place = 0; place < 9; place += 1) {
  onKeys({ [place + 1]: [place ? "" : "choose a voice: 1 to 9", () => focusVoice(place)] });
}
