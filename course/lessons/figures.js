// A table whose cells open the passages that they rest on, below their row: a click, Enter or Space. Escape closes them.

/** Where words stand, as a heading says it. */
const placed = ({ article, number }) => (number ? `${article}, paragraph ${number}` : `${article}, outside the report`);

function renderGrid({ model, el }) {
  const [columns, rows, folded] = ["columns", "rows", "folded"].map((name) => model.get(name));
  const root = frame(el, { title: model.get("title"), style: "fn-map" });
  let open = null; // the button of the cell that is open

  const passages = h("ul", { class: "fn-found", id: uid("passages") });
  const name = h("h4", { class: "fn-subtitle" });
  const close = h("button", { type: "button", class: "fn-button", onclick: () => shut() }, "Close");
  const opened = h("tr", { class: "fn-look-row" }, h("td", { colspan: columns.length }, h("div", { class: "fn-look" },
    h("div", { class: "fn-look-top" }, name, close), passages)));

  function shut() {
    if (!open) return;
    open.setAttribute("aria-expanded", "false");
    opened.remove();
    open.focus();
    open = null;
  }

  function show(button, head, column, cell) {
    const again = button === open;
    open?.setAttribute("aria-expanded", "false");
    opened.remove();
    open = again ? null : button;
    if (again) return;
    button.setAttribute("aria-expanded", "true");
    name.replaceChildren(`${head} – ${column}: ${cell.text}`);
    passages.replaceChildren(...cell.passages.map((one) => h("li", {}, h("span", { class: "fn-name" }, placed(one)),
      h("p", { class: "fn-serif", dir: "auto" }, one.before, h("mark", {}, one.words), one.after))));
    button.closest("tr").after(opened);
    opened.scrollIntoView({ block: "nearest" });
  }

  function cellOf(head, column, cell) {
    const said = [h("span", {}, cell.text), cell.own && h("span", { class: "fn-own" }, cell.own)];
    const look = { class: cell.fill ? "fn-cell fn-filled" : "fn-cell", style: cell.fill && `--fill: ${cell.fill}` };
    if (!cell.passages.length) return h("div", look, said);
    const button = h("button", { ...look, type: "button", "aria-expanded": "false", "aria-controls": passages.id }, said);
    button.addEventListener("click", () => show(button, head, column, cell));
    return button;
  }

  root.addEventListener("keydown", (event) => event.key === "Escape" && shut());
  const table = h("div", { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": model.get("title") }, h("table", {},
    h("thead", {}, h("tr", {}, columns.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows.map(({ head, own, cells }) => h("tr", { class: own && "fn-mine" }, h("th", { scope: "row", dir: "auto" }, head),
      cells.map((cell, at) => h("td", {}, cellOf(head, columns[at + 1], cell))))))));
  const hint = rows.some(({ cells }) => cells.some((one) => one.passages.length)) && "Choose a cell to read its passages.";
  const body = [model.get("told") && h("p", { class: "fn-prompt" }, model.get("told")), hint && h("p", { class: "fn-count" }, hint), table];
  root.append(...(folded ? [h("details", {}, h("summary", {}, "The same as a table, with the passages"), body.filter(Boolean))] : body.filter(Boolean)));
}

export default { initialize, render: renderGrid };
