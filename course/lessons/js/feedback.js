// What a form shows once an answer is looked at: what was given and what the readers answered.
import { h } from "./elements.js";
import { stem } from "./items.js";

/** @import { Feedback, FeedbackEntry } from "./messages.js" */

const FULL = 0.95; // the credit of an answer that is as in the key, as scoring.py has it

/**
 * Shows feedback; nothing can be changed here. What is as in the key is folded.
 *
 * @param {HTMLElement} root
 * @param {Feedback} told
 */
export function renderFeedback(root, { summary, items }) {
  root.classList.add("fn-feedback");
  const isFull = (/** @type {FeedbackEntry} */ { credit }) => (credit ?? 0) >= FULL;
  const full = items.filter(isFull);
  const folds = full.length > 2;
  root.append(h("p", { class: "fn-summary", dir: "auto" }, summary));
  const shown = folds ? items.filter((one) => !isFull(one)) : items;
  if (shown.length) root.append(entryList(shown));
  if (!folds) return;
  const how = `As in the key: ${full.length}. Open them to read why.`;
  root.append(h("details", { class: "fn-more" }, h("summary", {}, how), entryList(full)));
}

/** @param {FeedbackEntry[]} entries */
const entryList = (entries) => h("ol", { class: "fn-items" }, entries.map(entryNode));

/** @param {FeedbackEntry} entry */
function entryNode(entry) {
  const verdict = [h("span", { class: "fn-sign", "aria-hidden": "true" }, sign(entry.credit)), entry.verdict];
  const { more = [] } = entry;
  const given = [h("span", { class: "fn-eyebrow" }, "Your answer"), h("span", { dir: "auto" }, entry.given)];
  return h(
    "li",
    { class: "fn-item" },
    entry.text || entry.words ? h("p", { class: "fn-stem" }, stem(entry)) : null,
    entry.given ? h("p", { class: "fn-given" }, given) : null,
    entry.verdict && !more.length ? h("p", { class: "fn-verdict" }, verdict) : null,
    entry.lines.length ? lineList(entry.lines) : null,
    more.length ? h("details", {}, h("summary", {}, verdict, " Open to read why."), lineList(more)) : null,
  );
}

/** @param {string[]} lines */
const lineList = (lines) =>
  h(
    "ul",
    { class: "fn-lines" },
    lines.map((line) => h("li", { dir: "auto" }, line)),
  );

/** @param {number | null} [credit] */
function sign(credit) {
  if (credit === null || credit === undefined) return "–";
  if (credit >= 1) return "●";
  return credit > 0 ? "◐" : "○";
}
