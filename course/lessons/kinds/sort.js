// Items that are sorted into options: one choice each.
import { h, uid } from "../js/elements.js";
import { foldedCard, passageFigures, stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawSort(form) {
  const { items, passages, articles } = form.spec;
  const rows = items.map((item, index) => sortRow(form, item, index + 1, articles.length > 0));
  const refresh = () => {
    for (const { item, inputs } of rows)
      for (const input of inputs) input.checked = input.value === form.get(item.id);
    const answered = rows.filter(({ inputs }) => inputs.some((input) => input.checked)).length;
    return /** @type {[number, number]} */ ([answered, rows.length]);
  };
  // Each passage stands, and stays in sight, above the items about it; one that is about none is about all.
  const parts = [...new Set(items.map((item) => item.passage))].map((name) => {
    const own = rows.filter(({ item }) => item.passage === name).map(({ node }) => node);
    const about = passages.filter(({ title }) => title === name || !name);
    return h("div", { class: "fn-near" }, passageFigures(about), h("div", { class: "fn-items" }, own));
  });
  return { node: h("div", {}, parts), refresh, ownPassages: true };
}

/**
 * @param {FormView} form
 * @param {FormItem} item
 * @param {number} number
 * @param {boolean} hasTexts
 */
function sortRow(form, item, number, hasTexts) {
  const name = uid("radio");
  const mark = form.mark(item.id);
  const inputs = item.options.map((value) =>
    h("input", { type: "radio", name, value, onchange: () => form.set([item.id], value) }),
  );
  const chips = inputs.map((input) =>
    h("label", { class: "fn-chip" }, input, h("span", { dir: "auto" }, input.value)),
  );
  const below = h("div", { class: "fn-chips", "data-of": `Your answer to ${number}` }, chips);
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
  const node = h("fieldset", { class: "fn-item", "data-item": item.id }, legend, below, cards);
  return { item, inputs, node };
}

registerKind("sort", drawSort);
