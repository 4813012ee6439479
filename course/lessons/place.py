"""Where a student's work is kept, in words: in a folder, in this browser alone, or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

CARRY = "Use ‘Save my work’ before you leave: it puts everything into one file of yours."
NOT_KEPT = f"This page cannot reach the browser’s storage: your work is lost when you close it. {CARRY}"


def is_kept(folder: Path, here: Path | None = None, system: str = sys.platform) -> bool:
    """Return whether what is written to a folder outlives the page.

    Where Python runs in the browser only the drive does, and a lesson runs on it, `here`, wherever the page
    could reach it.

    >>> is_kept(Path("/drive/my_work"), Path("/drive/notebooks"), "emscripten")
    True
    >>> is_kept(Path("/drive/my_work"), Path("/home/pyodide"), "emscripten")
    False
    """
    return system != "emscripten" or folder.parts[:2] == (here or Path.cwd()).parts[:2]


def where_work_is(
    folder: Path, kept: bool, system: str = sys.platform, variables: Mapping[str, str] = os.environ
) -> str:
    """Return where the work in a folder lives, and who forgets it."""
    if not kept:
        return NOT_KEPT
    if system == "emscripten":
        return (
            "Your work is kept in this browser, on this computer, and nowhere else. A private window, a guest"
            f" session, or a profile that is wiped when you log out forgets it. {CARRY}"
        )
    if "BINDER_LAUNCH_HOST" in variables:
        return f"This is a machine on Binder. It forgets everything when you close it. {CARRY}"
    return f"Your work is kept in the folder {folder}, on the machine that runs this notebook."
