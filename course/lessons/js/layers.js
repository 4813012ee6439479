// What is known of the texts: layers of notes, their colours, and which of them are shown.
import { h } from "./elements.js";

/** @import { Model, ReaderTraits } from "./messages.js" */
/** @import { Pane } from "./pane.js" */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {boolean} shown
 * @property {string} warmth how much colour a step of a heat map has
 * @property {boolean} whole each of its notes covers whole paragraphs
 * @property {number} size how many notes it has
 */

/**
 * An annotation as a pane holds it. `layer` is null for a mark of one's own and for the end of a link.
 *
 * @typedef {object} Note
 * @property {Pane} pane
 * @property {number} start
 * @property {number} end
 * @property {string} label
 * @property {string} by
 * @property {string} text
 * @property {Layer | null} layer
 * @property {number} [lane] the line below the text in which it is drawn
 * @property {boolean} [unsaved]
 * @property {number} [number] of a mark, where all have one label
 */

const LONG_SHORT = [9, 3, 3, 3];
// One for each colour: those whose hues are near have different ones.
const DASHES = [null, [9, 4], [3, 3], [18, 4], LONG_SHORT, null, LONG_SHORT, [3, 3], [18, 4]];
const UNKNOWN_COLOUR = 5;

/**
 * Returns the background image of one line under the text: a colour and a dash of its own.
 *
 * @param {number} colour
 */
export function stripe(colour) {
  const paint = `var(--c${colour % DASHES.length})`;
  const dash = DASHES[colour % DASHES.length];
  if (!dash) return `linear-gradient(${paint}, ${paint})`;
  let at = 0;
  const stops = dash.map(
    (length, index) => `${index % 2 ? "transparent" : paint} ${at}px ${(at += length)}px`,
  );
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}

/**
 * Joins names, a word that begins several of them said once: you, Reader 1, 2.
 *
 * @param {string[]} names
 */
function joinNames(names) {
  /** @param {string} name */
  const stem = (name) => name.slice(0, name.lastIndexOf(" ") + 1);
  const repeats = (/** @type {string} */ name, /** @type {number} */ at) =>
    at > 0 && stem(name) && stem(name) === stem(names[at - 1]);
  return names.map((name, at) => (repeats(name, at) ? name.slice(stem(name).length) : name)).join(", ");
}

/** @param {Note} note */
export const named = (note) => [note.label, note.by, note.text].filter(Boolean).join(", ");

export class Layers {
  /** @param {Model<ReaderTraits>} model */
  constructor(model) {
    const steps = model.get("heat"); // layers that are steps of one colour, the darkest first
    this.heat = steps.length > 0;
    const given = model.get("layers");
    // Each layer has one label, its own name: the question is who marked what, and lines under the text say it.
    this.whose =
      given.length > 1 && given.every(({ name, notes }) => notes.every((note) => note[3] === name));
    this.tagged = !this.heat && !this.whose; // labels stand in the text
    /** @type {Layer[]} */
    this.all = given.map(({ name, shown }) => ({
      name,
      shown,
      warmth: `${Math.round(60 * (1 - steps.indexOf(name) / steps.length) ** 1.3)}%`,
      whole: false,
      size: 0,
    }));
    const used = given.flatMap(({ notes }) => notes.map((note) => note[3]));
    /** @type {string[]} labels, in the order of their colours */
    this.names = [...new Set([...model.get("labels"), ...model.get("order"), ...used])];
  }

  /** @param {string} label */
  colour(label) {
    const at = this.names.indexOf(label);
    return at < 0 ? UNKNOWN_COLOUR : at;
  }

  /** @param {Note} note */
  visible(note) {
    return !note.layer || note.layer.shown;
  }

  /**
   * Returns what stands beside annotated words: each label once, after the names of those who gave it.
   *
   * @param {Note[]} notes
   * @returns {{ label: string, said: string }[]}
   */
  tags(notes) {
    if (!this.tagged) return [];
    const numbered = notes.filter(({ number }) => number);
    if (numbered.length) return numbered.map(({ label, number }) => ({ label, said: String(number) }));
    return [...new Set(notes.map(({ label }) => label))].map((label) => {
      const by = this.all.filter((layer) =>
        notes.some((note) => note.label === label && note.layer === layer),
      );
      if (this.all.length < 2 || !by.length) return { label, said: label };
      const names = joinNames(by.map(({ name }) => name));
      // Where there is one label only, or a label is who gave it, it tells nothing beside the names.
      return { label, said: this.names.length > 1 && names !== label ? `${names}: ${label}` : names };
    });
  }

  /** @param {string} label */
  swatch(label) {
    const node = h("span", { class: "fn-swatch", "aria-hidden": "true" });
    node.style.backgroundImage = stripe(this.colour(label));
    return node;
  }

  /**
   * Makes the boxes that show and hide layers, and the key of labels.
   *
   * @param {Note[]} notes
   * @param {(touched: (note: Note) => boolean, said: string) => void} redraw
   */
  legend(notes, redraw) {
    /** @type {(text: string, checked: boolean, change: (on: boolean) => void, warmth?: string) => HTMLElement} */
    const box = (text, checked, change, warmth = "") => {
      const name = h("span", { dir: "auto", class: warmth ? "fn-warm" : "" }, text);
      if (warmth) name.style.setProperty("--warmth", warmth);
      const input = h("input", { type: "checkbox", checked, onchange: () => change(input.checked) });
      const own = this.whose && this.names.includes(text) ? this.swatch(text) : null;
      return h("label", { class: "fn-check" }, input, own, name);
    };
    const boxes = this.all.map((layer) => {
      const change = (/** @type {boolean} */ on) => {
        layer.shown = on;
        redraw((note) => note.layer === layer, `${layer.name} ${on ? "shown" : "hidden"}`);
      };
      if (this.heat) return box(layer.name, layer.shown, change, layer.warmth);
      return box(this.whose ? layer.name : `${layer.name} (${layer.size})`, layer.shown, change);
    });
    const tagged = box(this.whose ? "names in the text" : "labels in the text", this.tagged, (on) => {
      this.tagged = on;
      redraw(() => true, "");
    });
    const used = this.names.filter((label) => notes.some((note) => note.label === label));
    const key = used.map((label) => h("li", {}, this.swatch(label), h("span", { dir: "auto" }, label)));
    return h(
      "div",
      { class: "fn-legend" },
      h("fieldset", {}, h("legend", {}, "Show"), h("div", { class: "fn-chips" }, boxes, tagged)),
      this.heat || this.whose ? null : h("ul", { class: "fn-key", "aria-label": "Labels" }, key),
    );
  }
}
