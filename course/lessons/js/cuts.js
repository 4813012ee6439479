// What each of several readers marked as one claim: a row for each cut, in the order of the text.
import { h } from "./elements.js";

/** @import { Layer, Layers, Note } from "./layers.js" */

const SAME_CUT = 0.85; // of its words: the same cut, as edges differ; scoring.py has it, too
const KEY = { "●": "marked, alone or with more", "◐": "in part", "○": "not" };

/** @type {(note: Note, other: Note) => number} the share of a note's words that another one has */
const shared = (note, other) =>
  note.pane === other.pane
    ? Math.max(0, Math.min(note.end, other.end) - Math.max(note.start, other.start)) / (note.end - note.start)
    : 0;

/**
 * The readers' cuts beside each other; the first layer is one's own, which feedback tells of.
 *
 * @param {Note[]} notes
 * @param {Layers} layers
 */
export function cutList(notes, layers) {
  const columns = layers.all.slice(1);
  if (columns.length < 2) return [];
  const shown = notes.filter(({ layer }) => layer && columns.includes(layer));
  /** @type {Note[]} */
  const rows = [];
  for (const note of shown) {
    const same = (/** @type {Note} */ row) => shared(note, row) >= SAME_CUT && shared(row, note) >= SAME_CUT;
    if (!rows.some(same)) rows.push(note);
  }
  rows.sort(
    (one, other) =>
      notes.findIndex(({ pane }) => pane === one.pane) - notes.findIndex(({ pane }) => pane === other.pane) ||
      one.start - other.start ||
      other.end - one.end,
  );
  /** @type {(row: Note, layer: Layer) => HTMLElement} */
  const cell = (row, layer) => {
    const most = Math.max(
      0,
      ...shown.filter((note) => note.layer === layer).map((note) => shared(row, note)),
    );
    const sign = most >= SAME_CUT ? "●" : most > 0 ? "◐" : "○";
    return h("td", { class: "fn-sign", "aria-label": KEY[sign] }, sign);
  };
  const heads = ["the words", ...columns.map(({ name }) => name)].map((name) =>
    h("th", { scope: "col" }, name),
  );
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "fn-serif", dir: "auto" }, row.pane.words(row)),
      columns.map((layer) => cell(row, layer)),
    ),
  );
  const key = Object.entries(KEY).map(([sign, told]) => `${sign} ${told}`);
  const table = h("table", { class: "fn-cuts" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, body));
  return [
    h("p", { class: "fn-note" }, `A row is what a reader cut out as one claim. ${key.join("; ")}.`),
    table,
  ];
}
