// Points that are looked for in each article: a table of choices.
import { h, uid } from "../js/elements.js";
import { stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/** @typedef {{ node: HTMLElement, show: (value: string) => void }} Chooser */

const AT_ONCE = 7; // so many options stand side by side and take one tap; more are a list to open

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
    head.append(form.look.button(row, item));
    for (const article of articles) {
      const choose = (/** @type {string} */ value) => form.set([item.id, article], value);
      const chooser = (item.options.length > AT_ONCE ? list : chips)(item, article, choose);
      chooser.node.addEventListener("focusin", () => form.look.turn(row, article));
      cells.push({ chooser, path: [item.id, article] });
      row.append(h("td", {}, chooser.node, form.mark(item.id, article)));
    }
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

/** @type {(item: FormItem, article: string, choose: (value: string) => void) => Chooser} */
function list(item, article, choose) {
  const options = item.options.map((option) => h("option", { value: option }, option));
  const select = h(
    "select",
    {
      "aria-label": asked(item, article),
      "data-article": article,
      onchange: () => choose(select.value),
    },
    h("option", { value: "" }, `${article}: choose`),
    options,
  );
  const show = (/** @type {string} */ value) => {
    select.value = value;
    select.classList.toggle("fn-done", Boolean(value));
  };
  return { node: select, show };
}

registerKind("grid", drawGrid);
