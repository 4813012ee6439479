// The Reader: articles with layers of annotations, and marking by mouse, touch or keyboard.
// Offsets: JavaScript counts UTF-16 units, Python code points. Inside this file all are units; they are
// converted where they come in and where they go out.

/** Returns converters between code points (Python) and UTF-16 units (here) for one text. */
function offsets(raw) {
  const pairs = [...raw.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)].map((match) => match.index);
  const points = pairs.map((unit, before) => unit - before);
  return {
    /** A unit in the middle of a pair belongs to the character that starts there. */
    toPoint: (unit) => unit - below(pairs, unit),
    toUnit: (point) => point + below(points, point),
  };
}

/** Returns how many numbers of a sorted list are smaller than `limit`. */
function below(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns a stretch without the white space at its edges. */
function trim(raw, { start, end }) {
  const text = raw.slice(start, end);
  const inner = text.trim();
  const from = start + text.indexOf(inner);
  return { start: from, end: from + inner.length };
}

const TOKEN = /[\p{L}\p{N}\p{M}]+(?:[’'\-.,][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}\p{M}]/gu;
const LANES = 5; // lines drawn under one stretch; the list names all annotations
const STEP = 5; // pixels from one line to the next
const DASHES = [null, [9, 4], [3, 3], [18, 4], [9, 3, 3, 3]];
const cut = (text, most) => (text.length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
const quote = (text, most = 90) => `“${cut(text, most)}”`;
const touching = (one, other) => one.start < other.end && other.start < one.end;
const same = (one, other) => one.start === other.start && one.end === other.end && one.label === other.label && one.pane === other.pane;

/** One article: its lines, what is annotated in them, and the words that are selected. */
class Pane {
  constructor(article, reader) {
    this.id = article.id;
    this.raw = article.raw;
    this.reader = reader;
    this.at = offsets(article.raw);
    const span = ([start, end]) => ({ start: this.at.toUnit(start), end: this.at.toUnit(end) });
    this.sentences = article.sentences.map(span);
    this.sentenceEnds = this.sentences.map(({ end }) => end);
    const shown = article.shown.map(span);
    this.lines = [];
    let start = 0;
    let gap = false;
    for (const text of article.raw.split("\n")) {
      const end = start + text.length;
      const inside = !shown.length || shown.some((one) => touching(one, { start, end }));
      if (text.trim() && inside) this.lines.push({ start, end, gap, notes: [] });
      gap = !text.trim();
      start = end + 1;
    }
    this.starts = this.lines.map((line) => line.start);
    const told = reader.model.get("title") === `Article ${article.id}`;
    const heading = h("h4", { class: told ? "fn-hidden" : "fn-subtitle", id: uid("article") }, `Article ${article.id}`);
    this.box = h("div", { class: "fn-text", tabindex: "0", role: reader.marking ? "application" : "region", "aria-labelledby": heading.id, "data-article": article.id });
    this.node = h("div", { class: "fn-pane" }, heading, this.box);
    this.box.append(...this.lines.map((line, index) => {
      line.node = h("p", { "data-line": index, class: line.gap ? "fn-gap" : "", dir: "auto" }, this.raw.slice(line.start, line.end));
      return line.node;
    }));
    this.box.classList.toggle("fn-numbered", article.numbers.length > 0);
    for (const [number, point] of article.numbers) {
      const unit = this.at.toUnit(point);
      const line = this.lines[this.lineAt(unit)];
      if (line && line.start <= unit && unit < line.end) line.node.dataset.number = number;
    }
  }

  /** Returns the index of the line that holds a unit, or of the last one before it. */
  lineAt(unit) {
    return Math.max(0, below(this.starts, unit + 1) - 1);
  }

  linesOf({ start, end }) {
    const found = [];
    for (let index = this.lineAt(start); index < this.lines.length && this.lines[index].start < end; index++) found.push(this.lines[index]);
    return found.filter((line) => touching(line, { start, end }));
  }

  add(note) {
    for (const line of this.linesOf(note)) line.notes.push(note);
  }

  remove(note) {
    for (const line of this.linesOf(note)) line.notes = line.notes.filter((other) => other !== note);
  }

  /** Draws a line again: its text is cut where annotations start and end. */
  draw(line) {
    const notes = line.notes.filter((note) => this.reader.visible(note)).sort((a, b) => a.start - b.start || b.end - a.end);
    const ends = []; // the end of the last annotation in each lane
    for (const note of notes) {
      const free = ends.findIndex((end) => end <= note.start);
      note.lane = free < 0 ? ends.length : free;
      ends[note.lane] = note.end;
    }
    const cuts = new Set([line.start, line.end]);
    for (const note of notes) cuts.add(Math.max(note.start, line.start)).add(Math.min(note.end, line.end));
    const marks = [...cuts].sort((a, b) => a - b);
    line.node.style.setProperty("--lanes", this.reader.heat ? 0 : Math.min(ends.length, LANES));
    line.node.replaceChildren(...marks.slice(1).map((end, index) => {
      const start = marks[index];
      const here = notes.filter((note) => note.start < end && note.end > start);
      return this.segment(this.raw.slice(start, end), here, here.filter((note) => Math.max(note.start, line.start) === start));
    }));
  }

  segment(text, here, starting) {
    if (!here.length) return document.createTextNode(text);
    const drawn = here.filter((note) => note.lane < LANES);
    const node = h("span", { class: this.reader.heat ? "fn-seg fn-warm" : "fn-seg" }, text);
    if (starting.length) node.dataset.tag = this.reader.tags(starting);
    if (this.reader.heat) {
      node.style.setProperty("--warmth", here[0].layer.warmth);
      return node;
    }
    const images = [...drawn.map((note) => stripe(this.reader.colour(note.label))), "linear-gradient(var(--wash), var(--wash))"];
    node.style.backgroundImage = images.join(", ");
    node.style.backgroundPosition = [...drawn.map((note) => `0 calc(100% - (var(--lanes) - ${note.lane + 1}) * ${STEP}px)`), "0 0"].join(", ");
    node.style.backgroundSize = [...drawn.map(() => "100% 3px"), "100% calc(100% - var(--lanes) * 5px)"].join(", ");
    node.style.setProperty("--tint-of", `var(--c${this.reader.colour(here[0].label) % 9})`);
    return node;
  }

  /** Returns the unit at a place in the document, clamped to this article. */
  unitAt(node, offset) {
    const paragraph = (node.nodeType === 1 ? node : node.parentElement).closest("[data-line]");
    if (paragraph && this.box.contains(paragraph)) {
      const before = document.createRange();
      before.setStart(paragraph, 0);
      before.setEnd(node, offset);
      return this.lines[paragraph.dataset.line].start + before.toString().length;
    }
    if (node === this.box) return this.lines[offset]?.start ?? this.raw.length;
    const after = this.box.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
    return after ? this.raw.length : 0;
  }

  /** Returns document ranges of a stretch, one a line. */
  rangesOf(stretch) {
    return this.linesOf(stretch).map((line) => {
      const range = document.createRange();
      const place = (unit, set) => {
        let left = unit - line.start;
        const walker = document.createTreeWalker(line.node, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (left <= node.length) return set(node, left);
          left -= node.length;
        }
      };
      place(Math.max(stretch.start, line.start), (node, at) => range.setStart(node, at));
      place(Math.min(stretch.end, line.end), (node, at) => range.setEnd(node, at));
      return range;
    });
  }

  /** Returns the words, sentences or paragraphs of a line, in order. */
  units(kind, line) {
    if (kind === "paragraph") return [trim(this.raw, line)];
    if (kind === "word") return [...this.raw.slice(line.start, line.end).matchAll(TOKEN)].map((match) => ({ start: line.start + match.index, end: line.start + match.index + match[0].length }));
    const first = below(this.sentenceEnds, line.start + 1);
    const found = [];
    for (let index = first; index < this.sentences.length && this.sentences[index].start < line.end; index++) found.push(this.sentences[index]);
    return found.length ? found : [trim(this.raw, line)];
  }

  /** Returns the next unit of a kind after a stretch (by = 1) or before it (by = -1). */
  step(kind, by, { start, end }) {
    for (let index = this.lineAt(by > 0 ? end : start); index >= 0 && index < this.lines.length; index += by) {
      const units = this.units(kind, this.lines[index]);
      const found = by > 0 ? units.find((unit) => unit.start >= end) : units.findLast((unit) => unit.end <= start);
      if (found) return found;
    }
    return null;
  }

  around(kind, stretch) {
    const units = this.units(kind, this.lines[this.lineAt(stretch.start)]);
    return units.find((unit) => touching(unit, stretch)) ?? units[0] ?? stretch;
  }
}

/** Returns the background image of one line under the text: a colour and a dash of its own. */
function stripe(colour) {
  const paint = `var(--c${colour % 9})`;
  const dash = DASHES[colour % DASHES.length];
  if (!dash) return `linear-gradient(${paint}, ${paint})`;
  let at = 0;
  const stops = dash.map((length, index) => `${index % 2 ? "transparent" : paint} ${at}px ${(at += length)}px`);
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}

/** Joins names, a word that begins several of them said once: you, Reader 1, 2. */
function brief(names) {
  const stem = (name) => name.slice(0, name.lastIndexOf(" ") + 1);
  return names.map((name, at) => (at && stem(name) && stem(name) === stem(names[at - 1]) ? name.slice(stem(name).length) : name)).join(", ");
}

const MOVES = { ArrowRight: ["word", 1], ArrowLeft: ["word", -1], ArrowDown: ["sentence", 1], ArrowUp: ["sentence", -1], PageDown: ["paragraph", 1], PageUp: ["paragraph", -1] };
const KEYS = [
  ["← →", "word"], ["↑ ↓", "sentence"], ["Page Up, Page Down", "paragraph"], ["Shift with these", "take in more"],
  ["S", "whole sentence; then ↑ ↓ lead to the next"], ["P", "whole paragraph; then Page Down leads to the next"], ["1 to 9", "label"], ["Enter", "go to the labels"],
  ["N", "next mark"], ["Delete", "remove the mark"], ["U", "undo"],
];

class Reader {
  constructor({ model, el, signal }) {
    this.model = model;
    this.labels = model.get("labels");
    this.marking = this.labels.length > 0;
    this.told = model.get("told"); // what each label stands for
    this.layers = model.get("layers").map((layer) => ({ ...layer, shown: true }));
    this.names = [...new Set([...this.labels, ...model.get("order"), ...this.layers.flatMap((layer) => layer.notes.map((note) => note[3]))])];
    const steps = model.get("heat"); // layers that are steps of one colour, the darkest first
    this.heat = steps.length > 0;
    for (const layer of this.layers) layer.warmth = `${Math.round(60 * (1 - steps.indexOf(layer.name) / steps.length) ** 1.3)}%`;
    this.tagged = !this.heat;
    this.undone = [];
    this.root = frame(el, { title: model.get("title"), id: model.get("name"), style: "fn-card fn-reader" });
    this.root.append(...prose(model.get("prompt"), "fn-prompt"));
    this.status = statusLine();
    this.send = wire(model, this.status.say, signal);
    this.panes = model.get("articles").map((article) => new Pane(article, this));
    this.pane = this.panes[0];
    this.notes = this.layers.flatMap((layer) => layer.notes.map((note) => this.note(note, layer))).filter(Boolean);
    this.links = model.get("links").map(([one, other], index) => [one, other].map((place) => this.note([...place, `link ${index + 1}`], null)));
    this.marks = [];
    for (const note of [...this.notes, ...this.links.flat()]) note.pane.add(note);
    this.live = h("p", { class: "fn-hidden", role: "status" });
    const help = uid("keys");
    if (this.notes.length) this.root.append(this.legend());
    if (this.marking) this.root.append(this.toolbar());
    // Several texts to mark share one scroll box, so that the labels above them stay in sight.
    const stack = this.marking && this.panes.length > 1;
    const texts = h("div", { class: `fn-panes ${stack ? "fn-stack" : `fn-panes-${Math.min(this.panes.length, 2)}`}` }, this.panes.map((pane) => pane.node));
    for (const pane of this.panes) pane.scroller = stack ? texts : pane.box;
    this.side = this.marking ? h("div", { class: "fn-side" }) : null;
    this.root.append(h("div", { class: this.marking ? "fn-with-side" : "" }, texts, this.side));
    if (this.marking) {
      this.root.append(h("dl", { class: "fn-keys", id: help }, h("dt", {}, "Keys in the text"), h("dd", {}, KEYS.map(([key, what]) => h("span", {}, h("kbd", {}, key), what)))));
      for (const pane of this.panes) pane.box.setAttribute("aria-describedby", help);
      this.root.append(h("p", { class: "fn-note" }, "Your marks are kept as you go. Run this cell again, or Run > Run All Cells, to see them again: that is always safe."));
    }
    if (this.links.length) this.root.append(this.linkList());
    if (this.notes.length) this.root.append(this.noteList());
    this.root.append(this.live);
    this.setMarks(model.get("marks"));
    for (const pane of this.panes) {
      pane.lines.filter((line) => line.notes.length).forEach((line) => pane.draw(line));
      pane.box.addEventListener("click", (event) => this.clicked(pane, event));
      if (this.marking) pane.box.addEventListener("keydown", (event) => this.key(pane, event));
    }
    if (this.marking) {
      document.addEventListener("selectionchange", () => this.selected(), { signal });
      const onMarks = () => this.setMarks(model.get("marks"));
      model.on("change:marks", onMarks);
      signal?.addEventListener("abort", () => model.off("change:marks", onMarks));
    }
  }

  /** Returns an annotation [article, start, end, label, by, note] with units for offsets. */
  note([article, start, end, label, by = "", text = ""], layer) {
    const pane = this.panes.find(({ id }) => id === article);
    return pane ? { pane, ...trim(pane.raw, { start: pane.at.toUnit(start), end: pane.at.toUnit(end) }), label, by, text, layer } : null;
  }

  colour(label) {
    const at = this.names.indexOf(label);
    return at < 0 ? 5 : at;
  }

  visible(note) {
    return !note.layer || note.layer.shown;
  }

  /** Returns what stands before marked words: each label once, after the names of those who gave it. */
  tags(notes) {
    if (!this.tagged) return "";
    const given = (label) => this.layers.filter((layer) => notes.some((note) => note.label === label && note.layer === layer));
    // Where there is one label only, it tells nothing beside the names.
    const named = (label) => (this.layers.length > 1 && given(label).length ? brief(given(label).map(({ name }) => name)) + (this.names.length > 1 ? `: ${label}` : "") : label);
    return [...new Set(notes.map(({ label }) => label))].map(named).join(" + ");
  }

  swatch(label) {
    const node = h("span", { class: "fn-swatch", "aria-hidden": "true" });
    node.style.backgroundImage = stripe(this.colour(label));
    return node;
  }

  legend() {
    const used = this.names.filter((label) => this.notes.some((note) => note.label === label));
    const box = (text, checked, change, warmth) => {
      const node = h("span", { dir: "auto", class: warmth ? "fn-warm" : "" }, text);
      if (warmth) node.style.setProperty("--warmth", warmth);
      return h("label", { class: "fn-check" }, h("input", { type: "checkbox", checked, onchange: (event) => change(event.target.checked) }), node);
    };
    const again = (touched) => this.panes.forEach((pane) => pane.lines.filter((line) => line.notes.some(touched)).forEach((line) => pane.draw(line)));
    const boxes = this.layers.map((layer) => box(this.heat ? layer.name : `${layer.name} (${layer.notes.length})`, true, (on) => {
      layer.shown = on;
      again((note) => note.layer === layer);
      this.live.textContent = `${layer.name} ${on ? "shown" : "hidden"}`;
    }, this.heat && layer.warmth));
    boxes.push(box("labels in the text", this.tagged, (on) => {
      this.tagged = on;
      again(() => true);
    }));
    return h("div", { class: "fn-legend" }, h("fieldset", {}, h("legend", {}, "Show"), h("div", { class: "fn-chips" }, boxes)),
      this.heat ? null : h("ul", { class: "fn-key", "aria-label": "Labels" }, used.map((label) => h("li", {}, this.swatch(label), h("span", { dir: "auto" }, label)))));
  }

  toolbar() {
    this.words = h("span", { class: "fn-words", dir: "auto" }, "Select words in the text first.");
    this.buttons = this.labels.map((label, index) => h("button", {
      type: "button", class: "fn-button fn-tag", "data-label": label, title: this.told[index], onclick: (event) => this.mark(label, event.detail === 0),
    }, this.told.length ? [this.swatch(label), h("span", { class: "fn-stem", dir: "auto" }, `${label}. ${cut(this.told[index], 80)}`), h("span", { class: "fn-count" })]
      : [index < 9 ? h("kbd", { "aria-hidden": "true" }, index + 1) : null, this.swatch(label), h("span", { dir: "auto" }, label)]));
    const undo = h("button", { type: "button", class: "fn-button", onclick: () => this.undo() }, "Undo");
    return h("div", { class: "fn-toolbar" }, h("div", { class: "fn-top" }, h("p", { class: "fn-picked" }, h("strong", {}, "Selected: "), this.words), this.status.node),
      h("div", { class: `fn-buttons ${this.told.length ? "fn-told" : ""}`, role: "group", "aria-label": "Label the selected words" }, this.buttons, this.told.length ? null : undo),
      this.panes.length > 1 ? h("div", { class: "fn-buttons fn-lead", role: "group", "aria-label": "Go to an article" }, this.panes.map((pane) =>
        h("button", { type: "button", class: "fn-button", onclick: () => this.leadTo(pane) }, `Article ${pane.id}`)), this.told.length ? undo : null, this.finder()) : null);
  }

  /** Makes the box that looks for a word in all texts: Enter selects the next place, Escape leads into the text. */
  finder() {
    const { word, found, node } = wordBox();
    const places = () => this.panes.flatMap((pane) => placesOf(pane.raw, word.value).map(([start, end]) => ({ pane, start, end }))).filter((one) => one.pane.linesOf(one).length);
    const after = ({ pane, start }) => (this.panes.indexOf(pane) - this.panes.indexOf(this.pane) || start - (this.picked?.end ?? 0)) >= 0;
    word.addEventListener("input", () => (found.textContent = word.value.trim() ? `${plural(places().length, "place")}; Enter: the next` : ""));
    word.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.pane.box.focus({ preventScroll: true });
      const all = key === "Enter" ? places() : [];
      const at = Math.max(0, all.findIndex(after)); // on from what is selected, so that no text comes first each time
      if (!all.length) return;
      this.pick(all[at].pane, this.told.length ? all[at].pane.around("sentence", all[at]) : all[at]);
      found.textContent = `${at + 1} of ${plural(all.length, "place")}, in ${all[at].pane.id}`;
    });
    return node;
  }

  /** Scrolls the box that several texts share to one of them. */
  leadTo({ node, box, scroller }) {
    scroller.scrollTop += node.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    box.focus({ preventScroll: true });
  }

  /** Makes `stretch` the selected words of a pane, paints them and says them. */
  select(pane, stretch, spoken = true) {
    const picked = trim(pane.raw, stretch);
    this.pane = pane;
    this.picked = picked.end > picked.start ? picked : null;
    const ranges = this.picked ? pane.rangesOf(picked) : [];
    if (globalThis.CSS?.highlights) CSS.highlights.set("fn-picked", new Highlight(...ranges));
    if (!this.picked) return;
    const text = pane.raw.slice(picked.start, picked.end);
    const here = [...new Set(pane.linesOf(picked).flatMap((line) => line.notes).filter((note) => this.visible(note) && touching(note, picked)).map((note) => this.named(note)))];
    const marked = here.length ? `, marked: ${here.join("; ")}` : "";
    if (this.words) this.words.textContent = `${quote(text)}${marked}`;
    if (spoken) this.live.textContent = `${text}${marked}`;
  }

  named(note) {
    return [note.label, note.by, note.text].filter(Boolean).join(", ");
  }

  /** Follows what is selected by mouse or touch; a selection that ends outside is cut at the text's edge. */
  selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    const pane = this.panes.find(({ box }) => box.contains(startContainer)) ?? this.panes.find(({ box }) => box.contains(endContainer));
    if (!pane) return;
    const stretch = { start: pane.unitAt(startContainer, startOffset), end: pane.unitAt(endContainer, endOffset) };
    this.anchor = this.focus = trim(pane.raw, stretch);
    this.whole = null;
    this.select(pane, stretch, false);
  }

  clicked(pane, event) {
    const link = this.links.findIndex((pair) => pair.some((note) => note.pane === pane && this.under(note, event)));
    if (link >= 0) this.follow(link);
    const selection = document.getSelection();
    if (!this.marking || !selection.rangeCount || !selection.isCollapsed || !pane.box.contains(selection.anchorNode)) return;
    const unit = pane.unitAt(selection.anchorNode, selection.anchorOffset);
    this.anchor = this.focus = pane.around("word", { start: unit, end: unit + 1 });
    this.whole = null;
    this.select(pane, this.focus, false);
  }

  under(note, { clientX, clientY }) {
    return note.pane.rangesOf(note).some((range) => [...range.getClientRects()].some((box) => clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom));
  }

  key(pane, event) {
    const { key, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && !["z", "Z", "a", "A", "Home", "End"].includes(key))) return;
    const done = () => event.preventDefault();
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const again = this.last === letter;
    this.last = letter;
    if (command && letter === "a") return done(), this.pick(pane, { start: 0, end: pane.raw.length });
    if (letter === "u" || letter === "z") return done(), this.undo();
    if (/^[1-9]$/.test(key) && this.labels[key - 1]) return done(), this.mark(this.labels[key - 1], true);
    if (key === "Delete" || key === "Backspace") return done(), this.removeHere(pane);
    if (key === "Enter") return done(), this.buttons[0].focus();
    if (letter === "n") return done(), this.nextMark(pane, shiftKey ? -1 : 1);
    const focus = (this.pane === pane && this.focus) || { start: 0, end: 0 };
    if (letter === "s" || letter === "p") return done(), this.grow(pane, letter === "s" ? "sentence" : "paragraph", focus, again);
    if (MOVES[key]?.[0] !== this.whole) this.whole = null;
    const target = this.target(pane, event, focus);
    if (target === undefined) return;
    done();
    if (target) this.pick(pane, target, shiftKey);
  }

  /** Returns where a key leads: a stretch, null at an end of the text, undefined for other keys. */
  target(pane, { key, shiftKey, ctrlKey, metaKey }, focus) {
    if (MOVES[key]) {
      const [kind, by] = MOVES[key];
      const around = pane.around(kind, focus);
      const inside = by > 0 ? around.end > focus.end : around.start < focus.start;
      const unit = shiftKey && inside && focus.end ? around : pane.step(kind, by, focus);
      return unit && (shiftKey || kind === "word" || kind === this.whole ? unit : pane.around("word", { start: unit.start, end: unit.start + 1 }));
    }
    if (key !== "Home" && key !== "End") return undefined;
    const all = { start: 0, end: pane.raw.length };
    const whole = ctrlKey || metaKey ? trim(pane.raw, all) : pane.around("paragraph", focus);
    return pane.around("word", key === "Home" ? { start: whole.start, end: whole.start + 1 } : { start: whole.end - 1, end: whole.end });
  }

  /** Moves to a stretch, or extends the selection to it. */
  pick(pane, target, extend = false) {
    document.getSelection().removeAllRanges();
    if (!extend || !this.anchor || this.pane !== pane) this.anchor = target;
    this.focus = target;
    this.select(pane, { start: Math.min(this.anchor.start, target.start), end: Math.max(this.anchor.end, target.end) });
    this.reveal(pane, target);
  }

  /** Takes in the whole sentence or paragraph; pressed again, the next one too. Then such a step leads to the next whole one. */
  grow(pane, kind, focus, again) {
    const unit = pane.around(kind, focus);
    this.whole = kind;
    const has = again && this.picked && this.pane === pane && this.picked.start <= unit.start && this.picked.end >= unit.end;
    if (!has) this.anchor = null;
    this.pick(pane, has ? pane.step(kind, 1, unit) ?? unit : unit, true);
  }

  reveal(pane, stretch) {
    const line = pane.lines[pane.lineAt(stretch.start)];
    if (line) line.node.scrollIntoView({ block: "nearest" });
    const place = pane.rangesOf({ start: stretch.start, end: Math.min(stretch.end, line.end) })[0]?.getBoundingClientRect();
    const box = pane.scroller.getBoundingClientRect();
    if (place && place.top < box.top + 8) pane.scroller.scrollTop -= box.top + 24 - place.top;
    else if (place && place.bottom > box.bottom - 8) pane.scroller.scrollTop += Math.min(place.bottom - box.bottom + 24, place.top - box.top - 8);
  }

  goTo(note) {
    this.anchor = this.focus = { start: note.start, end: note.end };
    this.select(note.pane, note);
    note.pane.box.focus({ preventScroll: true });
    this.reveal(note.pane, note);
  }

  nextMark(pane, by) {
    const marks = this.marks.filter((mark) => mark.pane === pane);
    const from = this.picked?.start ?? -1;
    const next = by > 0 ? marks.find((mark) => mark.start > from) : marks.findLast((mark) => mark.start < from);
    if (next) this.goTo(next);
    else this.live.textContent = "No more marks this way.";
  }

  /** Shows the marks that Python keeps; those that are already here stay as they are. */
  setMarks(stored) {
    const wanted = stored.map((mark) => this.note(mark, null)).filter(Boolean);
    const gone = this.marks.filter((mark) => !wanted.some((other) => same(mark, other)));
    const fresh = wanted.filter((mark) => !this.marks.some((other) => same(mark, other)));
    this.change(fresh, gone);
  }

  /** Adds and removes marks on screen: only the lines they touch are drawn again. */
  change(fresh, gone) {
    const touched = new Set();
    const touch = (mark) => mark.pane.linesOf(mark).forEach((line) => touched.add(line));
    for (const mark of gone) mark.pane.remove(mark), touch(mark);
    for (const mark of fresh) mark.pane.add(mark), touch(mark);
    this.marks = [...this.marks.filter((mark) => !gone.includes(mark)), ...fresh].sort((a, b) => this.panes.indexOf(a.pane) - this.panes.indexOf(b.pane) || a.start - b.start || a.end - b.end);
    for (const pane of this.panes) for (const line of pane.lines) if (touched.has(line)) pane.draw(line);
    if (this.picked) this.select(this.pane, this.picked, false);
    if (this.side) this.listMarks();
  }

  mark(label, byKeyboard) {
    if (!this.picked) return this.status.say("Select words in the text first.", true);
    const mark = { pane: this.pane, ...this.picked, label, by: "", text: "", layer: null };
    if (byKeyboard) this.pane.box.focus({ preventScroll: true });
    if (this.marks.some((other) => same(mark, other))) return this.status.say(`These words are marked as ${label} already.`);
    this.undone.push(["remove", mark]);
    this.keep("add", mark);
  }

  removeHere(pane) {
    const here = this.marks.filter((mark) => mark.pane === pane && this.picked && touching(mark, this.picked));
    const smallest = here.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
    if (!smallest) return this.status.say("There is no mark at the selected words.");
    this.drop(smallest);
  }

  drop(mark) {
    this.undone.push(["add", mark]);
    this.keep("remove", mark);
  }

  undo() {
    const step = this.undone.pop();
    if (step) this.keep(...step);
    else this.status.say("There is nothing to undo.");
  }

  /** Shows a change at once, sends it, and says what became of it. */
  keep(what, mark) {
    const here = this.marks.find((other) => same(mark, other));
    this.change(what === "add" && !here ? [mark] : [], what === "remove" && here ? [here] : []);
    this.live.textContent = `${what === "add" ? "Marked as" : "Removed"} ${mark.label}: ${mark.pane.raw.slice(mark.start, mark.end)}`;
    this.model.set("marks", this.marks.map((one) => this.stored(one)), { silent: true });
    const exact = mark.pane.raw.slice(mark.start, mark.end);
    this.send({ path: [what], value: this.stored(mark), exact }, (reply) => {
      mark.unsaved = Boolean(reply.problem);
      this.listMarks();
    });
  }

  stored({ pane, start, end, label }) {
    return [pane.id, pane.at.toPoint(start), pane.at.toPoint(end), label];
  }

  listMarks() {
    const focused = document.activeElement?.dataset?.remove;
    const items = this.marks.map((mark, index) => {
      const text = quote(mark.pane.raw.slice(mark.start, mark.end));
      const where = this.panes.length > 1 ? ` in article ${mark.pane.id}` : "";
      return h("li", { class: "fn-marked", dir: "auto" },
        h("span", { class: "fn-name" }, this.swatch(mark.label), `${mark.label}${where}`, mark.unsaved ? h("strong", { class: "fn-problem" }, " not saved") : null),
        h("q", { class: "fn-quote" }, text.slice(1, -1)),
        h("span", { class: "fn-moves" },
          h("button", { type: "button", class: "fn-button", "aria-label": `Go to ${mark.label}: ${text}`, onclick: () => this.goTo(mark) }, "Go to"),
          h("button", { type: "button", class: "fn-button", "data-remove": index, "aria-label": `Remove ${mark.label}: ${text}`, onclick: () => this.drop(mark) }, "Remove")));
    });
    const heading = h("h4", { class: "fn-subtitle", tabindex: "-1" }, `Your marks: ${this.marks.length}`);
    this.side.replaceChildren(heading, h("ol", {}, items), items.length ? "" : h("p", { class: "fn-note" }, "None yet."));
    for (const { lastChild, dataset } of this.told.length ? this.buttons : []) lastChild.textContent = plural(this.marks.filter(({ label }) => label === dataset.label).length, "passage");
    if (focused !== undefined) (this.side.querySelector(`[data-remove="${Math.min(focused, items.length - 1)}"]`) ?? heading).focus();
  }

  /** Lists what the layers say, for those who do not see the lines under the text; made when it is opened. */
  noteList() {
    const body = h("ol", { class: "fn-notes" });
    const fill = () => body.replaceChildren(...this.notes.filter((note) => this.visible(note)).map((note) => {
      const text = quote(note.pane.raw.slice(note.start, note.end));
      const what = this.layers.length > 1 ? `${note.layer.name}: ${this.named(note)}` : this.named(note);
      return h("li", { dir: "auto" }, h("span", { class: "fn-name" }, this.swatch(note.label), `${note.pane.id}, ${what}`), h("q", { class: "fn-quote" }, text.slice(1, -1)),
        h("button", { type: "button", class: "fn-button", "aria-label": `Go to ${what}: ${text}`, onclick: () => this.goTo(note) }, "Go to"));
    }));
    return h("details", { class: "fn-rubric", ontoggle: (event) => event.target.open && fill() }, h("summary", {}, "The same as a list"), body);
  }

  linkList() {
    return h("div", { class: "fn-links" }, h("h4", { class: "fn-subtitle" }, "Linked passages"), h("ol", {}, this.links.map(([one, other], index) => h("li", {},
      h("button", { type: "button", class: "fn-button", "aria-label": `Show link ${index + 1}`, onclick: () => this.follow(index) }, `${index + 1}. Show both`),
      h("span", { dir: "auto" }, `${one.pane.id}: ${quote(one.pane.raw.slice(one.start, one.end), 60)}  ↔  ${other.pane.id}: ${quote(other.pane.raw.slice(other.start, other.end), 60)}`)))));
  }

  /** Scrolls both ends of a link into sight and paints them. */
  follow(index) {
    const pair = this.links[index];
    for (const note of pair) this.reveal(note.pane, note);
    if (globalThis.CSS?.highlights) CSS.highlights.set("fn-picked", new Highlight(...pair.flatMap((note) => note.pane.rangesOf(note))));
    this.live.textContent = `Link ${index + 1}: ${pair.map((note) => `article ${note.pane.id}, ${note.pane.raw.slice(note.start, note.end)}`).join("; ")}`;
  }
}

export { offsets, trim };
export default { initialize, render: (context) => void new Reader(context) };
