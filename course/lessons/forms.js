// The exercise kinds sort, grid, order and write, the feedback on them, and the panel of other controls.
// Python keeps the answers; this file shows them and sends each change: {path: [...], value}.

const words = (text) => (text.trim().match(/\S+/gu) || []).length;
const get = (value, path) => path.reduce((at, key) => (at === undefined || at === null ? undefined : at[key]), value);

/** Returns a copy of `value` in which the entry at `path` is `entry`. */
function put(value, path, entry) {
  if (!path.length) return entry;
  const [key, ...rest] = path;
  return { ...value, [key]: put(value?.[key] ?? {}, rest, entry) };
}

function renderForm({ model, el, signal }) {
  const spec = model.get("spec");
  const root = frame(el, { title: spec.title, id: spec.id, style: `fn-card fn-${spec.kind}` });
  const told = model.get("feedback");
  if (told.items) return root.append(...passages(spec.passages)), feedback(root, told);
  root.append(...prose(spec.prompt, "fn-prompt"), ...(spec.kind === "sort" ? [] : passages(spec.passages)));

  const { node, say } = statusLine();
  const send = wire(model, say, signal);
  const count = h("span", { class: "fn-count" });
  const bar = h("progress", { class: "fn-bar", "aria-hidden": "true" });
  const form = {
    spec,
    look: lookup(spec),
    get: (...path) => get(model.get("value"), path),
    /** Keeps a change on screen, sends it, and says beside the control (`mark`) what became of it. */
    set(path, value, mark) {
      model.set("value", put(model.get("value"), path, value));
      if (mark) mark.textContent = "";
      send({ path, value }, (reply) => {
        if (mark) mark.textContent = reply.problem ? "Not saved" : "Saved";
        mark?.classList.toggle("fn-problem", Boolean(reply.problem));
        if (reply.value !== undefined && reply.value !== null) model.set("value", put(model.get("value"), path, reply.value));
      });
    },
  };
  const kind = { sort, grid, order, write }[spec.kind](form, signal);
  const refresh = () => {
    const [done, all] = kind.refresh();
    count.textContent = `${done} of ${all} answered`;
    bar.max = all;
    bar.value = done;
  };
  model.on("change:value", refresh);
  root.append(
    kind.node,
    h("footer", { class: "fn-foot" }, h("div", { class: "fn-progress" }, bar, count), node),
    h("p", { class: "fn-note" }, spec.note, " Your work is kept as you go. Run this cell again, or Run > Run All Cells, to see it again: that is always safe."),
  );
  refresh();
  return () => model.off("change:value", refresh);
}

const passage = (one) =>
  h("figure", { class: "fn-passage" }, h("figcaption", {}, one.title), prose(one.text, "fn-serif"));

const passages = (all) => (all.length ? [h("div", { class: "fn-passages" }, all.map(passage))] : []);

/** What is judged: words of an article with its letter, or a text written for the course. */
const stem = (item, number) => [
  number ? h("span", { class: "fn-number", "aria-hidden": "true" }, number) : null,
  h("span", { class: "fn-stem" },
    item.text && item.text !== item.words ? h("span", { dir: "auto" }, item.text) : null,
    item.article ? h("span", { class: "fn-eyebrow" }, `Article ${item.article}`) : null,
    item.words ? h("span", { class: "fn-serif", dir: "auto" }, item.words) : null,
    item.answered ? h("span", { class: "fn-eyebrow" }, `Your answer: ${item.answered}`) : null),
];

/** An evidence card, folded. Its HTML was escaped in Python by `cards.card_html`: nothing else may enter here as HTML. */
const evidence = (card) =>
  h("details", { class: "fn-card-fold", "data-card": card.id }, h("summary", {}, `Card ${card.title}`),
    Object.assign(h("div", {}), { innerHTML: card.html }));

function sort(form) {
  const rows = form.spec.items.map((item, index) => {
    const name = uid("radio");
    const mark = h("span", { class: "fn-mark", "aria-hidden": "true" });
    const inputs = item.options.map((option) =>
      h("input", { type: "radio", name, value: option, onchange: () => form.set([item.id], option, mark) }));
    const chips = inputs.map((input) => h("label", { class: "fn-chip" }, input, h("span", { dir: "auto" }, input.value)));
    const below = h("div", { class: "fn-chips" }, chips);
    below.append(...(item.article || form.spec.articles.length ? [form.look.button(below, item)] : []), mark);
    return { item, inputs, node: h("fieldset", { class: "fn-item", "data-item": item.id }, h("legend", {}, stem(item, index + 1)), below, item.cards.map(evidence)) };
  });
  const refresh = () => {
    for (const { item, inputs } of rows) for (const input of inputs) input.checked = input.value === form.get(item.id);
    return [rows.filter(({ inputs }) => inputs.some((input) => input.checked)).length, rows.length];
  };
  // Each passage stands, and stays in sight, above the items about it; one that is about none is about all.
  const parts = [...new Set(form.spec.items.map((item) => item.passage))].map((name) => h("div", { class: "fn-near" },
    passages(form.spec.passages.filter(({ title }) => title === name || !name)),
    h("div", { class: "fn-items" }, rows.filter(({ item }) => item.passage === name).map(({ node }) => node))));
  return { node: h("div", {}, parts), refresh };
}

function grid(form) {
  const cells = [];
  const line = (item, index) => {
    const head = h("th", { scope: "row", id: uid("row") }, h("span", { class: "fn-row" }, stem(item, index + 1)));
    const row = h("tr", { "data-item": item.id }, head);
    head.append(form.look.button(row, item));
    row.append(...form.spec.articles.map((article) => {
      const mark = h("span", { class: "fn-mark", "aria-hidden": "true" });
      const select = h("select", { "aria-label": `Article ${article}: ${item.text}`, "data-article": article,
        onfocus: () => form.look.turn(row, article), onchange: () => form.set([item.id, article], select.value, mark) },
        h("option", { value: "" }, `${article}: choose`), item.options.map((option) => h("option", { value: option }, option)));
      cells.push({ select, path: [item.id, article] });
      return h("td", {}, select, mark);
    }));
    return row;
  };
  const node = h("div", { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": `${form.spec.title}, table` },
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "What is looked for"), form.spec.articles.map((article) => h("th", { scope: "col" }, `Article ${article}`)))),
      h("tbody", {}, form.spec.items.map(line))));
  const refresh = () => {
    for (const { select, path } of cells) {
      select.value = form.get(...path) ?? "";
      select.classList.toggle("fn-done", Boolean(select.value));
    }
    return [cells.filter(({ select }) => select.value).length, cells.length];
  };
  return { node, refresh };
}

function order(form) {
  const groups = [...new Set(form.spec.items.map((item) => item.group))].map((group) => ladder(form, group));
  return { node: h("div", { class: "fn-ladders" }, groups.map(({ node }) => node)),
    refresh: () => [groups.filter((group) => group.refresh()).length, groups.length] };
}

/** One list that is put in order with its buttons, or by dragging a row by its handle. */
function ladder(form, group) {
  const items = form.spec.items.filter((item) => item.group === group);
  const mark = h("span", { class: "fn-mark", "aria-hidden": "true" });
  const live = h("p", { class: "fn-hidden", role: "status" });
  const keep = h("button", { type: "button", class: "fn-button", onclick: () => commit() }, "Keep this order");
  const list = h("ol", { class: "fn-ladder" });
  const rows = new Map(items.map((item) => [item.id, row(item)]));
  const shown = () => [...list.children].map((node) => node.dataset.item);

  function row(item) {
    const move = (by) => (event) => {
      const ids = shown();
      const at = ids.indexOf(item.id);
      if (at + by < 0 || at + by >= ids.length) return;
      ids.splice(at + by, 0, ...ids.splice(at, 1));
      list.append(...ids.map((id) => rows.get(id)));
      event.currentTarget.focus();
      live.textContent = `Now ${at + by + 1} of ${ids.length}: ${item.text}`;
      commit();
    };
    const handle = h("span", { class: "fn-handle", "aria-hidden": "true", title: "Drag" }, "⠿");
    const node = h("li", { "data-item": item.id }, handle, h("span", { class: "fn-place", "aria-hidden": "true" }), h("span", { class: "fn-stem" }, stem(item)),
      h("span", { class: "fn-moves" },
        item.article ? form.look.button(list, item) : null,
        h("button", { type: "button", class: "fn-button fn-up", "aria-label": `Up: ${item.text}`, onclick: move(-1) }, "↑ Up"),
        h("button", { type: "button", class: "fn-button fn-down", "aria-label": `Down: ${item.text}`, onclick: move(1) }, "↓ Down")));
    handle.addEventListener("pointerdown", (event) => drag(event, node));
    return node;
  }

  function drag(event, node) {
    event.preventDefault();
    list.setPointerCapture(event.pointerId); // the list stays where it is; a row that moves would lose it
    node.classList.add("fn-dragged");
    const before = shown().join();
    const onMove = ({ clientY }) => {
      const below = [...list.children].find((other) => {
        const { top, height } = other.getBoundingClientRect();
        return other !== node && clientY < top + height / 2;
      });
      if ((below ?? null) !== node.nextElementSibling) list.insertBefore(node, below ?? null);
    };
    const onEnd = () => {
      list.removeEventListener("pointermove", onMove);
      node.classList.remove("fn-dragged");
      if (shown().join() !== before) commit();
    };
    list.addEventListener("pointermove", onMove);
    list.addEventListener("lostpointercapture", onEnd, { once: true });
  }

  const commit = () => form.set([group], shown(), mark);
  const refresh = () => {
    const value = form.get(group);
    const ids = (value ?? items.map((item) => item.id)).filter((id) => rows.has(id));
    if (ids.join() !== shown().join()) list.replaceChildren(...ids.map((id) => rows.get(id)));
    [...list.children].forEach((node, at) => {
      node.querySelector(".fn-place").textContent = at + 1;
      node.querySelector(".fn-up").setAttribute("aria-disabled", String(at === 0));
      node.querySelector(".fn-down").setAttribute("aria-disabled", String(at === ids.length - 1));
    });
    keep.hidden = Boolean(value);
    return Boolean(value);
  };
  const node = h("div", { class: "fn-group", role: "group", "aria-label": group || form.spec.title, "data-group": group },
    group ? h("h4", { class: "fn-subtitle", dir: "auto" }, group) : null, list, h("div", { class: "fn-chips" }, keep, mark), live);
  return { node, refresh };
}

const PAUSE = 400; // milliseconds of rest in typing after which a text is saved

function write(form, signal) {
  const boxes = form.spec.items.map((item) => {
    const id = uid("text");
    const mark = h("span", { class: "fn-mark", "aria-hidden": "true" });
    const count = h("span", { class: "fn-count", id: uid("count") });
    const box = { item, timer: 0 };
    box.save = () => {
      if (!box.timer) return;
      clearTimeout(box.timer);
      box.timer = 0;
      form.set([item.id], box.area.value, mark);
    };
    box.area = h("textarea", { id, rows: 5, dir: "auto", "aria-describedby": count.id, onblur: () => box.save(), oninput: () => {
      clearTimeout(box.timer);
      box.timer = setTimeout(box.save, PAUSE);
      mark.textContent = "";
      box.recount();
    } });
    box.recount = () => (count.textContent = plural(words(box.area.value), "word"));
    box.node = h("div", { class: "fn-item", "data-item": item.id },
      h("label", { for: id, class: "fn-label" }, stem(item)), box.area, h("div", { class: "fn-under" }, count, mark));
    if (form.spec.articles.length) box.node.lastChild.append(form.look.button(box.node.lastChild, item));
    return box;
  });
  const saveAll = () => boxes.forEach((box) => box.save());
  window.addEventListener("pagehide", saveAll, { signal });
  signal?.addEventListener("abort", saveAll);
  const rubric = Object.entries(form.spec.rubric);
  const node = h("div", { class: "fn-items" }, boxes.map((box) => box.node), rubric.length
    ? h("details", { class: "fn-rubric" }, h("summary", {}, form.spec.private ? "What a full answer has" : "How this is judged"),
        h("dl", {}, rubric.map(([level, text]) => [h("dt", {}, level), h("dd", { dir: "auto" }, text)])))
    : null);
  const refresh = () => {
    for (const box of boxes) {
      const value = form.get(box.item.id) ?? "";
      if (!box.timer && box.area.value !== value) box.area.value = value;
      box.recount();
    }
    return [boxes.filter((box) => box.area.value.trim()).length, boxes.length];
  };
  return { node, refresh };
}

const FULL = 0.95; // the credit of an answer that is as in the key, as scoring.py has it

/** Shows what was given and what the readers answered; nothing can be changed here. What is as in the key is folded. */
function feedback(root, told) {
  root.classList.add("fn-feedback");
  const list = (items) => (items.length ? h("ol", { class: "fn-items" }, items.map(told_of)) : null);
  const as = told.items.filter(({ credit }) => credit >= FULL);
  const folded = as.length > 2;
  root.append(h("p", { class: "fn-summary", dir: "auto" }, told.summary), ...[list(folded ? told.items.filter((one) => !as.includes(one)) : told.items),
    folded ? h("details", { class: "fn-more" }, h("summary", {}, `As in the key: ${as.length}. Open them to read why.`), list(as)) : null].filter(Boolean));
}

const told_of = (one) => {
  const verdict = [h("span", { class: "fn-sign", "aria-hidden": "true" }, sign(one.credit)), one.verdict];
  return h("li", { class: "fn-item" },
    one.text || one.words ? h("p", { class: "fn-stem" }, stem(one)) : null,
    one.given ? h("p", { class: "fn-given" }, h("span", { class: "fn-eyebrow" }, "Your answer"), h("span", { dir: "auto" }, one.given)) : null,
    one.verdict && !one.more?.length ? h("p", { class: "fn-verdict" }, verdict) : null,
    one.lines.length ? linesOf(one.lines) : null,
    one.more?.length ? h("details", {}, h("summary", {}, verdict, " Open to read why."), linesOf(one.more)) : null);
};

const linesOf = (lines) => h("ul", { class: "fn-lines" }, lines.map((line) => h("li", { dir: "auto" }, line)));

const sign = (credit) => (credit === null || credit === undefined ? "–" : credit >= 1 ? "●" : credit > 0 ? "◐" : "○");

const PIECE = 4_000_000; // characters in one message; Jupyter takes none over 10 MB

/** Returns a file's bytes as base64 text. */
async function base64(file) {
  const url = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

const bytes = (data) => Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));

/** Makes the control of a panel's field. `bank` lists texts that can be put into an area. */
function control(field, id) {
  const common = { id, dir: "auto", "data-field": field.name };
  if (field.kind === "choice")
    return h("select", common, field.options.map(([value, text]) => h("option", { value, selected: value === field.value }, text)));
  if (field.kind === "area") return h("textarea", { ...common, rows: 3, value: field.value ?? "" });
  return h("input", { ...common, type: field.kind, value: ["checkbox", "file"].includes(field.kind) ? undefined : field.value,
    checked: field.kind === "checkbox" && Boolean(field.value), accept: field.accept, autocomplete: "off" });
}

function bankOf(field, area) {
  if (!field.bank?.length) return null;
  const onchange = (event) => {
    area.value = [area.value.trim(), event.target.value].filter(Boolean).join(" ");
    event.target.selectedIndex = 0;
    area.focus();
  };
  return h("select", { "aria-label": "Comments you have used before", onchange }, h("option", { value: "" }, "A comment used before"), field.bank.map((text) => h("option", { value: text }, text)));
}

/** A panel: lines of text, passages, tables, fields and buttons. A press sends every field's value to Python. */
function renderPanel({ model, el, signal }) {
  const root = frame(el, { title: model.get("title"), id: model.get("name"), style: "fn-card fn-panel" });
  const { node, say } = statusLine();
  const send = wire(model, say, signal);
  const fields = h("div", { class: "fn-fields" });
  const buttons = h("div", { class: "fn-buttons" });
  const keys = h("dl", { class: "fn-keys" });
  const body = h("div", {});
  const below = h("div", {});
  const inputs = new Map();
  let busy = false;
  let waiting = null; // a move that was pressed meanwhile
  // Where keys are pressed, a long answer scrolls in itself, and the buttons stay in sight.
  const answer = (passages) => h("div", keyed() ? { class: "fn-passages fn-answer", tabindex: "0", role: "region", "aria-label": "Answer" } : { class: "fn-passages" }, passages.map(passage));
  const show = () => {
    const tables = model.get("tables");
    const passages = model.get("passages");
    const had = body.contains(document.activeElement);
    body.replaceChildren(...model.get("lines").flatMap((line) => prose(line, "fn-prompt")), ...(passages.length ? [answer(passages)] : []), ...tables.filter((one) => !one.below).map(table));
    below.replaceChildren(...tables.filter((one) => one.below).map(table));
    if (had) root.focus(); // where the answer was read, keys go on
  };
  const ask = () => {
    inputs.clear();
    fields.classList.toggle("fn-many", model.get("fields").length > 4);
    fields.replaceChildren(...model.get("fields").map((field) => {
      const id = uid("field");
      const input = control(field, id);
      inputs.set(field.name, input);
      const label = h("label", { for: id, dir: "auto" }, field.label);
      return h("div", { class: `fn-field fn-of-${field.kind}` }, field.kind === "checkbox" ? [input, label] : [label, input, bankOf(field, input)]);
    }));
  };
  const read = async (name, input) => {
    if (input.type === "checkbox") return input.checked;
    if (input.type !== "file") return input.value;
    const file = input.files[0];
    if (!file) return null;
    if (!model.get("fields").find((field) => field.name === name).bytes) return { name: file.name, text: await file.text() };
    const data = await base64(file);
    const rest = Math.floor(data.length / PIECE) * PIECE;
    for (let at = 0; at < rest; at += PIECE) send({ piece: data.slice(at, at + PIECE), of: name, first: at === 0 });
    return { name: file.name, data: data.slice(rest), more: rest > 0 };
  };
  const press = async (button) => {
    if (busy && button.pressed === undefined) waiting = button;
    if (busy || (button.sure && !window.confirm(button.sure))) return;
    busy = keyed(); // a second key would belong to what is not yet on screen, unless it only moves on
    say("Working …");
    const values = {};
    for (const [name, input] of inputs) values[name] = await read(name, input);
    send({ button: button.name, fields: values }, (reply) => {
      busy = false;
      const next = waiting;
      waiting = null;
      if (next) setTimeout(() => press(next)); // after what the reply brought is on screen
      if (reply.downloads) offer(reply.downloads);
      if (!reply.problem) for (const input of inputs.values()) if (input.type === "file") input.value = "";
    });
  };
  const files = h("p", { class: "fn-files" });
  const urls = [];
  const forget = () => urls.splice(0).forEach((url) => URL.revokeObjectURL(url));
  /** Hands texts or bytes to the browser as files, which works on Binder and in the browser-only site alike: the first at once. */
  const offer = (given) => {
    forget();
    files.replaceChildren(...given.map(({ name, text, data, type }) => {
      urls.push(URL.createObjectURL(new Blob([data === undefined ? text : bytes(data)], { type })));
      return h("a", { href: urls.at(-1), download: name }, `Download ${name}`);
    }));
    files.firstChild.click();
  };
  const keyed = () => [...model.get("buttons"), ...model.get("fields")].some(({ key }) => key);
  const choose = () => {
    const focused = document.activeElement?.closest("[data-button]")?.dataset.button;
    const had = focused && buttons.contains(document.activeElement);
    buttons.replaceChildren(...model.get("buttons").map((button) =>
      h("button", { type: "button", class: `fn-button ${button.main ? "fn-main" : ""}`, "data-button": button.name, onclick: () => press(button),
        "aria-pressed": button.pressed === undefined ? null : String(button.pressed) }, button.key ? h("kbd", { "aria-hidden": "true" }, button.key) : null, button.label)));
    if (had) (buttons.querySelector(`[data-button="${focused}"]`) ?? root).focus();
    keys.hidden = !keyed();
    if (keys.hidden) return;
    root.tabIndex = 0;
    const listed = model.get("fields").filter(({ key }) => key).map(({ key, label }) => [key, label]); // a button bears its own
    keys.replaceChildren(h("dt", {}, "Keys"), h("dd", {}, [["↓ ↑", "move in a long answer"], ...listed, ["Esc", "leave the box you type in"]].map(([key, what]) => h("span", {}, h("kbd", {}, key), what))));
  };
  root.addEventListener("keydown", (event) => {
    if (!keyed() || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, textarea, select");
    if (typing && event.key === "Escape") root.focus();
    if (typing) return;
    const box = body.querySelector(".fn-answer");
    const was = box?.scrollTop;
    if (event.target === root) box?.scrollBy(0, { ArrowDown: 60, ArrowUp: -60 }[event.key] ?? 0);
    if (box?.scrollTop !== was) event.preventDefault(); // at its end the page moves on
    const pressed = ({ key }) => key && key.toLowerCase() === event.key.toLowerCase();
    const field = model.get("fields").find(pressed);
    const button = model.get("buttons").find(pressed);
    if (!field && !button) return;
    event.preventDefault();
    if (field) inputs.get(field.name).focus();
    else press(button);
  });
  model.on("change:lines change:tables change:passages", show);
  model.on("change:fields", ask);
  model.on("change:buttons", choose);
  root.append(body);
  if (model.get("buttons").length) root.append(fields, buttons, node, files, keys, below);
  show();
  ask();
  choose();
  return () => {
    forget();
    model.off("change:lines change:tables change:passages", show);
    model.off("change:fields", ask);
    model.off("change:buttons", choose);
  };
}

const table = ({ caption, columns, rows }) =>
  h("div", { class: "fn-scroll", tabindex: "0", role: "region", "aria-label": caption }, h("table", { class: "fn-data" }, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, at) => h(at ? "td" : "th", at ? { dir: "auto" } : { scope: "row", dir: "auto" }, cell)))))));

export default { initialize, render: (context) => (context.model.get("kind") === "panel" ? renderPanel : renderForm)(context) };
