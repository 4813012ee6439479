// Words looked for in texts.
import { h } from "./elements.js";

/** @param {string} text */
export const folded = (text) =>
  text
    .replace(/\p{Lu}/gu, (sign) => (sign.toLowerCase().length === sign.length ? sign.toLowerCase() : sign))
    .replace(/[’‘]/g, "'");

/**
 * Returns [start, end] of each place where a text has a word, in capitals or not, with any apostrophe. What is
 * looked for may go on, and begins where a word does: ‘legal’ is found in ‘legality’ and not in ‘illegal’.
 *
 * @param {string} text
 * @param {string} word
 * @returns {[start: number, end: number][]}
 */
export function placesOf(text, word) {
  const sought = folded(word.trim());
  if (!sought) return [];
  const begins = /^[\p{L}\p{N}]/u.test(sought) ? "(?<![\\p{L}\\p{N}])" : "";
  const pattern = new RegExp(begins + sought.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gu");
  return [...folded(text).matchAll(pattern)].map(({ index }) => [index, index + sought.length]);
}

/** Makes a box to look for a word in, and the line that says what was found. */
export function wordBox() {
  const word = h("input", {
    type: "text",
    "aria-label": "Look for a word",
    placeholder: "Look for a word",
    autocomplete: "off",
  });
  const found = h("span", { class: "fn-count fn-found-count", role: "status" });
  return { word, found, node: h("span", { class: "fn-word" }, word, " ", found) };
}

/** @param {string} text */
export const countWords = (text) => (text.trim().match(/\S+/gu) || []).length;

/**
 * @param {string} text
 * @param {number} most
 */
export const shortened = (text, most) =>
  text.length > most ? `${[...text].slice(0, most - 1).join("")}…` : text;

/**
 * Puts words between quotation signs, unless they bring their own.
 *
 * @param {string} text
 */
export const quoted = (text, most = 90) =>
  /^[“”"]|[“”"]$/.test(text) ? shortened(text, most) : `“${shortened(text, most)}”`;
