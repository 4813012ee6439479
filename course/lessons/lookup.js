// The texts beside an exercise: below the row that asks, one article at a time, or all places of a word in all of them. A button that
// belongs to words of an article leads to these words, that of an item about one article to this. Where a point of a grid stands is the
// question: its button leads nowhere, and the row's own words can be pressed to look for them.

const COMMON = new Set(
  ("also and are back but can came for from had has have her his how its like many not only other say than that the their them there they" +
    " theirs this time two under use used was way were what when which who will with would after take").split(" "));
const MANY = 30; // places in all texts: a word that stands everywhere leads nowhere

/** Cuts what a row asks at its words, every second part being one; `base` is what finds a word's other forms too. */
const cut = (text) => text.split(/([\p{L}\p{N}](?:[\p{L}\p{N},’'-]*[\p{L}\p{N}])?)/u);
const base = (word) => (word.length > 4 ? word.replace(/(?:’s|ments?|(?<!ie|[isu])s|(?<!e)ed|ing)$/, "") : word);

/** Returns `button(node, item)`, which opens the texts below `node`, and `turn(node, article)` for a row where they are open. */
function lookup({ texts, articles, prompt }) {
  const title = h("h4", { class: "fn-subtitle" });
  const box = h("div", { class: "fn-text fn-numbered", tabindex: "0", role: "region" });
  const { word, found, node: wordLine } = wordBox();
  const tabs = h("div", { class: "fn-chips", role: "group", "aria-label": "Article" });
  const onward = h("button", { type: "button", class: "fn-button" }, "Next");
  const close = h("button", { type: "button", class: "fn-button" }, "Close");
  const asked = h("details", { class: "fn-rubric", ontoggle: () => pane.scrollIntoView({ block: "nearest" }) }, h("summary", {}, "What is asked"), prose(prompt, "fn-prompt"));
  const pane = h("div", { class: "fn-look" }, h("div", { class: "fn-look-top" }, title, onward, close, tabs, wordLine), box, asked);
  const openers = [];
  let at = -1; // the place that is in sight
  let open = null; // { button, node, article ("": the places in all of them), item, place, said }

  const sought = () => word.value.trim();
  const count = (id, what) => texts[id].reduce((sum, [, sentences]) => sum + placesOf(sentences.join(""), what).length, 0);
  /** Shows one line of an article; what is not in a sentence with a place is `pale`. */
  const paragraph = ([number, sentences], cuts, pale = false) => {
    let from = 0;
    const parts = sentences.map((text) => {
      const here = cuts.map((cut) => cut.map((one) => Math.max(0, Math.min(one - from, text.length)))).filter(([start, end]) => start < end);
      from += text.length;
      const inked = here.flatMap(([start, end], at) => [text.slice(at ? here[at - 1][1] : 0, start), h("mark", {}, text.slice(start, end))]);
      return h("span", { class: pale && !here.length && "fn-pale" }, inked, text.slice(here.at(-1)?.[1] ?? 0));
    });
    return h("p", { dir: "auto", "data-number": number || false }, parts);
  };
  const foundIn = ([, sentences]) => placesOf(sentences.join(""), sought());
  /** Returns the paragraphs of an article in which a word stands, below its letter. */
  const hits = (id) => [
    h("h5", { class: "fn-look-of", "data-article": id }, `Article ${id}: ${plural(count(id, sought()), "place")}`),
    ...texts[id].filter((line) => foundIn(line).length).map((line) => paragraph(line, foundIn(line), true)),
  ];

  /** Shows the open article, or all places: what is looked for is painted, else the words that the button belongs to. */
  const show = () => {
    const { article, item, said } = open;
    const [line, from, to] = (!sought() && item?.at) || [-1];
    title.textContent = article ? `Article ${article}` : "All texts";
    title.hidden = !item; // the pressed one of the articles' buttons says it
    box.setAttribute("aria-label", title.textContent);
    box.replaceChildren(...(article ? texts[article].map((one, index) => paragraph(one, index === line ? [[from, to]] : foundIn(one))) : articles.flatMap(hits)));
    found.textContent = sought() ? plural(box.querySelectorAll("mark").length, "place") : said?.querySelector("button") ? "or press an underlined word" : "";
    tabs.hidden = Boolean(item);
    const all = sought() && articles.length > 1 ? [""] : [];
    tabs.replaceChildren(...(item ? [] : [...all, ...articles]).map((id) => h("button", { type: "button", class: "fn-button", "aria-pressed": String(id === article), onclick: () => turn(open.node, id, true) },
      id && sought() ? `${id} (${count(id, sought())})` : id || "All")));
    for (const one of said?.querySelectorAll("button") ?? []) one.setAttribute("aria-pressed", String(one.value === sought()));
    at = -1;
    box.scrollTop = 0;
    if (article) next();
  };
  const lead = (node, room) => (box.scrollTop += node.getBoundingClientRect().top - box.getBoundingClientRect().top - room);
  /** Scrolls to the next place, after the last one to the first. */
  const next = () => {
    const marks = box.querySelectorAll("mark");
    if (!marks.length) return;
    at = (at + 1) % marks.length;
    lead(marks[at], 60);
    if (sought() && marks.length > 1) found.textContent = `${at + 1} of ${marks.length}; Enter: next`;
  };
  const seek = () => {
    if (!open.item) open.article = sought() && articles.length > 1 ? "" : open.article || articles[0];
    show();
  };
  /** Makes the words of a row pressable that stand in the texts, or turns them back into plain text. */
  const offer = (said, text, pressable) =>
    said.replaceChildren(...cut(text).map((part, index) => {
      const stands = pressable && index % 2 && part.length > 2 && !COMMON.has(folded(part)) ? articles.reduce((sum, id) => sum + count(id, base(part)), 0) : 0;
      if (!stands || stands > MANY) return part;
      return h("button", { type: "button", class: "fn-offer", value: base(part), title: `Look for ‘${base(part)}’: ${plural(stands, "place")}`, onclick: () => ((word.value = base(part)), seek()) }, part);
    }));
  const shut = () => {
    if (!open) return;
    open.button.setAttribute("aria-expanded", "false");
    if (open.said) offer(open.said, open.said.textContent, false);
    (open.place ?? pane).remove();
    open = null;
  };
  const turn = (node, article, pressed = false) => {
    if (open?.node !== node || open.article === article) return;
    if (!open.article && !pressed) {
      for (const one of box.querySelectorAll("h5")) one.classList.toggle("fn-here", one.dataset.article === article);
      return void lead(box.querySelector(".fn-here"), 4);
    }
    open.article = article;
    show();
    if (pressed) tabs.querySelector("[aria-pressed=true]").focus();
  };
  const back = () => {
    const { button } = open;
    shut();
    button.focus();
  };
  word.addEventListener("input", seek);
  word.addEventListener("keydown", (event) => event.key === "Enter" && next());
  onward.addEventListener("click", () => {
    openers[openers.indexOf(open.button) + 1].click();
    open.node.querySelector("input")?.focus({ preventScroll: true }); // what can be chosen; in a row the words come first
  });
  close.addEventListener("click", back);
  pane.addEventListener("keydown", (event) => event.key === "Escape" && back());

  const button = (node, item) => {
    const place = node.tagName === "TR" ? h("tr", { class: "fn-look-row" }, h("td", { colspan: articles.length + 1 })) : null;
    const press = () => {
      const again = open?.button === opener;
      shut();
      if (again) return;
      word.value = "";
      open = { button: opener, node, article: texts[item.file] ? item.file : articles[0], item: item.article ? item : null, place, said: place && node.querySelector(".fn-stem > span") };
      opener.setAttribute("aria-expanded", "true");
      onward.hidden = opener === openers.at(-1);
      asked.hidden = Boolean(item.article);
      asked.open = false;
      if (place) node.after(place), place.firstChild.append(pane);
      else node.after(pane);
      if (place) offer(open.said, item.text, true);
      show();
      pane.scrollIntoView({ block: "nearest" });
      (place ? node : node.closest("fieldset"))?.scrollIntoView({ block: "nearest" });
      (item.article ? box : open.said?.querySelector("button") ?? word).focus({ preventScroll: true });
    };
    const opener = h("button", { type: "button", class: "fn-button fn-opener", "aria-expanded": "false", "aria-label": `${item.article ? `In the text, article ${item.article}` : "Look in the texts"}: ${item.text || item.words}`, onclick: press },
      item.article ? "In the text" : "Look in the texts");
    openers.push(opener);
    return opener;
  };
  return { button, turn };
}
