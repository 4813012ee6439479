// Items that are answered in words of one's own: what is typed is saved when typing rests.
import { h } from "./elements.js";
import { stem } from "./items.js";

/** @import { FormView, KindView } from "./kinds.js" */
/** @import { FormItem } from "./messages.js" */

const PAUSE = 400; // milliseconds of rest in typing after which a text is saved

/**
 * Where a text is typed.
 *
 * @typedef {object} Field
 * @property {HTMLInputElement | HTMLTextAreaElement} control
 * @property {HTMLElement} beside what is said of the text
 * @property {() => void} [retell] says it anew, after each change
 * @property {() => boolean} [refused] whether what is typed is none, and not saved; it says so itself
 */

/**
 * @param {FormView} form
 * @param {(item: FormItem) => Field} fieldOf makes the field of an item
 * @param {HTMLElement | null} [below]
 * @returns {KindView}
 */
export function typedItems(form, fieldOf, below = null) {
  const boxes = form.spec.items.map((item) => typedItem(form, item, fieldOf(item)));
  const saveAll = () => boxes.forEach((box) => box.save());
  window.addEventListener("pagehide", saveAll, { signal: form.signal });
  form.signal?.addEventListener("abort", saveAll);
  const nodes = boxes.map((box) => box.node);
  const refresh = () => {
    for (const box of boxes) box.show();
    const answered = boxes.filter((box) => box.answered()).length;
    return /** @type {[number, number]} */ ([answered, boxes.length]);
  };
  return { node: h("div", { class: "fn-items" }, nodes, below), refresh };
}

/**
 * @param {FormView} form
 * @param {FormItem} item
 * @param {Field} field
 */
function typedItem(form, item, { control, beside, retell, refused }) {
  const mark = form.mark(item.id);
  let timer = 0;
  const save = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    if (!refused?.()) form.set([item.id], control.value);
  };
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
    mark.textContent = "";
    retell?.();
  };
  control.addEventListener("blur", save);
  control.addEventListener("input", typed);
  const label = h("label", { for: control.id, class: "fn-label" }, stem(item));
  const under = h("div", { class: "fn-under" }, beside, mark);
  const written = h("div", { class: "fn-written" }, label, control, under);
  const node = h("div", { class: "fn-item", "data-item": item.id }, written);
  if (form.spec.articles.length)
    under.append(
      form.look.button(item, (pane) => {
        written.after(pane);
        return pane;
      }),
    );
  const show = () => {
    const value = form.get(item.id) ?? "";
    if (!timer && !refused?.() && control.value !== value) control.value = value;
    retell?.();
  };
  const answered = () => Boolean(control.value.trim()) && !refused?.();
  return { node, save, show, answered };
}
