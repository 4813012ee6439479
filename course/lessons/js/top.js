// Where a page stands after it was run.
import { scrollerOf } from "./tabs.js";

/** @import { Context } from "./messages.js" */

/**
 * After Run > Run All Cells JupyterLab stands at the last cell: the page goes back to its beginning, once, when the
 * first thing that its cells draw is there. What a press draws later moves nothing.
 *
 * @param {Pick<Context<any>, "el" | "signal">} context
 */
export function beginAtTop({ el, signal }) {
  if (signal?.aborted) return;
  const cells = [...(el.closest(".jp-Notebook")?.querySelectorAll(".jp-Cell") ?? [])];
  if (!el.isConnected || (cells.length && !cells.some((one) => one.matches(".jp-mod-active")))) {
    // Out of sight, nothing else tells that it is there; the last cells come long after the first.
    requestAnimationFrame(() => beginAtTop({ el, signal }));
    return;
  }
  const isFirst = cells.find((one) => one.matches(".jp-CodeCell"))?.contains(el);
  const isPressed = document.activeElement?.closest(".fn");
  const [heading] = cells;
  if (!isFirst || isPressed || !cells.at(-1)?.matches(".jp-mod-active")) return;
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true }); // the arrow keys go on from there
  const scroller = scrollerOf(el);
  if (scroller) scroller.scrollTop = 0;
}
