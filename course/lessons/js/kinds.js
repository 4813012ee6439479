// The kinds of exercises that a form can show. Each is one file in course/lessons/kinds/, beside its Python.

/** @import { FormSpec } from "./messages.js" */
/** @import { Lookup } from "./lookup.js" */

/**
 * What a kind gets of its form.
 *
 * @typedef {object} FormView
 * @property {FormSpec} spec
 * @property {Lookup} look
 * @property {(...path: string[]) => any} get what is answered at a path
 * @property {(...path: string[]) => HTMLElement} mark makes the word that says beside a control what became of it
 * @property {(path: string[], value: unknown) => void} set keeps a change, sends it, and says so in its mark
 * @property {AbortSignal} [signal] ends with the form
 */

/**
 * What a kind makes: its controls, and a function that shows the answer in them and counts how much is answered.
 *
 * @typedef {object} KindView
 * @property {HTMLElement} node
 * @property {() => [answered: number, all: number]} refresh
 * @property {boolean} [ownPassages] it shows the exercise's passages itself
 */

/** @typedef {(form: FormView) => KindView} DrawKind */

/** @type {Map<string, DrawKind>} */
export const kinds = new Map();

/**
 * @param {string} name the kind's name in exercise files
 * @param {DrawKind} draw
 */
export const registerKind = (name, draw) => void kinds.set(name, draw);
