"""The service as a process: new data take the place of the old ones under load, and what cannot be built does not."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil
import pytest
from click.testing import CliRunner
from conftest import HERE, started

from keifu import serving
from keifu.cli import main
from keifu.errors import UnusableInput
from keifu.settings import Settings

SCRIPT = """
import sys
from pathlib import Path
from keifu.dataset.files import Sources
Sources.find = classmethod(lambda cls: cls(Path({sources!r})))
if __name__ == "__main__":
    from keifu.cli import main
    main(["serve", "--lang", {lang!r}])
"""
ITEMS = "SELECT ?o {{ <https://w3id.org/keifu/id/policy/example/1/item/1> <http://www.w3.org/2004/02/skos/core#prefLabel> ?o }} #{}"
LABEL = '"申請のオンライン化"@ja'


class Service:
    """A service over sources that a test may change."""

    def __init__(self, stack: ExitStack, folder: Path, lang: str = "en", **settings: object) -> None:
        self.sources, self.dataset, self.log = folder / "sources", folder / "dataset", folder / "log"
        shutil.copytree(HERE / "data" / "mini", self.sources)
        script = folder / "script.py"
        script.write_text(SCRIPT.format(sources=str(self.sources), lang=lang), encoding="utf-8")
        self.process, self.port = stack.enter_context(started([script], self.log, dataset=self.dataset, **settings))
        self.address = f"http://127.0.0.1:{self.port}"

    @property
    def file(self) -> Path:
        """The source that states the label."""
        return next(path for path in self.sources.rglob("*.ttl") if LABEL in path.read_text(encoding="utf-8"))

    def ask(self, path: str) -> dict:
        with urlopen(self.address + path) as answer:
            return json.load(answer)

    def labels(self, number: object = "") -> set[str]:
        found = self.ask("/sparql?" + urlencode({"query": ITEMS.format(number)}))
        return {row["o"]["value"] for row in found["results"]["bindings"]}

    def version(self) -> str:
        return self.ask("/healthz")["dataset"]

    def rename(self, name: str) -> None:
        """Another label in the sources."""
        text = self.file.read_text(encoding="utf-8")
        self.file.write_text(text.replace(LABEL, f'"{name}"@ja'), encoding="utf-8")

    def until(self, true, seconds=30):
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def said(self, text: str) -> bool:
        return text in self.log.read_text(encoding="utf-8")


@pytest.fixture
def start(tmp_path):
    """Starts a service."""
    with ExitStack() as stack:
        yield partial(Service, stack, tmp_path)


def reload(service: Service):
    return CliRunner().invoke(main, ["reload", "--lang", "en"], env={"KEIFU_DATASET": str(service.dataset)})


def opened(process: psutil.Process, version: str) -> list[str]:
    """The files of a dataset that a process has open: the index for search, for as long as the dataset is in memory."""
    return [file.path for file in process.open_files() if version in file.path]


class Load:
    """Clients that ask without a pause, over connections that stay open."""

    def __init__(self, service: Service, clients: int = 4) -> None:
        self.service, self.failed, self.seen = service, [], []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(number,)) for number in range(clients)]

    def ask(self, client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        number = 0
        while not self.over.is_set():
            number += 1
            query = urlencode({"query": ITEMS.format(f"{client} {number}")})
            for path in (f"/sparql?{query}", "/healthz", "/ja/id/body/990019"):
                try:
                    connection.request("GET", path, headers={"Accept": "*/*"})
                    answer = connection.getresponse()
                    body = answer.read()
                    if answer.status != 200:
                        self.failed.append((path, answer.status))
                    elif path == "/healthz":
                        self.seen.append(json.loads(body)["dataset"])
                except OSError as error:
                    self.failed.append((path, repr(error)))
                    connection.close()
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("on_disk", [False, True], ids=["in memory", "on disk"])
def test_new_data_take_the_place_of_the_old_under_load(start, tmp_path, on_disk):
    service = start(**({"store": tmp_path / "disk"} if on_disk else {}))
    first = service.version()
    assert "申請のオンライン化" in service.labels()
    with Load(service) as load:
        service.rename("新しい名前")
        answer = reload(service)
        assert (answer.exit_code, f"port {service.port}" in answer.output) == (0, True)
        service.until(lambda: service.version() != first)
        time.sleep(1)
    assert load.failed == []
    second = service.version()
    assert set(load.seen) == {first, second}
    changes = [one for one, other in zip(load.seen, load.seen[1:], strict=False) if one != other]
    assert len(changes) < 10, "it went back to the old dataset"
    assert "新しい名前" in service.labels("again")
    assert service.said(f"Dataset {second} goes into service.")
    figures = urlopen(f"{service.address}/metrics").read().decode()
    assert re.search(rf'^keifu_dataset_triples{{version="{first}"}} 0\.0$', figures, re.MULTILINE)
    assert re.search(rf'^keifu_dataset_triples{{version="{second}"}} [1-9]', figures, re.MULTILINE)


def test_a_query_process_that_dies_before_it_is_ready_does_not_end_the_following(start):
    service = start()
    service.labels()
    web = psutil.Process(service.process.pid).children()[0]
    before, first = set(web.children()), service.version()
    killed = []

    def loading():
        return [each for each in web.children() if each not in before and "spawn_main" in " ".join(each.cmdline())]

    service.rename("新しい名前")
    reload(service)
    service.until(lambda: killed or [killed.append(each) or each.kill() for each in loading()])
    service.until(lambda: service.said(f"cannot be opened; {first} stays"))
    service.until(lambda: service.version() != first)
    assert "新しい名前" in service.labels("again")


def test_the_old_data_are_freed_and_their_processes_end(start):
    service = start()
    service.labels()
    urlopen(f"{service.address}/ja/search?q=RPA").close()
    web = psutil.Process(service.process.pid).children()[0]
    old = web.children(recursive=True)
    assert old
    first = service.version()
    assert opened(web, first)
    service.rename("新しい名前")
    reload(service)
    service.until(lambda: service.version() != first)
    service.until(lambda: not any(each.is_running() and each.status() != "zombie" for each in old))
    assert web.is_running()
    assert "新しい名前" in service.labels("again")
    service.until(lambda: not opened(web, first))


@pytest.mark.parametrize(
    ("lang", "damage", "said", "stays"),
    [
        ("en", "\n<urn:x> <urn:y> .\n", "not valid Turtle", "stays in service"),
        ("ja", "\n<urn:x> <urn:y> .\n", "文法に合いません", "のまま公開を続けます"),
    ],
)
def test_what_cannot_be_built_leaves_the_old_data_in_service(start, lang, damage, said, stays):
    service = start(lang=lang)
    first, whole = service.version(), service.file.read_text(encoding="utf-8")
    service.file.write_text(whole + damage, encoding="utf-8")
    reload(service)
    service.until(lambda: service.said(stays))
    assert service.said(said)
    assert service.file.name in service.log.read_text(encoding="utf-8")
    assert service.version() == first
    service.file.write_text(whole, encoding="utf-8")
    service.rename("直した名前")
    reload(service)
    service.until(lambda: "直した名前" in service.labels(time.monotonic()))


def test_a_dataset_that_cannot_be_opened_is_not_served(start):
    service = start()
    first = service.version()
    broken = service.dataset / "0123456789abcdef"
    broken.mkdir()
    (service.dataset / "current").write_text(broken.name, encoding="ascii")
    service.until(lambda: service.said(f"dataset {broken.name} cannot be opened; {first} stays"))
    assert service.version() == first
    assert "申請のオンライン化" in service.labels("again")


def test_a_web_process_that_dies_is_replaced(start):
    service = start()
    service.labels()
    (web,) = psutil.Process(service.process.pid).children()
    below = web.children(recursive=True)
    os.kill(web.pid, signal.SIGKILL)
    service.until(lambda: not web.is_running() and not any(each.is_running() for each in below))

    def again():
        try:
            return "申請のオンライン化" in service.labels("again")
        except OSError:
            return False

    service.until(again)
    assert psutil.Process(service.process.pid).children()[0].pid != web.pid


def test_several_web_processes_count_together(start):
    service = start(workers=2)
    service.until(lambda: len(psutil.Process(service.process.pid).children()) == 2)
    for number in range(20):
        service.labels(number)
    for _ in range(10):
        figures = urlopen(f"{service.address}/metrics").read().decode()
        assert 'keifu_requests_total{route="/sparql",status="200"} 20.0' in figures


def test_a_service_that_ends_leaves_no_mark_and_no_process(start):
    service = start()
    service.labels()
    below = psutil.Process(service.process.pid).children(recursive=True)
    assert list(service.dataset.glob("server-*.json"))
    service.process.terminate()
    assert service.process.wait(20) == 0
    assert list(service.dataset.glob("server-*.json")) == []
    service.until(lambda: not any(each.is_running() for each in below))


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Another program may use it"), ("ja", "ほかのプログラムが使っていれば")]
)
def test_a_port_that_is_taken_is_told_before_anything_is_built(tmp_path, lang, said):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = CliRunner().invoke(
            main, ["serve", "--lang", lang, "--port", str(port)], env={"KEIFU_DATASET": str(tmp_path / "dataset")}
        )
    assert answer.exit_code == 2
    assert said in answer.output
    assert all(each in answer.output for each in (f"127.0.0.1:{port}", "--port"))
    assert not (tmp_path / "dataset").exists()


def test_a_second_service_on_the_port_does_not_start(start, tmp_path):
    service = start()
    answer = CliRunner().invoke(
        main,
        ["serve", "--lang", "en", "--port", str(service.port)],
        env={"KEIFU_DATASET": str(tmp_path / "other")},
    )
    assert answer.exit_code == 2
    assert f"127.0.0.1:{service.port}" in answer.output


@pytest.mark.parametrize(
    ("host", "family"), [("127.0.0.1", socket.AF_INET), ("0.0.0.0", socket.AF_INET), ("::1", socket.AF_INET6)]
)
def test_a_port_that_was_used_a_moment_ago_is_free(host, family):
    """What the connections of the service before leave behind keeps nobody from starting it again."""
    with socket.create_server((host, 0), family=family) as before:
        address = before.getsockname()[:2]
        with socket.create_connection(address) as client:
            before.accept()[0].close()
            client.recv(1)
    serving.must_be_free(Settings(host=host, port=address[1]))


@pytest.mark.parametrize("mark", [{"pid": os.getpid(), "started": 1.0}, {"pid": 2**22 + 1, "started": 1.0}, None])
def test_only_a_service_of_ours_is_asked(tmp_path, mark):
    if mark is not None:
        (tmp_path / "server-8000.json").write_text(json.dumps(mark), encoding="ascii")
    with pytest.raises(UnusableInput) as caught:
        serving.reload(tmp_path)
    assert str(tmp_path) in caught.value.en
    assert str(tmp_path) in caught.value.ja


def test_without_sources_that_can_be_built_the_dataset_built_last_is_served(tmp_path, monkeypatch, mini):
    shutil.copytree(mini, tmp_path / "dataset")
    monkeypatch.setattr(serving.Sources, "find", classmethod(lambda cls: cls(tmp_path)))
    (tmp_path / "data" / "ttl").mkdir(parents=True)
    (tmp_path / "data" / "ttl" / "broken.ttl").write_text("a b c", encoding="utf-8")
    version, error = serving.prepare(Settings(dataset=tmp_path / "dataset"))
    assert version == (mini / "current").read_text().strip()
    assert "broken.ttl" in error.en
    with pytest.raises(UnusableInput):
        serving.prepare(Settings(dataset=tmp_path / "elsewhere"))
