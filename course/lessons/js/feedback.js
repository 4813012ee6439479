// What a form shows once an answer is looked at: what was given and what the readers answered.
import { h } from "./elements.js";
import { foldedCard, stem } from "./items.js";

/** @import { Feedback, FeedbackEntry } from "./messages.js" */

export const FULL = 0.95; // the credit of an answer that agrees, as scoring.py has it
export const ROUND = 3; // of so many, as in a short round, all is shown
const FEW = 2; // so many that agree are not folded
export const SOME = 6; // so many that were missed are not
const AT_FIRST = 3; // so many of a long row are shown still: those that are disputed first, and never none
const NUMBERS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const PASSAGE = "In the text: "; // as grid.py begins it
const FIRST = /^(?:‘.*?’(?=[.,:; ]|$)|[^.:‘])*[.:]/; // what a verdict says first, whatever is quoted in it
const SIGNED = /^([○◐]) ([^]*)$/; // a line with the sign of its answer
const WHOSE = /^(?:Reader \d, )?‘[^’]*’: /; // for which answer a reason is

/** @typedef {FeedbackEntry & { places?: number }} Told an entry, and how many places it is told of */

/**
 * Entries without those that say the same, letter for letter: the first tells of how many places it is.
 *
 * @param {FeedbackEntry[]} items
 * @returns {Told[]}
 */
function unlike(items) {
  /** @type {Map<string, Told & { places: number }>} */
  const found = new Map();
  for (const item of items) {
    const said = JSON.stringify(item);
    found.set(said, { ...item, places: (found.get(said)?.places ?? 0) + 1 });
  }
  return [...found.values()];
}

/** @param {Told[]} entries */
const count = (entries) => entries.reduce((sum, { places = 1 }) => sum + places, 0);

/** @param {number} many */
const inWords = (many) => NUMBERS[many] ?? String(many);

/**
 * Shows feedback in a part of its card; nothing can be changed here. What agrees is folded, but not the first
 * few that are disputed: their reasons are worth reading to those who agree, too. Where all agrees, or all of a
 * long row was missed, the first few stand open.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement} root
 * @param {Feedback} feedback
 */
export function renderFeedback(body, root, { summary, items }) {
  body.append(summaryNode(root, summary));
  const told = unlike(items);
  const full = told.filter(({ credit }) => (credit ?? 0) >= FULL);
  const first = full
    .filter((one) => one.disputed || full.length === told.length)
    .sort((one, other) => (other.disputed ?? 0) - (one.disputed ?? 0))
    .slice(0, AT_FIRST);
  const plain = full.filter((one) => !first.includes(one));
  // Marks stand in the text below, so a long row of those that were missed is folded too.
  const missed = root.matches(".fn-mark") ? told.filter(({ credit }) => credit === 0) : [];
  const folds = [
    plain.length > FEW && told.length > ROUND ? plain : [],
    missed.length > SOME ? missed.slice(AT_FIRST) : [],
  ];
  const last = folds[0].length ? first : []; // where all is shown, it stays in its order
  const shown = [...told.filter((one) => ![...folds.flat(), ...last].includes(one)), ...last];
  const listed = (/** @type {Told[]} */ each) => (root.matches(".fn-grid") ? gridRows(each, items) : each);
  const draw = root.matches(".fn-line, .fn-log") ? besideNode : entryNode;
  if (shown.length) body.append(entryList(listed(shown), draw));
  folds.forEach((each, nth) => {
    const many = inWords(count(each)).replace(/^./, (letter) => letter.toUpperCase());
    const how = `${many}${shown.length ? " more" : ""}, where you ${nth ? "differ" : "agree"}`;
    if (each.length)
      body.append(
        h("details", { class: "fn-more" }, h("summary", {}, how), entryList(listed(each), entryNode)),
      );
  });
}

/**
 * @param {HTMLElement} root
 * @param {string} summary
 */
export function summaryNode(root, summary) {
  root.classList.add("fn-feedback");
  const [head, ...small] = summary.split("\n");
  const asked = small.map((line) => h("small", {}, line));
  return h("p", { class: "fn-summary", dir: "auto" }, head, asked);
}

/**
 * Only what a verdict says first stands out.
 *
 * @param {string} verdict
 */
export function stressed(verdict) {
  const first = verdict.match(FIRST)?.[0] ?? verdict;
  return [h("strong", {}, first), verdict.slice(first.length)];
}

/**
 * Cells of a grid as an entry for each row: cells that are told the same together, and what is said of all of
 * the row once.
 *
 * @param {Told[]} cells
 * @param {FeedbackEntry[]} all
 * @returns {Told[]}
 */
export function gridRows(cells, all) {
  const bare = (/** @type {string} */ line) => line.replace(WHOSE, "");
  return [...new Set(cells.map(({ text }) => text))].map((text) => {
    const row = all.filter((one) => one.text === text);
    const whole = row[0].lines
      .map(bare)
      .filter((line) => row.length > 1 && row.every(({ lines }) => lines.map(bare).includes(line)));
    /** @type {Map<string, { sign: string, at: string[] }>} */
    const said = new Map();
    for (const { article, verdict, credit, lines } of cells.filter((one) => one.text === text)) {
      const own = lines.filter((line) => !whole.includes(bare(line)));
      const told = [verdict, ...own.map((line) => (bare(line).startsWith(PASSAGE) ? bare(line) : line))];
      const { at } = said.get(told.join("\n")) ?? { at: [] };
      const sign = (credit ?? 0) < FULL ? `${signOf(credit)} ` : "";
      said.set(told.join("\n"), { sign, at: [...at, article] });
    }
    const lines = [...[...said].map(([told, { sign, at }]) => `${sign}${at.join(", ")}: ${told}`), ...whole];
    const agreed = row.filter(({ credit }) => (credit ?? 0) >= FULL).length;
    const every = row.length === 2 ? "both" : `all ${row.length}`;
    const verdict = `You agree on ${agreed === row.length ? every : `${agreed || "none"} of ${row.length}`}.`;
    const credit = agreed / row.length;
    return {
      text,
      article: "",
      words: "",
      given: "",
      verdict,
      credit,
      lines,
      disputed: 0,
    };
  });
}

/**
 * Entries with the same reasons follow each other, and those that are told the same are one.
 *
 * @param {Told[]} entries
 * @param {(entry: Told, others: Told[]) => HTMLElement} draw
 */
function entryList(entries, draw) {
  /** @type {Map<string, Told[]>} */
  const alike = new Map();
  entries.forEach((entry, nth) => {
    const { verdict, lines } = entry;
    const said = lines.length && verdict ? JSON.stringify([verdict, lines]) : String(nth);
    alike.set(said, [...(alike.get(said) ?? []), entry]);
  });
  const nodes = [...alike.values()].map(([entry, ...others]) => draw(entry, others));
  return h("ol", { class: "fn-items" }, nodes);
}

/** @type {(lines: string[], at: number) => boolean} of an answer in several lines the first is the answer itself */
export const isModel = (lines, at) => lines.length > 1 && at === 0;

/**
 * What was written, and beside it what is found.
 *
 * @param {Told} entry
 */
function besideNode({ text, given, lines, cards = [] }) {
  /** @type {(head: string, told: string[]) => HTMLElement} */
  const part = (head, told) =>
    h(
      "div",
      {},
      h("p", { class: "fn-eyebrow" }, head),
      told.map((one, at) => h("p", { dir: "auto", class: isModel(told, at) && "fn-serif" }, one)),
    );
  const found = lines.length ? part("The course’s answer", lines) : null;
  const beside = h("div", { class: "fn-beside" }, part("You wrote", [given]), found);
  const opened = cards.map(foldedCard);
  for (const card of opened) card.toggleAttribute("open", true);
  return h("li", { class: "fn-item" }, h("p", { class: "fn-stem", dir: "auto" }, text), beside, opened);
}

/** @param {Told} entry */
const placesNode = ({ places = 1 }) =>
  places > 1 ? h("span", { class: "fn-count" }, ` (${inWords(places)} places)`) : null;

/**
 * An entry, with others that are told the same: what each is about, and the reasons once.
 *
 * @param {Told} entry
 * @param {Told[]} [others]
 */
function entryNode(entry, others = []) {
  const together = others.length ? placesNode({ ...entry, places: count([entry, ...others]) }) : null;
  const mark = h("span", { class: "fn-sign", "aria-hidden": "true" }, signOf(entry.credit));
  const verdict = [mark, stressed(entry.verdict), together];
  const given = [h("span", { class: "fn-eyebrow" }, "Your answer"), h("span", { dir: "auto" }, entry.given)];
  return h(
    "li",
    { class: "fn-item" },
    entry.text || entry.words ? h("div", { class: "fn-stem" }, [entry, ...others].map(stemNode)) : null,
    entry.given ? h("p", { class: "fn-given" }, given) : null,
    entry.verdict ? h("p", { class: "fn-verdict" }, verdict) : null,
    entry.lines.length ? lineList(entry.lines) : null,
  );
}

/** @param {Told} entry */
const stemNode = (entry) => h("p", {}, stem({ ...entry, words: entry.words.trim() }), placesNode(entry));

/** @param {string[]} lines */
export const lineList = (lines) =>
  h(
    "ul",
    { class: "fn-lines" },
    lines.map((line) => {
      const [, sign, told] = line.match(SIGNED) ?? ["", "", line];
      const mark = sign ? h("span", { class: "fn-sign", "aria-hidden": "true" }, sign) : null;
      return h("li", { dir: "auto" }, mark, told.split(/(?<=\n)/).map(lineNode));
    }),
  );

/**
 * A line of a reason; a passage of the text is set as one.
 *
 * @param {string} line
 */
function lineNode(line) {
  const [before, words] = line.split(PASSAGE, 2);
  return words ? [before, PASSAGE, h("span", { class: "fn-serif" }, words)] : line;
}

/** @param {number | null} [credit] */
export function signOf(credit) {
  if (credit === null || credit === undefined) return "–";
  if (credit >= 1) return "●";
  return credit > 0 ? "◐" : "○";
}
