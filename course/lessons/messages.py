"""What panels and forms send to the browser, by the names that the typedefs of js/messages.js have too."""

from typing import Any, NotRequired, TypedDict

from course.lessons.scoring import FeedbackEntry


class Passage(TypedDict):
    """A titled text."""

    title: str
    text: str


class PanelTable(TypedDict):
    """A table of a panel; `below` is below its buttons. Those that share a `fold` open together below it."""

    caption: str
    columns: list[str]
    rows: list[list[str]]
    below: NotRequired[bool]
    fold: NotRequired[str]


class PanelField(TypedDict):
    """A control of a panel: text, area, checkbox, choice, file, or another of HTML's inputs.

    `options` are (value, text); `bank` lists texts that can be put into an area; with `bytes` a file comes in
    base64; `key` leads to the control. Two fields that differ in `at` alone are two: nothing typed stays.
    """

    name: str
    kind: str
    label: str
    value: NotRequired[str | bool]
    accept: NotRequired[str]
    bytes: NotRequired[bool]
    options: NotRequired[list[list[str]]]
    bank: NotRequired[list[str]]
    key: NotRequired[str]
    at: NotRequired[int]


class PanelButton(TypedDict):
    """A button of a panel: `sure` is a question asked first, `key` a key that does the same."""

    name: str
    label: str
    main: NotRequired[bool]
    pressed: NotRequired[bool]
    key: NotRequired[str]
    sure: NotRequired[str]


class Download(TypedDict):
    """A file for the browser: a text, or `data` in base64."""

    name: str
    type: str
    text: NotRequired[str]
    data: NotRequired[str]


class Status(TypedDict, total=False):
    """What is said beside a control (no `text`: the browser says 'Saved' and its time), and what is new.

    `value` stands in place of what was sent; lists replace those that a panel shows; `forget`: another person
    starts, and choices that no kernel has heard are not theirs; `anew`: all that is shown may have changed.
    """

    text: str
    problem: bool
    value: Any
    downloads: list[Download]
    forget: bool
    anew: bool
    lines: list[str]
    passages: list[Passage]
    tables: list[PanelTable]
    fields: list[PanelField]
    buttons: list[PanelButton]


class EvidenceCard(TypedDict):
    """An evidence card: its HTML was escaped by `cards.card_html`, and by nothing else."""

    id: str
    title: str
    html: str


class FormItem(TypedDict):
    """One thing asked, its words’ place (`at`: line, start, end, as a browser counts), and what is beside."""

    id: str
    text: str
    article: str
    file: str
    words: str
    at: tuple[int, int, int] | None
    options: list[str]
    group: str
    passage: str
    cards: list[EvidenceCard]
    number: bool
    given: dict[str, str]


class FormSpec(TypedDict):
    """What a form asks. `texts` are articles to look things up in: (paragraph's number, sentences) a line.

    `words` are those that it is about, offered there first.
    """

    id: str
    kind: str
    title: str
    prompt: str
    note: str
    beside: str
    articles: list[str]
    words: list[str]
    rubric: dict[str, str]
    sound: list[str]
    private: bool
    items: list[FormItem]
    passages: list[Passage]
    texts: dict[str, list[tuple[int, list[str]]]]


class Feedback(TypedDict):
    """What a form shows in place of its controls."""

    summary: str
    items: list[FeedbackEntry]
