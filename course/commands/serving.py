"""Shows the course in this folder to browsers on this computer: run me with Python 3.8 or newer.

Standard library only: the ZIP that `python3 -m course site` makes holds a copy of this file.
"""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

PORT = 8000
# What browsers insist on, as Python itself knows it: a computer's registry may name others.
TYPES = {"": "application/octet-stream", ".ipynb": "application/json", **MimeTypes().types_map[True]}


class Handler(SimpleHTTPRequestHandler):
    """Serves files with the types of TYPES."""

    protocol_version = "HTTP/1.1"
    extensions_map = TYPES

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a page asks for hundreds of files."""


def make_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of one folder that only this computer reaches. Port 0 takes a free one."""
    ThreadingHTTPServer.daemon_threads = True
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder)))


def serve(folder: Path, port: int = PORT) -> int:
    """Serve until Ctrl-C, and return the exit code."""
    try:
        server = make_server(folder, port)
    except OSError as error:
        sys.stderr.write(f"Port {port} cannot be used ({error.strerror}): close the program that has it.\n")
        return 1
    address = f"http://localhost:{server.server_port}/"
    print(f"Open {address} in a browser on this computer. Ctrl-C ends it.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nClosed.")
    return 0


if __name__ == "__main__":
    sys.exit(serve(Path(__file__).resolve().parent / "site", int(sys.argv[1]) if sys.argv[1:] else PORT))
