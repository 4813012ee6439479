"""Run lessons in one Python, without a kernel for each: `python running.py BOOK... < WORKS > SHOWN`.

WORKS is a JSON list of folders with answers; SHOWN is a list of [book, folder, what was shown, what failed].
The course is the one on the path, so that a copy can be run alone. Kernels are tested by nbval and in the
browser.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from ipywidgets import Widget


def shown(book: Path) -> tuple[str, str]:
    """Return what the cells of a notebook show, and what its widgets are told; and the first error."""
    shell = InteractiveShell.instance()
    shell.reset(new_session=False)
    text, failed = "", ""
    with contextlib.chdir(book.parent):
        for cell in json.loads(book.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code" and not failed:
                with capture_output() as said:
                    ran = shell.run_cell("".join(cell["source"]))
                text += said.stdout + said.stderr + "".join(str(one.data) for one in said.outputs)
                failed = (
                    "" if ran.success else f"{cell['id']}: {ran.error_in_exec or ran.error_before_exec!r}"
                )
    text += str(Widget.get_manager_state()["state"])
    Widget.close_all()
    return text, failed


if __name__ == "__main__":
    found = []
    for work in json.load(sys.stdin):
        os.environ["COURSE_WORK"] = work
        found += [[Path(name).stem, work, *shown(Path(name))] for name in sys.argv[1:]]
    json.dump(found, sys.stdout)
