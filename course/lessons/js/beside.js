// What is asked beside an answer further up shows that answer as it stands now, and not as it stood when its
// cell ran. Each widget runs a copy of this module: what they tell each other stands in the page.
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
 * Shows beside each item of a form what is answered to it in the exercise that the form is beside.
 *
 * @param {HTMLElement} root
 * @param {FormSpec} spec
 * @param {AbortSignal} [signal]
 */
export function showAnswersBeside(root, spec, signal) {
  const places = spec.items.map((item) => {
    const place = h("span", { class: "fn-eyebrow fn-answered", dir: "auto" });
    root.querySelector(`[data-item="${CSS.escape(item.id)}"] .fn-stem`)?.append(place);
    return { item, place };
  });
  const show = (/** @type {Answers} */ answers) => {
    for (const { item, place } of places) {
      const told = answers[item.text] ? `Your answer: ${answers[item.text]}` : "";
      if (place.textContent !== told) place.textContent = told;
    }
  };
  const bookOf = (/** @type {Element} */ one) => one.closest(".jp-NotebookPanel");
  const follow = (/** @type {HTMLElement} */ form) => {
    if (form.dataset.exercise !== spec.beside) return;
    if (bookOf(form) === bookOf(root)) show(JSON.parse(form.dataset.answers ?? "{}"));
  };
  show(Object.fromEntries(spec.items.map(({ text, answered }) => [text, answered])));
  whenTold(follow, signal);
  const all = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-answers]"));
  onceThere(root, () => all().forEach((one) => follow(one)), signal);
}
