"""The widgets that a browser shows: forms, the Reader, panels. They hold no files and no rules of marking."""

import json
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sized
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, cast

import ipywidgets
import traitlets
from IPython import get_ipython
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.display import display
from IPython.utils.capture import capture_output

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article, Span
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.sentences import split_sentences
from course.lessons.cards import card_for_form, cards
from course.lessons.exercises import Exercise
from course.lessons.kinds.mark import mark_of
from course.lessons.messages import FormItem, FormSpec, PanelButton, Status

HERE = Path(__file__).parent
DRAWING = [HERE / "js" / f"{name}.js" for name in ("form", "reader", "panel", "figures", "top")]
DRAWING += sorted((HERE / "kinds").glob("*.js"))
IMPORT = re.compile(r'^import [^;]*"(.+)";\n', re.MULTILINE)
# A kernel may answer each control in a thread of its own; what they do, they do one after the other.
TURN = threading.RLock()
# Each message is told to what publishes then: what captures has to hear it, or the message is lost.
CapturingDisplayPublisher.set_parent = lambda _, parent: None  # type: ignore[attr-defined]
ONE_ANSWER = "Run this cell to see your answers"
LOOK: PanelButton = {"name": "look", "label": "Look again"}
OnChange = Callable[[list[str], Any, Any], Status]
OnPress = Callable[[str, dict[str, Any]], Mapping[str, object]]


def module(*more: Path) -> str:
    """Return the ES module that draws all widgets and has the style sheet.

    It is in ASCII: one other character would make Python keep two bytes for each.
    """
    text = compose(*DRAWING, *more).encode("ascii", "backslashreplace").decode()
    return f"{text}\nexport const css = {json.dumps((HERE / 'widgets.css').read_text('utf-8'))};\n"


def compose(*files: Path, texts: dict[Path, str] | None = None) -> str:
    """Return one ES module: each file once, after those that it imports, without its lines of import."""
    texts = {} if texts is None else texts
    for file in map(Path.resolve, files):
        if file not in texts:
            text = file.read_text("utf-8")
            compose(*(file.parent / name for name in IMPORT.findall(text)), texts=texts)
            texts[file] = IMPORT.sub("", text)
    return "\n".join(texts.values())


_made: dict[str, tuple[str, list[ipywidgets.Widget]]] = {}  # by cell: its last run, and the widgets of that


def _close_earlier(made: ipywidgets.Widget) -> None:
    """Close what an earlier run of the same cell showed.

    A kernel keeps every widget until it is closed, and a page that is loaded again asks for all of them.
    """
    about: Mapping[str, Any] = getattr(get_ipython(), "get_parent", dict)() or {}
    cell, run = about.get("metadata", {}).get("cellId"), about.get("header", {}).get("msg_id")
    if cell:  # else a press made it, or no notebook runs
        before, widgets = _made.get(cell, ("", []))
        with TURN:  # nobody's change is half done
            for one in widgets if before != run else ():
                one.close()
        if before not in ("", run) and cell == next(iter(_made)):
            source().close()
            source().open()  # is sent anew, to pages that may have missed it
        _made[cell] = run, [*(widgets if before == run else ()), made]


class Source(ipywidgets.Widget):  # type: ignore[misc]
    """What draws all widgets of a kernel. It is sent with the first of them, and at each further Run All."""

    js = traitlets.Unicode().tag(sync=True)


@lru_cache(maxsize=1)
def source() -> Source:
    """Return the kernel's one source, which no cell closes."""
    if shell := get_ipython():
        shell.displayhook.do_full_cache = False  # Out would keep what each run has shown
    return Source(js=module())


class CourseWidget(ipywidgets.DOMWidget):  # type: ignore[misc]
    """A widget whose messages go to `handle` and whose state no notebook file ever holds.

    In the browser anywidget shows it, and `_draw` names the function of the source that does.
    anywidget's part in Python is not needed: each kernel is 2 MB smaller.
    """

    _model_name = traitlets.Unicode("AnyModel").tag(sync=True)
    _view_name = traitlets.Unicode("AnyView").tag(sync=True)
    _model_module = traitlets.Unicode("anywidget").tag(sync=True)
    _view_module = traitlets.Unicode("anywidget").tag(sync=True)
    _model_module_version = traitlets.Unicode("*").tag(sync=True)
    _esm = traitlets.Unicode((HERE / "js" / "loader.js").read_text("utf-8")).tag(sync=True)
    _source = traitlets.Unicode().tag(sync=True)  # its id
    _draw = traitlets.Unicode().tag(sync=True)
    layout = traitlets.Any().tag(sync=True)  # none: the style sheet sets all widths
    plain = ONE_ANSWER

    def __init__(self, on_change: OnChange = lambda path, value, base: {}, **traits: Any) -> None:
        self._on_change = on_change
        source().open()  # where all widgets were closed
        super().__init__(_source=source().model_id, **traits)
        _close_earlier(self)
        self.on_msg(lambda _, sent, __: self.send({**self.handle(sent), "re": sent.get("re", "")}))

    def handle(self, message: Mapping[str, Any]) -> Status:
        """Act on one message from the browser; return what to say beside the control, whatever goes wrong."""
        try:
            with TURN:
                return {"problem": False, "text": "", **self.act(message)}
        except CourseError as error:
            return {"problem": True, "text": str(error)}
        except Exception as error:  # noqa: BLE001 - the person at the control has to read it
            told = f"Not saved: {type(error).__name__}: {error}."
            return {"problem": True, "text": f"{told} Choose Run > Run All Cells, and tell your teacher."}

    def act(self, message: Mapping[str, Any]) -> Status:
        """Do what the message asks. Each widget has its own."""
        raise NotImplementedError

    __repr__ = object.__repr__  # ipywidgets' own writes out all traits, the module too

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": self.plain}


class Form(CourseWidget):
    """One exercise that is answered item by item, as `form_spec` describes it, with the answer so far.

    Each change calls `on_change(path, value, base)`, `base` being what stood there before. With `feedback`
    the form shows that in place of the controls.
    """

    _draw = traitlets.Unicode("renderForm").tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)
    feedback = traitlets.Dict().tag(sync=True)

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass one change on, and keep it for a page that is loaded again."""
        path, value = list(message["path"]), message["value"]
        at: dict[str, Any] = self.value
        for key in path[:-1]:
            at = at.setdefault(key, {})
        if self.feedback:  # what is said of an answer looks again
            self.feedback = self._on_change([], None, None)["value"]
            return {}
        status = self._on_change(path, value, at.get(path[-1]))
        # The dictionary is changed in place: nothing goes back to the browser, where typing may be ahead.
        at[path[-1]] = status.get("value", value)
        return status


def form_spec(exercise: Exercise, case: Case | None = None, note: str = "") -> FormSpec:
    """Return what the browser needs to show an exercise, and, with its case, what may be looked up there."""
    texts = {article.id: article for article in case.articles} if case else {}
    named = {id for item in exercise.items for id in item.cards} if case else ()
    shown = {card["id"]: card_for_form(card) for card in cards(case, *named).cards} if case and named else {}
    items = []
    for item in exercise.items:
        at = place_in(texts[item.article], item.start, item.end) if item.article in texts else None
        beside: dict[str, Any] = {"cards": [shown[id] for id in item.cards if id in shown], "at": at}
        items.append(_of(item, FormItem) | {"options": item.options or exercise.options, **beside})
    asked = {*exercise.articles, *(item.article for item in exercise.items)}
    passages = [{"title": one.id, "text": one.text} for one in exercise.passages]
    lines = {id: lines_of(texts[id], exercise.paragraphs) for id in sorted(asked & set(texts))}
    told = {"note": note, "items": items, "passages": passages, "texts": lines}
    return cast(FormSpec, _of(exercise, FormSpec) | told)


def _of(thing: object, message: type) -> dict[str, Any]:
    """Return what a message says of a thing under the thing's own names."""
    return {name: getattr(thing, name) for name in message.__annotations__ if hasattr(thing, name)}


@lru_cache(maxsize=32)
def lines_of(article: Article, only: tuple[int, ...] = ()) -> list[tuple[int, list[str]]]:
    """Return an article's lines, or `only` some paragraphs, in sentences, each after its number, or 0."""
    numbers = {article.raw.count("\n", 0, one.start): one.number for one in article.paragraphs}
    found = []
    for index, line in enumerate(article.raw.split("\n")):
        if line.strip() and (not only or numbers.get(index) in only):
            starts = [0, *(start for start, _ in split_sentences(line)[1:]), len(line)]
            found.append((numbers.get(index, 0), [line[start:end] for start, end in pairwise(starts)]))
    return found


def place_in(article: Article, start: int, end: int) -> tuple[int, int, int]:
    """Return in which of an article's lines words stand, and from where to where, as a browser counts."""
    before = article.raw[:start].split("\n")
    line = article.raw[start - len(before[-1]) :].split("\n", 1)[0]
    edges = (len(before[-1]), min(len(before[-1]) + end - start, len(line)))
    first, last = (len(line[:edge].encode("utf-16-le")) // 2 for edge in edges)
    return sum(bool(one.strip()) for one in before[:-1]), first, last


class Reader(CourseWidget):
    """Articles below tabs, with layers to show or hide, links between passages, and marking with `labels`.

    Each mark calls `on_change(path, mark, None)`, the path being ["add"] or ["remove"] and the mark as
    answers store it. `paragraphs`, where given, are the only ones shown: by number, of every article alike,
    or as spans of the articles. Of the traits, `name` is the exercise's id, `heat` names layers that are
    steps of one colour, the darkest first (a step may be without a layer), `order` labels in the order of
    their colours, and `told` says what each label stands for. Text reaches the browser as text, and offsets
    as code points. `documents` are called by their title alone, and number their lines themselves;
    `numbered` says whether paragraphs have their number beside them. Where the labels are the sentences of
    an answer to `beside`, `renew(told)` returns the traits that its newest text asks for.
    """

    _draw = traitlets.Unicode("renderReader").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    articles: traitlets.List[Any] = traitlets.List().tag(sync=True)
    layers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    links: traitlets.List[Any] = traitlets.List().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.List[Any] = traitlets.List().tag(sync=True)
    heat: traitlets.List[str] = traitlets.List().tag(sync=True)
    order: traitlets.List[str] = traitlets.List().tag(sync=True)
    told: traitlets.List[str] = traitlets.List().tag(sync=True)
    beside = traitlets.Unicode().tag(sync=True)
    several = traitlets.Bool(False).tag(sync=True)  # the same words may have several labels
    folded = traitlets.Bool(False).tag(sync=True)  # the text opens with a click

    def __init__(
        self,
        articles: Iterable[Article],
        layers: Iterable[Layer] = (),
        links: Iterable[tuple[Annotation, Annotation]] = (),
        paragraphs: Collection[int | Span] = (),
        documents: bool = False,
        **traits: Any,
    ) -> None:
        self._renew = traits.pop("renew", None)
        self._texts = {article.id: article for article in articles}
        marking = bool(traits.get("labels"))
        self.plain = f"Run this cell to see {'your marks' if marking else 'the text'}"
        # Where whole texts are marked, numbers would give away which lines are the report.
        numbered = traits.pop("numbered", not documents) and (bool(paragraphs) or not marking)
        traits["articles"] = []
        for one in self._texts.values():
            shown = [(p.start, p.end) for p in one.paragraphs if {p, p.number} & {*paragraphs}]
            sentences = [(each.start, each.end) for each in one.sentences]
            numbers = [(each.number, each.start) for each in one.paragraphs if numbered]
            text = {"id": one.id, "word": "" if documents else "Article ", "raw": one.raw}
            traits["articles"].append({**text, "shown": shown, "sentences": sentences, "numbers": numbers})
        traits["links"] = [[[*one[:3]], [*other[:3]]] for one, other in links]
        several = "s" if len(self._texts) > 1 else ""
        self.show(layers)
        super().__init__(**{"title": f"Article{several} {', '.join(self._texts)}"} | traits)

    def show(self, layers: Iterable[Layer]) -> None:
        """Show these layers in place of those before."""
        notes = ((one, [list(at) for at in one.annotations if at.article in self._texts]) for one in layers)
        self.layers = [{"name": one.name, "shown": one.shown, "notes": some} for one, some in notes]

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass one mark on, added or removed, and keep it for a browser page that is loaded again."""
        if message.get("newest"):
            with self.hold_sync():
                for name, now in self._renew(self.told).items():
                    setattr(self, name, now)
            return {}
        (what,), place = message["path"], message["value"]
        mark = mark_of(self._texts[place[0]], *place[1:])
        if mark["exact"] != message["exact"]:
            told = f"the words {message['exact']!r:.60} do not stand there in article {place[0]}"
            raise CourseError(f"Not saved: {told}. Reload this page and choose Run > Run All Cells")
        status = self._on_change([what], mark, None)
        # Changed in place: nothing goes back to the browser, which shows the mark already.
        self.marks[:] = [*(one for one in self.marks if one != place), *([place] if what == "add" else [])]
        return status


class Panel(CourseWidget):
    """A titled panel of lines, passages, tables, fields and buttons: sign-in, save, hand in, marking.

    A press calls `on_press(button, fields)`, where a file field is None, {name, text} or, with `bytes`,
    {name, data} in base64. It returns a status; lists in it replace those that are shown. With `look` the
    panel shows what that returns, now and whenever it comes into sight or LOOK is pressed.
    """

    _draw = traitlets.Unicode("renderPanel").tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)  # the browser says {"shown": true}
    lines: traitlets.List[str] = traitlets.List().tag(sync=True)
    passages: traitlets.List[Any] = traitlets.List().tag(sync=True)
    tables: traitlets.List[Any] = traitlets.List().tag(sync=True)
    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    buttons: traitlets.List[Any] = traitlets.List().tag(sync=True)
    progress: traitlets.List[Any] = traitlets.List().tag(sync=True)  # what is done, how many, and of how many
    acting: "Panel | None" = None  # whose press it is

    def __init__(
        self,
        name: str,
        title: str,
        lines: Iterable[str] = (),
        on_press: OnPress | None = None,
        look: Callable[[], Status] | None = None,
        **parts: Iterable[Any],
    ) -> None:
        self._on_press, self._look = on_press, look
        self._pieces: dict[str, str] = {}
        lists: dict[str, Any] = {part: list(given) for part, given in ({"lines": lines} | parts).items()}
        if look:
            lists["buttons"] = lists.get("buttons") or [LOOK]
        super().__init__(name=name, title=title, live=look is not None, **lists)

    def open(self) -> None:
        """Look before the browser hears of the panel: what follows at once is missed by a slow page."""
        if self._look and (found := self.handle({"shown": True}))["problem"]:
            self.lines = [found["text"]]
        super().open()

    def act(self, message: Mapping[str, Any]) -> Status:
        """Look again, or pass a press on; show new parts, and return what is left to say."""
        if "piece" in message:  # a large file comes ahead
            before = "" if message["first"] else self._pieces.get(message["of"], "")
            self._pieces[message["of"]] = before + message["piece"]
            return {}
        status: dict[str, Any] = {}
        if self._look and (message.get("shown") or message["button"] == LOOK["name"]):
            status = {"text": "This is how it stands now.", **self._look()}
        elif self._on_press:
            given = dict(message["fields"])
            for name, file in given.items():
                if isinstance(file, dict) and file.pop("more", False):
                    file["data"] = self._pieces.pop(name, "") + file["data"]
            Panel.acting, self.progress = self, []
            status = dict(self._on_press(message["button"], given))
        with self.hold_sync():  # in one message: no answer stands beside another one's comment
            for part in ("lines", "passages", "tables", "fields", "buttons"):
                if part in status:
                    setattr(self, part, status.pop(part))
        return cast(Status, status)


def watched(things: Iterable[Any], what: str) -> Iterator[Any]:
    """Give things; the panel whose press it is shows how far it is, where they are many."""
    for at, one in enumerate(things, 1):
        if Panel.acting and at % 25 == 0:
            Panel.acting.progress = [what, at, len(things) if isinstance(things, Sized) else 0]
        yield one


class Shown:
    """Several things that a cell shows one below the other. A function is called only then."""

    def __init__(self, *parts: object) -> None:
        self.parts: tuple[Any, ...] = parts

    def _ipython_display_(self) -> None:
        display(*(part() if callable(part) else part for part in self.parts))


class Box(ipywidgets.Output):  # type: ignore[misc]
    """What a cell shows in one place, and may show anew."""

    layout = traitlets.Any().tag(sync=True)  # none: each would be one widget more

    def __init__(self) -> None:
        super().__init__()
        _close_earlier(self)


class Opening(Shown):
    """A panel at first, and in its place, once it is opened, several other things. No notebook keeps them."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)
        self.box = Box()

    def behind(self, panel: Panel) -> Self:
        """Return it with a panel before it, unless the panel's first look has opened it."""
        self.parts = self.parts or (panel,)
        return self

    def open(self, *parts: object) -> None:
        """Show these things in the panel's place."""
        self.parts = parts
        with capture_output() as captured:
            super()._ipython_display_()
        shown = ({"data": one.data, "metadata": one.metadata or {}} for one in captured.outputs)
        self.box.outputs = tuple({"output_type": "display_data"} | one for one in shown)

    def _ipython_display_(self) -> None:
        self.open(*self.parts)
        display(self.box._repr_mimebundle_() | {"text/plain": ONE_ANSWER}, raw=True)
