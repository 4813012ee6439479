// Pictures of a table: lines that run from articles to origins, ladders of wordings, places that change.
import { h } from "./elements.js";

/** @import { CellShown, GridAbout, PassageShown, Row } from "./messages.js" */
/** @typedef {(heading: string, cell: CellShown, said: any, style: string) => HTMLElement} Cells makes what opens passages */
/** @typedef {{ columns: string[], rows: Row[], about: GridAbout, cellNode: Cells }} Drawn */

const STEP = 34; // from one article to the next below it, in px
const FROM = 30; // where lines begin, and where they end
const TO = 190;

/**
 * Makes an element of an SVG picture.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} props
 * @param {Element[]} children
 */
function svg(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** @param {string} letter */
const chip = (letter) => h("span", { class: "fn-letter" }, letter);

/** @param {string} own */
const ownNode = (own) => (own ? h("span", { class: "fn-own" }, own) : null);

/**
 * Draws a row for each claim: the articles that say it, and the origins to which their lines run.
 *
 * @param {Drawn} drawn
 */
function origins({ rows, cellNode }) {
  const lines = rows.map(({ head, cells, lines: ties = [] }) => {
    const articles = [...new Set(ties.map(([article]) => article))];
    const spread = (/** @type {number} */ at, /** @type {number} */ of) => ((at + 0.5) * height) / of;
    // A text that names nobody has a disc of its own.
    const ends = ties.map(([article, origin]) => origin || `? ${article}`);
    /** @param {string} disc */
    const mean = (disc) => {
      const from = ties.flatMap(([article], at) => (ends[at] === disc ? [articles.indexOf(article)] : []));
      return from.reduce((sum, at) => sum + at, 0) / from.length;
    };
    const discs = [...new Set(ends)].sort((one, other) => mean(one) - mean(other));
    const height = STEP * Math.max(articles.length, discs.length);
    const paths = ties.map(([article], at) => {
      const start = spread(articles.indexOf(article), articles.length);
      const end = spread(discs.indexOf(ends[at]), discs.length);
      const half = (FROM + TO) / 2;
      return svg("path", { d: `M${FROM},${start} C${half},${start} ${half},${end} ${TO},${end}` });
    });
    const circles = discs.map((disc, at) => {
      const open = disc.startsWith("?") ? "fn-open" : "";
      return svg("circle", { cx: TO, cy: spread(at, discs.length), r: 11, class: open });
    });
    const labels = discs.map((disc, at) =>
      h(
        "span",
        {
          class: disc.startsWith("?") ? "fn-disc fn-open" : "fn-disc",
          style: `top: ${spread(at, discs.length)}px`,
        },
        disc.startsWith("?") ? "?" : disc,
      ),
    );
    const chips = articles.map((article, at) => {
      const passages = cells[0].passages.filter((one) => one.article === article);
      const one = cellNode(head, { ...cells[0], text: article, passages }, chip(article), "fn-from");
      one.style.top = `${spread(at, articles.length)}px`;
      return one;
    });
    const [most, least] = [2, 3].map((at) => cells[at].text.split(":")[0]);
    const counts = [least, ...(most === least ? [] : ["to", most]), most === "1" ? "origin" : "origins"];
    const said = `${head} ${ties.map(([article, origin]) => `${article}: ${origin || "names nobody"}`).join(", ")}`;
    return h(
      "li",
      {},
      h(
        "div",
        {},
        h("p", { class: "fn-serif", dir: "auto" }, head),
        h("p", { class: "fn-count" }, counts.join(" ")),
      ),
      h(
        "div",
        { class: "fn-ties", style: `height: ${height}px`, role: "group", "aria-label": said },
        svg("svg", { width: TO + 14, height, "aria-hidden": "true" }, ...paths, ...circles),
        chips,
        labels,
      ),
    );
  });
  return h("ol", { class: "fn-origins" }, lines);
}

/**
 * Parts of words that are cues stand out.
 *
 * @param {string} words
 * @param {string[]} cues
 */
function tinted(words, cues) {
  const parts = words.split(new RegExp(`\\b(${cues.join("|")})\\b`, "i"));
  return parts.map((part, at) => (at % 2 ? h("em", { class: "fn-cue" }, part) : part));
}

/**
 * Draws each row as a ladder, its rungs the wordings themselves.
 *
 * @param {Drawn} drawn
 */
function ladders({ rows, about, cellNode }) {
  const { tint = [], open = "" } = about;
  const all = rows.map(({ head, cells }) => {
    const rungs = cells
      .filter(({ passages }) => passages.length)
      .map((cell) => {
        const [letter, source] = cell.text.split(": ");
        const said = [
          chip(letter),
          h("span", { class: "fn-serif", dir: "auto" }, tinted(cell.passages[0].words, tint)),
          h("span", { class: "fn-source" }, h("span", {}, source), ownNode(cell.own)),
        ];
        return h("li", {}, cellNode(head, cell, said, source === open ? "fn-rung fn-open" : "fn-rung"));
      });
    const end = (/** @type {string} */ text) => h("p", { class: "fn-eyebrow" }, text);
    return h(
      "div",
      {},
      h("h4", { class: "fn-subtitle", dir: "auto" }, head),
      end("hedged"),
      h("ol", {}, rungs),
      end("flat"),
    );
  });
  return h("div", { class: "fn-rungs" }, all);
}

/**
 * Draws each row as a line that runs from column to column, through its place in each: the highest on top.
 *
 * @param {Drawn} drawn
 */
function slope({ columns, rows, cellNode }) {
  const views = columns.slice(1);
  const ranked = views.map((_, view) => {
    const value = (/** @type {Row} */ { cells }) => Number.parseFloat(cells[view].text);
    return [...rows].sort((one, other) => value(other) - value(one));
  });
  /** @type {(at: number, of: number) => number} the middle of one of so many equal parts, in per cent */
  const middle = (at, of) => ((at + 0.5) * 100) / of;
  const lines = rows.map((row) => {
    const points = ranked.map(
      (order, view) => `${middle(view, views.length)},${middle(order.indexOf(row), rows.length)}`,
    );
    const mine = row.cells[0].own ? "fn-mine" : "";
    return svg("polyline", { points: points.join(" "), class: mine });
  });
  const lists = ranked.map((order, view) =>
    h(
      "ol",
      { "aria-label": views[view] },
      order.map(({ head, cells }) => {
        const said = [chip(head), h("span", {}, cells[view].text), ownNode(cells[view].own)];
        return h("li", {}, cellNode(`${head} – ${views[view]}`, cells[view], said, "fn-rank"));
      }),
    ),
  );
  const heads = views.map((view) => h("p", { class: "fn-eyebrow", "aria-hidden": "true" }, view));
  const drawn = svg(
    "svg",
    { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...lines,
  );
  return h("div", { class: "fn-slope" }, heads, h("div", { class: "fn-places" }, drawn, lists));
}

/** @type {Record<string, (drawn: Drawn) => HTMLElement>} */
export const PICTURES = { origins, ladders, slope };
