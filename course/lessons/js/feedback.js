// What a form shows once an answer is looked at: what was given and what the readers answered.
import { button, h } from "./elements.js";
import { foldedCard, stem } from "./items.js";

/** @import { Feedback, FeedbackEntry, FormSpec } from "./messages.js" */

const FULL = 0.95; // the credit of an answer that agrees, as scoring.py has it
const ROUND = 3; // of so many, as in a short round, all is shown
const FEW = 2; // so many that agree are not folded
const SOME = 5; // so many that were missed are not
const AT_FIRST = 3; // so many of a long row are shown still: those that are disputed first, and never none
const NUMBERS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const PASSAGE = "In the text: "; // as grid.py begins it
const FIRST = /^(?:‘.*?’(?=[.,:; ]|$)|[^.:‘])*[.:]/; // what a verdict says first, whatever is quoted in it
const GIVEN = /^You answered ‘.*?’(?=[,.])/; // where the answer is in sight
const NUMBER_FIRST = /^[\d.,]+\. /;
const AS = /^, as (.+?) did\./;
const ACCEPTED = /^, which the course accepts/;
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
function summaryNode(root, summary) {
  root.classList.add("fn-feedback");
  const [head, ...small] = summary.split("\n");
  const asked = small.map((line) => h("small", {}, line));
  return h("p", { class: "fn-summary", dir: "auto" }, head, asked);
}

/**
 * The questions of an exercise, in the cell of what is said of it or in that with code before: by what is asked
 * in them, in their order.
 *
 * @param {HTMLElement} root
 * @param {FormSpec} spec
 * @returns {{ about: string, row: HTMLElement }[]}
 */
export function rowsAbove(root, spec) {
  const form = `[data-exercise="${CSS.escape(spec.id)}"].fn-${spec.kind}:not(.fn-feedback)`;
  let cell = /** @type {Element | null | undefined} */ (root.closest(".jp-Cell"));
  if (!cell?.querySelector(form)) cell = cell?.previousElementSibling;
  while (cell?.matches(".jp-MarkdownCell")) cell = cell.previousElementSibling; // prose between the two
  const found = cell?.querySelector(form);
  return spec.items.flatMap(({ id, text, words, article }) => {
    const row = found?.querySelector(`[data-item="${CSS.escape(id)}"]`);
    const about = JSON.stringify([text, words === text ? "" : words, article]);
    return row instanceof HTMLElement ? [{ about, row }] : [];
  });
}

/**
 * Shows what is said of each answer right below it, and in the card's own place the rest. Of a long list what
 * agrees is folded as elsewhere. Returns what stands there; null where the questions do not.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement} root
 * @param {FormSpec} spec
 * @param {Feedback} feedback
 * @param {HTMLElement[]} old what stood there before
 * @returns {HTMLElement[] | null}
 */
export function tellBelowEach(body, root, spec, { summary, items }, old) {
  const rows = rowsAbove(root, spec);
  // The verdict on a number has it, so its reason need not begin with it.
  const bare = (/** @type {FeedbackEntry} */ one) =>
    one.given && one.verdict
      ? { ...one, lines: one.lines.map((line) => line.replace(NUMBER_FIRST, "")) }
      : one;
  const entries = spec.kind === "grid" ? pointsTold(items) : items.map(bare);
  const placed = entries.map((entry) => {
    const about = JSON.stringify([entry.text, entry.words, entry.article]);
    const at = rows.findIndex((one) => one.about === about);
    return at < 0 ? null : { entry, row: rows.splice(at, 1)[0].row };
  });
  const there = placed.flatMap((one) => one ?? []);
  if (!there.length || there.length < entries.length) return null;
  // What was answered last stays where it was seen.
  const anchor = there.find(({ row }) => row.contains(document.activeElement))?.row ?? root;
  const before = anchor.getBoundingClientRect().top;
  const opened = old.map((one) => Boolean(one.querySelector("details[open]")));
  for (const one of old) one.remove();
  /** @type {Map<string, string>} */
  const said = new Map(); // reasons, and the number of the question that has them
  const nodes = there.map(({ entry, row }) => {
    const node =
      spec.kind === "line" && !entry.verdict
        ? answerNode(entry)
        : belowNode(entry, row, said, entries.length > SOME);
    row.append(node);
    return node;
  });
  nodes.forEach((one, nth) => one.querySelector("details")?.toggleAttribute("open", Boolean(opened[nth])));
  const moved = anchor.getBoundingClientRect().top - before;
  if (before > 0 && before < innerHeight) scrolledBy(root, moved);
  const differs = there.findIndex(({ entry }) => (entry.credit ?? 1) < FULL);
  const lead = () => {
    const { row } = there[Math.max(0, differs)];
    row.scrollIntoView({ block: "center" });
    nodes[Math.max(0, differs)].focus({ preventScroll: true });
  };
  const where = differs < 0 ? "To the first reason ↑" : "To the first where you differ ↑";
  const jump = entries.length > ROUND ? [button({ onclick: lead }, where)] : [];
  const whole = summaryNode(root, summary.split("\n")[0]); // whom each answer is from is told there
  body.replaceChildren(...(entries.length > 1 ? [whole] : []), ...jump);
  return nodes;
}

/**
 * Scrolls what holds an element, so that it stays where it was seen.
 *
 * @param {HTMLElement} root
 * @param {number} pixels
 */
function scrolledBy(root, pixels) {
  const scrolls = (/** @type {Element} */ one) =>
    one.scrollHeight > one.clientHeight && /auto|scroll/.test(getComputedStyle(one).overflowY);
  let at = root.parentElement;
  while (at && !scrolls(at)) at = at.parentElement;
  at?.scrollBy(0, pixels);
}

/** @param {FeedbackEntry} entry */
const answerNode = ({ lines }) =>
  h(
    "div",
    { class: "fn-below", tabindex: "-1" },
    h("p", { class: "fn-eyebrow" }, lines.length ? "The course’s answer" : "Only you can answer this."),
    lines.map((one) => h("p", { dir: "auto" }, one)),
  );

/** @typedef {FeedbackEntry & { folded?: string[] }} Below an entry, and of its reasons those to open */

/**
 * Of each point what the student and the readers saw otherwise, or the readers among themselves; the rest folded.
 *
 * @param {FeedbackEntry[]} items
 * @returns {Below[]}
 */
function pointsTold(items) {
  const short = items.map((one) => ({ ...one, verdict: afterAnswer(one.verdict.replace(GIVEN, "")) }));
  return gridRows(short, items).map((row) => {
    const own = short.filter(({ text }) => text === row.text);
    const apart = own.filter(({ credit, disputed }) => (credit ?? 0) < FULL || disputed);
    const lines = gridRows(apart, short)[0]?.lines ?? [];
    const others = gridRows(
      own.filter((one) => !apart.includes(one)),
      short,
    );
    const folded = (others[0]?.lines ?? []).filter((line) => !lines.includes(line));
    return { ...row, lines, folded };
  });
}

/**
 * @param {Below} entry
 * @param {HTMLElement} row
 * @param {Map<string, string>} said
 * @param {boolean} long
 */
function belowNode(entry, row, said, long) {
  const number = row.querySelector(".fn-number")?.textContent ?? "";
  const chosen = [...row.querySelectorAll("input:checked")].at(-1); // the last of its steps
  const lines = JSON.stringify(entry.lines);
  const same = entry.lines.length ? said.get(lines) : undefined;
  if (!same) said.set(lines, number);
  const given = chosen instanceof HTMLInputElement ? chosen.value : entry.given;
  const sign = h("span", { class: "fn-sign", "aria-hidden": "true" }, signOf(entry.credit));
  const verdict = [sign, stressed(withoutAnswer(entry.verdict, given))];
  const reasons = same ? h("p", {}, `The reason is the same as for ${same}.`) : lineList(entry.lines);
  const about = { class: `fn-below${(entry.credit ?? 0) < FULL ? " fn-off" : ""}`, tabindex: "-1" };
  const fold = (/** @type {any} */ head, /** @type {HTMLElement} */ inside) =>
    h("details", { class: "fn-more" }, h("summary", {}, head), inside);
  const { lines: open, folded = [], disputed, credit } = entry;
  if (!open.length && folded.length) return h("div", about, fold([verdict, " Why?"], lineList(folded)));
  if (long && open.length && !folded.length && !disputed && (credit ?? 0) >= FULL)
    return h("div", about, fold([verdict, " Why?"], reasons));
  const more = folded.length ? fold("The others", lineList(folded)) : null;
  return h("div", about, h("p", { class: "fn-verdict" }, verdict), open.length ? reasons : null, more);
}

/**
 * Only what a verdict says first stands out.
 *
 * @param {string} verdict
 */
function stressed(verdict) {
  const first = verdict.match(FIRST)?.[0] ?? verdict;
  return [h("strong", {}, first), verdict.slice(first.length)];
}

/**
 * What is said of an answer that is in sight does not repeat it.
 *
 * @param {string} verdict
 * @param {string} given
 */
function withoutAnswer(verdict, given) {
  const answered = `You answered ‘${given}’`;
  return given && verdict.startsWith(answered) ? afterAnswer(verdict.slice(answered.length)) : verdict;
}

/** @param {string} rest of a sentence that began with the answer */
const afterAnswer = (rest) =>
  rest
    .replace(ACCEPTED, "The course accepts it")
    .replace(AS, (_, who) => `${who} agree${/^all | and /.test(who) ? "" : "s"}.`)
    .replace(/^(?:, which(?: is)?|[,.])\s*/, "")
    .replace(/^./, (letter) => letter.toUpperCase());

/**
 * Cells of a grid as an entry for each row: cells that are told the same together, and what is said of all of
 * the row once.
 *
 * @param {Told[]} cells
 * @param {FeedbackEntry[]} all
 * @returns {Told[]}
 */
function gridRows(cells, all) {
  const bare = (/** @type {string} */ line) => line.replace(WHOSE, "");
  return [...new Set(cells.map(({ text }) => text))].map((text) => {
    const row = all.filter((one) => one.text === text);
    const whole = row[0].lines
      .map(bare)
      .filter((line) => row.length > 1 && row.every(({ lines }) => lines.map(bare).includes(line)));
    /** @type {Map<string, string[]>} */
    const said = new Map();
    for (const { article, verdict, lines } of cells.filter((one) => one.text === text)) {
      const own = lines.filter((line) => !whole.includes(bare(line)));
      const told = [verdict, ...own.map((line) => (bare(line).startsWith(PASSAGE) ? bare(line) : line))];
      said.set(told.join("\n"), [...(said.get(told.join("\n")) ?? []), article]);
    }
    const lines = [...[...said].map(([told, at]) => `${at.join(", ")}: ${told}`), ...whole];
    const agreed = row.filter(({ credit }) => (credit ?? 0) >= FULL).length;
    const verdict = `You agree on ${agreed === row.length ? "all" : `${agreed || "none"} of`} ${row.length}.`;
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
      told.map((one) => h("p", { dir: "auto" }, one)),
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
const lineList = (lines) =>
  h(
    "ul",
    { class: "fn-lines" },
    lines.map((line) => h("li", { dir: "auto" }, line.split(/(?<=\n)/).map(lineNode))),
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
function signOf(credit) {
  if (credit === null || credit === undefined) return "–";
  if (credit >= 1) return "●";
  return credit > 0 ? "◐" : "○";
}
