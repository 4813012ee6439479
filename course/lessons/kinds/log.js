// What was found outside the page: a claim, places with an address each, a last line. Addresses are text.
import { h, uid } from "../js/elements.js";
import { registerKind } from "../js/kinds.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

const LONGEST_NOTE = 300; // characters of a field, as in log.py
const NOTE_REST = 400; // milliseconds of rest in typing after which a text is saved

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawLog(form) {
  const fields = form.spec.items.map((item) =>
    item.options.length ? logChoice(form, item) : logLine(form, item),
  );
  const saveAll = () => fields.forEach((field) => field.save());
  window.addEventListener("pagehide", saveAll, { signal: form.signal });
  form.signal?.addEventListener("abort", saveAll);
  /** @type {{ node: HTMLElement, own: typeof fields }[]} */
  const places = [];
  const nodes = [...new Set(form.spec.items.map((item) => item.group || item.id))].map((name) => {
    const own = fields.filter(({ item }) => (item.group || item.id) === name);
    const shown = own.map(({ node }) => node);
    if (!own[0].item.group) return shown;
    const noted = h("div", { class: "fn-noted" }, shown);
    const node = h("fieldset", { class: "fn-item" }, h("legend", {}, name), noted);
    places.push({ node, own });
    return node;
  });
  const isNoted = (/** @type {typeof fields} */ own) => own.some(({ item }) => form.get(item.id)?.trim());
  const refresh = () => {
    for (const field of fields) field.show();
    // The next place is offered once something is noted of the one before.
    places.forEach(({ node, own }, at) => {
      node.hidden = at > 0 && !isNoted(own) && !isNoted(places[at - 1].own);
    });
    const made = ["claim", "now"].filter((id) => (form.get(id) ?? "").trim()).length;
    return /** @type {[number, number]} */ ([made, 2]);
  };
  return { node: h("div", { class: "fn-items" }, nodes), refresh };
}

/** What a field is called below its place. @param {FormItem} item */
function fieldName(item) {
  const name = item.text.replace(`${item.group}: `, "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** An address without signs that cannot be seen, such as those that turn it round. @param {string} text */
const visible = (text) => text.replace(/\p{C}/gu, "").replace(/\p{Z}/gu, " ");

/**
 * @param {FormView} form
 * @param {FormItem} item
 */
function logChoice(form, item) {
  const name = uid("radio");
  const inputs = item.options.map((value) =>
    h("input", { type: "radio", name, value, onchange: () => form.set([item.id], value) }),
  );
  const labels = inputs.map((input) =>
    h("label", { class: "fn-chip" }, input, h("span", { dir: "auto" }, input.value)),
  );
  const legend = h("legend", { class: "fn-label" }, fieldName(item));
  const style = item.group ? "" : "fn-item";
  const below = h("div", { class: "fn-chips" }, labels, form.mark(item.id));
  const node = h("fieldset", { class: style, "data-item": item.id }, legend, below);
  const show = () => inputs.forEach((input) => (input.checked = input.value === form.get(item.id)));
  return { item, node, show, save: () => {} };
}

/**
 * @param {FormView} form
 * @param {FormItem} item
 */
function logLine(form, item) {
  const isAddress = item.id.startsWith("address");
  let timer = 0;
  const save = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    form.set([item.id], isAddress ? visible(input.value) : input.value);
  };
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(save, NOTE_REST);
  };
  const input = h("input", {
    id: uid("line"),
    type: "text",
    dir: isAddress ? "ltr" : "auto",
    maxlength: LONGEST_NOTE,
    autocomplete: "off",
    spellcheck: isAddress ? "false" : null,
    onblur: save,
    oninput: typed,
  });
  const label = h("label", { for: input.id, class: "fn-label" }, fieldName(item));
  const style = item.group ? "" : "fn-item";
  const node = h("div", { class: style, "data-item": item.id }, label, input, form.mark(item.id));
  const show = () => {
    const value = form.get(item.id) ?? "";
    if (!timer && input.value !== value) input.value = value;
  };
  return { item, node, show, save };
}

registerKind("log", drawLog);
