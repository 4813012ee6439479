// The texts beside an exercise: below the row that asks, one article at a time, or all places of a word in all
// of them. A button that belongs to words of an article leads to these words, that of an item about one article
// to this. Where a point of a grid stands is the question: its button leads nowhere, and the row's own words can
// be pressed to look for them.
import { button, h, plural, prose } from "./elements.js";
import { folded, placesOf, wordBox } from "./words.js";

/** @import { FormItem, FormSpec, TextLine } from "./messages.js" */

/** @typedef {ReturnType<typeof lookup>} Lookup */
/**
 * Where the texts are open.
 *
 * @typedef {object} Open
 * @property {HTMLButtonElement} opener
 * @property {HTMLElement} node what the texts stand below
 * @property {string} article "" for the places in all of them
 * @property {FormItem | null} item the item whose words are shown
 * @property {HTMLElement | null} row the row that was put into a table for them
 * @property {HTMLElement | null} said the words of the row, which can be pressed
 */

const COMMON = new Set(
  (
    "also and are back but can came for from had has have her his how its like many not only other say than that" +
    " the their them there they theirs this time two under use used was way were what when which who will with" +
    " would after take"
  ).split(" "),
);
const MANY = 30; // places in all texts: a word that stands everywhere leads nowhere

/**
 * Cuts what a row asks at its words, every second part being one.
 *
 * @param {string} text
 */
const cutAtWords = (text) => text.split(/([\p{L}\p{N}](?:[\p{L}\p{N},’'-]*[\p{L}\p{N}])?)/u);

/**
 * Returns what finds a word's other forms too.
 *
 * @param {string} word
 */
const base = (word) =>
  word.length > 4 ? word.replace(/(?:’s|ments?|(?<!ie|[isu])s|(?<!e)ed|ing)$/, "") : word;

/**
 * Returns `button(node, item)`, which opens the texts below `node`, and `turn(node, article)` for a row where
 * they are open.
 *
 * @param {FormSpec} spec
 */
export function lookup({ texts, articles, prompt }) {
  const title = h("h4", { class: "fn-subtitle" });
  const box = h("div", { class: "fn-text fn-numbered", tabindex: "0", role: "region" });
  const { word, found, node: wordLine } = wordBox();
  const tabs = h("div", { class: "fn-chips", role: "group", "aria-label": "Article" });
  const onward = button({ onclick: () => goOn() }, "Next");
  const close = button({ onclick: () => back() }, "Close");
  const asked = h(
    "details",
    { class: "fn-rubric", ontoggle: () => pane.scrollIntoView({ block: "nearest" }) },
    h("summary", {}, "What is asked"),
    prose(prompt, "fn-prompt"),
  );
  const top = h("div", { class: "fn-look-top" }, title, onward, close, tabs, wordLine);
  const pane = h("div", { class: "fn-look" }, top, box, asked);
  /** @type {HTMLButtonElement[]} */
  const openers = [];
  let at = -1; // the place that is in sight
  /** @type {Open | null} */
  let open = null;

  const sought = () => word.value.trim();
  /** @param {TextLine} line */
  const joined = ([, sentences]) => sentences.join("");
  /** @type {(id: string, what: string) => number} */
  const count = (id, what) => texts[id].reduce((sum, line) => sum + placesOf(joined(line), what).length, 0);
  /** @param {TextLine} line */
  const foundIn = (line) => placesOf(joined(line), sought());

  /**
   * Shows one line of an article; what is not in a sentence with a place is pale.
   *
   * @param {TextLine} line
   * @param {[start: number, end: number][]} places
   */
  const paragraph = ([number, sentences], places, pale = false) => {
    let from = 0;
    const parts = sentences.map((text) => {
      const inside = (/** @type {number} */ place) => Math.max(0, Math.min(place - from, text.length));
      const here = places.map(([a, b]) => [inside(a), inside(b)]).filter(([start, end]) => start < end);
      from += text.length;
      const inked = here.flatMap(([start, end], nth) => [
        text.slice(nth ? here[nth - 1][1] : 0, start),
        h("mark", {}, text.slice(start, end)),
      ]);
      const rest = text.slice(here.at(-1)?.[1] ?? 0);
      return h("span", { class: pale && !here.length && "fn-pale" }, inked, rest);
    });
    return h("p", { dir: "auto", "data-number": number || false }, parts);
  };

  /**
   * Returns the paragraphs of an article in which a word stands, below its letter.
   *
   * @param {string} id
   */
  const hits = (id) => {
    const heading = `Article ${id}: ${plural(count(id, sought()), "place")}`;
    const lines = texts[id].filter((line) => foundIn(line).length);
    return [
      h("h5", { class: "fn-look-of", "data-article": id }, heading),
      ...lines.map((line) => paragraph(line, foundIn(line), true)),
    ];
  };

  /** @param {Open} now */
  const showTabs = ({ article, item, node }) => {
    const all = sought() && articles.length > 1 ? [""] : [];
    const ids = item ? [] : [...all, ...articles];
    const name = (/** @type {string} */ id) =>
      id && sought() ? `${id} (${count(id, sought())})` : id || "All";
    tabs.hidden = Boolean(item);
    tabs.replaceChildren(
      ...ids.map((id) =>
        button({ "aria-pressed": String(id === article), onclick: () => turn(node, id, true) }, name(id)),
      ),
    );
  };

  /** Shows the open article, or all places: what is looked for is painted, else the words the button belongs to. */
  const show = () => {
    if (!open) return;
    const { article, item, said } = open;
    const [line, from, to] = (!sought() && item?.at) || [-1, 0, 0];
    title.textContent = article ? `Article ${article}` : "All texts";
    title.hidden = !item; // the pressed one of the articles' buttons says it
    box.setAttribute("aria-label", title.textContent);
    const whole = (/** @type {string} */ id) =>
      texts[id].map((one, index) => paragraph(one, index === line ? [[from, to]] : foundIn(one)));
    box.replaceChildren(...(article ? whole(article) : articles.flatMap(hits)));
    const offered = said?.querySelector("button") ? "or press an underlined word" : "";
    found.textContent = sought() ? plural(box.querySelectorAll("mark").length, "place") : offered;
    showTabs(open);
    for (const one of said?.querySelectorAll("button") ?? [])
      one.setAttribute("aria-pressed", String(one.value === sought()));
    at = -1;
    box.scrollTop = 0;
    if (article) next();
  };

  /** @type {(node: Element, room: number) => void} */
  const lead = (node, room) => {
    box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - room;
  };

  /** Scrolls to the next place, after the last one to the first. */
  const next = () => {
    const marks = box.querySelectorAll("mark");
    if (!marks.length) return;
    at = (at + 1) % marks.length;
    lead(marks[at], 60);
    if (sought() && marks.length > 1) found.textContent = `${at + 1} of ${marks.length}; Enter: next`;
  };

  const seek = () => {
    if (!open) return;
    if (!open.item) open.article = sought() && articles.length > 1 ? "" : open.article || articles[0];
    show();
  };

  /**
   * Makes the words of a row pressable that stand in the texts, or turns them back into plain text.
   *
   * @param {HTMLElement} said
   * @param {string} text
   * @param {boolean} pressable
   */
  const offer = (said, text, pressable) => {
    const parts = cutAtWords(text).map((part, index) => {
      const isWord = pressable && index % 2 && part.length > 2 && !COMMON.has(folded(part));
      const value = base(part);
      const stands = isWord ? articles.reduce((sum, id) => sum + count(id, value), 0) : 0;
      if (!stands || stands > MANY) return part;
      const press = () => {
        word.value = value;
        seek();
      };
      const name = `Look for ‘${value}’: ${plural(stands, "place")}`;
      return h("button", { type: "button", class: "fn-offer", value, title: name, onclick: press }, part);
    });
    said.replaceChildren(...parts);
  };

  const shut = () => {
    if (!open) return;
    open.opener.setAttribute("aria-expanded", "false");
    if (open.said) offer(open.said, open.said.textContent ?? "", false);
    (open.row ?? pane).remove();
    open = null;
  };

  /** @type {(node: HTMLElement, article: string, pressed?: boolean) => void} */
  const turn = (node, article, pressed = false) => {
    if (open?.node !== node || open.article === article) return;
    if (!open.article && !pressed) {
      for (const one of box.querySelectorAll("h5"))
        one.classList.toggle("fn-here", one.dataset.article === article);
      const here = box.querySelector(".fn-here");
      if (here) lead(here, 4);
      return;
    }
    open.article = article;
    show();
    const tab = /** @type {HTMLElement | null} */ (tabs.querySelector("[aria-pressed=true]"));
    if (pressed) tab?.focus();
  };

  const back = () => {
    const opener = open?.opener;
    shut();
    opener?.focus();
  };

  const goOn = () => {
    if (!open) return;
    openers[openers.indexOf(open.opener) + 1].click();
    // What can be chosen; in a row of a grid the words come first, and have the focus already.
    if (!open.row) open.node.querySelector("input")?.focus({ preventScroll: true });
  };

  word.addEventListener("input", seek);
  word.addEventListener("keydown", (event) => event.key === "Enter" && next());
  pane.addEventListener("keydown", (event) => event.key === "Escape" && back());

  /** @type {(node: HTMLElement, item: FormItem) => HTMLButtonElement} */
  const opening = (node, item) => {
    const cell = h("td", { colspan: articles.length + 1 });
    const row = node.tagName === "TR" ? h("tr", { class: "fn-look-row" }, cell) : null;
    const press = () => {
      const again = open?.opener === opener;
      shut();
      if (again) return;
      word.value = "";
      const said = row && /** @type {HTMLElement | null} */ (node.querySelector(".fn-stem > span"));
      const article = texts[item.file] ? item.file : articles[0];
      open = { opener, node, article, item: item.article ? item : null, row, said };
      opener.setAttribute("aria-expanded", "true");
      onward.hidden = opener === openers.at(-1);
      asked.hidden = Boolean(item.article);
      asked.open = false;
      if (row) cell.append(pane);
      node.after(row ?? pane);
      if (said) offer(said, item.text, true);
      show();
      pane.scrollIntoView({ block: "nearest" });
      (row ? node : node.closest("fieldset"))?.scrollIntoView({ block: "nearest" });
      const first = item.article ? box : (said?.querySelector("button") ?? word);
      first.focus({ preventScroll: true });
    };
    const where = item.article ? `In the text, article ${item.article}` : "Look in the texts";
    const opener = button(
      {
        class: "fn-opener",
        "aria-expanded": "false",
        "aria-label": `${where}: ${item.text || item.words}`,
        onclick: press,
      },
      item.article ? "In the text" : "Look in the texts",
    );
    openers.push(opener);
    return opener;
  };
  return { button: opening, turn };
}
