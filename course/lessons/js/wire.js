// What goes to Python and what comes back: every change is answered, or said not to be.
import { clock, uid } from "./elements.js";

/** @import { Say } from "./elements.js" */
/** @import { Model, Status } from "./messages.js" */

const CHOICE_WAIT = 2000; // milliseconds after which a choice without an answer is called 'Not saved'
const SAVED_EVENT = "course-saved"; // an event of the page: the widgets of each kernel run a copy of this module
const ANEW_EVENT = "course-anew"; // another one
const SAVED_PAUSE = 300; // milliseconds: several answers in a row are looked at once
const PRESS_WAIT = 8000; // a button may ask for more: marking a class, reading files
const NOT_SAVED =
  "Python does not answer, so this is not saved yet. Choose Run > Run All Cells: what you chose is kept in this" +
  " page and is saved then. Do not close or reload the page before.";
const SILENT =
  "no answer from the kernel yet. It may be busy; if it has stopped, choose Kernel > Restart Kernel and then" +
  " Run > Run All Cells. Copy a long text first: what is on screen is not saved.";

/** @typedef {{ path: string[], value: any, exact?: string }} Change one choice, as Python takes it */
/** @typedef {Map<string, Change>} Kept the changes of one exercise that Python has not answered */

/**
 * Returns the changes of an exercise that no kernel has answered, by what they change. They live in the page,
 * beyond the widget: the next widget of the same exercise in the same notebook finds them.
 *
 * @param {HTMLElement} el
 * @param {string} exercise
 * @returns {Kept}
 */
export function keptChanges(el, exercise) {
  const page = /** @type {{ courseKept?: Map<string, Kept> }} */ (globalThis);
  const all = (page.courseKept ??= new Map());
  const key = JSON.stringify([el.closest(".jp-NotebookPanel")?.id ?? "", exercise]);
  const found = all.get(key) ?? new Map();
  all.set(key, found);
  return found;
}

/** Forgets all that no kernel has answered, and all drafts: whoever made them has left. */
export function forgetChanges() {
  const page = /** @type {{ courseKept?: Map<string, Kept> }} */ (globalThis);
  for (const kept of page.courseKept?.values() ?? []) kept.clear();
  inStorage((storage) => {
    for (const name of Object.keys(storage)) if (name.startsWith(DRAFT)) storage.removeItem(name);
  });
}

const DRAFT = "course-draft"; // begins the names under which the browser keeps drafts

/**
 * @template T
 * @param {(storage: Storage) => T} act
 * @returns {T | null} null where the browser keeps nothing for pages
 */
function inStorage(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

/**
 * Returns what is laid out in this browser and is no answer yet, through `get`, `keep` and `drop`: it outlives
 * the page and the kernel. On a hub each person's server has an address of its own, and drafts of its own.
 *
 * @param {string[]} about
 */
export function draft(...about) {
  const config = document.getElementById("jupyter-config-data")?.textContent;
  const name = `${DRAFT} ${JSON.stringify([config ? JSON.parse(config).baseUrl : "", ...about])}`;
  return {
    get: () => /** @type {unknown} */ (JSON.parse(inStorage((storage) => storage.getItem(name)) ?? "null")),
    keep: (/** @type {unknown} */ value) =>
      void inStorage((storage) => storage.setItem(name, JSON.stringify(value))),
    drop: () => void inStorage((storage) => storage.removeItem(name)),
  };
}

/**
 * Calls `act` once the widget stands in its notebook.
 *
 * @param {HTMLElement} el
 * @param {() => void} act
 * @param {AbortSignal} [signal]
 */
export function onceThere(el, act, signal) {
  const observer = new ResizeObserver(() => {
    if (!el.isConnected) return;
    observer.disconnect();
    act();
  });
  observer.observe(el);
  signal?.addEventListener("abort", () => observer.disconnect());
}

/**
 * Calls `act` soon after an answer was saved, of one exercise or of any; once for several.
 *
 * @param {() => void} act
 * @param {string} [exercise]
 * @param {AbortSignal} [signal]
 */
export function afterSaved(act, exercise, signal) {
  const wanted = (/** @type {Event} */ event) =>
    !exercise || /** @type {CustomEvent<string>} */ (event).detail === exercise;
  soonAfter(SAVED_EVENT, act, wanted, signal);
}

/** Tells the page that somebody signed in, loaded work or left: all that is shown may have changed. */
export const tellAnew = () => document.dispatchEvent(new Event(ANEW_EVENT));

/**
 * Calls `act` soon after that; once for several.
 *
 * @param {() => void} act
 * @param {AbortSignal} [signal]
 */
export const afterAnew = (act, signal) => soonAfter(ANEW_EVENT, act, () => true, signal);

/**
 * @param {string} name
 * @param {() => void} act
 * @param {(event: Event) => boolean} wanted
 * @param {AbortSignal} [signal]
 */
function soonAfter(name, act, wanted, signal) {
  let timer = 0;
  const later = (/** @type {Event} */ event) => {
    if (!wanted(event)) return;
    clearTimeout(timer);
    timer = setTimeout(act, SAVED_PAUSE);
  };
  document.addEventListener(name, later, { signal });
  signal?.addEventListener("abort", () => clearTimeout(timer));
}

/**
 * @typedef {object} Sent
 * @property {(reply: Status) => void} [done] called once, with Python's answer
 * @property {() => void} [late] called when no answer came in time; `done` may still follow
 * @property {boolean} [quiet] nothing is said about it: the person did not ask
 */

/**
 * Returns `send(content, then)` for what is asked of Python. Each message has a number and each reply of
 * Python's brings it back, with `text` and `problem`; silence is said in `silent` words.
 *
 * @param {Model<any>} model
 * @param {Say} say
 * @param {AbortSignal} [signal]
 */
export function wire(model, say, signal, wait = PRESS_WAIT, silent = SILENT) {
  /** @type {Map<string, Sent & { timer: number }>} */
  const waiting = new Map();
  let newest = "";
  /** @param {Status} [reply] */
  const onReply = (reply) => {
    const number = reply?.re ?? "";
    const sent = waiting.get(number);
    if (!reply || !sent) return;
    waiting.delete(number);
    clearTimeout(sent.timer);
    const wanted = !sent.quiet && (reply.problem || number === newest);
    if (wanted) say(reply.text || `Saved ${clock()}.`, Boolean(reply.problem));
    sent.done?.(reply);
  };
  model.on("msg:custom", onReply);
  signal?.addEventListener("abort", () => model.off("msg:custom", onReply));
  /**
   * @param {object} content
   * @param {Sent} [then]
   */
  return (content, then = {}) => {
    const number = uid("message");
    if (!then.quiet) newest = number;
    const nobody = () => {
      if (!then.quiet) say(silent, true);
      then.late?.();
    };
    const timer = setTimeout(nobody, wait);
    waiting.set(number, { ...then, timer });
    try {
      model.send({ ...content, re: number });
    } catch {
      clearTimeout(timer);
      nobody(); // JupyterLab knows already that nobody listens
    }
  };
}

/**
 * Returns `change(slot, what, then)`, which sends a choice and keeps it in the page until Python has answered:
 * a later choice in the same slot takes its place.
 *
 * @param {Model<any>} model
 * @param {HTMLElement} el
 * @param {string} exercise
 * @param {Say} say
 * @param {AbortSignal} [signal]
 */
export function changes(model, el, exercise, say, signal) {
  const send = wire(model, say, signal, CHOICE_WAIT, NOT_SAVED);
  /**
   * @param {string} slot
   * @param {Change} what
   * @param {Sent} then
   */
  return (slot, what, then) => {
    const kept = keptChanges(el, exercise);
    kept.delete(slot); // what is chosen last is sent last
    kept.set(slot, what);
    send(what, {
      late: then.late,
      done: (reply) => {
        if (kept.get(slot) === what) kept.delete(slot);
        if (!reply.problem) document.dispatchEvent(new CustomEvent(SAVED_EVENT, { detail: exercise }));
        then.done?.(reply);
      },
    });
  };
}
