// Marking in a Reader: labels, one's own marks, undo, and the list of marks beside the text.
import { button, h, plural, uid } from "./elements.js";
import { touching } from "./offsets.js";
import { quoted } from "./words.js";
import { changes, keptChanges, onceThere } from "./wire.js";

/** @import { Say } from "./elements.js" */
/** @import { Layers, Note } from "./layers.js" */
/** @import { Context, Mark, ReaderTraits } from "./messages.js" */
/** @import { Pane } from "./pane.js" */
/** @import { Selection } from "./selection.js" */
/** @import { Change } from "./wire.js" */

/** @typedef {"add" | "remove"} What */

/**
 * Returns the keys of a text, of those that it has a use for, and what they do.
 *
 * @param {boolean} several it has more than one paragraph
 * @param {number} labels
 */
const keysOf = (several, labels) => [
  ["← →", "word"],
  ["↑ ↓", "sentence"],
  ...(several ? [["Page Up, Page Down", "paragraph"]] : []),
  ["Shift with these", "take in more"],
  ["S", "whole sentence; then ↑ ↓ lead to the next"],
  ["P", several ? "whole paragraph; then Page Down leads to the next" : "whole paragraph"],
  labels > 9 ? ["1 to 9, 0", "label; 0 is the tenth"] : [labels > 1 ? `1 to ${labels}` : "1", "label"],
  ["Enter", "go to the labels"],
  ["N", "next mark"],
  ["Delete", "remove the mark"],
  ["U", "undo"],
];
const NOWHERE = "no text has it"; // what a tie without a letter says of a sentence
const COMMANDS = ["z", "Z", "a", "A", "Home", "End"]; // with Ctrl

/** @param {number} count */
const noLabel = (count) => `${plural(count, "paragraph")} ${count > 1 ? "have" : "has"} no label yet.`;

/** @type {(one: Note, other: Note) => boolean} */
const same = (one, other) =>
  one.start === other.start && one.end === other.end && one.label === other.label && one.pane === other.pane;

export class Marking {
  /**
   * @param {Context<ReaderTraits>} context
   * @param {Selection} selection
   * @param {Layers} layers
   * @param {{ node: HTMLElement, say: Say }} status
   * @param {(mark: Mark) => Note | null} read makes a note of what Python sent
   */
  constructor({ model, el, signal }, selection, layers, status, read) {
    this.model = model;
    this.el = el;
    this.selection = selection;
    this.layers = layers;
    this.status = status;
    this.read = read;
    /** @type {string[]} */
    this.labels = [];
    /** @type {string[]} what each label stands for */
    this.told = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    /** @type {Note[]} */
    this.marks = [];
    /** @type {[What, Note][][]} what takes each step back */
    this.undone = [];
    this.last = "";
    /** Whether some paragraphs are shown, and no whole text. */
    this.few = model.get("articles").every(({ shown }) => shown.length);
    this.change = changes(model, el, model.get("name"), status.say, signal);
    this.side = h("div", { class: "fn-side" });
    this.sentence = h("div", { class: "fn-sentence", "aria-hidden": "true" });
    this.labelGroup = h("div", { role: "group", "aria-label": "Label the selected words" });
    this.setLabels();
    this.setMarks(model.get("marks"));
    const onLabels = () => {
      this.undone = []; // labels may be others' now
      this.selection.live.textContent = "";
      this.setLabels();
      this.list();
    };
    const onMarks = () => this.setMarks(model.get("marks"));
    model.on("change:labels change:told", onLabels);
    model.on("change:marks", onMarks);
    document.addEventListener("selectionchange", () => selection.follow(), { signal });
    const settle = () => selection.settle();
    for (const { box } of selection.texts.panes)
      box.addEventListener("mousedown", () => document.addEventListener("mouseup", settle, { once: true }));
    signal?.addEventListener("abort", () => {
      model.off("change:labels change:told", onLabels);
      model.off("change:marks", onMarks);
    });
    onceThere(el, () => this.takeUp([...keptChanges(el, model.get("name")).values()]), signal);
  }

  /**
   * Makes the changes again that no kernel has heard.
   *
   * @param {Change[]} kept
   */
  takeUp(kept) {
    for (const { path, value } of kept) {
      const mark = this.read(value);
      if (mark) this.keep(/** @type {What} */ (path[0]), mark);
    }
  }

  /** Shows the labels; where they are sentences of an answer, these may have changed. */
  setLabels() {
    this.labels = this.model.get("labels");
    this.told = this.model.get("told");
    this.buttons = this.labels.map((label, index) => this.labelButton(label, index));
    this.labelGroup.className = `fn-buttons ${this.told.length ? "fn-told" : ""}`;
    this.labelGroup.replaceChildren(...this.buttons, ...(this.told.length ? [this.sentence] : []));
    this.sentence.replaceChildren(...this.told.map((one) => h("p", { dir: "auto" }, one)));
    this.tell(this.labels[0]);
  }

  /**
   * Shows the sentence that a label stands for, whole: its button has room for the number. All have one place, as
   * high as the longest: nothing moves.
   *
   * @param {string} label
   */
  tell(label) {
    const shown = this.labels.indexOf(label);
    [...this.sentence.children].forEach((one, at) => one.classList.toggle("fn-said", at === shown));
    for (const one of this.buttons) one.classList.toggle("fn-on", one.dataset.label === label);
  }

  /**
   * @param {string} label
   * @param {number} index
   */
  labelButton(label, index) {
    const shown = this.told.length
      ? [
          this.layers.swatch(label),
          h("span", {}, label),
          h("span", { class: "fn-hidden" }, `. ${this.told[index]}`),
          h("span", { class: "fn-hidden" }),
        ]
      : [
          index < 10 ? h("kbd", { "aria-hidden": "true" }, (index + 1) % 10) : null,
          this.layers.swatch(label),
          h("span", { dir: "auto" }, label),
        ];
    const tell = () => this.tell(label);
    const on = { onclick: () => this.mark(label), onfocus: tell, onmouseenter: tell };
    return button({ class: "fn-tag", "data-label": label, ...on }, shown);
  }

  toolbar() {
    const picked = h("p", { class: "fn-picked" }, h("strong", {}, "Selected: "), this.selection.words);
    const undo = button({ onclick: () => this.undo() }, "Undo");
    const nowhere = this.told.length ? button({ onclick: () => this.takeNowhere() }, "No text has it") : null;
    const numbers = (/** @type {KeyboardEvent} */ event) => {
      if (/^[0-9]$/.test(event.key)) this.key(this.selection.pane, event);
    };
    return h(
      "div",
      { class: "fn-toolbar", onkeydown: numbers },
      h("div", { class: "fn-top" }, picked, this.status.node, nowhere, undo),
      this.labelGroup,
    );
  }

  /** Selects that no text has it: a stretch without a letter, which is tied to a sentence as any other. */
  takeNowhere() {
    const { selection } = this;
    selection.forget();
    [selection.pane] = selection.texts.panes;
    selection.picked = { start: 0, end: 0 };
    selection.words.textContent = selection.live.textContent = NOWHERE;
  }

  /** Makes the fold of the keys, and the same to be heard: what is folded does not describe the texts. */
  keyHelp() {
    const { panes } = this.selection.texts;
    const several = panes.some(({ lines }) => lines.length > 1);
    const labels = this.told.length ? 9 : this.labels.length; // of a text that is written still, as many as can be
    const keys = keysOf(several, labels);
    const heard = h("p", { hidden: true, id: uid("keys") }, keys.map((one) => one.join(": ")).join(". "));
    for (const { box } of panes) box.setAttribute("aria-describedby", heard.id);
    const list = keys.map(([key, what]) => h("li", {}, h("kbd", {}, key), ` ${what}`));
    return [heard, h("details", {}, h("summary", {}, "Keyboard"), h("ul", { class: "fn-keys" }, list))];
  }

  /**
   * @param {Pane} pane
   * @param {KeyboardEvent} event
   */
  key(pane, event) {
    const { key } = event;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && !COMMANDS.includes(key))) return;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const again = this.last === letter;
    this.last = letter;
    const label = /^[0-9]$/.test(key) && this.labels[(Number(key) + 9) % 10];
    if (letter === "u" || letter === "z") this.undo();
    else if (label) this.mark(label);
    else if (key === "Delete" || key === "Backspace") this.removeHere(pane);
    else if (key === "Enter") this.buttons[0].focus();
    else if (letter === "n") this.nextMark(pane, event.shiftKey ? -1 : 1);
    else if (!this.selection.key(pane, event, again)) return;
    event.preventDefault();
  }

  /**
   * @param {Pane} pane
   * @param {number} by
   */
  nextMark(pane, by) {
    const marks = this.marks.filter((mark) => mark.pane === pane && mark.end);
    const from = this.selection.picked?.start ?? -1;
    const next =
      by > 0 ? marks.find((mark) => mark.start > from) : marks.findLast((mark) => mark.start < from);
    if (next) this.selection.goTo(next);
    else this.status.say("No more marks this way.");
  }

  /**
   * Shows the marks that Python keeps; those that are already here stay as they are.
   *
   * @param {Mark[]} stored
   */
  setMarks(stored) {
    const wanted = stored.map(this.read).filter((mark) => mark !== null);
    const gone = this.marks.filter((mark) => !wanted.some((other) => same(mark, other)));
    const fresh = wanted.filter((mark) => !this.marks.some((other) => same(mark, other)));
    this.show(fresh, gone);
  }

  /**
   * Adds and removes marks on screen: only the lines they touch are drawn again.
   *
   * @param {Note[]} fresh
   * @param {Note[]} gone
   */
  show(fresh, gone) {
    for (const mark of gone) mark.pane.remove(mark);
    for (const mark of fresh) mark.pane.add(mark);
    const { panes } = this.selection.texts;
    this.marks = [...this.marks.filter((mark) => !gone.includes(mark)), ...fresh].sort(
      (a, b) => panes.indexOf(a.pane) - panes.indexOf(b.pane) || a.start - b.start || a.end - b.end,
    );
    // Where there is one label, a mark bears its number in the list, and those after it have another one now.
    const alone = this.labels.length === 1 && !this.told.length;
    this.marks.forEach((mark, at) => (mark.number = alone ? at + 1 : 0));
    for (const pane of panes) {
      const changed = [...gone, ...(alone ? this.marks : fresh)].filter((mark) => mark.pane === pane);
      for (const line of new Set(changed.flatMap((mark) => pane.linesOf(mark)))) pane.draw(line);
    }
    const { pane, picked } = this.selection;
    if (picked?.end) this.selection.select(pane, picked, false);
    this.list();
  }

  /**
   * Marks the selected words, and leads back to the text: its keys work after a click on a label too.
   *
   * @param {string} label
   */
  mark(label) {
    const { pane, picked } = this.selection;
    this.tell(label);
    if (!picked && this.told.length) return this.status.say("Now select the passage that supports it.");
    if (!picked) return this.status.say("Select words in the text first.", true);
    const mark = { pane, ...picked, label, by: "", text: "", layer: null };
    pane.box.focus({ preventScroll: true });
    if (this.marks.some((other) => same(mark, other)))
      return this.status.say(`These words are marked as ${label} already.`);
    const here = this.marks.filter((other) => same({ ...other, label }, mark));
    // Elsewhere the same words have one label, and that of before comes back with it.
    const replaced = this.told.length || this.model.get("several") ? [] : here;
    this.undone.push([
      ["remove", mark],
      ...replaced.map((other) => /** @type {[What, Note]} */ (["add", other])),
    ]);
    for (const other of replaced) this.keep("remove", other);
    this.keep("add", mark);
    if (this.told.length) this.selection.release(); // the next number may only ask what its sentence is
  }

  /** @param {Pane} pane */
  removeHere(pane) {
    const { picked } = this.selection;
    const here = this.marks.filter((mark) => mark.pane === pane && picked && touching(mark, picked));
    const smallest = here.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
    if (!smallest) return this.status.say("There is no mark at the selected words.");
    this.takeOff(smallest);
  }

  /**
   * Removes a mark. Its words are selected no more: the next label is not meant for them.
   *
   * @param {Note} mark
   */
  takeOff(mark) {
    this.selection.release();
    this.drop(mark);
  }

  /** @param {Note} mark */
  drop(mark) {
    this.undone.push([["add", mark]]);
    this.keep("remove", mark);
  }

  undo() {
    const step = this.undone.pop();
    this.selection.release();
    if (step) step.forEach((one) => this.keep(...one));
    else this.status.say("There is nothing to undo.");
  }

  /**
   * Shows a change at once, sends it, and says what became of it.
   *
   * @param {What} what
   * @param {Note} mark
   */
  keep(what, mark) {
    const here = this.marks.find((other) => same(mark, other));
    this.show(what === "add" && !here ? [mark] : [], what === "remove" && here ? [here] : []);
    const exact = mark.pane.words(mark);
    const said = exact || NOWHERE;
    this.selection.live.textContent = `${what === "add" ? "Marked as" : "Removed"} ${mark.label}: ${said}`;
    this.model.set("marks", this.marks.map(stored), { silent: true });
    const settle = (/** @type {boolean} */ unsaved) => {
      const shown = this.marks.find((other) => same(mark, other));
      if (shown) shown.unsaved = unsaved;
      this.list();
    };
    const value = stored(mark);
    this.change(
      JSON.stringify(value),
      { path: [what], value, exact },
      { done: (reply) => settle(Boolean(reply.problem)), late: () => settle(true) },
    );
  }

  /**
   * Says, where whole paragraphs are marked, how many have a label and which have none; the button that opens the
   * readers' marks asks for these once. A word is no paragraph: half of it must be marked.
   */
  wholeTold() {
    const { panes } = this.selection.texts;
    if (!this.few || this.labels.length < 2 || this.told.length) return "";
    const lines = panes.flatMap((pane) => pane.lines.map((line) => ({ pane, line })));
    if (lines.length < 2) return ""; // in one paragraph parts are marked
    const without = lines.filter(({ pane, line }) => {
      const marked = (/** @type {Note} */ mark) =>
        mark.pane === pane &&
        Math.min(mark.end, line.end) - Math.max(mark.start, line.start) >= (line.end - line.start) / 2;
      return !this.marks.some(marked);
    });
    const root = this.el.firstElementChild;
    if (root instanceof HTMLElement) root.dataset.open = without.length ? noLabel(without.length) : "";
    const which = without.map(({ pane, line }) => `${pane.id} ${line.node.dataset.number}`).join(", ");
    const told = `${lines.length - without.length} of ${lines.length} paragraphs.`;
    return h("p", { class: "fn-note" }, which ? `${told} Still open: ${which}.` : told);
  }

  /** Lists the marks beside the text. */
  list() {
    const active = document.activeElement;
    const focused = active instanceof HTMLElement ? active.dataset.remove : undefined;
    const had = focused !== undefined && this.side.contains(active);
    const { panes } = this.selection.texts;
    const items = this.marks.map((mark, index) => {
      const text = mark.end ? quoted(mark.pane.words(mark)) : NOWHERE;
      const number = this.few ? ` ${mark.pane.lines[mark.pane.lineAt(mark.start)].node.dataset.number}` : "";
      const where = panes.length > 1 && mark.end ? `${mark.pane.id}${number}, ` : "";
      const unsaved = mark.unsaved ? h("strong", { class: "fn-problem" }, " not saved") : null;
      const go = { "aria-label": `Go to ${mark.label}: ${text}`, onclick: () => this.selection.goTo(mark) };
      const drop = {
        "data-remove": index,
        "aria-label": `Remove ${mark.label}: ${text}`,
        onclick: () => this.takeOff(mark),
      };
      return h(
        "li",
        { class: "fn-marked", dir: "auto" },
        h(
          "span",
          { class: "fn-name" },
          this.layers.swatch(mark.label),
          `${where}${mark.number || mark.label}`,
          unsaved,
        ),
        h("span", { class: "fn-moves" }, mark.end ? button(go, "Go to") : null, button(drop, "Remove")),
        h("span", { class: "fn-quote" }, text),
      );
    });
    const heading = h("h4", { class: "fn-subtitle", tabindex: "-1" }, `Your marks: ${this.marks.length}`);
    const none = items.length ? "" : h("p", { class: "fn-note" }, "None yet.");
    this.side.replaceChildren(heading, this.wholeTold(), h("ol", {}, items), none);
    for (const { lastChild, classList, dataset } of this.told.length ? this.buttons : []) {
      const tied = this.marks.filter(({ label }) => label === dataset.label);
      const passages = tied.filter(({ end }) => end).length;
      classList.toggle("fn-tied", tied.length > 0);
      if (lastChild) lastChild.textContent = tied.length > passages ? NOWHERE : plural(passages, "passage");
    }
    if (!had) return;
    const next = `[data-remove="${Math.min(Number(focused), items.length - 1)}"]`;
    /** @type {HTMLElement} */ (this.side.querySelector(next) ?? heading).focus();
  }
}

/**
 * @param {Note} mark
 * @returns {Mark}
 */
const stored = ({ pane, start, end, label }) => [
  pane.id,
  pane.at.toPoint(start),
  pane.at.toPoint(end),
  label,
];
