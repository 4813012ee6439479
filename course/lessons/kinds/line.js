// Questions that are answered in one line, or with a number.
import { h, uid } from "../js/elements.js";
import { registerKind } from "../js/kinds.js";
import { typedItems } from "../js/typed.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

const MOST = 300; // characters, as line.py has it
const SOON = 40; // so many before the end, it is told
const MOST_DIGITS = 20; // of a number
// As line.py has them.
const GROUPED =
  "[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+(?:[.][0-9]+)?|(?:[.][0-9]{3})+(?:,[0-9]+)?|(?:[ '’][0-9]{3})+)";
const PLAIN = "[0-9]+(?:[.,][0-9]+)?";
const NUMBER = new RegExp(`^(?:${GROUPED}|${PLAIN})$`);
const WANTED = "A number in figures, such as 3 or 1,200";
const REFUSED = "Not saved yet: write the number in figures, such as 3 or 1,200.";

/** @param {string} text */
const isNumber = (text) => NUMBER.test(text.trim().replace(/\s+/g, " "));

/**
 * @param {FormView} form
 * @returns {KindView}
 */
const drawLine = (form) => typedItems(form, lineField);

/** @param {number} left characters */
const roomTold = (left) =>
  left > SOON
    ? `One line, at most ${MOST} characters`
    : left
      ? `${left} characters left`
      : "The line is full";

/** @param {FormItem} item */
function lineField({ number }) {
  const beside = h("span", { class: "fn-hint", id: uid("hint"), role: "status" });
  const common = { id: uid("line"), autocomplete: "off", dir: "auto", "aria-describedby": beside.id };
  const digits = { type: "text", class: "fn-number-field", maxlength: MOST_DIGITS, inputmode: "decimal" };
  // A line of words is seen whole, and stays one line.
  const control = number
    ? h("input", { ...common, ...digits })
    : h("textarea", { ...common, rows: 2, maxlength: MOST });
  control.addEventListener("input", () => {
    if (/\n/.test(control.value)) control.value = control.value.replace(/\s*\n\s*/g, " ");
  });
  const refused = () => {
    const wrong = number && control.value.trim() !== "" && !isNumber(control.value);
    control.setAttribute("aria-invalid", String(wrong));
    beside.classList.toggle("fn-problem", wrong);
    const told = wrong ? REFUSED : number ? WANTED : roomTold(MOST - control.value.length);
    if (beside.textContent !== told) beside.textContent = told; // a screen reader reads what changes
    return wrong;
  };
  refused();
  return { control, beside, refused };
}

registerKind("line", drawLine);
