// The words that are selected in a Reader: by mouse, touch or keyboard, and by search.
import { h } from "./elements.js";
import { named } from "./layers.js";
import { touching, trim } from "./offsets.js";
import { bringIntoSight } from "./tabs.js";
import { placesOf, quoted, wordBox } from "./words.js";

/** @import { Layers, Note } from "./layers.js" */
/** @import { Stretch } from "./offsets.js" */
/** @import { Pane, UnitKind } from "./pane.js" */
/** @import { Texts } from "./tabs.js" */

/** @type {Record<string, [kind: UnitKind, by: number]>} */
const MOVES = {
  ArrowRight: ["word", 1],
  ArrowLeft: ["word", -1],
  ArrowDown: ["sentence", 1],
  ArrowUp: ["sentence", -1],
  PageDown: ["paragraph", 1],
  PageUp: ["paragraph", -1],
};
const NOTHING = "nothing yet";
const CUT = ", cut off where text is left out";

/** @param {Range[]} ranges */
export function paint(ranges) {
  if (globalThis.CSS?.highlights) CSS.highlights.set("fn-picked", new Highlight(...ranges));
}

export class Selection {
  /**
   * @param {Texts} texts
   * @param {Layers} layers
   * @param {HTMLElement} head what sticks to the top of the card
   */
  constructor(texts, layers, head) {
    this.texts = texts;
    this.layers = layers;
    this.head = head;
    this.pane = texts.panes[0];
    /** @type {Stretch | null} */
    this.picked = null;
    /** @type {Stretch | null} where an extended selection began */
    this.anchor = null;
    /** @type {Stretch | null} where it is now */
    this.focus = null;
    /** @type {UnitKind | null} the kind of unit that was taken whole last: its key leads to whole ones */
    this.whole = null;
    this.words = h("span", { class: "fn-words", dir: "auto" }, NOTHING);
    this.live = h("p", { class: "fn-hidden", role: "status" });
  }

  /**
   * Makes a stretch the selected words of a pane, paints them and says them. What is selected is what is seen:
   * lines that are not shown end it, on both sides of where it began.
   *
   * @param {Pane} pane
   * @param {Stretch} stretch
   */
  select(pane, stretch, spoken = true) {
    const meant = trim(pane.raw, stretch);
    const picked = trim(pane.raw, pane.seen(meant, (this.anchor ?? meant).start));
    const cut = picked.start > meant.start || picked.end < meant.end ? CUT : "";
    this.texts.show(pane);
    this.pane = pane;
    this.picked = picked.end > picked.start ? picked : null;
    paint(this.picked ? pane.rangesOf(picked) : []);
    if (!this.picked) {
      this.words.textContent = NOTHING;
      return;
    }
    const text = pane.words(picked);
    const notes = pane.linesOf(picked).flatMap((line) => line.notes);
    // A mark inside another is one of its own: of numbered marks, one has these words or none.
    const isHere = (/** @type {Note} */ note) =>
      note.number ? note.start === picked.start && note.end === picked.end : touching(note, picked);
    const here = notes.filter((note) => this.layers.visible(note) && isHere(note));
    const said = [...new Set(here.map(named))].join("; ");
    const marked = said ? `, marked: ${said}` : "";
    this.words.textContent = `${quoted(text)}${cut}${marked}`;
    if (spoken) this.live.textContent = `${text}${cut}${marked}`;
  }

  /** Forgets the selected words. */
  forget() {
    this.anchor = this.focus = this.whole = null;
    this.release();
  }

  /** Selects nothing, and stays where it is: keys go on from there. */
  release() {
    this.picked = null;
    this.words.textContent = NOTHING;
    document.getSelection()?.removeAllRanges();
    paint([]);
  }

  /** Forgets the selected words once their text is out of sight: what is selected is what is seen. */
  keepInSight() {
    if (!this.texts.open.includes(this.pane)) {
      this.forget();
      this.pane = this.texts.open[0];
    }
    paint(this.picked ? this.pane.rangesOf(this.picked) : []);
  }

  /**
   * Follows what is selected by mouse or touch, in whole words; a selection that ends outside is cut at the
   * text's edge. Returns whether it is one of these texts'.
   */
  follow() {
    const selection = document.getSelection();
    if (!selection?.rangeCount || selection.isCollapsed) return false;
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    const { open } = this.texts;
    const pane =
      open.find(({ box }) => box.contains(startContainer)) ??
      open.find(({ box }) => box.contains(endContainer));
    if (!pane) return false;
    const start = pane.unitAt(startContainer, startOffset);
    const stretch = pane.wholeWords({ start, end: pane.unitAt(endContainer, endOffset) });
    const { picked } = this;
    if (pane === this.pane && picked?.start === stretch.start && picked.end === stretch.end) return true;
    const { anchorNode, anchorOffset } = selection;
    const began = anchorNode && pane.box.contains(anchorNode) ? pane.unitAt(anchorNode, anchorOffset) : start;
    this.anchor = this.focus = pane.seen(stretch, began);
    this.whole = null;
    this.select(pane, stretch, false);
    return true;
  }

  /** Makes the page's own selection, once the mouse is let go, what is selected: one colour, and what is copied. */
  settle() {
    if (!this.follow() || !this.picked) return;
    const ranges = this.pane.rangesOf(this.picked);
    const { startContainer, startOffset } = ranges[0];
    const { endContainer, endOffset } = ranges[ranges.length - 1];
    document.getSelection()?.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
  }

  /**
   * Selects the word at which a click has put the caret.
   *
   * @param {Pane} pane
   */
  takeWord(pane) {
    const selection = document.getSelection();
    const node = selection?.anchorNode;
    if (!selection || !node || !selection.isCollapsed || !pane.box.contains(node)) return;
    const unit = pane.unitAt(node, selection.anchorOffset);
    this.anchor = this.focus = pane.around("word", { start: unit, end: unit + 1 });
    this.whole = null;
    this.select(pane, this.focus, false);
  }

  /**
   * Moves or grows the selection by a key of a text. Returns whether the key is one of these.
   *
   * @param {Pane} pane
   * @param {KeyboardEvent} event
   * @param {boolean} again whether the key before was the same
   */
  key(pane, event, again) {
    const { key, shiftKey } = event;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const command = event.ctrlKey || event.metaKey;
    if (command && letter === "a") {
      this.pick(pane, { start: 0, end: pane.raw.length });
      return true;
    }
    const focus = (this.pane === pane && this.focus) || { start: 0, end: 0 };
    if (letter === "s" || letter === "p") {
      this.grow(pane, letter === "s" ? "sentence" : "paragraph", focus, again);
      return true;
    }
    if (MOVES[key]?.[0] !== this.whole) this.whole = null;
    const target = this.target(pane, event, focus);
    if (target) this.pick(pane, target, shiftKey);
    return target !== undefined;
  }

  /**
   * Returns where a key leads: a stretch, null at an end of the text, undefined for other keys.
   *
   * @param {Pane} pane
   * @param {KeyboardEvent} event
   * @param {Stretch} focus
   */
  target(pane, { key, shiftKey, ctrlKey, metaKey }, focus) {
    if (MOVES[key]) {
      const [kind, by] = MOVES[key];
      const around = pane.around(kind, focus);
      const inside = by > 0 ? around.end > focus.end : around.start < focus.start;
      const unit = shiftKey && inside && focus.end ? around : pane.step(kind, by, focus);
      if (!unit || shiftKey || kind === "word" || kind === this.whole) return unit;
      return pane.around("word", { start: unit.start, end: unit.start + 1 });
    }
    if (key !== "Home" && key !== "End") return undefined;
    const all = { start: 0, end: pane.raw.length };
    const { start, end } = ctrlKey || metaKey ? trim(pane.raw, all) : pane.around("paragraph", focus);
    return pane.around("word", key === "Home" ? { start, end: start + 1 } : { start: end - 1, end });
  }

  /**
   * Moves to a stretch, or extends the selection to it.
   *
   * @param {Pane} pane
   * @param {Stretch} target
   */
  pick(pane, target, extend = false) {
    document.getSelection()?.removeAllRanges();
    if (!extend || !this.anchor || this.pane !== pane)
      this.anchor = this.focus = pane.seen(target, target.start);
    // A step over lines that are not shown takes in nothing, and leads nowhere.
    else if (touching(pane.seen(target, this.anchor.start), target)) this.focus = target;
    const start = Math.min(this.anchor.start, target.start);
    this.select(pane, { start, end: Math.max(this.anchor.end, target.end) });
    this.reveal(pane, this.focus ?? target);
  }

  /**
   * Takes in the whole sentence or paragraph; pressed again, the next one too. Then such a step leads to the
   * next whole one.
   *
   * @param {Pane} pane
   * @param {UnitKind} kind
   * @param {Stretch} focus
   * @param {boolean} again
   */
  grow(pane, kind, focus, again) {
    const unit = pane.around(kind, focus);
    this.whole = kind;
    const { picked } = this;
    const has = picked && this.pane === pane && picked.start <= unit.start && picked.end >= unit.end;
    if (!again || !has) this.anchor = null;
    this.pick(pane, again && has ? (pane.step(kind, 1, unit) ?? unit) : unit, true);
  }

  /**
   * @param {Pane} pane
   * @param {Stretch} stretch
   * @param {number} [frames] how many are drawn until lines that were out of sight have got their height
   */
  reveal(pane, stretch, frames = 2) {
    const line = pane.lines[pane.lineAt(stretch.start)];
    if (!line) return;
    line.node.scrollIntoView({ block: "nearest" });
    const range = pane.rangesOf({ start: stretch.start, end: Math.min(stretch.end, line.end) })[0];
    bringIntoSight(pane.box, range?.getBoundingClientRect(), this.head);
    if (frames) requestAnimationFrame(() => this.reveal(pane, stretch, frames - 1));
  }

  /** @param {Note} note */
  goTo(note) {
    this.anchor = this.focus = { start: note.start, end: note.end };
    this.select(note.pane, note);
    note.pane.box.focus({ preventScroll: true });
    this.reveal(note.pane, note);
  }

  /**
   * Makes the box that looks for a word in all texts: what is typed selects the first place, each Enter after the
   * first selects the next, Escape leads into the text.
   * What a report says comes before captions and headlines.
   *
   * @param {boolean} sentences whether Enter takes in the whole sentence
   */
  finder(sentences) {
    const { word, found, node } = wordBox();
    const { panes } = this.texts;
    const places = () => {
      const all = panes.flatMap((pane) =>
        placesOf(pane.raw, word.value).map(([start, end]) => ({ pane, start, end })),
      );
      return all.filter((one) => one.pane.linesOf(one).length);
    };
    /** @type {ReturnType<typeof places>} the places in the order in which Enter leads to them */
    let order = [];
    /** @type {typeof order} and in that of the texts, by which they are numbered */
    let inTexts = [];
    let at = 0;
    /** @type {{ pane: Pane, start: number }} where the search began: more letters look from there */
    let from = { pane: panes[0], start: 0 };
    const begin = () => {
      from = { pane: this.pane, start: this.picked?.end ?? 0 };
    };
    word.addEventListener("focus", begin);
    /** Puts first what follows the place where it began, so that no text comes first each time. */
    const arrange = () => {
      const all = places();
      const body = all.filter((one) => one.pane.inBody(one));
      const here = panes.indexOf(from.pane);
      const follows = body.findIndex(
        ({ pane, start }) => (panes.indexOf(pane) - here || start - from.start) >= 0,
      );
      const first = Math.max(0, follows);
      const others = all.filter((one) => !body.includes(one));
      order = [...body.slice(first), ...body.slice(0, first), ...others];
      inTexts = [...body, ...others];
    };
    const show = (/** @type {number} */ next) => {
      at = next % order.length;
      const { pane, ...place } = order[at];
      const number = inTexts.indexOf(order[at]) + 1;
      this.pick(pane, sentences ? pane.around("sentence", place) : place);
      found.textContent = `Place ${number} of ${order.length}, in ${pane.id}${order.length > 1 ? ". Enter: the next" : ""}`;
    };
    let fresh = false; // what was typed last has its first place: the first Enter stays there
    word.addEventListener("input", () => {
      const shown = order.length > 0;
      fresh = true;
      arrange();
      if (order.length) return show(0);
      if (shown) this.forget();
      found.textContent = word.value.trim() ? "no place found" : "";
    });
    word.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.pane.box.focus({ preventScroll: true });
      if (key !== "Enter") return;
      if (order.length) show(fresh ? at : at + 1);
      fresh = false;
    });
    return node;
  }
}
