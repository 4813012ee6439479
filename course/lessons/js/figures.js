// A table or a picture whose cells open the passages that they rest on, below their row: a click, Enter or
// Space. Escape closes them.
import { PICTURES } from "./drawings.js";
import { button, frame, h, uid } from "./elements.js";

/** @import { Cells } from "./drawings.js" */
/** @import { CellShown, Context, GridTraits, PassageShown, Row } from "./messages.js" */

/**
 * Where words stand, as a heading says it.
 *
 * @param {PassageShown} passage
 */
const placed = ({ article, number }) =>
  number ? `${article}, paragraph ${number}` : `${article}, outside the report`;

/**
 * Words in their sentence; a sentence that holds several, in the text's order, stands once.
 *
 * @param {PassageShown[]} here
 */
function passageNode(here) {
  const [{ before, words, after }] = here;
  const sentence = before + words + after;
  let told = 0;
  const parts = here.flatMap((one) => {
    const start = Math.max(told, one.before.length);
    const end = Math.max(start, one.before.length + one.words.length);
    const part = [sentence.slice(told, start), end > start ? h("mark", {}, sentence.slice(start, end)) : ""];
    told = end;
    return part;
  });
  const name = h("span", { class: "fn-name" }, placed(here[0]));
  return h("li", {}, name, h("p", { class: "fn-serif", dir: "auto" }, parts, sentence.slice(told)));
}

/** @param {PassageShown[]} passages */
function bySentence(passages) {
  /** @type {Map<string, PassageShown[]>} */
  const by = new Map();
  for (const one of passages) {
    const sentence = `${placed(one)} ${one.before}${one.words}${one.after}`;
    by.set(sentence, [...(by.get(sentence) ?? []), one]);
  }
  return [...by.values()];
}

const EMPTY = "#FFFFFF"; // the ground of the page, in each theme

/**
 * The ground of a cell: stripes of all its colours, where readers are as many for each. The style sheet says how
 * much of a colour a theme shows.
 *
 * @param {string} fill
 */
function ground(fill) {
  const inTheme = (/** @type {string} */ colour) =>
    colour === EMPTY ? "var(--paper)" : `color-mix(in srgb, ${colour} var(--of-ground), var(--paper))`;
  const colours = fill.split(", ").map(inTheme);
  const stripes = colours.map((one, at) => `${one} ${at * 6}px ${(at + 1) * 6}px`);
  return colours.length > 1 ? `repeating-linear-gradient(135deg, ${stripes.join(", ")})` : colours[0];
}

/**
 * What stands in a cell: its text, or as many dots.
 *
 * @param {CellShown} cell
 * @param {string} dot
 */
function saidNode(cell, dot) {
  const dots = dot
    ? Array.from({ length: Number(cell.text) }, () => h("i", { class: dot, "aria-hidden": "true" }))
    : [];
  return [dots, h("span", {}, cell.text), cell.own ? h("span", { class: "fn-own" }, cell.own) : null];
}

/**
 * Tells what the grounds of cells mean, each once.
 *
 * @param {Row[]} rows
 */
function legend(rows) {
  const cells = rows.flatMap((row) => row.cells).filter(({ fill }) => fill);
  const labels = new Map(cells.map(({ text, fill }) => [text.split(",")[0], fill]));
  const tied = (/** @type {string} */ label) => label.split(" / ").length;
  const sorted = [...labels].sort(([one], [other]) => tied(one) - tied(other) || (one < other ? -1 : 1));
  const items = sorted.map(([label, fill]) => {
    const swatch = h("span", { class: "fn-ground", style: `--fill: ${ground(fill)}`, "aria-hidden": "true" });
    return h("li", {}, swatch, tied(label) > 1 ? `${label}: both can be argued` : label);
  });
  return h("ul", { class: "fn-key", "aria-label": "Colours" }, items);
}

/** @param {Context<GridTraits>} context */
export function renderGrid({ model, el }) {
  const title = model.get("title");
  const columns = model.get("columns");
  const rows = model.get("rows");
  const look = model.get("look");
  const about = model.get("about");
  const root = frame(el, { title, style: `fn-map fn-as-${look || "table"}` });
  /** @type {HTMLElement | null} the cell that is open */
  let open = null;
  const passages = h("ul", { class: "fn-found", id: uid("passages") });
  const name = h("h4", { class: "fn-subtitle" });
  const top = h("div", { class: "fn-look-top" }, name, button({ onclick: () => shut() }, "Close"));
  const looked = h("div", { class: "fn-look" }, top, passages);
  const opened = h("tr", { class: "fn-look-row" }, h("td", { colspan: columns.length }));

  const shut = () => {
    open?.setAttribute("aria-expanded", "false");
    opened.remove();
    looked.remove();
    open?.focus();
    open = null;
  };

  /** @type {(pressed: HTMLElement, heading: string, cell: CellShown) => void} */
  const show = (pressed, heading, cell) => {
    const again = pressed === open;
    open?.setAttribute("aria-expanded", "false");
    opened.remove();
    looked.remove();
    open = again ? null : pressed;
    if (again) return;
    pressed.setAttribute("aria-expanded", "true");
    name.replaceChildren(`${heading.replace(/\.$/, "")}: ${cell.text}`);
    passages.replaceChildren(...bySentence(cell.passages).map(passageNode));
    const row = pressed.closest("tr");
    row?.after(opened);
    if (row) opened.firstElementChild?.append(looked);
    else pressed.closest(".fn-origins > li, .fn-rungs, .fn-slope")?.append(looked);
    looked.scrollIntoView({ block: "nearest" });
  };

  /** @type {Cells} */
  const cellNode = (heading, cell, said, style) => {
    if (!cell.passages.length) return h("div", { class: style }, said);
    const opener = h(
      "button",
      {
        class: style,
        type: "button",
        "aria-expanded": "false",
        "aria-controls": passages.id,
        onclick: () => show(opener, heading, cell),
      },
      said,
    );
    return opener;
  };

  root.addEventListener("keydown", (event) => event.key === "Escape" && open && shut());
  const heads = columns.map((column) => h("th", { scope: "col" }, column));
  const lines = rows.map(({ head, cells }) => {
    const dot = look !== "dots" ? "" : head === about.hollow ? "fn-dot fn-open" : "fn-dot";
    const nodes = cells.map((cell, at) => {
      const style = cell.fill ? "fn-cell fn-filled" : "fn-cell";
      const node = cellNode(`${head} – ${columns[at + 1]}`, cell, saidNode(cell, dot), style);
      if (cell.fill) node.style.setProperty("--fill", ground(cell.fill));
      return h("td", {}, node);
    });
    const silent = dot && cells.every(({ text }) => text === "0");
    return h(
      "tr",
      { class: silent ? "fn-silent" : null },
      h("th", { scope: "row", dir: "auto" }, head),
      nodes,
    );
  });
  const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, lines));
  const scroll = h("div", { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": title }, table);
  const told = model.get("told") ? h("p", { class: "fn-prompt" }, model.get("told")) : "";
  const how = about.how ? h("p", { class: "fn-prompt" }, about.how) : "";
  const leads = !look && rows.some(({ cells }) => cells.some((one) => one.passages.length));
  const press = leads ? h("p", { class: "fn-count" }, "Choose a cell to read its passages.") : "";
  const draw = PICTURES[look];
  if (draw) {
    const same = h("details", {}, h("summary", {}, "The same in words and as a table"), told, scroll);
    root.append(how, draw({ columns, rows, about, cellNode }), same);
  } else if (look) root.append(how, look === "map" ? legend(rows) : "", scroll, told);
  else root.append(told, press, scroll);
}
