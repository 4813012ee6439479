// A panel: lines of text, passages, tables, fields and buttons. A press sends every field's value to Python.
import { button, elementOf, frame, h, prose, statusLine, uid } from "./elements.js";
import { base64, fileLinks } from "./files.js";
import { passageFigure } from "./items.js";
import { afterAnew, afterSaved, forgetChanges, onceThere, tellAnew, wire } from "./wire.js";

/** @import { Context, PanelButton, PanelField, PanelTable, PanelTraits, Passage } from "./messages.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

// Characters up to which a line of a cell of a table is not broken: a code, points, a name.
const WHOLE = 20;
const PIECE = 4_000_000; // characters in one message; Jupyter takes none over 10 MB
const MANY_FIELDS = 4;
const LOOK = "look"; // as widgets.py names the button
const ALL_DRAWN = 300; // milliseconds, about
const OPEN = "open"; // as cells.py names it
const WORKING = "Working …";
/** @type {Record<string, number>} pixels by which a key scrolls a long answer */
const SCROLLS = { ArrowDown: 60, ArrowUp: -60 };

/** @param {Element} one a button, or a part of one */
const nameOf = (one) => one.closest("[data-button]")?.getAttribute("data-button") ?? "";

/** @param {Context<PanelTraits>} context */
export function renderPanel({ model, el, signal }) {
  const root = frame(el, { title: model.get("title"), id: model.get("name"), style: "fn-card fn-panel" });
  const { node: status, say } = statusLine();
  const send = wire(model, say, signal);
  const fields = h("div", { class: "fn-fields" });
  const buttons = h("div", { class: "fn-buttons" });
  const keys = h("dl", { class: "fn-keys" });
  const body = h("div");
  const below = h("div");
  const progress = h("div", { class: "fn-progress" });
  const links = fileLinks();
  /** @type {Map<string, Control>} */
  const controls = new Map();
  /** @type {WeakSet<Element>} */
  const touched = new WeakSet();
  let looks = 0; // how many are on their way
  let busy = false;
  let asked = ""; // what is left open, as it was said
  /** @type {Set<string>} */
  const off = new Set(); // buttons whose press is on its way: two quick presses are one
  let answers = 0; // how many have been on screen
  /** @type {[pressed: PanelButton, answers: number][]} what was pressed meanwhile */
  const waiting = [];

  const hasKeys = () => [...model.get("buttons"), ...model.get("fields")].some(({ key }) => key);

  /** @param {Passage[]} passages */
  const answer = (passages) => {
    // Where keys are pressed, a long answer scrolls in itself, and the buttons stay in sight.
    const about = { class: "fn-passages fn-answer", tabindex: "0", role: "region", "aria-label": "Answer" };
    return h(
      "div",
      hasKeys() ? about : { class: "fn-passages" },
      passages.map((one) => passageFigure(one)),
    );
  };
  const showBody = () => {
    const tables = model.get("tables");
    const passages = model.get("passages");
    const had = body.contains(document.activeElement);
    body.replaceChildren(
      ...model.get("lines").flatMap((line) => prose(line, "fn-prompt")),
      ...(passages.length ? [answer(passages)] : []),
      ...tableNodes(tables.filter((one) => !one.below)),
    );
    below.replaceChildren(...tableNodes(tables.filter((one) => one.below)));
    if (had) root.focus(); // where the answer was read, keys go on
  };

  // A look brings what is new; what somebody has typed or chosen meanwhile stays, and the focus with it. A tick
  // stays in any case: what is shared by one press is not taken back by the next.
  const showFields = () => {
    const before = new Map(controls);
    const [had] = [...before].find(([, control]) => control === document.activeElement) ?? [];
    controls.clear();
    const asked = model.get("fields");
    fields.classList.toggle("fn-many", asked.length > MANY_FIELDS);
    const nodes = asked.map((field) => {
      const old = before.get(field.name);
      const stays = (looks || field.kind === "checkbox") && old && touched.has(old);
      const control = stays ? old : controlOf(field, uid("field"));
      controls.set(field.name, control);
      const label = h("label", { for: control.id, dir: "auto" }, field.label);
      const parts = field.kind === "checkbox" ? [control, label] : [label, control, bankOf(field, control)];
      return h("div", { class: `fn-field fn-of-${field.kind}` }, parts);
    });
    fields.replaceChildren(...nodes);
    if (looks && [...before.keys()].some((name) => !controls.has(name))) say(""); // what was said of them is past
    if (had) controls.get(had)?.focus();
  };
  fields.addEventListener("input", (event) => touched.add(elementOf(event)));

  /** @type {(name: string, control: Control) => Promise<unknown>} */
  const read = async (name, control) => {
    if (!(control instanceof HTMLInputElement)) return control.value;
    if (control.type === "checkbox") return control.checked;
    if (control.type !== "file") return control.value;
    const file = control.files?.[0];
    if (!file) return null;
    const field = model.get("fields").find((one) => one.name === name);
    if (!field?.bytes) return { name: file.name, text: await file.text() };
    const data = await base64(file);
    const rest = Math.floor(data.length / PIECE) * PIECE;
    for (let at = 0; at < rest; at += PIECE)
      send({ piece: data.slice(at, at + PIECE), of: name, first: at === 0 });
    return { name: file.name, data: data.slice(rest), more: rest > 0 };
  };

  const turn = (/** @type {string} */ name, /** @type {boolean} */ on) => {
    if (on) off.delete(name);
    else off.add(name);
    for (const one of buttons.children) {
      if (off.has(nameOf(one))) one.setAttribute("aria-disabled", "true");
      else one.removeAttribute("aria-disabled");
    }
  };

  // Where keys are pressed, each waits for the one before it. One that judges an answer never falls on the next.
  const press = async (/** @type {PanelButton} */ pressed, of = answers) => {
    if (off.has(pressed.name)) return;
    if (busy) {
      waiting.push([pressed, of]);
      return;
    }
    if (pressed.pressed !== undefined && of !== answers) {
      waiting.length = 0;
      say(
        `‘${pressed.label}’ was pressed before this answer was on screen, and is not kept. Press it again.`,
        true,
      );
      return;
    }
    const open = pressed.name === OPEN ? leftOpen(root, model.get("name")) : "";
    if (open && open !== asked) {
      asked = open;
      say(`${open} Finish all the same? Then press the button again.`);
      return;
    }
    if (pressed.sure && !window.confirm(pressed.sure)) return;
    busy = hasKeys();
    if (!busy) turn(pressed.name, false);
    const look = pressed.name === LOOK ? 1 : 0;
    looks += look;
    say(WORKING);
    /** @type {Record<string, unknown>} */
    const values = {};
    try {
      for (const [name, control] of controls) values[name] = await read(name, control);
    } catch {
      busy = false;
      looks -= look;
      turn(pressed.name, true);
      say("The file cannot be read, perhaps because it was moved. Choose it again.", true);
      return;
    }
    send(
      { button: pressed.name, fields: values },
      {
        late: () => turn(pressed.name, true),
        done: (reply) => {
          progress.replaceChildren();
          if (reply.problem) waiting.length = 0;
          setTimeout(() => {
            busy = false; // what the reply brought is on screen
            looks -= look;
            turn(pressed.name, true);
            const next = waiting.shift();
            if (next) press(...next);
          });
          if (reply.forget) forgetChanges();
          if (reply.anew) tellAnew();
          if (reply.downloads) links.offer(reply.downloads);
          if (reply.problem) return;
          for (const control of controls.values()) if (control.type === "file") control.value = "";
        },
      },
    );
  };

  /** @param {PanelButton} one */
  const buttonNode = (one) =>
    button(
      {
        class: one.main ? "fn-main" : "",
        "data-button": one.name,
        onclick: () => press(one),
        "aria-disabled": off.has(one.name) ? "true" : null,
        "aria-pressed": one.pressed === undefined ? null : String(one.pressed),
      },
      one.key ? h("kbd", { "aria-hidden": "true" }, one.key) : null,
      one.label,
    );

  const showButtons = () => {
    const active = document.activeElement;
    const had = active && buttons.contains(active) ? nameOf(active) : "";
    buttons.replaceChildren(...model.get("buttons").map(buttonNode));
    if (had) {
      const again = /** @type {HTMLElement | null} */ (buttons.querySelector(`[data-button="${had}"]`));
      (again ?? root).focus();
    }
    keys.hidden = !hasKeys();
    if (keys.hidden) return;
    root.tabIndex = 0;
    const listed = model.get("fields").filter(({ key }) => key); // a button bears its own
    const told = [
      ["↓ ↑", "move in a long answer"],
      ...listed.map(({ key = "", label }) => [key, label]),
      ["Esc", "leave the box you type in"],
    ];
    const shown = told.map(([key, what]) => h("span", {}, h("kbd", {}, key), what));
    keys.replaceChildren(h("dt", {}, "Keys"), h("dd", {}, shown));
  };

  root.addEventListener("keydown", (event) => {
    if (!hasKeys() || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = elementOf(event).closest("input, textarea, select");
    if (typing && event.key === "Escape") root.focus();
    if (typing) return;
    const box = body.querySelector(".fn-answer");
    const was = box?.scrollTop;
    if (event.target === root) box?.scrollBy(0, SCROLLS[event.key] ?? 0);
    if (box?.scrollTop !== was) event.preventDefault(); // at its end the page moves on
    const isMeant = (/** @type {{ key?: string }} */ { key }) =>
      key && key.toLowerCase() === event.key.toLowerCase();
    const field = model.get("fields").find(isMeant);
    const pressed = model.get("buttons").find(isMeant);
    if (!field && !pressed) return;
    event.preventDefault();
    if (field) controls.get(field.name)?.focus();
    else if (pressed) press(pressed);
  });
  const showProgress = () => {
    const [what = "", done = 0, total = 0] = model.get("progress");
    if (!what) return;
    const bar = h("progress", { class: "fn-bar", max: total || null, "aria-label": what });
    if (total) bar.value = done;
    progress.replaceChildren(bar, `${what}: ${done}${total ? ` of ${total}` : ""}`);
    if (status.textContent !== WORKING) say(WORKING); // so long a wait needs no doubt
  };
  /** @type {[events: string, show: () => void][]} */
  const listeners = [
    ["change:lines change:tables change:passages", showBody],
    ["change:fields", showFields],
    ["change:buttons", showButtons],
  ];
  listeners.push(["change:passages", () => answers++]);
  /** @type {typeof listeners} */
  const heard = [...listeners, ["change:progress", showProgress]]; // how far an earlier press came is no news
  for (const [events, show] of heard) model.on(events, show);
  root.append(body, fields, buttons, status, progress, links.node, keys, below);
  for (const [, show] of listeners) show();
  // What it tells may have changed: it looks again when it comes into sight or is entered, while it is in
  // sight after each answer, and wherever it is when somebody signs in. One look at a time, and one after it.
  let looking = false;
  let again = false;
  // Also out of sight, an answer that is given is told further up. Who moves from choice to choice with the arrow
  // keys has given none yet: then any other key, or a press, says that it stands.
  const opens = model.get("name").match(/^reveal_(.+)/)?.[1];
  const choice = `[data-exercise="${opens}"] [type="radio"]`;
  const choosing = () => opens && arrow && document.activeElement?.matches(choice);
  let arrow = false;
  const settles = (/** @type {Event} */ event) => {
    const was = arrow;
    arrow = event instanceof KeyboardEvent && event.key.startsWith("Arrow");
    if (was && !arrow) setTimeout(look);
  };
  for (const event of opens ? ["keydown", "pointerdown"] : [])
    document.addEventListener(event, settles, { signal, capture: true });
  const look = () => {
    if (busy || signal?.aborted || choosing()) return;
    again = looking;
    if (looking) return;
    looking = true;
    looks++;
    const over = () => (looking = false);
    const done = () => {
      over();
      setTimeout(() => looks--);
      if (again) look();
    };
    send({ shown: true }, { quiet: true, late: over, done });
  };
  let inSight = false;
  const sight = new IntersectionObserver((seen) => {
    inSight = seen[seen.length - 1].isIntersecting;
    if (inSight) look();
  });
  if (model.get("live")) {
    sight.observe(root);
    afterSaved(() => inSight && look(), undefined, signal);
    if (opens) afterSaved(look, opens, signal);
    afterAnew(look, signal);
    root.addEventListener("focusin", ({ relatedTarget: from }) => {
      if (!(from instanceof Node && root.contains(from))) look();
    });
  }
  keepFocus(root, signal);
  return () => {
    sight.disconnect();
    links.forget();
    for (const [events, show] of heard) model.off(events, show);
  };
}

/**
 * Returns what the exercise that a panel opens says it has left open, where that is told in the page.
 *
 * @param {HTMLElement} root
 * @param {string} name
 */
function leftOpen(root, name) {
  const about = `[data-exercise="${CSS.escape(name.replace(/^reveal_/, ""))}"][data-open]`;
  const found = root.closest(".jp-NotebookPanel")?.querySelector(about);
  return found instanceof HTMLElement ? (found.dataset.open ?? "") : "";
}

/**
 * Leads who was in a panel to what opens in its place.
 *
 * @param {HTMLElement} root
 * @param {AbortSignal} [signal]
 */
function keepFocus(root, signal) {
  let inside = false;
  root.addEventListener("focusin", () => (inside = true));
  root.addEventListener("focusout", () =>
    setTimeout(() => (inside = !root.isConnected || root.contains(document.activeElement))),
  );
  const watch = () => {
    const area = root.closest(".jp-OutputArea");
    const focus = () => {
      const opened = area?.querySelector(".fn");
      if (document.activeElement !== document.body || !(opened instanceof HTMLElement)) return;
      opened.tabIndex = -1;
      opened.focus({ preventScroll: true });
    };
    const follow = new MutationObserver(() => {
      if (root.isConnected || (inside && !area?.querySelector(".fn"))) return;
      follow.disconnect();
      if (inside) setTimeout(focus, ALL_DRAWN); // the first of several may be drawn last
    });
    if (area) follow.observe(area, { childList: true, subtree: true });
  };
  onceThere(root, watch, signal);
}

/**
 * Makes the control of a field.
 *
 * @param {PanelField} field
 * @param {string} id
 * @returns {Control}
 */
function controlOf(field, id) {
  const common = { id, dir: "auto", "data-field": field.name };
  if (field.kind === "choice") {
    const options = (field.options ?? []).map(([value, text]) =>
      h("option", { value, selected: value === field.value }, text),
    );
    return h("select", common, options);
  }
  if (field.kind === "area") return h("textarea", { ...common, rows: 3, value: field.value ?? "" });
  return h("input", {
    ...common,
    type: field.kind,
    value: ["checkbox", "file"].includes(field.kind) ? undefined : field.value,
    checked: field.kind === "checkbox" && Boolean(field.value),
    accept: field.accept,
    autocomplete: "off",
  });
}

/**
 * Makes the list of texts that can be put into a field's area.
 *
 * @param {PanelField} field
 * @param {Control} area
 */
function bankOf({ bank = [] }, area) {
  if (!bank.length) return null;
  const put = () => {
    area.value = [area.value.trim(), list.value].filter(Boolean).join(" ");
    list.selectedIndex = 0;
    area.focus();
  };
  const list = h(
    "select",
    { "aria-label": "Comments you have used before", onchange: put },
    h("option", { value: "" }, "A comment used before"),
    bank.map((text) => h("option", { value: text }, text)),
  );
  return list;
}

/**
 * Sets each line of a cell for itself, the letter of an article before it bold.
 *
 * @param {string} text
 */
const cellLines = (text) =>
  text.split("\n").map((line) => {
    const [, id, words] = line.match(/^([A-Z]:)( .*)$/) ?? ["", "", line];
    return h("div", { class: "fn-cell-line" }, id ? h("strong", {}, id) : null, words);
  });

/**
 * Draws tables; those that share a fold stand together below it.
 *
 * @param {PanelTable[]} tables
 */
function tableNodes(tables) {
  /** @type {Map<string, HTMLElement>} */
  const folds = new Map();
  return tables.map((table) => {
    const { fold } = table;
    if (!fold) return tableNode(table);
    const before = folds.get(fold);
    const details = before ?? h("details", {}, h("summary", { dir: "auto" }, fold));
    details.append(tableNode(table));
    folds.set(fold, details);
    return details; // the same again: it keeps its place
  });
}

/** @param {PanelTable} table */
function tableNode({ caption, columns, rows }) {
  const heads = columns.map((name) => h("th", { scope: "col" }, name));
  const cell = (/** @type {string} */ text, /** @type {number} */ at) => {
    const whole = text.split("\n").every((line) => line.length <= WHOLE);
    const about = { dir: "auto", class: whole ? "fn-whole" : "" };
    return h(at ? "td" : "th", at ? about : { scope: "row", ...about }, cellLines(text));
  };
  const lines = rows.map((row) => h("tr", {}, row.map(cell)));
  const table = h(
    "table",
    { class: "fn-data" },
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, lines),
  );
  return h("div", { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}
