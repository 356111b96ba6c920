// The list: progress while the archive is read, search, keys, a selection.
import { choose, loadAgain, onKeys, replaceParts } from "./review.js";

const LOOK_EVERY_MS = 400;
const SEARCH_AFTER_MS = 150;

// ---- while it is read

let shown = 0; // recordings that are listed

async function followReading() {
  if (!document.getElementById("reading")) return;
  try {
    const answer = await (await fetch(`archive-progress?shown=${shown}`)).json();
    if (answer.over) {
      location.reload();
      return;
    }
    replaceParts(answer.parts);
    shown = answer.shown;
  } catch {
    // it is asked again
  }
  setTimeout(followReading, LOOK_EVERY_MS);
}
setTimeout(followReading, LOOK_EVERY_MS);

// ---- search

const search = document.getElementById("search");
let waiting;

const readQuery = () => String(new URLSearchParams(new FormData(search.form)));
async function showRows() {
  const query = readQuery();
  history.replaceState(null, "", `archive?${query}`);
  const response = await fetch(`archive-rows?${query}`);
  if (!response.ok || readQuery() !== query) return;
  replaceParts({ rows: await response.text() });
  countTicked();
}
search?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(showRows, SEARCH_AFTER_MS);
});

// ---- a selection

const selection = document.getElementById("selection");
const boxes = () => [...document.querySelectorAll("#rows .block input")];
const ticked = () => boxes().filter((box) => box.checked).map((box) => Number(box.value));

function countTicked() {
  const count = ticked().length;
  selection.hidden = count === 0;
  document.getElementById("selected-count").textContent = `${count} selected`;
}
document.addEventListener("change", ({ target }) => {
  if (target.id === "select-all") boxes().forEach((box) => (box.checked = target.checked));
  if (target.closest("#rows")) countTicked();
});
selection?.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const value = document.getElementById(button.dataset.field)?.value ?? "";
  const numbers = ticked();
  const answer = await choose(button.dataset.address, { numbers, value });
  if (answer) loadAgain(`row${numbers[0]}`);
});
selection?.addEventListener("keydown", ({ key, target }) => {
  if (key === "Enter") selection.querySelector(`button[data-field="${target.id}"]`)?.click();
  if (key === "Escape") document.getElementById(`row${ticked()[0]}`)?.focus();
});

// ---- keys

const links = () => [...document.querySelectorAll("#rows .row a")];

const currentRow = () => document.activeElement?.closest?.(".row");

function move(step, mustBeInRow = false) {
  const all = links();
  const row = currentRow();
  if (mustBeInRow && !row) return false; // the arrows scroll the page then
  const at = all.findIndex((link) => link.closest(".row") === row);
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  return true;
}
onKeys({
  "/": ["search", () => search?.focus()],
  j: ["next recording", () => move(1)],
  k: ["previous recording", () => move(-1)],
  ArrowDown: ["next recording", () => move(1, true)],
  ArrowUp: ["previous recording", () => move(-1, true)],
  x: ["select it", () => currentRow()?.querySelector("input")?.click()],
  a: ["actions for the selected ones", () => !selection.hidden && selection.querySelector("button").focus()],
});
