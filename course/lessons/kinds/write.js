// Questions that are answered in words. A text is saved when typing rests.
import { h, plural, uid } from "../js/elements.js";
import { stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";
import { countWords } from "../js/words.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

const PAUSE = 400; // milliseconds of rest in typing after which a text is saved

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawWrite(form) {
  const boxes = form.spec.items.map((item) => textBox(form, item));
  const saveAll = () => boxes.forEach((box) => box.save());
  window.addEventListener("pagehide", saveAll, { signal: form.signal });
  form.signal?.addEventListener("abort", saveAll);
  const levels = Object.entries(form.spec.rubric).map(([level, text]) => [
    h("dt", {}, level),
    h("dd", { dir: "auto" }, text),
  ]);
  const how = form.spec.private ? "What a full answer has" : "How this is judged";
  const rubric = h("details", { class: "fn-rubric" }, h("summary", {}, how), h("dl", {}, levels));
  const node = h(
    "div",
    { class: "fn-items" },
    boxes.map((box) => box.node),
    levels.length ? rubric : null,
  );
  const refresh = () => {
    for (const box of boxes) box.show();
    const answered = boxes.filter(({ area }) => area.value.trim()).length;
    return /** @type {[number, number]} */ ([answered, boxes.length]);
  };
  return { node, refresh };
}

/**
 * @param {FormView} form
 * @param {FormItem} item
 */
function textBox(form, item) {
  const mark = form.mark(item.id);
  const count = h("span", { class: "fn-count", id: uid("count") });
  let timer = 0;
  const save = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    form.set([item.id], area.value);
  };
  const recount = () => (count.textContent = plural(countWords(area.value), "word"));
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
    mark.textContent = "";
    recount();
  };
  const area = h("textarea", {
    id: uid("text"),
    rows: 5,
    dir: "auto",
    "aria-describedby": count.id,
    onblur: save,
    oninput: typed,
  });
  const label = h("label", { for: area.id, class: "fn-label" }, stem(item));
  const under = h("div", { class: "fn-under" }, count, mark);
  const node = h("div", { class: "fn-item", "data-item": item.id }, label, area, under);
  if (form.spec.articles.length)
    under.append(
      form.look.button(item, (pane) => {
        under.after(pane);
        return pane;
      }),
    );
  const show = () => {
    const value = form.get(item.id) ?? "";
    if (!timer && area.value !== value) area.value = value;
    recount();
  };
  return { area, node, save, show };
}

registerKind("write", drawWrite);
