"""The service as a process: the dataset is built, then served until it is interrupted, and built again when asked."""

import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
from dataclasses import fields
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from keifu.build import Progress, build, silent
from keifu.dataset.files import Sources
from keifu.dataset.stores import current
from keifu.disk import put
from keifu.errors import BuildFailed, KeifuError, UnusableInput
from keifu.settings import Settings

TARGET = "keifu.gateway:from_environment"
"""What a web process runs."""


def prepare(settings: Settings, progress: Progress = silent) -> tuple[str, KeifuError | None]:
    """Build what is out of date; the version in service then, and why it is an old one if it is.

    An error is raised where nothing was built before.
    """
    failed = None
    try:
        build(Sources.find(), settings.dataset, progress)
    except (BuildFailed, UnusableInput) as error:
        failed = error
    place = current(settings.dataset)
    if place is None:
        assert failed is not None  # noqa: S101 - a build that succeeds puts a dataset into service
        raise failed
    if settings.store is not None:
        put(place, settings.store, progress)
    return place.name, failed


def must_be_free(settings: Settings) -> None:
    """UnusableInput where the address to listen on cannot be had; two services would share it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise UnusableInput(
            f"{settings.host}:{settings.port} で待ち受けられません（{reason}）。ほかのプログラムが使っていれば、"
            "それを止めるか、--port（KEIFU_PORT）で別のポートを指定してください。",
            f"Cannot listen on {settings.host}:{settings.port} ({reason}). Another program may use it: end that, or"
            " name another port with --port (KEIFU_PORT).",
        ) from error


def rebuild(settings: Settings, lang: str) -> None:
    """Build again, in a process of its own, and say why not where it fails; the web processes follow by themselves."""
    version, error = prepare(settings)
    texts = {
        "ja": [f"データセット {version} を公開します。", f"データセット {version} のまま公開を続けます。"],
        "en": [f"Dataset {version} goes into service.", f"Dataset {version} stays in service."],
    }
    made, stays = texts[lang]
    said = f"{error.text(lang)}\n{stays}" if error else made
    print(said, file=sys.stderr, flush=True)


def serve(settings: Settings, lang: str) -> None:
    """Serve the dataset in service until interrupted; SIGHUP builds it again."""
    # The web processes read their settings from the environment.
    given = {field.name: getattr(settings, field.name) for field in fields(settings)}
    os.environ.update({f"KEIFU_{name.upper()}": str(value) for name, value in given.items() if value is not None})
    with TemporaryDirectory(prefix="keifu-") as folder:
        # Where the web processes count together; it has to be known before they import prometheus_client.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        run(settings, lang)


def run(settings: Settings, lang: str) -> None:
    """Run the server, in whose environment the settings stand."""
    server = Granian(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        factory=True,
        websockets=False,
        # Where a connection may speak either, the server waits for its first bytes without a limit.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(settings.request_seconds * 1000)),
        respawn_failed_workers=True,
        # Without a bound, a worker that still holds a connection keeps Ctrl+C waiting.
        workers_kill_timeout=2,
        log_level=LogLevels.error,
    )
    mark, builds = Mark(settings), Builds(settings, lang)

    def begin() -> None:
        mark.write()
        if hasattr(signal, "SIGHUP"):
            # The server would start its processes again; here they stay, and only the dataset changes.
            signal.signal(signal.SIGHUP, builds.ask)
            builds.start()

    server.on_startup(begin)
    server.on_shutdown(mark.remove)
    server.on_shutdown(builds.end)
    server.serve()


class Builds(threading.Thread):
    """Builds again each time it is asked for, one build after the other."""

    def __init__(self, settings: Settings, lang: str) -> None:
        super().__init__(daemon=True)
        self._task = settings, lang
        self._asked = threading.Event()
        self._process: BaseProcess | None = None

    def ask(self, *_: object) -> None:
        """Ask for a build."""
        self._asked.set()

    def end(self) -> None:
        """End the build at work."""
        if self._process is not None:
            self._process.terminate()

    def run(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            # What a build takes in memory is given back with its process.
            self._process = multiprocessing.get_context("spawn").Process(target=rebuild, args=self._task)
            self._process.start()
            self._process.join()


class Mark:
    """The file by which a running service is found: beside its datasets, one for each port."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.dataset / f"server-{settings.port}.json"

    def write(self) -> None:
        """Say that this process serves."""
        me = psutil.Process()
        self.path.write_text(json.dumps({"pid": me.pid, "started": me.create_time()}), encoding="ascii")

    def remove(self) -> None:
        """Say so no more."""
        self.path.unlink(missing_ok=True)


def running(folder: Path) -> dict[int, psutil.Process]:
    """The services over the datasets in a folder, by port; marks that others left behind are passed over."""
    found = {}
    for path in folder.glob("server-*.json"):
        said = json.loads(path.read_text(encoding="ascii"))
        # Numbers of processes are given again, those of one start time are not.
        if psutil.pid_exists(said["pid"]) and psutil.Process(said["pid"]).create_time() == said["started"]:
            found[int(path.stem.removeprefix("server-"))] = psutil.Process(said["pid"])
    return found


def reload(folder: Path) -> list[int]:
    """Ask the services over the datasets in a folder to build again; their ports. UnusableInput where there is none."""
    found = running(folder)
    if not found or not hasattr(signal, "SIGHUP"):
        raise UnusableInput(
            f"{folder.absolute()} のデータセットを公開しているサーバーがありません。"
            "KEIFU_DATASET を確かめるか、keifu build を実行してください。"
            "公開中のサーバーは新しいデータセットに自分で移ります。",
            f"No server serves a dataset in {folder.absolute()}. Check KEIFU_DATASET, or run keifu build: a running"
            " server moves to the new dataset by itself.",
        )
    for process in found.values():
        process.send_signal(signal.SIGHUP)
    return sorted(found)
