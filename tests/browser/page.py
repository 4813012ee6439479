"""Widgets on a bare page: the browser's part and Python's part are real, JupyterLab is left out.

What JupyterLab does to a widget (its keys, kernels, themes) is tested there; the rest is quicker here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from course.lessons.widgets import CourseWidget, module

SHOW = """async ([name, source, traits, theme]) => {
    document.body.dataset.jpThemeLight = String(theme === "light");
    if (!document.getElementById("book")) {
        const style = document.createElement("style");
        style.textContent = `body { margin: 0 } .jp-NotebookPanel { height: 100vh; overflow: auto }`;
        document.head.append(style);
        document.body.innerHTML = '<div class="jp-NotebookPanel" id="book"></div>';
    }
    const heard = {};
    const model = {
        widget_manager: {
            async get_model(id) {
                if (id !== traits._source || !source) throw new Error("widget model not found");
                return { get: () => source };
            },
        },
        get: (trait) => traits[trait],
        set(trait, value, options) {
            if (typeof trait !== "string") return {};
            traits[trait] = value;
            if (!options?.silent) (heard[`change:${trait}`] ?? []).forEach((act) => act());
        },
        on: (events, act) => events.split(" ").forEach((one) => (heard[one] ??= []).push(act)),
        off: (events, act) => events.split(" ").forEach((one) =>
            (heard[one] = (heard[one] ?? []).filter((other) => other !== act))),
        async send(content) {
            const [reply, changed] = JSON.parse(await window.toPython(name, JSON.stringify(content))) ?? [];
            for (const [trait, value] of Object.entries(changed ?? {})) model.set(trait, value);
            if (reply) (heard["msg:custom"] ?? []).forEach((act) => act(reply));
        },
    };
    const url = URL.createObjectURL(new Blob([traits._esm], { type: "text/javascript" }));
    const widget = (await import(url)).default;
    const el = document.createElement("div");
    document.getElementById("book").append(el);
    await widget.render({ model, el, signal: new AbortController().signal });
}"""

SENT = ("value", "lines", "passages", "tables", "fields", "buttons", "feedback")


class Page:
    """A browser page on which widgets are drawn; `silent` stands for a kernel that does not answer."""

    def __init__(self, browser: Any, theme: str = "light", **context: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1000, "height": 660}} | context))
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.expose_function("toPython", self._answer)
        self.theme = theme
        self.source = module()
        self.silent = False
        self.meanwhile: dict[str, Any] = {}  # traits that change while the kernel does not answer yet
        self.heard: list[dict[str, Any]] = []
        self._widgets: list[CourseWidget] = []

    def _answer(self, name: str, content: str) -> str:
        message = json.loads(content)
        if self.silent:
            return json.dumps([None, self.meanwhile])
        self.heard.append(message)
        widget = self._widgets[int(name)]
        before = {trait: getattr(widget, trait) for trait in SENT if widget.has_trait(trait)}
        reply = {**widget.handle(message), "re": message.get("re", "")}
        after = {trait: getattr(widget, trait) for trait in before}
        changed = {trait: after[trait] for trait in after if after[trait] is not before[trait]}
        return json.dumps([reply, changed])

    def show(self, widget: CourseWidget) -> Any:
        """Draw a widget below the others, and return its locator."""
        self._widgets.append(widget)
        traits = {name: getattr(widget, name) for name in widget.keys}
        traits = json.loads(json.dumps({name: value for name, value in traits.items() if plain(value)}))
        name = str(len(self._widgets) - 1)
        self.page.evaluate(SHOW, [name, self.source, traits, self.theme])
        return self.page.locator(".fn").nth(int(name))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, where the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def close(self) -> None:
        self.context.close()


def plain(value: object) -> bool:
    """Whether a trait's value can stand in a message."""
    return isinstance(value, str | int | float | list | dict | tuple | bool)


Show = Callable[[CourseWidget], Any]
