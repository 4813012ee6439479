// The texts beside an exercise, opened where the question stands and as tall as they are: the page scrolls, and
// nothing in it does. A button that belongs to words of an article shows their paragraph; one about an article,
// the article, in which the words to choose from are marked, and those that a reason below the question quotes;
// one about all of them finds a word's places in each, beside what can be chosen there. Where a point stands is
// the question: no word is looked for until one is pressed or typed.
import { button, h, plural, promptOf } from "./elements.js";
import { choicesOf } from "./items.js";
import { bringIntoSight } from "./tabs.js";
import { folded, placesOf, wordBox } from "./words.js";

/** @import { FormItem, FormSpec, TextLine } from "./messages.js" */

/** @typedef {ReturnType<typeof lookup>} Lookup */
/** @typedef {[start: number, end: number]} Place */
/** @typedef {{ id: string, node: HTMLElement, head: HTMLElement, hits: HTMLElement, whole: HTMLElement, fold: HTMLDetailsElement }} Section */
/**
 * Where the texts are open. `placed` is what was put into the page, `home` where lent controls stood before,
 * `marked` the words that are marked in the text.
 *
 * @typedef {object} Open
 * @property {HTMLButtonElement} opener
 * @property {HTMLElement} placed
 * @property {FormItem} item
 * @property {Section[]} sections
 * @property {Map<HTMLElement, HTMLElement>} home
 * @property {string[]} marked
 */

const COMMON = new Set(
  (
    "also and are back but can came for from had has have her his how its like many not only other say than that" +
    " the their them there they theirs this time two under use used was way were what when which who will with" +
    " would after take"
  ).split(" "),
);
const MANY = 30; // places in all texts: a word that stands everywhere leads nowhere
const NO_WORD = "Type a word: you see its places in each text.";
const NONE = "no place. Other words may say it.";
const ROOM_BELOW = 60; // pixels: what can be chosen sticks there
const AROUND = 1; // paragraphs shown before and after the one that a button leads to

/**
 * Cuts what is asked at its words, every second part being one.
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

/** @param {TextLine} line */
const joined = ([, sentences]) => sentences.join("");

const QUOTED = /‘((?:[^’]|’(?=\p{L}))+)’/gu; // an apostrophe ends no quotation

/**
 * The words of an article that its question is about: its options, where each of them stands there, and what the
 * reason below it quotes.
 *
 * @param {HTMLElement} opener
 * @param {FormItem} item
 * @param {TextLine[]} lines
 */
function wordsInQuestion(opener, { options, file }, lines) {
  const stands = (/** @type {string} */ one) => lines.some((line) => placesOf(joined(line), one).length > 0);
  const said = opener.closest(".fn-item")?.querySelector(".fn-below")?.textContent ?? "";
  const quoted = [...said.matchAll(QUOTED)].map(([, words]) => words).filter((one) => !options.includes(one));
  return file ? [...(options.every(stands) ? options : []), ...quoted] : [];
}

/**
 * Where some words stand in a line, the longest where two begin together and none that begins in another.
 *
 * @param {string} text
 * @param {string[]} words
 */
const placesOfAll = (text, words) =>
  words
    .flatMap((one) => placesOf(text, one))
    .sort(([a, b], [c, d]) => a - c || d - b)
    .reduce(
      (kept, one) => (one[0] < (kept.at(-1)?.[1] ?? 0) ? kept : [...kept, one]),
      /** @type {Place[]} */ ([]),
    );

/**
 * Shows one line of an article; what is not in a sentence with a place is pale.
 *
 * @param {TextLine} line
 * @param {Place[]} places
 */
function paragraph([number, sentences], places, pale = false) {
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
}

/**
 * Returns what makes a button that opens the texts of an exercise.
 *
 * @param {FormSpec} spec
 */
export function lookup(spec) {
  const { texts, articles, words } = spec;
  // As leads are: nothing to look for.
  const isShort = articles.length > 0 && articles.every((id) => texts[id]?.length === 1);
  const { word, found, node: wordLine } = wordBox();
  const offers = h("p", { class: "fn-offers", dir: "auto" });
  const back = () => button({ class: "fn-back", onclick: () => leave() }, "Back to the question");
  const onward = button({ onclick: () => goOn() }, "Next question");
  const top = h("div", { class: "fn-look-top" }, offers, wordLine, back());
  const asked = h(
    "details",
    { class: "fn-rubric" },
    h("summary", {}, "What is asked"),
    promptOf(spec.prompt, choicesOf(spec)),
  );
  const list = h("div");
  const none = h("p", { class: "fn-pale" });
  const backBelow = back(); // where there is something between
  const foot = h("div", { class: "fn-look-top" }, onward, backBelow);
  const pane = h("div", { class: "fn-look", tabindex: "-1" }, top, asked, list, foot);
  /** @type {HTMLButtonElement[]} */
  const openers = [];
  /** @type {Open | null} */
  let open = null;

  const sought = () => word.value.trim();
  /** @type {(id: string, what: string) => number} */
  const count = (id, what) => texts[id].reduce((sum, line) => sum + placesOf(joined(line), what).length, 0);

  /**
   * Fills a section: the paragraphs with what is looked for, or with the words the button belongs to, and below
   * them, once it is unfolded, the article.
   *
   * @param {Section} section
   * @param {FormItem} item
   */
  const fill = ({ id, head, hits, whole, fold }, item) => {
    const [at, from, to] = item.article === id && item.at ? item.at : [-1, 0, 0];
    /** @type {(line: TextLine, index: number) => Place[]} */
    const places = (line, index) =>
      sought()
        ? placesOf(joined(line), sought())
        : index === at
          ? [[from, to]]
          : placesOfAll(joined(line), open?.marked ?? []);
    const near = (/** @type {number} */ index) => fold.hidden || (at >= 0 && Math.abs(index - at) <= AROUND);
    const shown = texts[id].flatMap((line, index) => {
      const here = places(line, index);
      return here.length || (!sought() && near(index)) ? [paragraph(line, here, Boolean(sought()))] : [];
    });
    const here = sought() ? count(id, sought()) : 0;
    const told = here ? plural(here, "place") : NONE;
    const marked = texts[id].some((line, index) => index !== at && places(line, index).length);
    const about = sought() ? `: ${told}` : marked ? ", the words in question marked" : "";
    head.textContent = `Article ${id}${about}`;
    head.classList.toggle("fn-pale", sought() !== "" && !here);
    hits.replaceChildren(...shown);
    hits.hidden = !shown.length;
    whole.replaceChildren(
      ...(fold.open ? texts[id].map((line, index) => paragraph(line, places(line, index))) : []),
    );
  };

  /** @type {(id: string, item: FormItem) => Section} */
  const sectionOf = (id, item) => {
    const text = () => h("div", { class: "fn-text fn-numbered" });
    const unfolded = () => {
      if (open) fill(section, open.item);
      showBackBelow();
    };
    const [head, hits, whole] = [h("h5", { class: "fn-look-of", "data-article": id }), text(), text()];
    const about = {
      class: "fn-whole",
      hidden: isShort || (!item.article && item.file === id),
      ontoggle: unfolded,
    };
    const fold = h("details", about, h("summary", {}, `Read ${id} whole`), whole);
    const label = { class: "fn-look-part", "aria-label": `Article ${id}` };
    const section = {
      id,
      head,
      hits,
      whole,
      fold,
      node: h("section", label, head, hits, fold),
    };
    return section;
  };

  const showBackBelow = () => {
    backBelow.hidden = !open?.sections.some(({ hits, fold }) => !hits.hidden || fold.open);
  };

  const show = () => {
    if (!open) return;
    const { sections, home } = open;
    for (const section of sections) fill(section, open.item);
    // Where nothing is to be chosen beside them, texts that have a place come first; the others are one line.
    if (sections.length > 1 && !home.size) {
      const has = (/** @type {Section} */ { id }) => sought() !== "" && count(id, sought()) > 0;
      const without = sections.filter((one) => !has(one));
      for (const one of sections) one.head.hidden = !has(one) && !isShort;
      none.textContent = sought() ? `${without.map(({ id }) => id).join(", ")}: ${NONE}` : "";
      const parts = [
        ...sections.filter(has),
        ...(sought() && without.length ? [{ node: none }] : []),
        ...without,
      ];
      list.replaceChildren(...parts.map(({ node }) => node));
    }
    const all = open.sections.reduce((sum, { id }) => sum + (sought() ? count(id, sought()) : 0), 0);
    found.textContent = sought() ? plural(all, "place") : "";
    showBackBelow();
    for (const one of offers.querySelectorAll("button"))
      one.setAttribute("aria-pressed", String(one.value === sought()));
  };

  /** Brings the first text that has what is looked for into sight, below what sticks to the top. */
  const reveal = () => {
    const first = open?.sections.find(({ hits }) => hits.querySelector("mark"));
    const mark = first?.hits.querySelector("mark");
    if (!first || !mark) return;
    const { top: from } = (sought() ? first.head : mark).getBoundingClientRect();
    const { bottom } = mark.getBoundingClientRect();
    bringIntoSight(list, new DOMRect(0, from, 0, bottom - from + ROOM_BELOW), top);
  };

  /**
   * Shows what is asked, its words pressable that stand in the texts.
   *
   * @param {string} text
   */
  const offer = (text) => {
    const parts = cutAtWords(text).map((part, index) => {
      const isWord = index % 2 && part.length > 2 && !COMMON.has(folded(part));
      const value = base(part);
      const stands = isWord ? articles.reduce((sum, id) => sum + count(id, value), 0) : 0;
      if (!stands || stands > MANY) return part;
      const press = () => {
        word.value = value;
        show();
        reveal();
      };
      const name = `Look for ‘${value}’: ${plural(stands, "place")}`;
      return h(
        "button",
        {
          type: "button",
          class: "fn-offer",
          value,
          title: name,
          onclick: press,
        },
        part,
      );
    });
    const some = parts.some((part) => typeof part !== "string");
    offers.replaceChildren(...(some ? ["Press a word to look for it: ", ...parts] : [NO_WORD]));
  };

  const shut = () => {
    if (!open) return;
    open.opener.setAttribute("aria-expanded", "false");
    for (const [node, home] of open.home) home.prepend(node);
    open.placed.remove();
    open = null;
  };

  const leave = () => {
    const opener = open?.opener;
    shut();
    opener?.scrollIntoView({ block: "nearest" });
    opener?.focus();
  };

  const goOn = () => open && openers[openers.indexOf(open.opener) + 1].click();

  word.addEventListener("input", show);
  word.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  pane.addEventListener("keydown", (event) => event.key === "Escape" && leave());

  /**
   * Makes the button. `place` puts the texts into the page and returns what it has put there; `lent` are the
   * controls of each article, which stand beside its places meanwhile.
   *
   * @type {(item: FormItem, place: (pane: HTMLElement) => HTMLElement, lent?: Record<string, HTMLElement>) => HTMLButtonElement}
   */
  const opening = (item, place, lent = {}) => {
    const press = () => {
      const again = open?.opener === opener;
      shut();
      if (again) return;
      const one = item.article || (texts[item.file] ? item.file : "");
      const sections = (one ? [one] : articles).map((id) => sectionOf(id, item));
      const home = new Map(
        Object.values(lent).map((node) => [node, /** @type {HTMLElement} */ (node.parentElement)]),
      );
      for (const { id, head } of sections) if (lent[id]) head.after(lent[id]);
      list.replaceChildren(...sections.map(({ node }) => node));
      word.value = "";
      const searched = !one;
      wordLine.hidden = !searched || isShort;
      offers.hidden = Boolean(item.article) || isShort;
      if (searched) offer(words.length ? words.join(" · ") : item.text);
      else offers.replaceChildren(item.text);
      onward.hidden = !searched || opener === openers.at(-1);
      asked.hidden = Boolean(one) || isShort;
      asked.open = false;
      opener.setAttribute("aria-expanded", "true");
      const marked = one && !item.article ? wordsInQuestion(opener, item, texts[one]) : [];
      open = { opener, placed: place(pane), item, sections, home, marked };
      show();
      pane.scrollIntoView({ block: "nearest" });
      opener.closest("fieldset")?.scrollIntoView({ block: "start" });
      if (one) reveal();
      const seen = list.querySelector("mark")?.getBoundingClientRect();
      const ends = Math.min(pane.nextElementSibling?.getBoundingClientRect().top ?? innerHeight, innerHeight);
      if (one && seen && seen.bottom > ends) list.querySelector("mark")?.scrollIntoView({ block: "center" });
      const first = searched && !isShort ? (offers.querySelector("button") ?? word) : pane;
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
  return { button: opening };
}
