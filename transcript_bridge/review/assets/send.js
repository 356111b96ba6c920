// Settings of the whole archive are written as soon as they are changed.

import { choose, goTo } from "./review.js";
import "./orders.js";

const SETTINGS = ["order", "rate", "titles"];

document.addEventListener("change", async (event) => {
  const field = event.target;
  if (!SETTINGS.includes(field.id)) return;
  const isOff = field.type === "checkbox" && !field.checked;
  const answer = await choose("send-setting", { name: field.id, value: isOff ? "" : field.value });
  if (answer?.go) goTo(answer.go);
});
