// The server sends the parts of the page that have changed; the clocks run here.

import { replaceParts, say, showConnection } from "./review.js";
import "./orders.js";

const MINUTE = 60;
const source = new EventSource("progress-events");
let isLost = false;
let saidMinute = null;
let saidTenth; // of the bar
let ended = readEnd();

source.addEventListener("parts", (event) => {
  if (isLost) say("Connected again");
  isLost = false;
  showConnection(true);
  replaceParts(JSON.parse(event.data));
  showClocks();
  sayEnd();
  sayCount();
});
source.addEventListener("error", () => {
  if (!isLost) showConnection(false);
  isLost = true;
});

/** Describe the end of the last run, with the time; empty while one works. */
function readEnd() {
  return document.querySelector(".ended")?.textContent ?? "";
}

function sayEnd() {
  const now = readEnd();
  if (now && now !== ended) say(now);
  ended = now;
}

/** Announce each tenth to screen readers. */
function sayCount() {
  const words = document.querySelector("#state strong")?.textContent ?? "";
  const [done, total] = words.match(/[\d,]+/g)?.map((digits) => Number(digits.replaceAll(",", ""))) ?? [];
  const tenth = Math.floor((10 * done) / total);
  if (tenth > saidTenth && !ended) say(words);
  saidTenth = tenth;
}

function describe(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / MINUTE);
  return `${minutes}:${String(whole % MINUTE).padStart(2, "0")}`;
}

/** Show the seconds since a request began, and until the server accepts more. */
function showClocks() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-since]")) {
    element.textContent = `since ${describe((now - Date.parse(element.dateTime)) / 1000)}`;
  }
  for (const element of document.querySelectorAll("time[data-until]")) {
    const left = (Date.parse(element.dateTime) - now) / 1000;
    element.textContent = `, ${describe(left)} left`;
    announce(left);
  }
}

/** Announce the time once a minute to screen readers. */
function announce(left) {
  const minutes = Math.ceil(left / MINUTE);
  if (minutes > 0 && minutes !== saidMinute) {
    saidMinute = minutes;
    say(`Waiting: ${minutes} min left`);
  }
}

setInterval(showClocks, 1000);
