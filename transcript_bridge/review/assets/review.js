// What all places share: choices, the status line, undo, keys. Text is only ever set as text, or as
// HTML that the server has escaped.

const status = document.getElementById("status");
const undoButton = document.getElementById("undo");

/** Say something in the status line; screen readers read it out. */
export function say(words) {
  status.textContent = words;
}

/** Send a choice; resolves to the answer, or to null if it was refused (which is said). */
export async function choose(address, fields) {
  let answer;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fields),
    });
    answer = await response.json();
  } catch {
    say("No answer: the program has ended, or the page is from an earlier run.");
    return null;
  }
  if (answer.error !== undefined) {
    say(answer.error);
    return null;
  }
  replaceParts(answer.parts);
  undoButton.hidden = !answer.undo;
  say(answer.said);
  return answer;
}

/** Put new HTML in the place of elements, by id; the focus stays where it was. */
export function replaceParts(parts) {
  const focused = document.activeElement?.id;
  for (const [id, html] of Object.entries(parts)) {
    const template = document.createElement("template");
    template.innerHTML = html;
    document.getElementById(id)?.replaceWith(template.content);
  }
  if (focused && document.activeElement?.id !== focused) {
    document.getElementById(focused)?.focus();
  }
}
