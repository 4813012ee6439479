// What is said of each answer, right below its question: where the two stand in one cell, or in two that follow.
import { button, h } from "./elements.js";
import { FULL, ROUND, SOME, gridRows, isModel, lineList, signOf, stressed, summaryNode } from "./feedback.js";
import { scrollerOf } from "./tabs.js";

/** @import { Feedback, FeedbackEntry, FormSpec } from "./messages.js" */

const GIVEN = /^You answered ‘.*?’(?=[,.])/; // of a list, or a cell of a grid: it is in sight
const NO_ANSWER = "You gave no answer.";
const UNNAMED = { verdict: "Now choose what went wrong.", lines: [], credit: null }; // the second step is open
const NUMBER_FIRST = /^[\d.,]+\. /;
const DIFFERS = "fn-differs"; // a class
const AS = /^, as (.+?) did\./;

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
  const rowOf = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string[]} */ about) => {
    const row = found?.querySelector(`[data-${name}="${CSS.escape(value)}"]`);
    return row instanceof HTMLElement ? [{ about: JSON.stringify(about), row }] : [];
  };
  if (spec.kind === "order")
    return [...new Set(spec.items.map(({ group }) => group))].flatMap((one) =>
      rowOf("group", one, [one, "", ""]),
    );
  return spec.items.flatMap(({ id, text, words, article }) =>
    rowOf("item", id, [text, words === text ? "" : words, article]),
  );
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
  const bare = (/** @type {FeedbackEntry} */ one) => {
    if (spec.kind === "order") return { ...one, verdict: afterAnswer(one.verdict.replace(GIVEN, "")) };
    if (!one.given || !one.verdict) return one;
    return { ...one, lines: one.lines.map((line) => line.replace(NUMBER_FIRST, "")) };
  };
  const entries = spec.kind === "grid" ? pointsTold(items) : items.map(bare);
  const placed = entries.map((entry) => {
    const about = JSON.stringify([entry.text, entry.words, entry.article]);
    const at = rows.findIndex((one) => one.about === about);
    return at < 0 ? null : { entry, row: rows.splice(at, 1)[0].row };
  });
  const there = placed.flatMap((one) => one ?? []);
  if (!there.length || there.length < entries.length) return null;
  // Once all is told, texts that are open for a question close: its reason stands where they were.
  const closed = old.length ? undefined : there.find(({ row }) => row.querySelector(".fn-look"));
  /** @type {HTMLElement | null | undefined} */ (closed?.row.querySelector(".fn-back"))?.click();
  // What was answered last stays where it was seen.
  const anchor = there.find(({ row }) => row.contains(document.activeElement))?.row;
  const before = anchor?.getBoundingClientRect().top ?? 0;
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
  there.forEach((one) => showDiffering(one, spec.kind === "grid" ? items : null));
  nodes.forEach((one, nth) => one.querySelector("details")?.toggleAttribute("open", Boolean(opened[nth])));
  const after = anchor?.getBoundingClientRect().top ?? 0;
  if (before > 0 && before < innerHeight) scrollerOf(root)?.scrollBy(0, after - before);
  if (closed) nodes[there.indexOf(closed)].scrollIntoView({ block: "nearest" });
  const differs = there.findIndex(({ entry }) => differsFrom(entry));
  const lead = () => {
    there[differs].row.scrollIntoView({ block: "center" });
    nodes[differs].focus({ preventScroll: true });
  };
  const where = "To the first where you differ ↑";
  const jump = differs >= 0 && entries.length > ROUND ? [button({ onclick: lead }, where)] : [];
  const whole = summaryNode(root, summary.split("\n")[0]); // whom each answer is from is told there
  body.replaceChildren(...(entries.length > 1 ? [whole] : []), ...jump);
  return nodes;
}

/** @param {FeedbackEntry} entry an answer that is not judged differs from none */
const differsFrom = ({ credit }) => (credit ?? 1) < FULL;

/**
 * Lets a choice that the key has not look so: the last of its steps, and of a grid the cell's.
 *
 * @param {{ entry: FeedbackEntry, row: HTMLElement }} told
 * @param {FeedbackEntry[] | null} cells
 */
function showDiffering({ entry, row }, cells) {
  for (const old of row.querySelectorAll(`.${DIFFERS}`)) old.classList.remove(DIFFERS);
  const mark = (/** @type {string} */ where) =>
    [...row.querySelectorAll(`${where} :checked`)].at(-1)?.closest(".fn-chip")?.classList.add(DIFFERS);
  if (!cells && differsFrom(entry)) mark(":scope > .fn-chips:not(.fn-joined)");
  for (const one of cells ?? [])
    if (one.text === entry.text && differsFrom(one)) mark(`[data-article="${CSS.escape(one.article)}"]`);
}

/** @param {FeedbackEntry} entry */
const answerNode = ({ lines }) =>
  h(
    "div",
    { class: "fn-below", tabindex: "-1" },
    h("p", { class: "fn-eyebrow" }, lines.length ? "The course’s answer" : "Only you can answer this."),
    lines.map((one, at) => h("p", { dir: "auto", class: isModel(lines, at) && "fn-serif" }, one)),
  );

/** @typedef {FeedbackEntry & { folded?: string[] }} Below an entry, and of its reasons those to open */

/**
 * Of each point what the student and the readers saw otherwise, or the readers among themselves; the rest folded.
 *
 * @param {FeedbackEntry[]} items
 * @returns {Below[]}
 */
function pointsTold(items) {
  const agrees = (/** @type {FeedbackEntry} */ { credit }) => (credit ?? 0) >= FULL;
  const bare = (/** @type {FeedbackEntry} */ one) => afterAnswer(one.verdict.replace(GIVEN, ""));
  const short = items.map((one) => (agrees(one) ? { ...one, verdict: bare(one) } : one));
  return gridRows(short, items).map((row) => {
    const own = short.filter(({ text }) => text === row.text);
    const apart = own
      .filter((one) => !agrees(one) || one.disputed)
      .sort((one, other) => Number(agrees(one)) - Number(agrees(other)));
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
  const chosen = [...row.querySelectorAll(":scope > :not(.fn-joined) input:checked")].at(-1); // the last of its steps
  const lines = JSON.stringify(entry.lines);
  const same = entry.lines.length ? said.get(lines) : undefined;
  if (!same) said.set(lines, number);
  const given = chosen instanceof HTMLInputElement ? chosen.value : entry.given;
  if (chosen && !entry.given && entry.verdict.startsWith(NO_ANSWER)) entry = { ...entry, ...UNNAMED };
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
    .replace(AS, (_, who) => `${who} agree${/^all | and /.test(who) ? "" : "s"}.`)
    .replace(/^(?:, which(?: is)?|[,.])\s*/, "")
    .replace(/^./, (letter) => letter.toUpperCase());
