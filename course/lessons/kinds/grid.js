// Points that are looked for in each article: a table of choices.
import { h, uid } from "../js/elements.js";
import { stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawGrid(form) {
  const { articles, items, title } = form.spec;
  /** @type {{ select: HTMLSelectElement, path: [item: string, article: string] }[]} */
  const cells = [];
  /** @type {(item: FormItem, row: HTMLElement, article: string) => HTMLElement} */
  const cell = (item, row, article) => {
    const mark = form.mark(item.id, article);
    const select = h(
      "select",
      {
        "aria-label": `Article ${article}: ${item.text}`,
        "data-article": article,
        onfocus: () => form.look.turn(row, article),
        onchange: () => form.set([item.id, article], select.value),
      },
      h("option", { value: "" }, `${article}: choose`),
      item.options.map((option) => h("option", { value: option }, option)),
    );
    cells.push({ select, path: [item.id, article] });
    return h("td", {}, select, mark);
  };
  const rows = items.map((item, index) => {
    const words = h("span", { class: "fn-row" }, stem(item, index + 1));
    const head = h("th", { scope: "row", id: uid("row") }, words);
    const row = h("tr", { "data-item": item.id }, head);
    head.append(form.look.button(row, item));
    row.append(...articles.map((article) => cell(item, row, article)));
    return row;
  });
  const columns = ["What is looked for", ...articles.map((article) => `Article ${article}`)];
  const heads = columns.map((column) => h("th", { scope: "col" }, column));
  const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
  const about = { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": `${title}, table` };
  const refresh = () => {
    for (const { select, path } of cells) {
      select.value = form.get(...path) ?? "";
      select.classList.toggle("fn-done", Boolean(select.value));
    }
    const answered = cells.filter(({ select }) => select.value).length;
    return /** @type {[number, number]} */ ([answered, cells.length]);
  };
  return { node: h("div", about, table), refresh };
}

registerKind("grid", drawGrid);
