// People, and voices without a name: digits choose a person, other letters the other buttons.

import { choose, goTo, onKeys } from "./review.js";
import "./orders.js";

const sound = document.getElementById("sound");
let end = Infinity;

document.addEventListener("click", (event) => {
  const listen = event.target.closest("button.listen");
  if (!listen || !sound) return;
  const [start, stop] = listen.dataset.samples.split("-").map(Number);
  end = stop / 1000;
  sound.currentTime = start / 1000;
  sound.play().catch(sayUnplayable);
  watch();
});
/** Stop at the end of the sample. */
function watch() {
  if (sound.currentTime >= end) sound.pause();
  else requestAnimationFrame(watch);
}
function sayUnplayable() {
  document.getElementById("unplayable").hidden = false;
}
sound?.addEventListener("error", sayUnplayable);

const form = document.getElementById("new");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = document.getElementById("new-name").value;
  const answer = await choose("people-name", { ...JSON.parse(form.dataset.fields), name });
  if (answer?.go) goTo(answer.go);
});

if (form) {
  for (let digit = 1; digit <= 9; digit += 1) {
    const press = () => document.querySelector(`button[data-digit="${digit}"]`)?.click();
    onKeys({ [digit]: [digit > 1 ? "" : "choose a person: 1 to 9", press] });
  }
  const press = (id) => () => document.getElementById(id)?.click();
  onKeys({
    n: ["a new name", () => document.getElementById("new-name").focus()],
    m: ["this is me", press("me")],
    u: ["leave unnamed", press("leave")],
    s: ["later", press("later")],
    l: ["listen", () => document.querySelector("button.listen")?.click()],
  });
}
