// The texts of a Reader: one at a time below a row of tabs, or two side by side. A text is as tall as it is.
import { button, h, uid } from "./elements.js";

/** @import { Pane } from "./pane.js" */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 });

/** One column: its row of tabs, and the text that is open in it. */
class Column {
  /**
   * @param {Pane[]} panes
   * @param {string} name what a screen reader calls the tabs
   * @param {(pane: Pane) => void} choose
   */
  constructor(panes, name, choose) {
    this.panel = h("div", { class: "fn-column", role: "tabpanel", id: uid("panel") });
    this.tabs = panes.map((pane) =>
      h(
        "button",
        {
          type: "button",
          class: "fn-tab",
          role: "tab",
          id: uid("tab"),
          "aria-controls": this.panel.id,
          onclick: () => choose(pane),
        },
        h("span", { class: "fn-tab-word" }, pane.word),
        pane.id,
      ),
    );
    this.panes = panes;
    this.list = h("div", { class: "fn-tabs", role: "tablist", "aria-label": name }, this.tabs);
    this.list.addEventListener("keydown", (event) => {
      const at = this.tabs.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
      const ends = /** @type {Record<string, number>} */ ({ Home: 0, End: panes.length - 1 });
      const to = ends[event.key] ?? (at + (STEPS[event.key] ?? 0) + panes.length) % panes.length;
      if (at < 0 || !(event.key in STEPS || event.key in ends)) return;
      event.preventDefault();
      choose(panes[to]);
      this.tabs[to].focus({ preventScroll: true });
    });
    this.pane = panes[0];
  }

  /** @param {Pane} pane */
  open(pane) {
    this.pane = pane;
    if (this.panel.firstChild !== pane.node) this.panel.replaceChildren(pane.node);
    this.panes.forEach((one, at) => {
      this.tabs[at].setAttribute("aria-selected", String(one === pane));
      this.tabs[at].tabIndex = one === pane ? 0 : -1;
      if (one === pane) this.panel.setAttribute("aria-labelledby", this.tabs[at].id);
    });
  }
}

export class Texts {
  /**
   * @param {Pane[]} panes
   * @param {boolean} sideBySide whether two texts are open at first
   * @param {() => void} changed called when other texts are in sight
   */
  constructor(panes, sideBySide, changed) {
    this.panes = panes;
    this.changed = changed;
    this.both = sideBySide;
    const names = ["Article", "Article to compare with"];
    this.columns = names.map((name, at) => new Column(panes, name, (pane) => this.choose(at, pane)));
    this.compare = button({ class: "fn-compare", onclick: () => this.toggle() }, "Compare two");
    this.node = h(
      "div",
      { class: "fn-columns" },
      this.columns.map(({ panel }) => panel),
    );
    const lists = this.columns.map(({ list }) => list);
    this.head = h(
      "div",
      { class: "fn-tabrow", hidden: panes.length < 2 },
      h("div", { class: "fn-tablists" }, lists),
      this.compare,
    );
    this.arrange(panes.slice(0, 2));
  }

  /** The panes that are in sight. */
  get open() {
    return this.columns.slice(0, this.both ? 2 : 1).map(({ pane }) => pane);
  }

  /**
   * Opens panes, the first in the first column.
   *
   * @param {Pane[]} panes
   */
  arrange([first, second]) {
    for (const { node } of this.panes) node.style.marginTop = "";
    this.columns[0].open(first);
    if (this.both) this.columns[1].open(second);
    else this.columns[1].panel.replaceChildren();
    for (const one of [this.columns[1].panel, this.columns[1].list]) one.hidden = !this.both;
    for (const one of [this.head, this.node]) one.classList.toggle("fn-two", this.both);
    this.compare.setAttribute("aria-pressed", String(this.both));
  }

  /**
   * Opens a text in a column; the text that the other column has changes places with it.
   *
   * @param {number} at
   * @param {Pane} pane
   */
  choose(at, pane) {
    const now = this.columns.map((column) => column.pane);
    if (this.both && now[1 - at] === pane) now[1 - at] = now[at];
    now[at] = pane;
    this.arrange(now);
    this.changed();
  }

  toggle() {
    this.both = !this.both;
    const { pane } = this.columns[0];
    const other = this.panes[(this.panes.indexOf(pane) + 1) % this.panes.length];
    this.arrange([pane, other]);
    this.changed();
  }

  /**
   * Makes sure that a text is in sight, without moving the others.
   *
   * @param {Pane} pane
   */
  show(pane) {
    if (!this.open.includes(pane)) this.choose(0, pane);
  }

  /**
   * Opens two texts side by side, moved so that two places in them stand at one height.
   *
   * @param {{ pane: Pane, start: number, end: number }[]} places
   */
  align(places) {
    this.both = true;
    this.arrange(places.map(({ pane }) => pane));
    const [one, other] = places.map(({ pane, ...place }) => {
      const top = pane.rangesOf(place)[0].getBoundingClientRect().top;
      return { pane, top: top - pane.node.getBoundingClientRect().top };
    });
    const apart = other.top - one.top;
    if (this.columns[0].panel.offsetTop !== this.columns[1].panel.offsetTop) return; // one below the other
    (apart > 0 ? one : other).pane.node.style.marginTop = `${Math.abs(apart)}px`;
  }
}

/**
 * Returns what scrolls an element, nearest first; null where only the page does.
 *
 * @param {HTMLElement} inside
 */
export function scrollerOf(inside) {
  const scrolls = (/** @type {HTMLElement} */ one) =>
    /auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight;
  let at = inside.parentElement;
  while (at && !scrolls(at)) at = at.parentElement;
  return at;
}

/**
 * Scrolls what holds a place until the place can be seen, below what sticks to the top.
 *
 * @param {HTMLElement} inside
 * @param {DOMRect | undefined} place
 * @param {HTMLElement} head
 */
export function bringIntoSight(inside, place, head) {
  if (!place) return;
  const scroller = scrollerOf(inside) ?? document.documentElement;
  const box = scroller.getBoundingClientRect();
  const stuck = [head, ...head.children].filter((one) => getComputedStyle(one).position === "sticky");
  const sticks = stuck.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0);
  const top = Math.max(box.top, 0) + sticks + 12;
  const bottom = Math.min(box.bottom, window.innerHeight) - 24;
  if (place.top < top) scroller.scrollTop -= top - place.top;
  else if (place.bottom > bottom) scroller.scrollTop += Math.min(place.bottom - bottom, place.top - top);
}
