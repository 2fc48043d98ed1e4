"""Strangers at the running service: whatever they send is answered within its limits, while others are served as before."""

import contextlib
import gzip
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

pytestmark = pytest.mark.alone

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
    "a regular expression that doubles": (f'ASK {{ FILTER(REGEX("{"a" * 5000}", "^(a+)+$|(a|aa)*b")) }}', {200}),
    "a regular expression that repeats repetitions": ('ASK { FILTER(REGEX("a", "((((a{900}){900}){900}){900})")) }', {200, 400}),
    "a pattern of replacement that grows": (f'SELECT (REPLACE(?x9, "a", "{"a" * 2000}") AS ?y) {{ BIND("{"a" * 2000}" AS ?x0) {" ".join(f"""BIND(REPLACE(?x{n}, "a", "{"a" * 200}") AS ?x{n + 1})""" for n in range(9))} }}', {500, 503}),
    "groups in a path": ("ASK { ?s " + "(" * 3000 + "<urn:a>" + ")*" * 3000 + " ?o }", {413}),
    "a path of many steps": ("ASK { ?s " + "/".join(["(<urn:a>|!<urn:b>)"] * 3000) + " ?o }", {413}),
    "groups that repeat": ("SELECT (COUNT(*) AS ?n) { ?s ((((!<urn:a>)*)*)*)+ ?o . ?o (!<urn:a>|^!<urn:a>)* ?x . ?x (!<urn:a>|^!<urn:a>)* ?y . ?y (!<urn:a>|^!<urn:a>)* ?z . ?z (!<urn:a>|^!<urn:a>)* ?w }", {503}),
    "a table of values with itself": ("SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(400)))} }}" for n in range(12)) + " }", {503}),
    "a table of ten thousand values": ("ASK { VALUES ?x { " + "1 " * 40_000 + "} }", {200}),
    "a thousand graphs": ("SELECT * " + "".join(f"FROM <urn:{n}> " for n in range(5_000)) + "{ ?s ?p ?o }", {200}),
    "a file as a graph": ("SELECT * FROM <file:///etc/passwd> FROM NAMED <file:///etc/passwd> { ?s ?p ?o }", {200}),
    "a file as the base": ("BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }", {200}),
    "a base that is none": ("BASE <:::> ASK { <a> <../../b> <//c> }", {200, 400}),
    "a name without end": ("ASK { " + "a" * 90_000 + ":b ?p ?o }", {400}),
    "a variable without end": ("ASK { ?" + "a" * 90_000 + " ?p ?o }", {200}),
    "a number without end": ("ASK { FILTER(" + "9" * 90_000 + " > 1) }", {200, 400}),
    "an exponent without end": ("SELECT (1e999999999 AS ?x) (STRLEN(STR(1e308 * 1e308)) AS ?y) {}", {200, 400}),
    "a zero byte": ("ASK { ?s ?p 'a\0b' }", {200, 400}),
    "a half of a pair": ("ASK { ?s ?p '\\uD800' }", {400}),
    "a function of the engine's own": ("ASK { FILTER(<http://www.w3.org/2001/XMLSchema#anyURI>('x') || <urn:f>(1)) }", {400}),
}  # fmt: skip
ASKED = "SERVICE <http://127.0.0.1:1/> { ?s ?p ?o }"
FEDERATED = {
    "in a subquery": f"SELECT * {{ {{ SELECT * {{ {ASKED} }} }} }}",
    "in an option": f"SELECT * {{ ?s ?p ?o OPTIONAL {{ {ASKED} }} }}",
    "in a filter": f"SELECT * {{ ?s ?p ?o FILTER(EXISTS {{ {ASKED} }}) }}",
    "in what is taken away": f"SELECT * {{ ?s ?p ?o MINUS {{ {ASKED} }} }}",
    "in a graph": f"SELECT * {{ GRAPH ?g {{ {ASKED} }} }}",
    "in a CONSTRUCT": f"CONSTRUCT {{ ?s ?p ?o }} {{ {ASKED} }}",
    "in a DESCRIBE": f"DESCRIBE ?s {{ {ASKED} }}",
    "in an expression": f"SELECT (EXISTS {{ {ASKED} }} AS ?x) {{}}",
    "beside another query": f"SELECT * {{ LATERAL {{ {ASKED} }} }}",
}
ESCAPED = "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
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
    **{f"a question to others {place}": (get(text), {403}) for place, text in FEDERATED.items()},
    "a question to others in escapes": (get(ESCAPED), {400, 403}),
    "a body that says it is packed": (line("/sparql").replace(b"GET", b"POST", 1)[:-2] + b"Content-Type: application/sparql-query\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n" + gzip.compress(b" " * 10_000_000)[:40], {400, 415}),
    "thousands of parameters": (line("/sparql?query=ASK%7B%7D" + "&a=b" * 10_000), {200}),
    "thousands of graphs": (post(urlencode([("query", "ASK {}"), *(("default-graph-uri", f"urn:{n}") for n in range(10_000))]).encode(), FORM["Content-Type"]), {200, 400, 413}),
    "thousands of parameters of a page": (line("/ja/search?" + "&q=a" * 10_000), {200}),
    "an Accept header of quotes": (line("/sparql?query=ASK%7B%7D", 'Accept: "' + '\\"' * 60_000), {200, 406}),
    "an Accept header of thousands of types": (line("/sparql?query=ASK%7B%7D", "Accept: " + "a/b;q=0.1," * 30_000), {406}),
    "languages without end": (line("/ja/nothing", "Accept-Language: " + "ja-" * 60_000), {404}),
    "tags without end": (line("/sparql?query=ASK%7B%7D", 'If-None-Match: ' + 'W/"a" ,' * 20_000), {200}),
    "a tag with spaces without end": (line("/sparql?query=ASK%7B%7D", 'If-None-Match: "a' + " " * 100_000 + '"'), {200}),
    "ranges without end": (line("/static/keifu.css", "Range: bytes=" + "0-1," * 30_000), {200, 400}),
    "a header that is not ASCII": (line("/ja/nothing", "Accept: \xff\xfe", "X-Other: \xe9"), {404, 406}),
    "a host of one's own": (b"GET /sparql HTTP/1.1\r\nHost: a<b>{}^`\r\nConnection: close\r\n\r\n", {400}),
    "a host with a path": (b"GET /sparql HTTP/1.1\r\nHost: x/../y\r\nConnection: close\r\n\r\n", {400}),
    "an empty host": (b"GET /sparql HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", {200, 400}),
    "no host": (b"GET /sparql HTTP/1.0\r\n\r\n", {200}),
    "two hosts": (line("/sparql", "Host: y"), {200, 400}),
    "another address in the first line": (b"GET http://example.org/sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {200, 400}),
    "a star for an address": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {200, 204, 400, 404, 405}),
    "a body with a GET": (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nabcde", {200, 400}),
    "two ways to end a body": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 415}),
    "a piece without end": (b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", {0, 400, 408, 413}),
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


def test_pieces_that_never_end_are_ended(address):
    host = urlsplit(address)
    with socket.create_connection((host.hostname, host.port), timeout=10) as connection:
        connection.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 2.5:
                connection.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")
                time.sleep(0.005)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


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


def read_slowly(address: str, message: bytes) -> tuple[socket.socket, bytes]:
    """A connection on which an answer has begun of which no more is read, and its beginning."""
    host = urlsplit(address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect((host.hostname, host.port))
    connection.sendall(message)
    return connection, connection.recv(300)


LARGE = f"SELECT * {{ {CROSS} }} LIMIT 4000"


def test_slow_readers_of_large_answers(mini, tmp_path):
    """They do not fill the memory: what waits for them is bounded."""
    settings = {"sending_bytes": 20_000_000, "answer_bytes": 10_000_000, "cache_bytes": 0}
    with serving(mini, tmp_path / "log", **settings) as address, contextlib.ExitStack() as stack:
        status, body = send(address, get(LARGE))
        assert (status, 3_000_000 < len(body) < 10_000_000) == (200, True)
        port = str(urlsplit(address).port)
        service = next(each for each in psutil.Process().children() if each.environ().get("KEIFU_PORT") == port)
        time.sleep(7)
        before, heads = memory(service), []
        for number in range(40):
            connection, head = read_slowly(address, get(f"{LARGE} #{number}"))
            stack.enter_context(connection)
            heads.append(head)
        fitting = 20_000_000 // len(body)
        assert all(head.startswith(b"HTTP/1.1 200 ") for head in heads[:fitting])
        assert all(
            head.startswith(b"HTTP/1.1 503 ") and b"retry-after: 1\r\n" in head.lower() for head in heads[fitting:]
        )
        # Forty answers are 300 MB. What a process needs for a moment while it answers does not count, what it keeps does.
        began = time.monotonic()
        while (kept := memory(service) - before) >= 100_000_000 and time.monotonic() - began < 20:
            time.sleep(0.5)
        assert kept < 100_000_000
        assert send(address, get("ASK {}"))[0] == 200


def test_a_slow_reader_makes_room_in_time(mini, tmp_path):
    with serving(mini, tmp_path / "log", sending_bytes=10_000_000, sending_seconds=3) as address:
        connection, head = read_slowly(address, get(LARGE))
        began = time.monotonic()
        with connection:
            assert head.startswith(b"HTTP/1.1 200 ")
            while (answer := send(address, get(f"{LARGE} #")))[0] != 200:
                assert time.monotonic() - began < 30
                time.sleep(0.2)
            # What was on its way still comes, and no more.
            rest = 0
            with contextlib.suppress(ConnectionError):
                while piece := connection.recv(1_000_000):
                    rest += len(piece)
            assert rest < len(answer[1])


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
