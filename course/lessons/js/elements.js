// Elements and the frame that every widget of the course has.

/** @typedef {Node | string | number | null | undefined | any[]} Child */

let serial = 0;
const copyOfModule = Math.random().toString(36).slice(2); // each widget runs a copy of its module in one page

/**
 * Makes an element. Text enters as text nodes only, so no string ever becomes HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props] attributes; `on…` are listeners
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") Object.assign(node, { [name]: value });
    else node.setAttribute(name, value === true ? "" : value);
  }
  /** @type {unknown[]} */
  const flat = children.flat(Infinity);
  const wanted = flat.filter((child) => child !== null && child !== undefined && child !== "");
  node.append(.../** @type {(Node | string)[]} */ (wanted));
  return node;
}

/** @param {string} stem */
export const uid = (stem) => `fn-${stem}-${copyOfModule}-${++serial}`;

export const clock = () =>
  new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/**
 * @param {number} count
 * @param {string} one
 */
export const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/**
 * @param {Record<string, any>} props
 * @param {...Child} children
 */
export const button = (props, ...children) =>
  h("button", { type: "button", ...props, class: `fn-button ${props.class ?? ""}`.trim() }, ...children);

const TICK = "□ ";

/**
 * A list to tick off: what is done already. A tick is nobody's answer: it stays in this tab of the browser.
 *
 * @param {string[]} lines
 */
function tickList(lines) {
  const tab = window.origin === "null" ? null : sessionStorage; // a page without an address keeps nothing
  const items = lines.map((line) => {
    const kept = `course-tick-${line}`;
    const onchange = () => tab?.setItem(kept, box.checked ? "1" : "");
    const checked = tab?.getItem(kept) === "1";
    const box = h("input", { type: "checkbox", checked, onchange });
    return h("li", {}, h("label", {}, box, h("span", {}, line.slice(TICK.length))));
  });
  return h("ul", { class: "fn-ticks" }, items);
}

/**
 * The course's own text: an empty line starts a paragraph, and one whose lines begin with □ is a list to tick
 * off. In a prompt, *a word* between asterisks is stressed.
 *
 * @param {string} text
 * @param {string} style
 */
export function prose(text, style) {
  /** @param {string} part */
  const stressed = (part) =>
    part.split(/\*([^*\s][^*]*)\*/).map((bit, at) => (at % 2 ? h("em", {}, bit) : bit));
  const paragraphs = String(text)
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean);
  return paragraphs.map((part) =>
    part.startsWith(TICK)
      ? tickList(part.split("\n"))
      : h("p", { class: style, dir: "auto" }, style === "fn-prompt" ? stressed(part) : part),
  );
}

/**
 * Whether a line tells what a choice means.
 *
 * @param {string} line
 * @param {string[]} choices
 */
export const tells = (line, choices) =>
  choices.some((choice) => line.toLowerCase().startsWith(`${choice.toLowerCase()}: `));

/**
 * What an exercise asks. Lines that tell what the choices mean, `Choice: meaning. ‘example’`, are a list.
 *
 * @param {string} text
 * @param {string[]} choices
 */
export function promptOf(text, choices) {
  const lines = text.trim().split("\n");
  const told = (/** @type {string} */ line) => tells(line, choices);
  const from = lines.findIndex(told);
  const to = lines.findLastIndex(told) + 1;
  if (from < 0) return prose(text, "fn-prompt");
  const rows = lines.slice(from, to).map((line) => {
    const [, choice, meaning, example] = line.match(/^([^:]+): (.*?)(?: (‘.*’))?$/) ?? ["", "", line, ""];
    return h(
      "div",
      {},
      h("dt", {}, choice),
      h("dd", {}, meaning, example ? [" ", h("i", {}, example)] : null),
    );
  });
  const longest = Math.max(...rows.map(({ firstChild }) => firstChild?.textContent?.length ?? 0));
  const list = h("dl", { class: "fn-meanings", style: `--longest: ${longest}` }, rows);
  const around = [lines.slice(0, from), lines.slice(to)].map((part) => prose(part.join("\n"), ""));
  return [h("div", { class: "fn-prompt" }, around[0], list, around[1])];
}

/**
 * Makes the frame of a widget. JupyterLab's command mode would take keys from a focused element that is
 * no input (D D deletes a cell). Its shortcuts leave alone what stands inside `data-lm-suppress-shortcuts`.
 * The notebook itself listens on the way up, so keys and shift-clicks (which would select cells) end here.
 * Shift+Enter, which goes on from cell to cell in a notebook, leads back to the cell: without a mouse, the
 * way out would else be a Tab for each control.
 *
 * @param {HTMLElement} el
 * @param {{ title: string, id?: string, style?: string }} about
 */
export function frame(el, { title, id, style = "" }) {
  const heading = h("h3", { class: "fn-title", id: uid("title"), dir: "auto" }, title);
  const root = h(
    "section",
    {
      class: `fn ${style}`,
      "aria-labelledby": heading.id,
      "data-lm-suppress-shortcuts": "true",
      "data-exercise": id || false,
    },
    heading,
  );
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") event.preventDefault();
    const leaves = event.shiftKey && event.key === "Enter" && !elementOf(event).closest("textarea");
    const cell = leaves ? root.closest(".jp-Cell") : null;
    if (!(cell instanceof HTMLElement)) return;
    event.preventDefault();
    cell.focus();
  });
  root.addEventListener("mousedown", (event) => event.shiftKey && event.stopPropagation());
  root.addEventListener("dblclick", (event) => event.stopPropagation());
  el.replaceChildren(root);
  return root;
}

/** @param {Event} event */
export const elementOf = (event) => /** @type {HTMLElement} */ (event.target);

/** Makes the line that says what happened to the last change: seen, and read out by a screen reader. */
export function statusLine() {
  const node = h("p", { class: "fn-status", role: "status" });
  /** @type {Say} */
  const say = (text, problem = false) => {
    node.classList.toggle("fn-problem", problem);
    node.replaceChildren(...(problem ? [h("strong", {}, "Problem: ")] : []), text);
  };
  return { node, say };
}

/** @typedef {(text: string, problem?: boolean) => void} Say */

/** What the first card of a page says, and the style sheet hides in the others. */
export const alwaysSafe = () =>
  h(
    "p",
    { class: "fn-note fn-safe" },
    "Your work is kept as you go. To see it again, choose Run > Run All Cells: that is always safe.",
  );

/** Makes the word beside a control that says what became of its change. */
export const savedMark = () => h("span", { class: "fn-mark", "aria-hidden": "true" });
