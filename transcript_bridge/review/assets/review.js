// Code for all places: choices, the status line, undo, keys. Text is only set as text, or as
// HTML that the server has escaped.

const status = document.getElementById("status");
const reloadButton = document.getElementById("reload");
const undoButton = document.getElementById("undo");

/** Show a message in the status line; screen readers read it out. */
export function say(words) {
  status.textContent = words;
}

/** Show whether the program answers. */
export function showConnection(isThere) {
  document.body.classList.toggle("alone", !isThere);
  if (!isThere) say("No answer. If the program has ended, start it again: a new page opens.");
}

/** Send a choice; resolves to the answer, or to null with a message if it was refused. */
export async function choose(address, fields) {
  let answer;
  let isOutdated; // another program changed the settings
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fields),
    });
    isOutdated = response.status === 409;
    answer = await response.json();
  } catch {
    showConnection(false);
    return null;
  }
  showConnection(true);
  undoButton.hidden = !answer.undo;
  undoButton.textContent = answer.undo;
  if (answer.error !== undefined) {
    say(answer.error);
    reloadButton.hidden = !isOutdated;
    return null;
  }
  replaceParts(answer.parts);
  say(answer.said);
  return answer;
}

/** Put new HTML in the place of elements, by id; the focus stays where it was, or in the part where
 *  the element is gone. */
export function replaceParts(parts) {
  const focused = document.activeElement;
  let part; // id of the one that had the focus
  for (const [id, html] of Object.entries(parts)) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const old = document.getElementById(id);
    if (old?.contains(focused)) part = id;
    old?.replaceWith(template.content);
  }
  if (part) focusOn(focused.id, part);
}

/** Focus the first of these elements, by id, that exists and can have the focus. */
export function focusOn(...ids) {
  for (const id of ids) {
    const element = document.getElementById(id);
    if (element?.tabIndex < 0) element.tabIndex = -1; // a part of the page takes it, too
    element?.focus({ preventScroll: true });
    if (element && document.activeElement === element) return;
  }
}

// ---- undo and reload keep the focus

const FOCUS = "focus";

function keepFocus(id) {
  const part = document.activeElement?.closest("section[id]");
  sessionStorage.setItem(FOCUS, JSON.stringify([id ?? document.activeElement?.id, part?.id, "content"]));
}
/** Load the page again. id: of the element that gets the focus then. */
export function loadAgain(id) {
  keepFocus(id);
  location.reload();
}
/** Go to another page; the pressed button gets the focus there, or the element around it. */
export function goTo(address) {
  keepFocus();
  location.href = address;
}
function restoreFocus() {
  const ids = sessionStorage.getItem(FOCUS);
  sessionStorage.removeItem(FOCUS);
  if (!ids) return;
  focusOn(...JSON.parse(ids));
  document.activeElement.scrollIntoView({ block: "nearest" });
}
reloadButton?.addEventListener("click", () => loadAgain());

document.getElementById("keep-elsewhere")?.addEventListener("click", async () => {
  if (await choose("keep-elsewhere", {})) loadAgain();
});

async function undo() {
  if (undoButton.hidden) return false;
  const answer = await choose("undo", {});
  if (answer) loadAgain();
  return true;
}
undoButton?.addEventListener("click", undo);

// ---- keys: never in a field; can be switched off

const KEYS_OFF = "keys-off";
const keys = new Map();
let afterG = false;

/** Add keys: {key: [description, function]}; a function that returns false has done nothing. */
export function onKeys(added) {
  for (const [key, entry] of Object.entries(added)) keys.set(key, entry);
}

function isField(element) {
  return element?.matches?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
}

function areKeysOff() {
  return localStorage.getItem(KEYS_OFF) === "yes";
}

function goToPlace(letter) {
  const link = document.querySelector(`nav a[data-key="${CSS.escape(letter)}"]`);
  if (link) location.href = link.href;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey) return;
  const field = isField(event.target) ? event.target : null;
  if (event.ctrlKey || event.metaKey) {
    const isTyping = field && field.value !== field.defaultValue; // the browser undoes that
    if (event.key === "z" && !undoButton.hidden && !isTyping) {
      event.preventDefault();
      undo();
    }
    return;
  }
  if (field) return;
  const isLetter = event.key.length === 1; // or a sign
  if ((isLetter && areKeysOff()) || document.querySelector("dialog[open]")) return;
  if (afterG) {
    afterG = false;
    goToPlace(event.key);
    return;
  }
  if (event.key === "g") {
    afterG = true;
    return;
  }
  const isPressed = event.target.matches?.("button, summary, [role=button]");
  if (isPressed && (event.key === " " || event.key === "Enter")) return;
  const entry = keys.get(event.key);
  if (entry && entry[1](event) !== false) event.preventDefault();
});

function showHelp() {
  const dialog = document.getElementById("help");
  const list = dialog.querySelector("dl");
  list.replaceChildren();
  const places = [...document.querySelectorAll("nav a[data-key]")];
  const all = [...keys].filter(([, [words]]) => words).concat(places.map((link) => [`g ${link.dataset.key}`, [`go to ${link.textContent}`]]));
  all.push(["Ctrl Z", ["take back the last choice"]]);
  const names = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  for (const [key, [words]] of all) {
    const term = document.createElement("dt");
    const what = document.createElement("dd");
    term.textContent = names[key] ?? key;
    what.textContent = words;
    list.append(term, what);
  }
  dialog.querySelector("input").checked = !areKeysOff();
  dialog.showModal();
}
onKeys({ "?": ["this list", showHelp] });
document.getElementById("show-help")?.addEventListener("click", showHelp);
document.querySelector("#help input")?.addEventListener("change", (event) => {
  localStorage.setItem(KEYS_OFF, event.target.checked ? "no" : "yes");
});

// The focused element is scrolled to a place above the line at the bottom, whatever its height.
const bottom = document.querySelector("footer.status");
new ResizeObserver(() => {
  document.documentElement.style.scrollPaddingBottom = `${bottom.offsetHeight + 8}px`;
}).observe(bottom);

// The page accepts clicks and the focus when its own script, which runs after this one, listens.
setTimeout(() => {
  document.getElementById("content").inert = false;
  restoreFocus();
}, 0);
