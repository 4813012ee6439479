"""Check the course's JavaScript with Prettier, ESLint and tsc: `python -m tests.javascript`.

The tools are those of package-lock.json; npm fetches them once, into node_modules/ beside it.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = [
    str(path)
    for part in ("lessons", "commands/lite")
    for path in sorted((ROOT / "course" / part).rglob("*.js"))
]
TOOLS = {
    "prettier": ["prettier/bin/prettier.cjs", "--check", "--config", str(HERE / "package.json"), *FILES],
    "eslint": [
        "eslint/bin/eslint.js",
        "--config",
        str(HERE / "eslint.config.js"),
        "--max-warnings=0",
        *FILES,
    ],
    "tsc": ["typescript/bin/tsc", "--project", str(HERE)],
}


def fetch(here: Path) -> Path:
    """Fetch a folder's packages where they are not those of its lock file, and return where they stand."""
    folder, lock = here / "node_modules", (here / "package-lock.json").read_bytes()
    stamp, wanted = folder / "course.stamp", hashlib.sha256(lock).hexdigest()
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        npm = shutil.which("npm")
        if npm is None:
            sys.exit(f"{here.name} needs packages that npm fetches: install Node.js, which brings it.")
        options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([npm, "ci", *options], cwd=here, check=True)
        stamp.write_text(wanted, "utf-8")
    return folder


def main() -> int:
    """Run all three at once, and return 1 if any failed."""
    folder = fetch(HERE)
    running = {
        name: subprocess.Popen(["node", str(folder / script), *rest], cwd=ROOT)
        for name, (script, *rest) in TOOLS.items()
    }
    failed = [name for name, one in running.items() if one.wait()]
    print(f"JavaScript, {len(FILES)} files: {', '.join(failed) + ' failed' if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
