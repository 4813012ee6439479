// Parts that forms, feedback and panels have in common: items, passages, evidence cards.
import { h, promptOf, prose, tells } from "./elements.js";

/** @import { EvidenceCard, FormSpec, Passage } from "./messages.js" */

/**
 * Whether a passage is no text but tells what the choices mean.
 *
 * @param {Passage} passage
 * @param {string[]} choices
 */
export const isKey = ({ text }, choices) =>
  text
    .trim()
    .split("\n")
    .every((line) => tells(line, choices));

const SPEAKER = /^(You|[A-Z][\w ]* program): +/; // who speaks in a talk, at the beginning of each turn

/**
 * A talk with a program, turn by turn, each line of a turn by itself; null where a text is none.
 *
 * @param {string} text
 */
function talk(text) {
  const turns = text.trim().split(/\n\s*\n/);
  if (!turns.every((turn) => SPEAKER.test(turn))) return null;
  return turns.map((turn) => {
    const [said, who] = /** @type {RegExpMatchArray} */ (turn.match(SPEAKER));
    const lines = turn.slice(said.length).split("\n");
    const told = lines.map((line) => h("p", { dir: "auto" }, line));
    return h(
      "div",
      { class: `fn-turn${who === "You" ? " fn-yours" : ""}` },
      h("p", { class: "fn-eyebrow" }, who),
      told,
    );
  });
}

/**
 * @param {Passage} passage
 * @param {string[]} [choices]
 */
export const passageFigure = (passage, choices = []) => {
  const { title, text } = passage;
  const turns = talk(text);
  if (turns) return h("figure", { class: "fn-talk", "aria-label": title }, turns);
  const body = isKey(passage, choices) ? promptOf(text, choices) : prose(text, "fn-serif");
  return h("figure", { class: "fn-passage" }, h("figcaption", {}, title), body);
};

/**
 * @param {Passage[]} passages
 * @param {string[]} [choices]
 */
export const passageFigures = (passages, choices) => {
  const figures = passages.map((one) => passageFigure(one, choices));
  return figures.length ? [h("div", { class: "fn-passages" }, figures)] : [];
};

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

const FIRST_ROWS = 4; // of a card that are read at once; the others are one press away

/**
 * An evidence card, folded. Python's `card_html` has drawn it, and escaped all that is text in it.
 *
 * @param {EvidenceCard} card
 */
export function foldedCard({ id, title, html }) {
  const drawn = document.createRange().createContextualFragment(html);
  const rows = drawn.querySelector("dl");
  const rest = [...(rows?.children ?? [])].slice(2 * FIRST_ROWS);
  if (rest.length) {
    const more = h("details", { class: "fn-card-more" }, h("summary", {}, "More about the source"));
    more.append(h("dl", {}, rest));
    (rows?.nextElementSibling ?? rows)?.after(more); // below what is not confirmed
  }
  return h("details", { class: "fn-card-fold", "data-card": id }, h("summary", {}, `Card ${title}`), drawn);
}
