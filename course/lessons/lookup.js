// The texts beside an exercise: below the row that asks, one article at a time, with a word to look for. A button that
// belongs to words of an article leads to these words; one of an item about a whole article opens it, and no more.

const fold = (text) => text.toLowerCase().replace(/[’‘]/g, "'");

/** Returns `button(node, item)`, which opens the texts below `node`, and `turn(node, article)` for a row where they are open. */
function lookup({ texts, articles }) {
  const title = h("h4", { class: "fn-subtitle" });
  const box = h("div", { class: "fn-text fn-numbered", tabindex: "0", role: "region" });
  const found = h("span", { class: "fn-count", role: "status" });
  const word = h("input", { type: "text", "aria-label": "Look for a word", placeholder: "Look for a word", autocomplete: "off" });
  const tabs = h("div", { class: "fn-chips", role: "group", "aria-label": "Article" });
  const close = h("button", { type: "button", class: "fn-button" }, "Close");
  const pane = h("div", { class: "fn-look" }, h("div", { class: "fn-look-top" }, title, tabs, h("span", {}, word, " ", found), close), box);
  let at = -1; // the place that is in sight
  let open = null; // { button, node, article, item, place }

  const places = (text) => {
    const [all, sought] = [fold(text), fold(word.value.trim())];
    const starts = [];
    for (let at = sought ? all.indexOf(sought) : -1; at >= 0; at = all.indexOf(sought, at + sought.length)) starts.push([at, at + sought.length]);
    return starts;
  };

  /** Shows the open article: what is looked for is painted, else the words that the button belongs to. */
  const show = () => {
    const { article, item } = open;
    const [line, from, to] = (!word.value.trim() && item?.at) || [-1];
    title.textContent = `Article ${article}`;
    box.setAttribute("aria-label", `Article ${article}`);
    box.replaceChildren(...texts[article].map(([number, text], index) => {
      const cuts = index === line ? [[from, to]] : places(text);
      const parts = cuts.flatMap(([start, end], at) => [text.slice(at ? cuts[at - 1][1] : 0, start), h("mark", {}, text.slice(start, end))]);
      return h("p", { dir: "auto", "data-number": number || false }, parts, text.slice(cuts.at(-1)?.[1] ?? 0));
    }));
    const count = (id) => texts[id].reduce((sum, [, text]) => sum + places(text).length, 0);
    found.textContent = word.value.trim() ? plural(count(article), "place") : "";
    tabs.hidden = Boolean(item);
    tabs.replaceChildren(...(item ? [] : articles).map((id) => h("button", { type: "button", class: "fn-button", "aria-pressed": String(id === article), onclick: () => turn(open.node, id, true) },
      word.value.trim() ? `${id} (${count(id)})` : id)));
    at = -1;
    box.scrollTop = 0;
    next();
  };
  /** Scrolls to the next place, after the last one to the first. */
  const next = () => {
    const marks = box.querySelectorAll("mark");
    if (!marks.length) return;
    at = (at + 1) % marks.length;
    box.scrollTop += marks[at].getBoundingClientRect().top - box.getBoundingClientRect().top - 60;
    if (word.value.trim() && marks.length > 1) found.textContent = `${at + 1} of ${plural(marks.length, "place")}; Enter: the next`;
  };
  const shut = () => {
    open?.button.setAttribute("aria-expanded", "false");
    (open?.place ?? pane).remove();
    open = null;
  };
  const turn = (node, article, pressed = false) => {
    if (open?.node !== node || open.article === article) return;
    open.article = article;
    show();
    if (pressed) tabs.querySelector("[aria-pressed=true]").focus();
  };
  const back = () => {
    const { button } = open;
    shut();
    button.focus();
  };
  word.addEventListener("input", show);
  word.addEventListener("keydown", (event) => event.key === "Enter" && next());
  close.addEventListener("click", back);
  pane.addEventListener("keydown", (event) => event.key === "Escape" && back());

  const button = (node, item) => {
    const place = node.tagName === "TR" ? h("tr", { class: "fn-look-row" }, h("td", { colspan: articles.length + 1 })) : null;
    const press = () => {
      const again = open?.button === opener;
      shut();
      if (again) return;
      if (word.value && item.article) word.value = "";
      open = { button: opener, node, article: item.file || articles[0], item: item.article ? item : null, place };
      opener.setAttribute("aria-expanded", "true");
      if (place) node.after(place), place.firstChild.append(pane);
      else node.after(pane);
      show();
      pane.scrollIntoView({ block: "nearest" });
      (item.article ? box : word).focus({ preventScroll: true });
    };
    const opener = h("button", { type: "button", class: "fn-button fn-opener", "aria-expanded": "false", "aria-label": `${item.article ? `In the text, article ${item.article}` : "Look in the texts"}: ${item.text || item.words}`, onclick: press },
      item.article ? "In the text" : "Look in the texts");
    return opener;
  };
  return { button, turn };
}
