// A table whose cells open the passages that they rest on, below their row: a click, Enter or Space. Escape
// closes them.
import { button, frame, h, uid } from "./elements.js";

/** @import { CellShown, Context, GridTraits, PassageShown } from "./messages.js" */

/**
 * Where words stand, as a heading says it.
 *
 * @param {PassageShown} passage
 */
const placed = ({ article, number }) =>
  number ? `${article}, paragraph ${number}` : `${article}, outside the report`;

/** @param {PassageShown} passage */
const passageNode = (passage) =>
  h(
    "li",
    {},
    h("span", { class: "fn-name" }, placed(passage)),
    h("p", { class: "fn-serif", dir: "auto" }, passage.before, h("mark", {}, passage.words), passage.after),
  );

/** @param {Context<GridTraits>} context */
export function renderGrid({ model, el }) {
  const title = model.get("title");
  const columns = model.get("columns");
  const rows = model.get("rows");
  const folded = model.get("folded"); // below a chart that has the title above it
  const root = frame(el, { title, style: folded ? "fn-map fn-below" : "fn-map" });
  /** @type {HTMLButtonElement | null} the cell that is open */
  let open = null;
  const passages = h("ul", { class: "fn-found", id: uid("passages") });
  const name = h("h4", { class: "fn-subtitle" });
  const top = h("div", { class: "fn-look-top" }, name, button({ onclick: () => shut() }, "Close"));
  const look = h("td", { colspan: columns.length }, h("div", { class: "fn-look" }, top, passages));
  const opened = h("tr", { class: "fn-look-row" }, look);

  const shut = () => {
    open?.setAttribute("aria-expanded", "false");
    opened.remove();
    open?.focus();
    open = null;
  };

  /** @type {(pressed: HTMLButtonElement, heading: string, cell: CellShown) => void} */
  const show = (pressed, heading, cell) => {
    const again = pressed === open;
    open?.setAttribute("aria-expanded", "false");
    opened.remove();
    open = again ? null : pressed;
    if (again) return;
    pressed.setAttribute("aria-expanded", "true");
    name.replaceChildren(`${heading}: ${cell.text}`);
    passages.replaceChildren(...cell.passages.map(passageNode));
    pressed.closest("tr")?.after(opened);
    opened.scrollIntoView({ block: "nearest" });
  };

  /** @type {(heading: string, cell: CellShown) => HTMLElement} */
  const cellNode = (heading, cell) => {
    const said = [h("span", {}, cell.text), cell.own ? h("span", { class: "fn-own" }, cell.own) : null];
    const about = {
      class: cell.fill ? "fn-cell fn-filled" : "fn-cell",
      style: cell.fill ? `--fill: ${cell.fill}` : null,
    };
    if (!cell.passages.length) return h("div", about, said);
    const opener = h(
      "button",
      {
        ...about,
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
  const lines = rows.map(({ head, cells }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", dir: "auto" }, head),
      cells.map((cell, at) => h("td", {}, cellNode(`${head} – ${columns[at + 1]}`, cell))),
    ),
  );
  const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, lines));
  const about = { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": title };
  const told = model.get("told");
  const leads = rows.some(({ cells }) => cells.some((one) => one.passages.length));
  const body = [
    told ? h("p", { class: "fn-prompt" }, told) : null,
    leads ? h("p", { class: "fn-count" }, "Choose a cell to read its passages.") : null,
    h("div", about, table),
  ].filter((node) => node !== null);
  const summary = "The same as a table, with the passages";
  if (folded) root.append(h("details", {}, h("summary", {}, summary), body));
  else root.append(...body);
}
