"""Take the pictures of the READMEs from the running site: docs/pictures/NAME.LANG.png (`make pictures`).

Needs Chromium, as the tests in a browser do.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WIDE = {"width": 1200, "height": 800}

VIEWS = {
    "home": ("/", "h1"),
    "lineage": ("/lineage/plan/172090/dx/1.0/initiative/2-1", "h1"),
    "matrix": ("/matrix", "table"),
    "compare": ("/compare?on=theme/ai-rpa", "table"),
    "kpis": ("/kpis/mynumber-card-issuance-rate", "figure"),
    "timeline": ("/timeline?body=282294", "figure"),
    "learning": ("/learning", "h1"),
    "query": ("/query?q=initiatives-by-theme&run=1&view=chart", "h1"),
}
"""Where each picture is taken, below the language, and what is at its top."""


@contextmanager
def serving() -> Iterator[str]:
    """The address of the site over a dataset built for it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("keifu")), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, "KEIFU_DATASET": folder})
        try:
            address = f"http://127.0.0.1:{port}"
            while server.poll() is None:
                try:
                    urlopen(f"{address}/healthz").close()
                    break
                except URLError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("There is no chromium, chromium-browser or google-chrome on the PATH. Install one.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        # Chromium cannot build its sandbox for root, as whom containers run.
        arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        page = playwright.chromium.launch(executable_path=chromium, args=arguments).new_page(viewport=WIDE)
        for lang in ("ja", "en"):
            for name, (path, top) in VIEWS.items():
                answer = page.goto(f"{address}/{lang}{path}", wait_until="networkidle")
                if answer is None or not answer.ok:
                    sys.exit(f"/{lang}{path} does not answer. Mend its line in VIEWS.")
                page.locator(f"main {top}").first.evaluate("e => e.scrollIntoView()")
                page.screenshot(path=PICTURES / f"{name}.{lang}.png")


if __name__ == "__main__":
    main()
