// Points that are looked for in each article: below each point, a choice for each. One point is open at a time;
// the next opens once the last choice of the one before it is made. Nothing closes by itself.
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
  const { articles, items } = form.spec;
  /** @type {{ chooser: Chooser, path: [item: string, article: string] }[]} */
  const cells = [];
  const rows = items.map((item, index) => {
    /** @type {Record<string, HTMLElement>} */
    const choices = {};
    const slots = articles.map((article) => {
      const name = h("span", { class: "fn-eyebrow" }, `Article ${article}`);
      if (item.given[article]) {
        choices[article] = givenNode(item.given[article]);
        return h("div", {}, name, h("div", {}, choices[article]));
      }
      const chooser = chips(item, article, (value) => form.set([item.id, article], value));
      choices[article] = h("div", { class: "fn-choice" }, chooser.node, form.mark(item.id, article));
      cells.push({ chooser, path: [item.id, article] });
      return h("div", {}, name, h("div", {}, choices[article]));
    });
    const row = h("div", { class: "fn-slots" }, slots);
    const count = h("span", { class: "fn-count" });
    const head = h(
      "button",
      { type: "button", class: "fn-opens", onclick: () => unfold(head.ariaExpanded === "false") },
      stem(item, index + 1),
      count,
    );
    const unfold = (/** @type {boolean} */ open) => {
      head.ariaExpanded = String(open);
      node.classList.toggle("fn-shut", !open);
    };
    const below = (/** @type {HTMLElement} */ pane) => {
      unfold(true); // 'Next' leads to a point that may be folded
      row.after(pane);
      return pane;
    };
    const opener = form.look.button(item, below, choices);
    const about = { class: "fn-item", "data-item": item.id };
    const node = h("fieldset", about, h("legend", {}, head), opener, row);
    unfold(false);
    return { item, node, count, unfold, opened: false };
  });
  const refresh = () => {
    const values = cells.map(({ path }) => form.get(...path) ?? "");
    cells.forEach(({ chooser }, nth) => chooser.show(values[nth]));
    let before = true; // whether the point before it is answered wholly
    for (const row of rows) {
      const asked = articles.filter((article) => !row.item.given[article]);
      const made = asked.filter((article) => form.get(row.item.id, article)).length;
      const whole = made === asked.length;
      row.count.textContent = `${made} of ${asked.length} answered`;
      if (!row.opened && (before || whole)) {
        row.opened = true; // once: who folds it again has it so
        row.unfold(true);
      }
      before = whole;
    }
    return /** @type {[number, number]} */ ([values.filter(Boolean).length, cells.length]);
  };
  const nodes = rows.map(({ node }) => node);
  return { node: h("div", { class: "fn-items" }, nodes), refresh };
}

/** @type {(item: FormItem, article: string) => string} */
const asked = (item, article) => `Article ${article}: ${item.text}`;

/**
 * Shows an answer that is given, and in words what shows it.
 *
 * @param {string} told
 */
function givenNode(told) {
  const [label, ...why] = told.split(": ");
  const words = why.length ? h("span", { dir: "auto" }, why.join(": ")) : null;
  return h("div", { class: "fn-given-cell" }, h("strong", {}, label), words);
}

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
