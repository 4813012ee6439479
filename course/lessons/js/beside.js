// What is asked of each answer further up, as how sure one is, stands right below that answer: its options are
// moved there. Each widget runs a copy of this module: what they tell each other stands in the page.
import { h } from "./elements.js";
import { onceThere } from "./wire.js";

/** @import { FormSpec } from "./messages.js" */

/** @typedef {Record<string, string>} Answers what is answered, by what was asked */

const ANSWERED = "course-answered";

/**
 * Tells what is answered in a form.
 *
 * @param {HTMLElement} root
 * @param {Answers} answers
 */
export function tellAnswers(root, answers) {
  root.dataset.answers = JSON.stringify(answers);
  root.dispatchEvent(new Event(ANSWERED, { bubbles: true }));
}

/**
 * Calls `act` whenever a form has told its answers: it does as soon as it stands in the page, too.
 *
 * @param {(form: HTMLElement) => void} act
 * @param {AbortSignal} [signal]
 */
export const whenTold = (act, signal) =>
  document.addEventListener(ANSWERED, ({ target }) => target instanceof HTMLElement && act(target), {
    signal,
  });

/**
 * Puts what is asked of each answer below it, in the exercise that the form is beside, and tells when all is there.
 *
 * @param {HTMLElement} root
 * @param {FormSpec} spec
 * @param {AbortSignal} [signal]
 */
export function joinAbove(root, spec, signal) {
  const bookOf = (/** @type {Element} */ one) => one.closest(".jp-NotebookPanel");
  const whole = h("p", { class: "fn-prompt", role: "status" });
  root.querySelector(".fn-foot")?.before(whole);
  const own = spec.items.map(({ id, text }) => {
    const row = root.querySelector(`[data-item="${CSS.escape(id)}"]`);
    return { text, row, chips: row?.querySelector(":scope > .fn-chips") };
  });
  const place = (/** @type {HTMLElement} */ form) => {
    const rows = [...form.querySelectorAll("[data-item]")];
    for (const { text, chips } of own) {
      const above = rows.find((row) =>
        [...row.querySelectorAll(".fn-stem > span")].some((one) => one.textContent === text),
      );
      const answer = above?.querySelector(":scope > .fn-chips");
      if (!chips || !answer || answer.nextElementSibling === chips) continue;
      chips.classList.add("fn-joined");
      chips.setAttribute("role", "group");
      chips.setAttribute("aria-label", spec.prompt);
      if (!chips.matches(":has(> .fn-eyebrow)"))
        chips.prepend(h("span", { class: "fn-eyebrow" }, spec.prompt));
      answer.after(chips);
    }
    // The prompt stands with each answer now.
    for (const one of root.querySelectorAll(".fn-near, .fn-prompt:not([role])"))
      one.toggleAttribute("hidden", true);
  };
  const tell = (/** @type {HTMLElement} */ form) => {
    const [given, sure] = [form, root].map(answersOf);
    const first = spec.items[0].options[0];
    const surely = spec.items.filter(({ text }) => sure[text] === first);
    const isWhole = spec.items.every(({ text }) => given[text] && sure[text]);
    const ofThese = [...new Set(surely.map(({ text }) => given[text]))].map(
      (one) => `${surely.filter(({ text }) => given[text] === one).length} ‘${one}’`,
    );
    const many = `You are ‘${first}’ of ${surely.length} of your ${spec.items.length} answers`;
    const which = ofThese.length ? `: ${ofThese.join(", ")}` : "";
    const told = `All is answered. ${many}${which}. Are you right where you are sure?`;
    if (whole.textContent !== (isWhole ? told : "")) whole.textContent = isWhole ? told : "";
    const isMoved = own.every(({ chips }) => chips && !root.contains(chips));
    root.classList.toggle("fn-waiting", isMoved && !isWhole); // it has nothing to show yet
  };
  const forms = () =>
    [...document.querySelectorAll(`[data-answers][data-exercise="${CSS.escape(spec.beside)}"]`)].filter(
      (one) => bookOf(one) === bookOf(root),
    );
  const follow = (/** @type {HTMLElement} */ told) => {
    const form = told === root ? forms().at(-1) : told;
    if (!(form instanceof HTMLElement) || form.dataset.exercise !== spec.beside) return;
    if (bookOf(form) !== bookOf(root)) return;
    place(form);
    tell(form);
  };
  whenTold(follow, signal);
  onceThere(root, () => follow(root), signal);
  signal?.addEventListener("abort", () => own.forEach(({ chips }) => chips?.remove()));
}

/** @type {(form: HTMLElement) => Answers} */
const answersOf = (form) => JSON.parse(form.dataset.answers ?? "{}");
