"""The servers that are compared: how each takes in the dataset and how it is started."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import psutil
from tests.benchmarks.load import ACCEPT

from keifu.disk import put

BIN = Path(sys.executable).parent
PATIENCE = 300.0
"""Seconds that a server may take to start."""

RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
data = Dataset(store="Oxigraph", default_union=True)
data.parse(sys.argv[1], format="ox-nq")
uvicorn.run(SparqlEndpoint(graph=data), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = {port}
ServerThreads = 10
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = 20
"""


class Server:
    """A server with the dataset; `load` takes it in once, `serving` runs it."""

    name: ClassVar[str]
    path: ClassVar[str] = "/sparql"
    """Where it takes queries."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.data = data
        """The quads as the build wrote them."""
        self.folder = folder
        """Where the server may keep things of its own."""
        self.port = free_port()

    def load(self) -> None:
        """Take in the dataset before the start, where the server wants that."""

    def command(self) -> list[str]:
        """What starts it."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What it wants to find in the environment."""
        return {}

    def url(self, query: str) -> str:
        """The path of a query on it."""
        return f"{self.path}?{urlencode({'query': query})}"

    @contextmanager
    def serving(self) -> Iterator["Running"]:
        """The server while the block runs, once it answers."""
        begin = time.perf_counter()
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, env={**os.environ, **self.environment()}
            )
        try:
            while not self.answers():
                if process.poll() is not None or time.perf_counter() - begin > PATIENCE:
                    raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
                time.sleep(0.05)
            yield Running(psutil.Process(process.pid), time.perf_counter() - begin)
        finally:
            running = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for child in running:
                if child.is_running():
                    child.kill()

    def rows(self, query: str, patience: float) -> int:
        """How many rows it answers a SELECT with; an OSError where it does not in so many seconds."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.url(query)}", headers={"Accept": ACCEPT})
        with urllib.request.urlopen(asked, timeout=patience) as answer:
            return len(json.load(answer)["results"]["bindings"])

    def answers(self) -> bool:
        """Whether it answers a query that needs the data; what it answers with an error, it will not answer later."""
        try:
            return self.rows("SELECT ?s { ?s ?p ?o } LIMIT 1", 60) == 1
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False


@dataclass(frozen=True)
class Running:
    """A server at work."""

    process: psutil.Process
    start: float
    """Seconds until its first answer."""

    def memory(self) -> float:
        """Gigabytes of it and all its children, what they share counted once where the system tells (Linux)."""
        total = 0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                used = process.memory_full_info()
            except psutil.Error:
                continue
            total += getattr(used, "pss", used.rss)
        return total / 1e9


class Keifu(Server):
    """This service, in memory, as `keifu serve` runs it."""

    name = "keifu"

    def command(self) -> list[str]:
        start = "from keifu.serving import serve; from keifu.settings import Settings; serve(Settings.from_env(), 'en')"
        return [sys.executable, "-c", start]

    def environment(self) -> dict[str, str]:
        folders = os.pathsep.join(filter(None, sys.path))
        return {"KEIFU_DATASET": str(self.data.parents[1]), "KEIFU_PORT": str(self.port), "PYTHONPATH": folders}


class KeifuOnDisk(Keifu):
    """This service with its store on disk (`keifu serve --store`)."""

    name = "keifu on disk"

    def load(self) -> None:
        put(self.data.parent, self.folder / "store")

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "KEIFU_STORE": str(self.folder / "store")}


class Oxigraph(Server):
    """Oxigraph's own server, on disk."""

    name = "Oxigraph server"
    path = "/query"

    def load(self) -> None:
        run(BIN / "oxigraph", "load", "--location", self.folder / "store", "--file", self.data)

    def command(self) -> list[str]:
        address = f"127.0.0.1:{self.port}"
        where = ["--location", str(self.folder / "store"), "--bind", address]
        return [str(BIN / "oxigraph"), "serve-read-only", *where, "--union-default-graph"]


class RdflibEndpoint(Server):
    """rdflib-endpoint, with the store of Oxigraph and the query engine of rdflib."""

    name = "rdflib-endpoint"
    path = "/"

    def command(self) -> list[str]:
        return [sys.executable, "-c", RDFLIB, str(self.data), str(self.port)]


class Virtuoso(Server):
    """Virtuoso 7, on disk."""

    name = "Virtuoso 7"

    def __init__(self, data: Path, folder: Path) -> None:
        super().__init__(data, folder)
        self.sql = free_port()
        """Its other port, for SQL."""

    def load(self) -> None:
        settings = VIRTUOSO.format(sql=self.sql, port=self.port, data=self.data.parent)
        (self.folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
        isql = next(filter(None, map(shutil.which, ("isql-vt", "isql-v", "isql"))))
        load = f"ld_dir('{self.data.parent}', '{self.data.name}', 'urn:default'); rdf_loader_run(); checkpoint;"
        with self.serving():
            run(isql, str(self.sql), "dba", "dba", f"exec={load}")

    def command(self) -> list[str]:
        return ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]

    def answers(self) -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.sql)) == 0 and super().answers()


def servers(data: Path, folder: Path) -> Iterator[Server]:
    """The servers that can run here; a line for the one that cannot."""
    for kind in (Keifu, KeifuOnDisk, Oxigraph, RdflibEndpoint, Virtuoso):
        if kind is Virtuoso and not shutil.which("virtuoso-t"):
            print("Virtuoso 7: skipped, there is no virtuoso-t on the PATH", flush=True)
            continue
        own = folder / kind.__name__
        own.mkdir()
        yield kind(data, own)


def run(*command: object) -> None:
    """Run a command to its end; its words where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")


def free_port() -> int:
    """A port that nothing listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
