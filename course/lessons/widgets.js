// What every widget of the course shares. Python puts this text before reader.js and forms.js: each
// widget stays one ES module, and nothing is fetched.

let serial = 0;
const copy = Math.random().toString(36).slice(2); // each widget runs a copy of this module in the same page

/** Makes an element. Text enters as text nodes only, so no string ever becomes HTML. */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const uid = (stem) => `fn-${stem}-${copy}-${++serial}`;
const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
const folded = (text) => text.replace(/\p{Lu}/gu, (sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign)).replace(/[’‘]/g, "'");

/**
 * Returns [start, end] of each place where a text has a word, in capitals or not, with any apostrophe. What is looked for
 * may go on, and begins where a word does: ‘legal’ is found in ‘legality’ and not in ‘illegal’.
 */
function placesOf(text, word) {
  const sought = folded(word.trim());
  if (!sought) return [];
  const begins = /^[\p{L}\p{N}]/u.test(sought) ? "(?<![\\p{L}\\p{N}])" : "";
  const all = folded(text).matchAll(new RegExp(begins + sought.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gu"));
  return [...all].map(({ index }) => [index, index + sought.length]);
}

/** Makes a box to look for a word in, and the line that says what was found. */
function wordBox() {
  const word = h("input", { type: "text", "aria-label": "Look for a word", placeholder: "Look for a word", autocomplete: "off" });
  const found = h("span", { class: "fn-count", role: "status" });
  return { word, found, node: h("span", { class: "fn-word" }, word, " ", found) };
}

const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** The course's own text: an empty line starts a paragraph. In a prompt, *a word* between asterisks is stressed. */
function prose(text, style) {
  const stress = (part) => (style === "fn-prompt" ? part.split(/\*([^*\s][^*]*)\*/).map((bit, at) => (at % 2 ? h("em", {}, bit) : bit)) : part);
  return String(text).split(/\n\s*\n/).filter((part) => part.trim()).map((part) => h("p", { class: style, dir: "auto" }, stress(part.trim())));
}

/**
 * Makes the frame of a widget. JupyterLab's command mode would take keys from a focused element that is
 * no input (D D deletes a cell). Its shortcuts leave alone what stands inside `data-lm-suppress-shortcuts`.
 * The notebook itself listens on the way up, so keys and shift-clicks (which would select cells) end here.
 * Shift+Enter, which goes on from cell to cell in a notebook, leads back to the cell: without a mouse, the
 * way out would else be a Tab for each control.
 */
function frame(el, { title, id, style = "" }) {
  const heading = h("h3", { class: "fn-title", id: uid("title"), dir: "auto" }, title);
  const root = h("section", {
    class: `fn ${style}`, "aria-labelledby": heading.id, "data-lm-suppress-shortcuts": "true", "data-exercise": id || false,
  }, heading);
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") event.preventDefault();
    const cell = event.shiftKey && event.key === "Enter" && !event.target.closest("textarea") && root.closest(".jp-Cell");
    if (!cell) return;
    event.preventDefault();
    cell.focus();
  });
  root.addEventListener("mousedown", (event) => event.shiftKey && event.stopPropagation());
  root.addEventListener("dblclick", (event) => event.stopPropagation());
  el.replaceChildren(root);
  return root;
}

/** Makes the line that says what happened to the last change: seen, and read out by a screen reader. */
function statusLine() {
  const node = h("p", { class: "fn-status", role: "status" });
  const say = (text, problem = false) => {
    node.classList.toggle("fn-problem", problem);
    node.replaceChildren(...(problem ? [h("strong", {}, "Problem: ")] : []), text);
  };
  return { node, say };
}

/**
 * anywidget waits two seconds for a widget's module. On a slow machine it takes longer: then the widget is
 * shown, but every message of Python's is dropped for good (its `_handle_comm_msg` awaits a rejected `ready`),
 * and a student would wait for "Saved" in vain. So messages go straight to the handler of ipywidgets.
 */
function initialize({ model }) {
  const itself = model.set({}); // anywidget hands out a stand-in; Backbone's `set` returns the model
  const parent = Object.getPrototypeOf(Object.getPrototypeOf(itself));
  itself.comm?.on_msg(parent._handle_comm_msg.bind(itself));
}

const WAIT = 8000; // milliseconds after which a silent kernel is spoken of
const SILENT =
  "no answer from the kernel yet. It may be busy; if it has stopped, choose Kernel > Restart Kernel and then" +
  " Run > Run All Cells. Copy a long text first: what is on screen is not saved.";

/**
 * Returns `send(content, done)`. Each message has a number and each reply of Python's brings it back, with
 * `text` and `problem`. `done(reply)` is called once for each message; a kernel that stays silent is said.
 */
function wire(model, say, signal) {
  const waiting = new Map();
  let newest = "";
  const onReply = (reply) => {
    const one = waiting.get(reply?.re);
    if (!one) return;
    waiting.delete(reply.re);
    clearTimeout(one.timer);
    if (reply.problem || reply.re === newest) say(reply.text || `Saved ${clock()}.`, Boolean(reply.problem));
    one.done?.(reply);
  };
  model.on("msg:custom", onReply);
  signal?.addEventListener("abort", () => model.off("msg:custom", onReply));
  return (content, done) => {
    newest = uid("message");
    waiting.set(newest, { done, timer: setTimeout(() => say(SILENT, true), WAIT) });
    try {
      model.send({ ...content, re: newest });
    } catch {
      say(SILENT, true); // JupyterLab knows already that nobody listens
    }
  };
}
