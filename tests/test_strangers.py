"""Strangers at the running service: whatever they send is answered within its limits, while others are served as before."""

import contextlib
import http.client
import json
import math
import re
import socket
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

import psutil
import pytest
from conftest import serving

CROSS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9))
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
EVERYTHING = "(!<urn:none>|^!<urn:none>)"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SMALL = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p LIMIT 3"
SECONDS = 2
"""The limit of a query in these tests."""


def get(query: str) -> bytes:
    return f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


def post(body: bytes, content_type: str, path: str = "/sparql") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def line(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]).encode("latin-1")


QUERIES = {
    "a product of everything with everything": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", {503}),
    "a product that is written out": (f"SELECT * {{ {CROSS} }}", {503}),
    "a product that is sorted": (f"SELECT * {{ {CROSS} }} ORDER BY ?a0 ?c8", {503}),
    "a product without repeats": (f"SELECT DISTINCT * {{ {CROSS} }}", {503}),
    "a path that never ends": (f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{n} {EVERYTHING}* ?a{n + 1} .' for n in range(5))} }}", {503}),
    "a string that doubles": (f'SELECT ?x40 {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLED} }}', {500, 503}),
    "a graph of everything with everything": (f"CONSTRUCT {{ ?a0 ?b0 ?c1 }} {{ {CROSS} }}", {503}),
    "a regular expression over everything": (f'SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(REGEX(CONCAT(STR(?c0), STR(?c8)), "(a*)*.*b")) }}', {503}),
    "brackets in brackets": ("ASK { " + "{" * 5000 + "}" * 5000 + " }", {413}),
    "a sum without end": ("ASK { FILTER(" + "+".join("1" * 5000) + " > 0) }", {413}),
    "functions in functions": ("ASK { FILTER(" + "STR(" * 3000 + "1" + ")" * 3000 + ") }", {413}),
    "a query of a megabyte": ("ASK { } #" + "x" * 1_000_000, {413}),
    "half a query": ("SELECT * { ?s ?p", {400}),
    "no query": ("", {400}),
}  # fmt: skip
UPDATES = [
    "LOAD <http://127.0.0.1/>",
    "CLEAR ALL",
    "DROP ALL",
    "DELETE WHERE { ?s ?p ?o }",
    "INSERT DATA { <urn:a> <urn:b> 1 }",
]
ATTACKS = {
    **{f"{name} by POST": (post(urlencode({"query": text}).encode(), FORM["Content-Type"]), codes) for name, (text, codes) in QUERIES.items()},
    **{f"{name} by GET": (get(text), codes) for name, (text, codes) in QUERIES.items() if len(text) < 5000},
    **{f"{text} as a query": (get(text), {403}) for text in UPDATES},
    **{f"{text} in a form": (post(urlencode({"update": text}).encode(), FORM["Content-Type"]), {403}) for text in UPDATES},
    **{f"{text} in an address": (line("/sparql?" + urlencode({"update": text})), {403}) for text in UPDATES},
    **{f"{text} as an update": (post(text.encode(), "application/sparql-update"), {403}) for text in UPDATES},
    "a body of ten megabytes": (post(b"query=" + b"x" * 10_000_000, FORM["Content-Type"]), {413}),
    "a body of ten megabytes for a page": (post(b"x" * 10_000_000, "text/plain", "/ja/"), {413}),
    "bytes that are not UTF-8": (post(b"query=%ff%fe", FORM["Content-Type"]), {400}),
    "raw bytes that are not UTF-8": (post(b"\xff\xfe", "application/sparql-query"), {400}),
    "a body of a strange type": (post(b"x", "multipart/form-data; boundary=x"), {415}),
    "half a percent sign": (line("/sparql?query=%a"), {400}),
    "a header of a megabyte": (line("/ja/", "X-Long: " + "x" * 1_000_000), {431}),
    "ten thousand headers": (line("/ja/", *(f"X-{n}: 1" for n in range(10_000))), {431}),
    "an address of a megabyte": (line("/ja/" + "x" * 1_000_000), {414, 431}),
    "no HTTP": (b"\x16\x03\x01" + b"\x00" * 500 + b"\r\n\r\n", {400}),
    "a method of one's own": (b"FLY /ja/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {405}),
    "a length that is none": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
    "two lengths": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", {400}),
    **{f"the path {path}": (line(path), codes) for path, codes in {
        "/static/..%2f..%2fapp.py": {404},
        "/static/../app.py": {404},
        "/static/%2e%2e/%2e%2e/app.py": {404},
        "/dumps/..%2fmanifest.json": {404},
        "/dumps/..%5c..%5cmanifest.json": {404},
        "/static//etc/passwd": {404},
        "//example.org/ja/": {404},
        "/id/body/%00": {404},
        "/%ff%fe": {404},
        "/" + "a/" * 10_000: {404},
        "/ja/search?q=" + quote("あ" * 5_000): {400, 413, 200},
        "/ja/id/body/" + "1" * 60_000: {404},
    }.items()},
}  # fmt: skip


def send(address: str, message: bytes, patience: float = 30) -> tuple[int, bytes]:
    """Status and body of what comes back; status 0 where the connection is closed without a word."""
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=patience) as connection:
        # Who is told while still sending finds the answer waiting.
        with contextlib.suppress(ConnectionError):
            connection.sendall(message)
        answer = http.client.HTTPResponse(connection)
        try:
            answer.begin()
            return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, b""


def memory(process: psutil.Process) -> int:
    """Bytes that a process and all it has started hold, each counted once."""
    total = 0
    for each in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += each.memory_full_info().pss
    return total


class Neighbour(threading.Thread):
    """Another client that asks small questions, each a new one, and notes how long each answer took."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.host = urlsplit(address).netloc
        self.taken: list[float] = []
        self.failed: list[object] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        # All of 127.0.0.0/8 is this machine: another address is another client.
        connection = http.client.HTTPConnection(self.host, timeout=30, source_address=("127.0.0.2", 0))
        number = 0
        while not self.stopped.wait(0.02):
            number += 1
            fresh = "/sparql?" + urlencode({"query": f"{SMALL} #{number}"})
            for path in (fresh, "/healthz", "/ja/id/body/990019"):
                began = time.perf_counter()
                try:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 200:
                        self.failed.append((path, answer.status))
                except OSError as error:
                    self.failed.append((path, error))
                    connection.close()
                self.taken.append(time.perf_counter() - began)
        connection.close()

    def stop(self) -> None:
        self.stopped.set()
        self.join()


@pytest.fixture(scope="module")
def service(mini, tmp_path_factory):
    """The address of a service with low limits, and the file it logs to."""
    log = tmp_path_factory.mktemp("strangers") / "log"
    settings = {"query_seconds": SECONDS, "query_memory": 200_000_000, "answer_bytes": 5_000_000, "request_seconds": 2}
    with serving(mini, log, **settings) as address:
        send(address, get("ASK {}"))
        yield address, log


@pytest.fixture
def address(service):
    return service[0]


@pytest.fixture
def process(address):
    """The process that listens."""
    port = urlsplit(address).port
    return next(
        each
        for each in psutil.Process().children()
        if any(port == int(word) for word in [each.environ().get("KEIFU_PORT", 0)])
    )


@pytest.fixture(scope="module", autouse=True)
def neighbour(service):
    """Another client, through all that strangers do."""
    other = Neighbour(service[0])
    other.start()
    yield other
    other.stop()


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_answered_within_the_limit(address, name):
    message, codes = ATTACKS[name]
    began = time.monotonic()
    status, body = send(address, message)
    assert status in codes, body[:300]
    assert time.monotonic() - began < SECONDS + 3
    assert not re.search(rb"Traceback|site-packages|/keifu/\w+\.py|oxigraph|werkzeug", body)
    assert send(address, get("ASK {}"))[0] == 200


@pytest.mark.parametrize(
    "name", ["a body of ten megabytes", "half a query by GET", "the path /static/..%2f..%2fapp.py"]
)
def test_refusals_carry_the_headers_of_every_answer(address, name):
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=10) as connection:
        connection.sendall(ATTACKS[name][0])
        head = connection.makefile("rb").read().lower()
    for header in (b"content-security-policy", b"x-content-type-options", b"referrer-policy"):
        assert header + b": " in head


def test_heavy_queries_of_one_client(address):
    messages = [get(text) for text, codes in QUERIES.values() if codes == {503} and len(text) < 5000] * 2
    found = []
    attackers = [threading.Thread(target=lambda m=m: found.append(send(address, m)[0])) for m in messages]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()
    # The first are stopped at their limits; who has ten under way is told so.
    assert set(found) == {429, 503}


def test_a_limit_that_is_hit_is_named(address):
    status, body = send(
        address,
        get(QUERIES["a product of everything with everything"][0]).replace(
            b"Host", b"Accept: application/json\r\nHost"
        ),
    )
    assert (status, json.loads(body)["error"]["limit"]) == (503, "query_seconds")


def test_pages_asked_for_by_many_at_once(address):
    end = time.monotonic() + 3

    def hammer():
        while time.monotonic() < end:
            assert send(address, line("/ja/search?q=%E7%94%B3%E8%AB%8B"))[0] == 200

    attackers = [threading.Thread(target=hammer) for _ in range(12)]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET /ja/ HTTP/1.1\r\nHost: x\r\n", post(b"x" * 5_000, FORM["Content-Type"])[:-100]],
    ids=["nothing", "half a header", "half a body"],
)
def test_connections_that_do_not_go_on_are_ended(address, beginning):
    host = urlsplit(address)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection((host.hostname, host.port))) for _ in range(60)]
        for connection in held:
            connection.sendall(beginning)
        assert send(address, get("ASK {}"))[0] == 200
        time.sleep(3)
        for connection in held:
            connection.settimeout(3)
            rest = connection.recv(100)
            assert rest == b"" or rest.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_drips_is_ended(address):
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=10) as connection:
        connection.sendall(post(b"x" * 5_000, FORM["Content-Type"])[:-4_900])
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.05)
                if time.monotonic() - began > 2.5:
                    break
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_nobody_else_is_asked(address, silent):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        there = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for text in (
            f"SELECT * {{ SERVICE {silent}<{there}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{there}> AS ?x) SERVICE {silent}?x {{ ?s ?p ?o }} }}",
            f"LOAD {silent}<{there}>",
            f"SELECT * FROM <{there}> {{ ?s ?p ?o }}",
        ):
            status, body = send(address, get(text))
            assert status in (400, 403) or b'"bindings":[]' in body, body
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_client_that_leaves_frees_its_process(service):
    address, log = service
    host = urlsplit(address)
    before = log.read_text(encoding="utf-8").count("outcome=gone")
    for _ in range(3):
        connection = socket.create_connection((host.hostname, host.port))
        connection.sendall(get(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"))
        time.sleep(0.8)
        connection.close()
        end = time.monotonic() + 1
        while not re.search(r"^keifu_queries_running 0\.0$", send(address, line("/metrics"))[1].decode(), re.MULTILINE):
            assert time.monotonic() < end
            time.sleep(0.02)
    assert log.read_text(encoding="utf-8").count("outcome=gone") == before + 3


def test_memory_comes_back(address, process):
    time.sleep(1)
    before = memory(process)
    for name in (
        "a string that doubles by GET",
        "a product without repeats by GET",
        "a product that is written out by GET",
        "a body of ten megabytes",
    ):
        for _ in range(3):
            send(address, ATTACKS[name][0])
    end = time.monotonic() + 5
    while (now := memory(process)) > before + 50_000_000:
        assert time.monotonic() < end, (before, now)
        time.sleep(0.2)


def test_all_that_happened_is_counted(address):
    text = send(address, line("/metrics"))[1].decode()
    counted = dict(re.findall(r'^keifu_limits_total\{setting="(\w+)"\} (\S+)$', text, re.MULTILINE))
    assert {"query_seconds", "client_queries"} <= set(counted)
    assert float(re.search(r"^keifu_clients_gone_total (\S+)$", text, re.MULTILINE)[1]) >= 3
    assert 'route="/sparql",status="503"' in text


def test_others_were_served_all_the_while(neighbour):
    neighbour.stop()
    assert neighbour.failed == []
    assert len(neighbour.taken) > 300
    assert sorted(neighbour.taken)[math.ceil(len(neighbour.taken) * 0.99) - 1] < 1, sorted(neighbour.taken)[-10:]
