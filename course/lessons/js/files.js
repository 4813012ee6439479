// Files that a person gives, and files that Python gives.
import { h } from "./elements.js";

/** @import { Download } from "./messages.js" */

/**
 * Returns a file's bytes as base64 text.
 *
 * @param {File} file
 */
export async function base64(file) {
  const url = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  return /** @type {string} */ (url).slice(url.indexOf(",") + 1);
}

/** @param {string} data */
const bytesOf = (data) => Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));

/** @type {(one: Download, other: Download) => boolean} */
const sameFile = (one, other) =>
  one.name === other.name && one.text === other.text && one.data === other.data;

/**
 * Makes the place where files are handed over, which works on Binder and in the browser-only site alike: the
 * first is downloaded at once. Files that are offered already are not downloaded a second time.
 */
export function fileLinks() {
  const node = h("p", { class: "fn-files" });
  /** @type {string[]} */
  const urls = [];
  /** @type {Download[]} */
  let offered = [];
  const forget = () => urls.splice(0).forEach((url) => URL.revokeObjectURL(url));
  /** @param {Download[]} given */
  const offer = (given) => {
    if (given.length === offered.length && given.every((one, at) => sameFile(one, offered[at]))) return;
    offered = given;
    forget();
    const links = given.map(({ name, text = "", data, type }) => {
      const url = URL.createObjectURL(new Blob([data === undefined ? text : bytesOf(data)], { type }));
      urls.push(url);
      return h("a", { href: url, download: name }, `Download ${name}`);
    });
    node.replaceChildren(...links);
    links[0]?.click();
  };
  return { node, forget, offer };
}
