// Places in a text. JavaScript counts UTF-16 units, Python code points. In the browser all places are units;
// they are converted where they come in and where they go out.

/** @typedef {{ start: number, end: number }} Stretch */

/**
 * Returns converters between code points (Python) and UTF-16 units (here) for one text.
 *
 * @param {string} raw
 */
export function offsets(raw) {
  const pairs = [...raw.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)].map((match) => match.index);
  const points = pairs.map((unit, before) => unit - before);
  return {
    /**
     * A unit in the middle of a pair belongs to the character that starts there.
     *
     * @param {number} unit
     */
    toPoint: (unit) => unit - smallerThan(unit, pairs),
    /** @param {number} point */
    toUnit: (point) => point + smallerThan(point, points),
  };
}

/**
 * Returns how many numbers of a sorted list are smaller than a limit.
 *
 * @param {number} limit
 * @param {number[]} sorted
 */
export function smallerThan(limit, sorted) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Returns a stretch without the white space at its edges.
 *
 * @param {string} raw
 * @param {Stretch} stretch
 * @returns {Stretch}
 */
export function trim(raw, { start, end }) {
  const text = raw.slice(start, end);
  const inner = text.trim();
  const from = start + text.indexOf(inner);
  return { start: from, end: from + inner.length };
}

/**
 * @param {Stretch} one
 * @param {Stretch} other
 */
export const touching = (one, other) => one.start < other.end && other.start < one.end;
