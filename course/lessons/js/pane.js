// One article in a Reader: its lines, what is annotated in them, and the units that a key moves by.
import { h, uid } from "./elements.js";
import { stripe } from "./layers.js";
import { offsets, smallerThan, touching, trim } from "./offsets.js";

/** @import { Layers, Note } from "./layers.js" */
/** @import { ReaderArticle } from "./messages.js" */
/** @import { Stretch } from "./offsets.js" */

/** @typedef {"word" | "sentence" | "paragraph"} UnitKind */
/**
 * @typedef {object} Line
 * @property {number} start
 * @property {number} end
 * @property {boolean} gap an empty line stands before it
 * @property {boolean} cut lines that are not shown stand before it
 * @property {Note[]} notes
 * @property {HTMLElement} node
 * @property {HTMLElement | null} labels the row of labels above it
 */

const TOKEN = /[\p{L}\p{N}\p{M}]+(?:[’'\-.,][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}\p{M}]/gu;
const LANES = 5; // lines drawn under one stretch; the list names all annotations
const LANE_STEP = 5; // pixels from one line to the next

export class Pane {
  /**
   * @param {ReaderArticle} article
   * @param {Layers} layers
   * @param {{ marking: boolean, titled: boolean }} as `titled`: its title stands above it already
   */
  constructor(article, layers, { marking, titled }) {
    this.id = article.id;
    this.word = article.word;
    this.raw = article.raw;
    this.layers = layers;
    this.lanes = layers.whose ? 2 * LANES : LANES;
    this.at = offsets(article.raw);
    /** @type {(points: [number, number]) => Stretch} */
    const span = ([start, end]) => ({ start: this.at.toUnit(start), end: this.at.toUnit(end) });
    this.sentences = article.sentences.map(span);
    this.sentenceEnds = this.sentences.map(({ end }) => end);
    this.lines = linesIn(article.raw, article.shown.map(span));
    this.starts = this.lines.map((line) => line.start);
    this.heading = h(
      "h4",
      { class: titled ? "fn-hidden" : "fn-subtitle", id: uid("article") },
      `${article.word}${article.id}`,
    );
    this.box = h("div", {
      class: "fn-text",
      tabindex: "0",
      role: marking ? "application" : "region",
      "aria-labelledby": this.heading.id,
      "data-article": article.id,
    });
    this.node = h("div", { class: "fn-pane" }, this.heading, this.box);
    this.box.append(...this.lines.map(({ node }) => node));
    this.box.classList.toggle("fn-numbered", article.numbers.length > 0);
    for (const [number, point] of article.numbers) {
      const unit = this.at.toUnit(point);
      const line = this.lines[this.lineAt(unit)];
      if (line && line.start <= unit && unit < line.end) line.node.dataset.number = String(number);
    }
  }

  /**
   * Returns the index of the line that holds a unit, or of the last one before it.
   *
   * @param {number} unit
   */
  lineAt(unit) {
    return Math.max(0, smallerThan(unit + 1, this.starts) - 1);
  }

  /**
   * @param {Stretch} stretch
   * @returns {Line[]}
   */
  linesOf({ start, end }) {
    const found = [];
    for (let index = this.lineAt(start); this.lines[index]?.start < end; index++)
      found.push(this.lines[index]);
    return found.filter((line) => touching(line, { start, end }));
  }

  /**
   * Returns a stretch as whole words, or an empty one: a mouse or a finger rarely meets the edge of a word.
   *
   * @param {Stretch} stretch
   * @returns {Stretch}
   */
  wholeWords(stretch) {
    const { start, end } = trim(this.raw, stretch);
    const lines = this.linesOf({ start, end });
    if (!lines.length) return { start, end: start };
    const first = this.units("word", lines[0]).find((word) => word.end > start);
    const last = this.units("word", lines[lines.length - 1]).findLast((word) => word.start < end);
    return { start: first?.start ?? start, end: last?.end ?? start };
  }

  /**
   * Returns the part of a stretch that can be seen as one with a unit of it: lines that are not shown end it.
   *
   * @param {Stretch} stretch
   * @param {number} unit
   * @returns {Stretch}
   */
  seen({ start, end }, unit) {
    let first = this.lineAt(unit);
    let last = first;
    while (first > 0 && !this.lines[first].cut) first--;
    while (this.lines[last + 1]?.cut === false) last++;
    return {
      start: Math.max(start, this.lines[first]?.start ?? start),
      end: Math.min(end, this.lines[last]?.end ?? end),
    };
  }

  /** @param {Stretch} stretch */
  words({ start, end }) {
    return this.raw.slice(start, end);
  }

  /**
   * Whether a stretch is one of the body's: it stands in a sentence, not in a caption or a headline.
   *
   * @param {Stretch} stretch
   */
  inBody({ start, end }) {
    const sentence = this.sentences[smallerThan(start + 1, this.sentenceEnds)];
    return Boolean(sentence) && touching(sentence, { start, end });
  }

  /** @param {Note} note */
  coversWholeLines(note) {
    const lines = this.linesOf(note);
    const covered = (/** @type {Line} */ line) => {
      const words = trim(this.raw, line);
      return note.start <= words.start && words.end <= note.end;
    };
    return lines.length > 0 && lines.every(covered);
  }

  /** @param {Note} note */
  add(note) {
    for (const line of this.linesOf(note)) line.notes.push(note);
  }

  /** @param {Note} note */
  remove(note) {
    for (const line of this.linesOf(note)) line.notes = line.notes.filter((other) => other !== note);
  }

  /**
   * Draws a line again: its text is cut where annotations start and end.
   *
   * @param {Line} line
   */
  draw(line) {
    const visible = line.notes
      .filter((note) => this.layers.visible(note))
      .sort((a, b) => a.start - b.start || b.end - a.end);
    const asRow = (/** @type {Note} */ note) => Boolean(note.layer?.whole) && !this.layers.heat;
    this.drawLabels(line, visible.filter(asRow));
    const notes = visible.filter((note) => !asRow(note));
    const laneEnds = /** @type {number[]} */ ([]); // the end of the last annotation in each lane
    /** @type {Map<string, number>} those who agree share a lane */
    const lanesOf = new Map();
    // Where the question is whose a mark is, each has lanes of their own, below those of the one before.
    const { whose, all } = this.layers;
    for (const together of whose ? all.map((one) => notes.filter(({ layer }) => layer === one)) : [notes]) {
      const first = laneEnds.length;
      for (const note of together) {
        const said = `${note.start} ${note.end} ${note.label}`;
        const free = laneEnds.findIndex((end, lane) => lane >= first && end <= note.start);
        note.lane = lanesOf.get(said) ?? (free < 0 ? laneEnds.length : free);
        lanesOf.set(said, note.lane);
        laneEnds[note.lane] = note.end;
      }
    }
    if (whose) notes.sort((a, b) => (a.lane ?? 0) - (b.lane ?? 0)); // the first has the ground
    const cuts = new Set([line.start, line.end]);
    for (const note of notes) cuts.add(Math.max(note.start, line.start)).add(Math.min(note.end, line.end));
    const edges = [...cuts].sort((a, b) => a - b);
    const lanes = this.layers.heat ? 0 : Math.min(laneEnds.length, this.lanes);
    line.node.style.setProperty("--lanes", String(lanes));
    const segments = edges.slice(1).map((end, index) => {
      const start = edges[index];
      const here = notes.filter((note) => note.start < end && note.end > start);
      const starting = here.filter((note) => Math.max(note.start, line.start) === start);
      return this.segment(this.raw.slice(start, end), here, starting);
    });
    line.node.replaceChildren(...segments);
  }

  /**
   * Draws the row of labels above a paragraph that whole layers are about.
   *
   * @param {Line} line
   * @param {Note[]} notes
   */
  drawLabels(line, notes) {
    line.labels?.remove();
    line.labels = null;
    const starting = notes.filter((note) => note.start >= line.start);
    const tags = this.layers.tags(starting);
    if (!tags.length) return;
    const shown = tags.map(({ label, said }) =>
      h("span", { class: "fn-label-of", dir: "auto" }, this.layers.swatch(label), said),
    );
    line.labels = h("div", { class: "fn-labels" }, shown);
    line.node.before(line.labels);
  }

  /**
   * @param {string} text
   * @param {Note[]} here the annotations of these words
   * @param {Note[]} starting those that begin with them
   */
  segment(text, here, starting) {
    if (!here.length) return document.createTextNode(text);
    const node = h("span", { class: this.layers.heat ? "fn-seg fn-warm" : "fn-seg" }, text);
    if (starting.length) {
      const tags = this.layers.tags(starting);
      node.dataset.tag = tags.map(({ said }) => said).join(" + ");
      if (tags.length) node.style.setProperty("--tag-of", `var(--c${this.layers.colour(tags[0].label) % 9})`);
    }
    if (this.layers.heat) {
      node.style.setProperty("--warmth", here[0].layer?.warmth ?? "");
      return node;
    }
    const { lanes } = this;
    const drawn = here.map(({ lane = 0, label }) => ({ lane, label })).filter(({ lane }) => lane < lanes);
    const images = drawn.map(({ label }) => stripe(this.layers.colour(label)));
    const places = drawn.map(({ lane }) => `0 calc(100% - (var(--lanes) - ${lane + 1}) * ${LANE_STEP}px)`);
    const sizes = drawn.map(() => "100% 3px");
    node.style.backgroundImage = [...images, "linear-gradient(var(--wash), var(--wash))"].join(", ");
    node.style.backgroundPosition = [...places, "0 0"].join(", ");
    node.style.backgroundSize = [...sizes, `100% calc(100% - var(--lanes) * ${LANE_STEP}px)`].join(", ");
    node.style.setProperty("--tint-of", `var(--c${this.layers.colour(here[0].label) % 9})`);
    return node;
  }

  /**
   * Returns the unit at a place in the document, clamped to this article.
   *
   * @param {Node} node
   * @param {number} offset
   */
  unitAt(node, offset) {
    const inside = node === this.box ? (node.childNodes[offset] ?? null) : node;
    const element = inside instanceof HTMLElement ? inside : (inside?.parentElement ?? null);
    const paragraph = /** @type {HTMLElement | null} */ (element?.closest("[data-line]") ?? null);
    if (paragraph && this.box.contains(paragraph)) {
      const before = document.createRange();
      before.setStart(paragraph, 0);
      if (node !== this.box) before.setEnd(node, offset);
      return this.lines[Number(paragraph.dataset.line)].start + before.toString().length;
    }
    const row = element?.closest(".fn-labels")?.nextElementSibling;
    if (row instanceof HTMLElement && this.box.contains(row))
      return this.lines[Number(row.dataset.line)].start;
    const after = this.box.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
    return after || node === this.box ? this.raw.length : 0;
  }

  /**
   * Returns document ranges of a stretch, one a line.
   *
   * @param {Stretch} stretch
   */
  rangesOf(stretch) {
    return this.linesOf(stretch).map((line) => {
      const range = document.createRange();
      range.setStart(...placeIn(line, Math.max(stretch.start, line.start)));
      range.setEnd(...placeIn(line, Math.min(stretch.end, line.end)));
      return range;
    });
  }

  /**
   * Returns the words, sentences or paragraphs of a line, in order.
   *
   * @param {UnitKind} kind
   * @param {Line} line
   * @returns {Stretch[]}
   */
  units(kind, line) {
    if (kind === "paragraph") return [trim(this.raw, line)];
    if (kind === "word") {
      const words = [...this.words(line).matchAll(TOKEN)];
      return words.map(({ 0: word, index }) => ({
        start: line.start + index,
        end: line.start + index + word.length,
      }));
    }
    const found = [];
    let index = smallerThan(line.start + 1, this.sentenceEnds);
    for (; this.sentences[index]?.start < line.end; index++) found.push(this.sentences[index]);
    return found.length ? found : [trim(this.raw, line)];
  }

  /**
   * Returns the next unit of a kind after a stretch (by = 1) or before it (by = -1).
   *
   * @param {UnitKind} kind
   * @param {number} by
   * @param {Stretch} stretch
   */
  step(kind, by, { start, end }) {
    for (let index = this.lineAt(by > 0 ? end : start); this.lines[index]; index += by) {
      const units = this.units(kind, this.lines[index]);
      const found =
        by > 0 ? units.find((unit) => unit.start >= end) : units.findLast((unit) => unit.end <= start);
      if (found) return found;
    }
    return null;
  }

  /**
   * Returns the unit of a kind in which a stretch stands.
   *
   * @param {UnitKind} kind
   * @param {Stretch} stretch
   */
  around(kind, stretch) {
    const units = this.units(kind, this.lines[this.lineAt(stretch.start)]);
    return units.find((unit) => touching(unit, stretch)) ?? units[0] ?? stretch;
  }
}

/**
 * Returns the lines of a text that are not empty and, where only some stretches are shown, touch one of them.
 *
 * @param {string} raw
 * @param {Stretch[]} shown
 */
function linesIn(raw, shown) {
  /** @type {Line[]} */
  const lines = [];
  let start = 0;
  let gap = false;
  let cut = false;
  for (const text of raw.split("\n")) {
    const end = start + text.length;
    const inside = !shown.length || shown.some((one) => touching(one, { start, end }));
    if (text.trim() && inside) {
      const about = { "data-line": lines.length, class: gap ? "fn-gap" : "", dir: "auto" };
      lines.push({ start, end, gap, cut, notes: [], labels: null, node: h("p", about, text) });
      cut = false;
    } else if (text.trim()) cut = true;
    gap = !text.trim();
    start = end + 1;
  }
  return lines;
}

/**
 * Returns the text node of a line that holds a unit, and where in it.
 *
 * @param {Line} line
 * @param {number} unit
 * @returns {[node: Node, offset: number]}
 */
function placeIn(line, unit) {
  let left = unit - line.start;
  const walker = document.createTreeWalker(line.node, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = /** @type {Text} */ (node);
    if (left <= length) return [node, left];
    left -= length;
  }
  return [line.node, line.node.childNodes.length];
}
