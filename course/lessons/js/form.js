// One exercise that is answered item by item, or the feedback on it.
import { rowsAbove, tellBelowEach } from "./below.js";
import { joinAbove, tellAnswers, whenTold } from "./beside.js";
import { alwaysSafe, frame, h, promptOf, savedMark, statusLine } from "./elements.js";
import { renderFeedback } from "./feedback.js";
import { choicesOf, isKey, passageFigures } from "./items.js";
import { kinds } from "./kinds.js";
import { lookup } from "./lookup.js";
import { afterSaved, changes, keptChanges, onceThere, wire } from "./wire.js";

/** @import { FormView } from "./kinds.js" */
/** @import { Context, Feedback, FeedbackEntry, FormTraits } from "./messages.js" */

const CHANGED = "You have changed an answer. Your first ones are kept, too.";

/** @type {(value: any, path: string[]) => any} */
const get = (value, path) =>
  path.reduce((at, key) => (at === undefined || at === null ? undefined : at[key]), value);

/**
 * Returns a copy of `value` in which the entry at `path` is `entry`.
 *
 * @type {(value: any, path: string[], entry: unknown) => any}
 */
function put(value, path, entry) {
  if (!path.length) return entry;
  const [key, ...rest] = path;
  return { ...value, [key]: put(value?.[key] ?? {}, rest, entry) };
}

/**
 * What is said of an answer, and anew whenever that is changed.
 *
 * @param {Context<FormTraits>} context
 * @param {HTMLElement} root
 */
function showFeedback({ model, signal }, root) {
  const spec = model.get("spec");
  const body = h("div", { tabindex: "-1" });
  const { node, say } = statusLine();
  const send = wire(model, say, signal);
  const texts = spec.passages.filter((one) => !isKey(one, choicesOf(spec)));
  const hasRows = ["sort", "grid", "line", "order"].includes(spec.kind);
  /** @type {HTMLElement[] | null} */
  let below = null; // what stands with the questions
  const show = () => {
    const told = h("div", {});
    const feedback = /** @type {Feedback} */ (model.get("feedback"));
    below = hasRows ? tellBelowEach(body, root, spec, feedback, below ?? []) : null;
    root.classList.toggle("fn-bare", Boolean(below));
    root.classList.toggle("fn-empty", Boolean(below) && !body.childElementCount);
    if (below) return;
    // What was written stands right above, in the exercise, and so do the texts.
    const isAbove = spec.kind === "write" && rowsAbove(root, spec).length > 0;
    const isWritten = (/** @type {FeedbackEntry} */ { text }) => spec.items.some((one) => one.text === text);
    const items = feedback.items.filter((one) => !isAbove || !isWritten(one));
    renderFeedback(told, root, { ...feedback, items });
    const again = h("details", {}, h("summary", {}, "The text again"), passageFigures(texts));
    const opened = [...body.querySelectorAll("details")].map((one) => one.open);
    body.replaceChildren(...told.childNodes, ...(isAbove || !texts.length ? [] : [again]));
    body.querySelectorAll("details").forEach((one, nth) => (one.open ||= Boolean(opened[nth])));
  };
  root.append(body, h("div", { class: "fn-foot" }, node));
  show();
  model.on("change:feedback", show);
  // The questions may be drawn later, and anew.
  const move = () => !below?.[0].isConnected && rowsAbove(root, spec).length && show();
  onceThere(root, move, signal);
  if (hasRows) whenTold(move, signal);
  const offer = () => {
    send({ path: [], value: null }, { quiet: true }); // nothing old stands below what is new
    say(CHANGED);
  };
  root.addEventListener("focus", () => below?.[0].focus()); // what it led to stands there
  afterSaved(offer, spec.id, signal);
  return () => {
    below?.forEach((one) => one.remove());
    model.off("change:feedback", show);
  };
}

/** @param {Context<FormTraits>} context */
export function renderForm(context) {
  const { model, el, signal } = context;
  const spec = model.get("spec");
  const root = frame(el, { title: spec.title, id: spec.id, style: `fn-card fn-${spec.kind}` });
  if (model.get("feedback").items) return showFeedback(context, root);
  const { node, say } = statusLine();
  const change = changes(model, el, spec.id, say, signal);
  /** @type {Map<string, HTMLElement>} */
  const marks = new Map(); // the word beside each control
  /** @type {FormView} */
  const form = {
    spec,
    signal,
    look: lookup(spec),
    get: (...path) => get(model.get("value"), path),
    mark(...path) {
      const mark = savedMark();
      marks.set(JSON.stringify(path), mark);
      return mark;
    },
    set(path, value) {
      model.set("value", put(model.get("value"), path, value));
      send(path, value);
    },
  };
  /** @type {(path: string[], value: unknown) => void} */
  const send = (path, value) => {
    const slot = JSON.stringify(path);
    const tell = (/** @type {string} */ text, problem = false) => {
      const mark = marks.get(slot);
      if (mark) mark.textContent = text;
      mark?.classList.toggle("fn-problem", problem);
    };
    tell("");
    change(
      slot,
      { path, value },
      {
        late: () => tell("Not saved", true),
        done: (reply) => {
          tell(reply.problem ? "Not saved" : "", reply.problem); // what is saved, the card's foot says
          if (reply.value === undefined || reply.value === null) return;
          model.set("value", put(model.get("value"), path, reply.value));
        },
      },
    );
  };
  const draw = kinds.get(spec.kind);
  if (!draw) throw new Error(`no form draws exercises of the kind ${spec.kind}`);
  const kind = draw(form);
  const count = h("span", { class: "fn-count" });
  const bar = h("progress", { class: "fn-bar", "aria-hidden": "true" });
  const progress = h("div", { class: "fn-progress" }, bar, count);
  const refresh = () => {
    const [done, all] = kind.refresh();
    count.textContent = `${done} of ${all} answered`;
    progress.hidden = spec.kind === "write" && all === 1; // one word of a text would be all of it
    bar.max = all;
    bar.value = done;
    tellAnswers(root, Object.fromEntries(spec.items.map(({ id, text }) => [text, form.get(id)])));
  };
  model.on("change:value", refresh);
  root.append(
    h(
      "div", // what stays in sight ends with what it is about
      {},
      promptOf(spec.prompt, choicesOf(spec)),
      kind.ownPassages ? [] : passageFigures(spec.passages),
      kind.node,
    ),
    h("footer", { class: "fn-foot" }, progress, node),
    h("p", { class: "fn-note" }, spec.note),
    alwaysSafe(),
  );
  refresh();
  if (spec.beside) joinAbove(root, spec, signal);
  // What was chosen while no kernel listened is chosen again.
  const takeUp = () => {
    refresh(); // what stands beside the answers can hear it now
    for (const { path, value } of [...keptChanges(el, spec.id).values()]) form.set(path, value);
  };
  onceThere(el, takeUp, signal);
  return () => model.off("change:value", refresh);
}
