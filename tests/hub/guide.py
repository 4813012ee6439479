"""What the guide to a class's hub tells an administrator to type: the commands and settings in its cells."""

import json
import re
import shlex
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks/instructor/set_up_a_hub.ipynb"
VALUES_FILE = NOTEBOOK.with_name("hub_values.yaml")
VALUES = yaml.safe_load(VALUES_FILE.read_text("utf-8"))
TEXT = "\n".join("".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_bytes())["cells"])
PYTHON, INBOX, TEACHER, TEACHERS = (
    "/opt/tljh/user/bin/python",
    "/srv/news-inbox",
    "jupyter-teacher",
    "teachers",
)


def blocks(language: str) -> list[str]:
    """Return the blocks of code in one language."""
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


COMMANDS = [shlex.split(line) for block in blocks("bash") for line in block.replace("\\\n", " ").splitlines()]


def commands(*names: str) -> list[list[str]]:
    """Return the commands that run one of these programs, without the `sudo` before them."""
    bare = [words[1:] if words[0] == "sudo" else words for words in COMMANDS]
    found = [words for words in bare if words[0] in names]
    assert found, names
    return found


def tljh_settings() -> dict[str, str]:
    """Return what `tljh-config set` sets."""
    return {words[2]: words[3] for words in commands("tljh-config") if words[1] == "set"}
