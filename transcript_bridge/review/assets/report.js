// The frame is as high as the report in it: the page has one scroll bar.

import "./review.js";

const frame = document.querySelector("iframe.report");

function fit() {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.height = `${page.scrollHeight}px`;
}

if (frame) {
  frame.addEventListener("load", () => {
    fit();
    new ResizeObserver(fit).observe(frame.contentDocument.body);
  });
  if (frame.contentDocument?.readyState === "complete") fit();
}
