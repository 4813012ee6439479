"""The fixture that compares texts with tests/golden/files/, or writes them anew."""

import difflib
from pathlib import Path

import pytest

FILES = Path(__file__).parent / "files"
MOST = 40  # lines of a diff


@pytest.fixture
def golden(request):
    """Return a function that compares {file name: text} with all files of a folder."""

    def compare(group, found):
        folder = FILES / group
        kept = {path.name: path.read_text("utf-8") for path in folder.glob("*")} if folder.is_dir() else {}
        if request.config.getoption("--golden-update"):
            folder.mkdir(parents=True, exist_ok=True)
            for name in kept.keys() - found.keys():
                (folder / name).unlink()
            for name, text in found.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
            return
        wrong = []
        for name in sorted(kept.keys() | found.keys()):
            if name not in found:
                wrong.append(f"{folder / name} is stale: nothing writes it any more")
            elif name not in kept:
                wrong.append(f"{folder / name} is missing")
            elif kept[name] != found[name]:
                lines = (kept[name].splitlines(), found[name].splitlines())
                diff = list(difflib.unified_diff(*lines, f"{name}, kept", f"{name}, now", lineterm="", n=1))
                more = [f"... and {len(diff) - MOST} more lines"] if len(diff) > MOST else []
                wrong.append("\n".join([*(line[:300] for line in diff[:MOST]), *more]))
        if wrong:
            accept = f"python3 -m pytest tests/golden --golden-update -k {group}"
            pytest.fail(
                "\n\n".join([*wrong[:5], f"{len(wrong)} files differ. Is it meant? Then: {accept}"]),
                pytrace=False,
            )

    return compare
