"""What Python sends and what the browser's types say of it have the same names."""

import re
from pathlib import Path
from typing import is_typeddict

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher

from course.lessons import messages
from course.lessons.scoring import FeedbackEntry
from course.lessons.widgets import Form, Panel, Reader

TYPES = (Path(messages.__file__).parent / "js" / "messages.js").read_text("utf-8")
BLOCKS = re.split(r"@typedef \{object\} ", TYPES)[1:]
# {name of a type: {its property: whether it may be left out}}
SAID = {
    re.match(r"\w+", block)[0]: {
        name.strip("[]"): name.startswith("[") for name in re.findall(r"@property \{.+?\} (\[?\w+\]?)", block)
    }
    for block in BLOCKS
}
SENT = {name: one for name, one in vars(messages).items() if is_typeddict(one)} | {
    "FeedbackEntry": FeedbackEntry
}


@pytest.mark.parametrize("name", sorted(SENT.keys() - {"Status"}))
def test_a_message_has_the_same_names_on_both_sides(name):
    sent = {field: "NotRequired" in str(type) for field, type in SENT[name].__annotations__.items()}
    assert SAID[name] == sent


def test_a_status_is_what_is_said_and_the_traits_of_a_panel():
    assert (
        SAID["Status"].keys() - {"re"} == SENT["Status"].__annotations__.keys() - SAID["PanelTraits"].keys()
    )


@pytest.mark.parametrize("widget", [Form, Panel, Reader])
def test_the_traits_of_a_widget_have_the_same_names(widget):
    own = {name for name in widget.class_own_traits() if not name.startswith("_")}
    assert SAID[f"{widget.__name__}Traits"].keys() == own


def test_a_message_that_comes_while_something_is_opened_is_not_lost():
    """ipykernel tells each message to what publishes at that moment, which may be what captures."""
    assert CapturingDisplayPublisher().set_parent({}) is None
