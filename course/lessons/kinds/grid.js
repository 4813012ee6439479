// Points that are looked for in each article: a table of choices.
import { h, uid } from "../js/elements.js";
import { stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/** @typedef {{ node: HTMLElement, show: (value: string) => void }} Chooser */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawGrid(form) {
  const { articles, items, title } = form.spec;
  /** @type {{ chooser: Chooser, path: [item: string, article: string] }[]} */
  const cells = [];
  const rows = items.map((item, index) => {
    const words = h("span", { class: "fn-row" }, stem(item, index + 1));
    const head = h("th", { scope: "row", id: uid("row") }, words);
    const row = h("tr", { "data-item": item.id }, head);
    /** @type {Record<string, HTMLElement>} */
    const choices = {};
    for (const article of articles) {
      const chooser = chips(item, article, (value) => form.set([item.id, article], value));
      const cell = h("div", { class: "fn-choice" }, chooser.node, form.mark(item.id, article));
      choices[article] = cell;
      cells.push({ chooser, path: [item.id, article] });
      row.append(h("td", {}, cell));
    }
    const below = (/** @type {HTMLElement} */ pane) => {
      const texts = h("tr", { class: "fn-look-row" }, h("td", { colspan: articles.length + 1 }, pane));
      row.after(texts);
      return texts;
    };
    head.append(form.look.button(item, below, choices));
    return row;
  });
  const columns = ["What is looked for", ...articles.map((article) => `Article ${article}`)];
  const heads = columns.map((column) => h("th", { scope: "col" }, column));
  const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
  const about = { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": `${title}, table` };
  const refresh = () => {
    const values = cells.map(({ path }) => form.get(...path) ?? "");
    cells.forEach(({ chooser }, nth) => chooser.show(values[nth]));
    return /** @type {[number, number]} */ ([values.filter(Boolean).length, cells.length]);
  };
  return { node: h("div", about, table), refresh };
}

/** @type {(item: FormItem, article: string) => string} */
const asked = (item, article) => `Article ${article}: ${item.text}`;

/**
 * Draws the options side by side. A first letter chooses one, as it does in a list.
 *
 * @type {(item: FormItem, article: string, choose: (value: string) => void) => Chooser}
 */
function chips(item, article, choose) {
  const name = uid("cell");
  const inputs = item.options.map((value) =>
    h("input", { type: "radio", name, value, onchange: () => choose(value) }),
  );
  const labels = inputs.map((input) => h("label", { class: "fn-chip" }, input, h("span", {}, input.value)));
  const node = h(
    "div",
    {
      class: "fn-choices",
      role: "radiogroup",
      "aria-label": asked(item, article),
      "data-article": article,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const named = inputs.find(({ value }) => value[0].toLowerCase() === event.key.toLowerCase());
        if (!named || event.ctrlKey || event.metaKey || event.altKey) return;
        named.focus();
        named.click();
      },
    },
    labels,
  );
  const show = (/** @type {string} */ value) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return { node, show };
}

registerKind("grid", drawGrid);
