// All that a widget itself brings to a page: it draws with what its kernel has sent once, for all widgets.

/** @import { Context, Model } from "./messages.js" */

const NOT_HERE = "Choose Run > Run All Cells to see this: what you saved is kept and comes back.";

/**
 * anywidget waits two seconds for a widget's module. On a slow machine it takes longer: then the widget is
 * shown, but every message of Python's is dropped for good (its `_handle_comm_msg` awaits a rejected `ready`),
 * and a student would wait for "Saved" in vain. So messages go straight to the handler of ipywidgets.
 *
 * @param {{ model: Model<any> }} context
 */
function hearAlways({ model }) {
  const itself = model.set({}); // anywidget hands out a stand-in; Backbone's `set` returns the model
  const parent = Object.getPrototypeOf(Object.getPrototypeOf(itself));
  itself.comm?.on_msg(parent._handle_comm_msg.bind(itself));
}

/**
 * Returns the functions that draw widgets: a page takes each source in once.
 *
 * @param {Model<any>} model
 */
async function drawing(model) {
  const source = (await model.widget_manager.get_model(model.get("_source"))).get("js");
  const page = /** @type {{ courseDrawing?: Map<string, Promise<any>> }} */ (globalThis);
  const all = (page.courseDrawing ??= new Map());
  const found = all.get(source) ?? load(source);
  all.set(source, found);
  return found;
}

/** @param {string} source */
async function load(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const found = await import(url);
  URL.revokeObjectURL(url);
  const style = document.querySelector("style.course") ?? document.createElement("style");
  style.className = "course";
  style.textContent = found.css; // the newest
  document.head.append(style);
  return found;
}

/** @param {Context<any>} context */
async function render(context) {
  const found = await drawing(context.model).catch(console.warn);
  if (!found) context.el.textContent = NOT_HERE;
  found?.beginAtTop(context);
  return found?.[context.model.get("_draw")](context);
}

export default { initialize: hearAlways, render };
