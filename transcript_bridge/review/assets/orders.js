// Forms and buttons that send a choice. A form or button with `data-choice` posts
// to that address: a form its fields, a button `data-fields` (JSON) or the field named by `data-of`.

import { choose, focusOn, goTo } from "./review.js";

function readForm(form) {
  const fields = { changed: "ask", limit: "", until: "", same: "" };
  for (const [name, value] of new FormData(form)) {
    if (name !== "key") fields[name] = value;
  }
  for (const input of form.querySelectorAll("[data-number]")) {
    fields[input.name] = Number(input.value);
  }
  return fields;
}

function readButton(button) {
  if (button.dataset.of) {
    const field = document.getElementById(button.dataset.of);
    const value = field.value;
    field.value = "";
    return { [field.name]: value };
  }
  return JSON.parse(button.dataset.fields ?? "{}");
}

/** Move the focus after a question: to the safe answer. */
const AFTER = { "progress-undo-ask": "keep", "progress-keep": "ask-undo" };

async function order(address, fields) {
  const answer = await choose(address, fields);
  if (answer?.go) goTo(answer.go);
  else if (answer && AFTER[address]) focusOn(AFTER[address]);
}

document.addEventListener("submit", (event) => {
  const address = event.target.dataset.choice;
  if (!address) return;
  event.preventDefault();
  order(address, readForm(event.target));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-choice]");
  if (button) order(button.dataset.choice, readButton(button));
});
document.addEventListener("keydown", (event) => {
  const isKeyField = event.key === "Enter" && event.target.matches('input[type="password"]');
  if (!isKeyField) return;
  event.preventDefault();
  document.querySelector(`button[data-of="${event.target.id}"]`)?.click();
});
