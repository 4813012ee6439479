// Questions that are answered in words. A text is saved when typing rests.
import { h, plural, uid } from "../js/elements.js";
import { registerKind } from "../js/kinds.js";
import { typedItems } from "../js/typed.js";
import { countWords } from "../js/words.js";

/** @import { FormView, KindView } from "../js/kinds.js" */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawWrite(form) {
  const levels = Object.entries(form.spec.rubric).map(([level, text]) => [
    h("dt", {}, level),
    h("dd", { dir: "auto" }, text),
  ]);
  const how = "How this is judged, the best level first";
  const rubric = h("details", { class: "fn-rubric" }, h("summary", {}, how), h("dl", {}, levels));
  return typedItems(form, textBox, levels.length && !form.spec.private ? rubric : null);
}

function textBox() {
  const beside = h("span", { class: "fn-count", id: uid("count") });
  const about = { id: uid("text"), rows: 5, dir: "auto", "aria-describedby": beside.id };
  const control = h("textarea", about);
  const retell = () => (beside.textContent = plural(countWords(control.value), "word"));
  return { control, beside, retell };
}

registerKind("write", drawWrite);
