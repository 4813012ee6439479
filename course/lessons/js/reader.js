// The Reader: articles with layers of annotations, links between passages, and marking.
import { cutList } from "./cuts.js";
import { alwaysSafe, button, frame, h, promptOf, statusLine } from "./elements.js";
import { Layers, named } from "./layers.js";
import { Marking } from "./marking.js";
import { trim } from "./offsets.js";
import { Pane } from "./pane.js";
import { paint, Selection } from "./selection.js";
import { Texts } from "./tabs.js";
import { afterAnew, afterSaved, wire } from "./wire.js";
import { quoted } from "./words.js";

/** @import { Layer, Note } from "./layers.js" */
/** @import { Context, Mark, NoteOfLayer, ReaderTraits } from "./messages.js" */

/**
 * Draws the Reader, and again where its layers change: they are those of an answer.
 *
 * @param {Context<ReaderTraits>} context
 */
export function renderReader(context) {
  const { model, el, signal } = context;
  let drawn = new AbortController();
  const draw = () => {
    const open = Boolean(el.querySelector(".fn-whole[open]"));
    drawn.abort();
    drawn = new AbortController();
    drawReader({ model, el, signal: drawn.signal }, open);
  };
  draw();
  model.on("change:layers", draw);
  signal?.addEventListener("abort", () => drawn.abort());
  return () => model.off("change:layers", draw);
}

/**
 * Asks for the sentences of the newest text once it is saved, as soon as the Reader is in sight.
 *
 * @param {Context<ReaderTraits>} context
 * @param {HTMLElement} root
 */
function followText({ model, signal }, root) {
  const send = wire(model, () => {}, signal);
  let stale = false;
  let inSight = false;
  const ask = () => {
    if (stale && inSight) send({ newest: true }, { quiet: true });
    stale = stale && !inSight;
  };
  const sight = new IntersectionObserver((seen) => {
    inSight = seen[seen.length - 1].isIntersecting;
    ask();
  });
  sight.observe(root);
  signal?.addEventListener("abort", () => sight.disconnect());
  const later = () => {
    stale = true;
    ask();
  };
  afterSaved(later, model.get("beside"), signal);
  afterAnew(later, signal);
}

/**
 * @param {Context<ReaderTraits>} context
 * @param {boolean} open whether its text, where that is folded, is open already
 */
function drawReader(context, open) {
  const { model, el } = context;
  const title = model.get("title");
  const marking = model.get("labels").length > 0;
  const articles = model.get("articles");
  const root = frame(el, { title, id: model.get("name"), style: "fn-card fn-reader" });
  const layers = new Layers(model);
  const panes = articles.map((article) => {
    const titled = articles.length > 1 || title === `Article ${article.id}`;
    return new Pane(article, layers, { marking, titled });
  });
  const prompt = h("div", {});
  const ask = () => prompt.replaceChildren(...promptOf(model.get("prompt"), model.get("labels")));
  ask();
  model.on("change:prompt", ask);
  context.signal?.addEventListener("abort", () => model.off("change:prompt", ask));
  root.append(prompt);
  if (model.get("beside")) followText(context, root);
  if (!panes.length) return;
  const whole = articles.length > 1 ? "texts" : "text";
  const cut = layers.whose && !marking;
  const told = cut ? "Open the text, with all cuts in it." : `Open the ${whole}, with all marks.`;
  const summary = h("summary", {}, told);
  const body = cut || model.get("folded") ? h("details", { class: "fn-whole", open }, summary) : root;
  if (body !== root) root.append(body);

  /** @type {(mark: Mark | NoteOfLayer, layer?: Layer | null) => Note | null} */
  const read = ([article, start, end, label, by = "", text = ""], layer = null) => {
    const pane = panes.find(({ id }) => id === article);
    if (!pane) return null;
    const stretch = { start: pane.at.toUnit(start), end: pane.at.toUnit(end) };
    return { pane, ...trim(pane.raw, stretch), label, by, text, layer };
  };
  const notes = model
    .get("layers")
    .flatMap((layer, at) => layer.notes.map((note) => read(note, layers.all[at])))
    .filter((note) => note !== null)
    .filter((note) => note.pane.linesOf(note).length); // the others stand in what is not shown
  for (const layer of layers.all) {
    const own = notes.filter((note) => note.layer === layer);
    layer.size = own.length;
    layer.whole = own.length > 0 && own.every((note) => note.pane.coversWholeLines(note));
  }
  const links = model
    .get("links")
    .map((pair) => pair.map((place) => read(place)).filter((note) => note !== null))
    .filter((pair) => pair.length === 2);
  links.forEach((pair, index) => pair.forEach((note) => (note.label = `link ${index + 1}`)));
  for (const note of [...notes, ...links.flat()]) note.pane.add(note);

  const head = h("div", { class: "fn-head" });
  const sideBySide = links.length > 0 || (panes.length === 2 && !marking);
  const texts = new Texts(panes, sideBySide, () => selection.keepInSight());
  const selection = new Selection(texts, layers, head);
  const status = statusLine();
  const marks = marking ? new Marking(context, selection, layers, status, (mark) => read(mark)) : null;

  if (notes.length)
    body.append(
      layers.legend(notes, (touched, said) => {
        for (const pane of panes)
          for (const line of pane.lines.filter((one) => one.notes.some(touched))) pane.draw(line);
        selection.live.textContent = said;
      }),
    );
  if (cut) body.append(...cutList(notes, layers));
  if (panes.length > 1) texts.head.append(selection.finder(marking));
  head.append(...(marks ? [marks.toolbar()] : []), texts.head);
  if (marks) body.append(...marks.keyHelp());
  // Beside paragraphs alone a list would be the longer: it stands below them.
  const style = marks ? (marks.few ? "fn-with-list" : "fn-with-side") : "";
  body.append(h("div", {}, head, h("div", { class: style }, texts.node, marks?.side)));
  // The list of marks stays beside the text, below what sticks to the top.
  const measure = new ResizeObserver(() => root.style.setProperty("--below-head", `${head.offsetHeight}px`));
  measure.observe(head);
  context.signal?.addEventListener("abort", () => measure.disconnect());
  if (marks) body.append(alwaysSafe());
  if (links.length) body.append(linkList(links, texts, selection));
  if (notes.length) body.append(noteList(notes, layers, selection));
  body.append(selection.live);
  for (const pane of panes) {
    for (const line of pane.lines.filter((one) => one.notes.length)) pane.draw(line);
    pane.box.addEventListener("click", (event) => {
      const link = links.find((pair) => pair.some((note) => note.pane === pane && isUnder(note, event)));
      if (link) follow(link, texts, selection);
      if (marks) selection.takeWord(pane);
    });
    if (marks) pane.box.addEventListener("keydown", (event) => marks.key(pane, event));
  }
}

/**
 * Lists what the layers say, for those who do not see the lines under the text; made when it is opened.
 *
 * @param {Note[]} notes
 * @param {Layers} layers
 * @param {Selection} selection
 */
function noteList(notes, layers, selection) {
  const body = h("ol", { class: "fn-notes" });
  const fill = () => {
    const items = notes
      .filter((note) => layers.visible(note))
      .map((note) => {
        const text = quoted(note.pane.words(note));
        const layer = layers.all.length > 1 && !layers.whose ? `${note.layer?.name}: ` : "";
        const what = `${layer}${named(note)}`;
        const where = selection.texts.panes.length > 1 ? `${note.pane.id}, ` : "";
        const go = { "aria-label": `Go to ${what}: ${text}`, onclick: () => selection.goTo(note) };
        return h(
          "li",
          { dir: "auto" },
          h("span", { class: "fn-name" }, layers.swatch(note.label), `${where}${what}`),
          h("span", { class: "fn-quote" }, text),
          button(go, "Go to"),
        );
      });
    body.replaceChildren(...items);
  };
  const summary = h("summary", {}, "The same as a list");
  const details = h("details", { class: "fn-rubric", ontoggle: () => details.open && fill() }, summary, body);
  return details;
}

/**
 * @param {Note[][]} links
 * @param {Texts} texts
 * @param {Selection} selection
 */
function linkList(links, texts, selection) {
  const items = links.map((pair, index) => {
    const show = {
      "aria-label": `Show link ${index + 1}`,
      onclick: () => follow(pair, texts, selection),
    };
    const words = pair.map((note) => `${note.pane.id}: ${quoted(note.pane.words(note), 60)}`);
    return h(
      "li",
      {},
      button(show, `${index + 1}. Show both`),
      h("span", { dir: "auto" }, words.join("  ↔  ")),
    );
  });
  return h(
    "div",
    { class: "fn-links" },
    h("h4", { class: "fn-subtitle" }, "Linked passages"),
    h("ol", {}, items),
  );
}

/**
 * Brings both ends of a link into sight, side by side, and paints them.
 *
 * @param {Note[]} pair
 * @param {Texts} texts
 * @param {Selection} selection
 */
function follow(pair, texts, selection) {
  texts.align(pair);
  paint(pair.flatMap((note) => note.pane.rangesOf(note)));
  for (const note of pair) selection.reveal(note.pane, note);
  const said = pair.map((note) => `article ${note.pane.id}, ${note.pane.words(note)}`);
  selection.live.textContent = `${pair[0].label}: ${said.join("; ")}`;
}

/**
 * @param {Note} note
 * @param {MouseEvent} event
 */
function isUnder(note, { clientX, clientY }) {
  const boxes = note.pane.rangesOf(note).flatMap((range) => [...range.getClientRects()]);
  const holds = (/** @type {DOMRect} */ box) =>
    clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  return boxes.some(holds);
}
