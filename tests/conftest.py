"""What tests share: the dataset of the repository, the application and a server over it, and the same over a tiny dataset of our own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import hypothesis
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright

from keifu.app import create_app
from keifu.build import build
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.publishing import dumps
from keifu.settings import Settings
from keifu.site import discovery

HERE = Path(__file__).parent

# How long an example takes is no property: it depends on what else the machine does.
hypothesis.settings.register_profile("keifu", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("keifu")


@contextmanager
def started(command: Iterable[object], log: Path, **settings: object) -> Iterator[tuple[subprocess.Popen, int]]:
    """A process that serves with such settings, once it answers, and its port; what it says goes to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {f"KEIFU_{name.upper()}": str(value) for name, value in {**settings, "port": port}.items()}
    with log.open("wb") as lines:
        server = subprocess.Popen(
            [sys.executable, *command],
            stdout=lines,
            stderr=lines,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        )
    try:
        for _ in range(600):
            if server.poll() is not None:
                break
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            except (HTTPError, URLError):
                time.sleep(0.05)
        else:
            raise TimeoutError(log.read_text(encoding="utf-8"))
        assert server.poll() is None, log.read_text(encoding="utf-8")
        yield server, port
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def serving(dataset: Path, log: Path, **settings: object) -> Iterator[str]:
    """The address of a service over a built dataset, as a user runs it; what it logs goes to a file."""
    command = "from keifu import serving, settings; serving.serve(settings.Settings.from_env(), 'en')"
    with started(["-c", command], log, dataset=dataset, **settings) as (_, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def application(dataset: Path, **settings: object) -> Iterator[Flask]:
    """The application over a built dataset."""
    app = create_app(Settings(dataset=dataset, **settings), Store.open(dataset))
    yield app
    app.extensions["keifu"].pool.close()


@pytest.fixture(scope="session")
def sources() -> Sources:
    """The files of the repository."""
    return Sources.find()


@pytest.fixture(scope="session")
def dataset(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the dataset built from the repository."""
    folder = tmp_path_factory.mktemp("keifu")
    build(sources, folder)
    return folder


@pytest.fixture(scope="session")
def store(dataset: Path) -> Store:
    """The dataset of the repository, opened."""
    return Store.open(dataset)


@pytest.fixture(scope="session")
def app(dataset: Path) -> Iterator[Flask]:
    """The application over the dataset of the repository."""
    with application(dataset) as made:
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """What asks the application without a server."""
    return app.test_client()


@pytest.fixture
def slow_dumps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Event:
    """Dumps that are made once the event is set, and for which requests hardly wait."""
    write, ready = dumps.write, Event()

    def slow(store: Store, folder: Path) -> None:
        ready.wait(10)
        write(store, folder)

    monkeypatch.setattr(dumps, "write", slow)
    monkeypatch.setattr(discovery, "folder", lambda: tmp_path / "made")
    monkeypatch.setattr(discovery, "PATIENCE", 0.01)
    return ready


@pytest.fixture
def runner() -> CliRunner:
    """What runs commands."""
    return CliRunner()


@pytest.fixture(scope="session")
def server(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the dataset of the repository."""
    with serving(dataset, tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a dataset of two national items and one city with two initiatives (tests/data/mini)."""
    folder = tmp_path_factory.mktemp("mini")
    build(Sources(HERE / "data" / "mini"), folder)
    return folder


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium; without one the tests are skipped, or fail where KEIFU_REQUIRE_BROWSER is 1."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        said = "no chromium, chromium-browser or google-chrome on the PATH"
        if os.environ.get("KEIFU_REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        # Chromium cannot build its sandbox for root, as whom containers run.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if root else [])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, server):
    """Opens a page of the server, and notes what goes wrong in it: complaints in the console, requests that leave the host."""
    host = urlsplit(server).netloc

    @contextmanager
    def opened(**context):
        trouble = []
        with chromium.new_context(base_url=server, **context) as opened_context:
            page = opened_context.new_page()
            page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.on("request", lambda sent: trouble.append(sent.url) if urlsplit(sent.url).netloc != host else None)
            yield page, trouble

    return opened
