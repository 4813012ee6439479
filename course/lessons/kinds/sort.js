// Items that are sorted into options: one choice each.
import { h, uid } from "../js/elements.js";
import { choicesOf, foldedCard, passageFigures, stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/** @typedef {ReturnType<typeof sortRow>} Row */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawSort(form) {
  const { items, passages, articles, beside } = form.spec;
  const rows = items.map((item, index) => sortRow(form, item, index + 1, articles.length > 0));
  /** @type {Set<HTMLElement>} */
  const shown = new Set();
  const isAnswered = (/** @type {Row} */ { item }) => Boolean(form.get(item.id));
  const refresh = () => {
    for (const { item, show } of rows) show(form.get(item.id));
    const answered = rows.filter(isAnswered).length;
    // A card opens, once, when what is asked before it is answered: at once where nothing is.
    rows.forEach(({ cards }, at) => {
      if (!rows.slice(0, at).every(isAnswered)) return;
      for (const card of cards.filter((one) => !shown.has(one))) card.toggleAttribute("open", true);
      cards.forEach((one) => shown.add(one));
    });
    return /** @type {[number, number]} */ ([answered, rows.length]);
  };
  // Each passage stands, and stays in sight, above the items about it; one that is about none is about all.
  const parts = [...new Set(items.map((item) => item.passage))].map((name) => {
    const own = byCard(rows.filter(({ item }) => item.passage === name));
    const about = passages.filter(({ title }) => title === name || !name);
    const figures = passageFigures(about, choicesOf(form.spec));
    // What has been read further up is one press away.
    const again = h("details", { class: "fn-again" }, h("summary", {}, `${name}: the texts again`), figures);
    return h(
      "div",
      { class: "fn-near" },
      beside && figures.length ? again : figures,
      h("div", { class: "fn-items" }, own),
    );
  });
  const node = h("div", {}, parts);
  const arrange = () => {
    for (const { below, chips } of rows) {
      const room = below.parentElement?.clientWidth ?? 0; // it may stand below an answer further up
      const link = below.querySelector(":scope > .fn-opener") ? A_LINK : 0;
      for (const [options, of] of chips) inColumns(of, options, room - link);
    }
  };
  const width = new ResizeObserver(arrange);
  width.observe(node);
  form.signal?.addEventListener("abort", () => width.disconnect());
  return { node, refresh, ownPassages: true };
}

/**
 * Puts each evidence card beside the questions that need it: its own, and those up to the next one's.
 *
 * @param {Row[]} rows
 */
function byCard(rows) {
  const firsts = [...rows.keys()].filter((at) => rows[at].cards.length);
  const begins = [...new Set([0, ...firsts, rows.length])];
  return begins.slice(1).map((end, nth) => {
    const [first, ...rest] = rows.slice(begins[nth], end);
    const others = rest.map(({ node }) => node);
    if (!first.cards.length) return [first.node, others];
    const below = h("div", {}, others);
    return h("div", { class: "fn-carded" }, first.node, h("div", { class: "fn-cards" }, first.cards), below);
  });
}

const LONG = 36; // characters of an option: with such, each has a line, unless there are very many
const MANY_OPTIONS = 6;
const WRONG = "something is wrong"; // no answer by itself: what is wrong is one
const WHAT = "What went wrong?";
// Pixels, about: a chip's are those around its words, a link's those of the button beside the options.
const [A_CHARACTER, A_CHIP, A_LINK] = [7, 44, 150];
const SAVED = 16; // pixels of a chip that is drawn narrower, where many fit into one row so

/**
 * Lays options out in one row, or in columns as wide as their longest that leave none alone on a last line.
 *
 * @param {HTMLElement} chips
 * @param {string[]} options
 * @param {number} room
 */
function inColumns(chips, options, room) {
  const widths = options.map(({ length }) => A_CHIP + length * A_CHARACTER);
  const total = (/** @type {number[]} */ all) => all.reduce((one, other) => one + other, 0);
  const sum = total(widths);
  const long = Math.max(...widths) > A_CHIP + LONG * A_CHARACTER && options.length < MANY_OPTIONS;
  const across = (/** @type {number} */ count) =>
    total(
      [...widths.keys()]
        .slice(0, count)
        .map((nth) => Math.max(...widths.filter((_, at) => at % count === nth))),
    );
  let most = long ? 1 : options.length;
  while (most > 1 && across(most) > room) most -= 1;
  const lines = Math.ceil(options.length / most);
  const narrow = sum > room && options.length >= MANY_OPTIONS && sum - SAVED * options.length <= room;
  let columns = narrow || (most > 1 && sum <= room) ? 0 : Math.ceil(options.length / lines);
  if (columns > 1 && options.length % columns === 1 && options.length < MANY_OPTIONS) columns = 1;
  chips.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, max-content))` : "";
  chips.classList.toggle("fn-columned", columns > 0);
  chips.classList.toggle("fn-narrow", narrow);
}

/**
 * @param {FormView} form
 * @param {FormItem} item
 * @param {number} number
 * @param {boolean} hasTexts
 */
function sortRow(form, item, number, hasTexts) {
  const mark = form.mark(item.id);
  const { sound } = form.spec;
  // Where very many ways of being wrong are offered, they open once something is.
  const stepped = item.options.length > MANY_OPTIONS && sound.some((one) => item.options.includes(one));
  const first = stepped ? [...sound, WRONG] : item.options;
  const then = stepped ? item.options.filter((one) => !sound.includes(one)) : [];
  const choose = (/** @type {string} */ value) =>
    form.set([item.id], stepped && value === WRONG ? "" : value);
  const [group, ways] = [first, then].map((options) => radios(options, choose));
  const more = h("div", { class: "fn-ways", role: "group", "aria-label": WHAT }, h("p", {}, WHAT), ways.node);
  const of = stepped ? "Your answer" : `Your answer to ${number}`; // a bubble shows no number
  const below = h("div", { class: "fn-chips", "data-of": of }, group.node);
  if (stepped) below.append(more);
  const show = (/** @type {string | undefined} */ value) => {
    more.hidden = !stepped || value === undefined || sound.includes(value);
    group.show(stepped && !more.hidden ? WRONG : value);
    ways.show(value);
  };
  /** @type {[options: string[], node: HTMLElement][]} */
  const chips = [[first, group.node]];
  if (stepped) chips.push([then, ways.node]);
  if (item.article || hasTexts)
    below.append(
      form.look.button(item, (pane) => {
        below.before(pane); // what can be chosen follows the text, and stays in sight below it
        return pane;
      }),
    );
  below.append(mark);
  const cards = item.cards.map(foldedCard);
  const legend = h("legend", {}, stem(item, number));
  const style = stepped ? "fn-item fn-said-so" : "fn-item";
  const node = h("fieldset", { class: style, "data-item": item.id }, legend, below);
  return { item, show, chips, below, node, cards };
}

/**
 * Draws options of which one is chosen.
 *
 * @param {string[]} options
 * @param {(value: string) => void} choose
 */
function radios(options, choose) {
  const name = uid("radio");
  const inputs = options.map((value) =>
    h("input", { type: "radio", name, value, onchange: () => choose(value) }),
  );
  const node = h(
    "div",
    { class: "fn-options" },
    inputs.map((input) => h("label", { class: "fn-chip" }, input, h("span", { dir: "auto" }, input.value))),
  );
  const show = (/** @type {string | undefined} */ value) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return { node, show };
}

registerKind("sort", drawSort);
