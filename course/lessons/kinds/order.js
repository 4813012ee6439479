// Lists that are put in order, with buttons or by dragging a row by its handle. A list is answered once its
// order is kept by its button, and each move after that too; until then its rows wait in the browser.
import { button, h, uid } from "../js/elements.js";
import { stem } from "../js/items.js";
import { registerKind } from "../js/kinds.js";
import { draft } from "../js/wire.js";

/** @import { FormView, KindView } from "../js/kinds.js" */
/** @import { FormItem } from "../js/messages.js" */

/**
 * @param {FormView} form
 * @returns {KindView}
 */
function drawOrder(form) {
  const names = [...new Set(form.spec.items.map((item) => item.group))];
  const ladders = names.map((name) => drawLadder(form, name));
  const node = h(
    "div",
    { class: "fn-ladders" },
    ladders.map((ladder) => ladder.node),
  );
  const refresh = () => {
    const open = ladders.filter((one) => !one.refresh());
    for (const { hint } of ladders) hint.hidden = hint !== open[0]?.hint; // it is said once
    return /** @type {[number, number]} */ ([ladders.length - open.length, ladders.length]);
  };
  return { node, refresh };
}

/**
 * @param {FormView} form
 * @param {string} group
 */
function drawLadder(form, group) {
  const items = form.spec.items.filter((item) => item.group === group);
  const mark = form.mark(group);
  const live = h("p", { class: "fn-hidden", role: "status" });
  const list = h("ol", { class: "fn-ladder" });
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  const shown = () => rowsOf(list).map((node) => node.dataset.item ?? "");
  const stored = draft(form.spec.id, group);
  let moved = /** @type {string[] | null} */ (stored.get());
  const commit = () => {
    moved = null;
    stored.drop();
    form.set([group], shown());
  };
  const settle = () => {
    if (form.get(group)) return commit();
    stored.keep((moved = shown()));
    refresh();
  };
  const press = () => {
    commit();
    node.focus(); // the button is gone
  };
  const hint = h("span", { class: "fn-hint", id: uid("hint") }, "A list counts once you press its button.");
  const keep = button({ onclick: press, "aria-describedby": hint.id }, "Keep this order");

  /** @type {(item: FormItem, by: number, event: Event) => void} */
  const move = (item, by, { currentTarget }) => {
    const ids = shown();
    const at = ids.indexOf(item.id);
    if (at + by < 0 || at + by >= ids.length) return;
    ids.splice(at + by, 0, ...ids.splice(at, 1));
    list.append(...rowsFor(ids));
    /** @type {HTMLElement} */ (currentTarget).focus();
    live.textContent = `Now ${at + by + 1} of ${ids.length}: ${item.text}`;
    settle();
  };
  /** @type {(ids: string[]) => HTMLElement[]} */
  const rowsFor = (ids) => ids.flatMap((id) => rows.get(id) ?? []);
  /** @type {(item: FormItem, name: string, arrow: string, by: number) => HTMLElement} */
  const mover = (item, name, arrow, by) =>
    button(
      {
        class: `fn-${name.toLowerCase()}`,
        "aria-label": `${name}: ${item.text}`,
        onclick: (/** @type {Event} */ event) => move(item, by, event),
      },
      `${arrow} ${name}`,
    );
  const below = (/** @type {HTMLElement} */ pane) => {
    chips.after(pane); // what is opened keeps no list from its button
    return pane;
  };
  for (const item of items) {
    const handle = h("span", { class: "fn-handle", "aria-hidden": "true", title: "Drag" }, "⠿");
    const node = h(
      "li",
      { "data-item": item.id },
      handle,
      h("span", { class: "fn-place", "aria-hidden": "true" }),
      h("span", { class: "fn-stem" }, stem(item)),
      h(
        "span",
        { class: "fn-moves" },
        item.article ? form.look.button(item, below) : null,
        mover(item, "Up", "↑", -1),
        mover(item, "Down", "↓", 1),
      ),
    );
    handle.addEventListener("pointerdown", (event) => drag(event, list, node, settle));
    rows.set(item.id, node);
  }

  /** The order of the rows before one is kept: as they were moved, else as they are given. */
  const laidOut = () => {
    const given = items.map(({ id }) => id);
    return moved && [...moved].sort().join() === [...given].sort().join() ? moved : given;
  };
  const refresh = () => {
    /** @type {string[] | undefined} */
    const value = form.get(group);
    const ids = value?.filter((id) => rows.has(id)) ?? laidOut();
    if (ids.join() !== shown().join()) list.replaceChildren(...rowsFor(ids));
    rowsOf(list).forEach((node, at, all) => {
      const set = (/** @type {string} */ name, /** @type {boolean} */ off) =>
        node.querySelector(name)?.setAttribute("aria-disabled", String(off));
      node.querySelector(".fn-place")?.replaceChildren(String(at + 1));
      set(".fn-up", at === 0);
      set(".fn-down", at === all.length - 1);
    });
    keep.hidden = Boolean(value);
    return Boolean(value);
  };
  const chips = h("div", { class: "fn-chips" }, keep, hint, mark);
  const node = h(
    "div",
    {
      class: "fn-group",
      role: "group",
      "aria-label": group || form.spec.title,
      "data-group": group,
      tabindex: "-1",
    },
    group ? h("h4", { class: "fn-subtitle", dir: "auto" }, group) : null,
    list,
    chips,
    live,
  );
  return { node, hint, refresh };
}

/** @param {HTMLElement} list */
const rowsOf = (list) =>
  /** @type {HTMLElement[]} */ ([...list.children].filter((one) => one.tagName === "LI"));

/**
 * Lets a row follow the pointer until it is let go.
 *
 * @param {PointerEvent} event
 * @param {HTMLElement} list
 * @param {HTMLElement} node
 * @param {() => void} settle
 */
function drag(event, list, node, settle) {
  event.preventDefault();
  list.setPointerCapture(event.pointerId); // the list stays where it is; a row that moves would lose it
  node.classList.add("fn-dragged");
  const order = () =>
    rowsOf(list)
      .map((one) => one.dataset.item)
      .join();
  const before = order();
  const onMove = (/** @type {PointerEvent} */ { clientY }) => {
    const below = rowsOf(list).find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return other !== node && clientY < top + height / 2;
    });
    if ((below ?? null) !== node.nextElementSibling) list.insertBefore(node, below ?? null);
  };
  const onEnd = () => {
    list.removeEventListener("pointermove", onMove);
    node.classList.remove("fn-dragged");
    if (order() !== before) settle();
  };
  list.addEventListener("pointermove", onMove);
  list.addEventListener("lostpointercapture", onEnd, { once: true });
}

registerKind("order", drawOrder);
