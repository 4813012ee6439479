// Parts that forms, feedback and panels have in common: items, passages, evidence cards.
import { h, prose } from "./elements.js";

/** @import { EvidenceCard, FormSpec, Passage } from "./messages.js" */

/** @param {Passage} passage */
export const passageFigure = ({ title, text }) =>
  h("figure", { class: "fn-passage" }, h("figcaption", {}, title), prose(text, "fn-serif"));

/** @param {Passage[]} passages */
export const passageFigures = (passages) =>
  passages.length ? [h("div", { class: "fn-passages" }, passages.map(passageFigure))] : [];

/** @type {(spec: FormSpec) => string[]} */
export const choicesOf = ({ items }) => items.flatMap(({ options }) => options);

/**
 * What is judged: words of an article with its letter, or a text written for the course.
 *
 * @param {{ text: string, words: string, article: string }} item
 * @param {number} [number]
 */
export const stem = (item, number) => [
  number ? h("span", { class: "fn-number", "aria-hidden": "true" }, number) : null,
  h(
    "span",
    { class: "fn-stem" },
    item.text && item.text !== item.words ? h("span", { dir: "auto" }, item.text) : null,
    item.article ? h("span", { class: "fn-eyebrow" }, `Article ${item.article}`) : null,
    item.words ? h("span", { class: "fn-serif", dir: "auto" }, item.words) : null,
  ),
];

/**
 * An evidence card, folded. Python's `card_html` has drawn it, and escaped all that is text in it.
 *
 * @param {EvidenceCard} card
 */
export function foldedCard({ id, title, html }) {
  const drawn = document.createRange().createContextualFragment(html);
  return h("details", { class: "fn-card-fold", "data-card": id }, h("summary", {}, `Card ${title}`), drawn);
}
