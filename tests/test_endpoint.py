"""The short way to an answer: the same answer as on the long one, from memory only while it is the right one."""

import gzip
import http.client
import json
import logging
import shutil
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import application, serving

from keifu.app import HEADERS
from keifu.build import build
from keifu.dataset.files import Sources
from keifu.dataset.stores import Dataset, Store
from keifu.settings import Settings
from keifu.sparql.answers import OVERHEAD, Answers, Memory
from keifu.sparql.endpoint import Raw, chosen
from keifu.sparql.formats import SOLUTION_TYPES
from keifu.sparql.operations import Answer, Task, examine
from keifu.sparql.pool import Pool

HERE = Path(__file__).parent
THING = "https://w3id.org/keifu/id/policy/example/1/item/1"
QUERIES = {
    "look-up": f"SELECT ?p ?o {{ <{THING}> ?p ?o }}",
    "search": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "ask": "ASK { ?s ?p '書かない窓口'@ja }",
    "graph": f"DESCRIBE <{THING}>",
    "merge": "CONSTRUCT WHERE { ?s a ?type }",
}
REQUESTS = {
    "plain": {},
    "packed": {"Accept-Encoding": "gzip"},
    "other format": {"Accept": "text/csv, application/n-quads"},
    "known": {"If-None-Match": "*"},
}
DIRECT = {"Content-Type": "application/sparql-query"}
EACH_TIME = ("date", "query-id", "server")
"""Headers that say when, by which run and by what server an answer was given."""


@pytest.fixture(scope="module")
def live(mini, tmp_path_factory):
    """The address of a running service and the file it logs to."""
    log = tmp_path_factory.mktemp("live") / "log"
    with serving(mini, log) as address:
        yield urlsplit(address).netloc, log


@pytest.fixture(scope="module")
def app(mini):
    """The application over the same dataset."""
    with application(mini) as app:
        yield app


def ask(host: str, query: str, headers=(), method="GET", **fields) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as they come over the wire."""
    connection = http.client.HTTPConnection(host)
    try:
        connection.request(method, "/sparql?" + urlencode({"query": query, **fields}), headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def lasting(headers) -> dict[str, str]:
    """The headers that are the same each time."""
    return {name: value for name, value in headers.items() if name not in EACH_TIME}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_both_ways_give_the_same(live, app, query, headers, method):
    asked = f"/sparql?{urlencode({'query': query})}"
    long = app.test_client().open(asked, method=method, headers=headers)
    expected = (long.status_code, {name.lower(): value for name, value in long.headers}, long.data)
    for _ in range(2):
        status, given, body = ask(live[0], query, headers, method)
        assert (status, lasting(given), body) == (expected[0], lasting(expected[1]), expected[2])
    # What the pages carry, the endpoint carries too.
    assert {name: given[name.lower()] for name in HEADERS} == HEADERS
    assert given["vary"] == "Accept, Accept-Encoding"


class TestPacking:
    def test_large_answers_are_packed_for_who_takes_it(self, live):
        _, plain_headers, plain = ask(live[0], QUERIES["search"])
        _, headers, packed = ask(live[0], QUERIES["search"], REQUESTS["packed"])
        assert headers["content-encoding"] == "gzip"
        assert int(headers["content-length"]) == len(packed) < len(plain) / 4
        assert gzip.decompress(packed) == plain
        assert "content-encoding" not in plain_headers
        # The tag is weak: it stands for both.
        assert headers["etag"] == plain_headers["etag"]
        assert headers["etag"].startswith('W/"')
        assert ask(live[0], QUERIES["search"], {**REQUESTS["packed"], "If-None-Match": headers["etag"]})[0] == 304

    def test_small_answers_are_not(self, live):
        assert "content-encoding" not in ask(live[0], QUERIES["ask"], REQUESTS["packed"])[1]


class TestRuns:
    """An answer names the run of its query, of which the log has one line."""

    @pytest.mark.parametrize("query", [f"ASK {{ <{THING}> ?run ?of }}", "ASK { ?run ?of ?pool }"])
    def test_an_answer_from_memory_names_the_run_that_made_it(self, live, query):
        first, again = (ask(live[0], query)[1]["query-id"] for _ in range(2))
        assert first == again
        assert live[1].read_text(encoding="utf-8").count(f"id={first} ") == 1

    @pytest.mark.parametrize(
        "query", ["SELECT (RAND() AS ?r) {}", "SELECT ?x { BIND(UUID() AS ?x) }", "SELECT (NOW() AS ?n) {}"]
    )
    def test_what_does_not_repeat_is_run_each_time(self, live, query):
        (_, first, body), (_, again, other) = ask(live[0], query), ask(live[0], query)
        assert first["query-id"] != again["query-id"]
        assert body != other

    @pytest.mark.parametrize(
        ("query", "status"),
        [("SELECT ?p { x:a ?p ?o }", 400), ("ASK { ?s ?p }", 400), ("CLEAR ALL", 403), ("nonsense", 400)],
    )
    def test_an_error_names_its_run_and_is_logged_once(self, live, query, status):
        code, headers, body = ask(live[0], query, {"Accept": "application/json"})
        assert code == status
        assert json.loads(body)["error"]["id"] == headers["query-id"]
        assert live[1].read_text(encoding="utf-8").count(f"id={headers['query-id']} ") == 1

    @pytest.mark.parametrize(
        ("sent", "status", "outcome"),
        [
            (({"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}, None, {}), 403, "Refused"),
            (({"query": "LOAD <http://127.0.0.1/>"}, None, {}), 403, "Refused"),
            (({"query": "ASK {}", "update": "CLEAR ALL"}, None, {}), 403, "Refused"),
            (({"query": "ASK { ？s ?p ?o }"}, None, {}), 400, "BadQuery"),
            (({"query": "ASK {}", "default-graph-uri": "a b\nid=0 kind=ASK"}, None, {}), 400, "BadQuery"),
            (({"query": "ASK {}"}, None, {"Accept": "image/png"}), 406, "NotAcceptable"),
            (({}, b"LOAD <http://127.0.0.1/>", DIRECT), 403, "Refused"),
            (({}, b"ASK { ?s ?p '\n' }", DIRECT), 400, "BadQuery"),
            (({}, b"ASK {}", {**DIRECT, "Accept": "image/png"}), 406, "NotAcceptable"),
            (({}, b"ASK {}", {"Content-Type": "text/plain"}), 415, "UnsupportedMediaType"),
            (({}, b"ASK {}", {**DIRECT, "Content-Encoding": "gzip"}), 415, "UnsupportedMediaType"),
            (({}, b"ASK {}" + b" " * 100_000, DIRECT), 413, "TooLarge"),
            (({}, b"ASK {}" + b" " * 500_000, DIRECT), 413, "RequestEntityTooLarge"),
        ],
        ids=lambda value: str(value)[:40],
    )
    @pytest.mark.parametrize("path", ["/sparql", "//sparql"])
    def test_what_is_refused_has_one_line_as_well(self, live, path, sent, status, outcome):
        (host, log), (fields, body, headers) = live, sent
        with closing(http.client.HTTPConnection(host)) as connection:
            connection.request("POST" if body else "GET", f"{path}?{urlencode(fields)}", body, headers)
            answer = connection.getresponse()
            answer.read()
        assert answer.status == status
        run = answer.getheader("Query-Id")
        lines = [line for line in log.read_text(encoding="utf-8").splitlines() if f"id={run} " in line]
        assert [line.partition("id=")[2] for line in lines] == [f"{run} kind=- outcome={outcome}"]

    def test_a_page_has_none(self, app):
        assert "Query-Id" not in app.test_client().get("/healthz").headers


class TestMemory:
    def test_what_was_used_last_stays(self):
        memory = Memory(8 * OVERHEAD)
        for key in "abcdefgh":
            memory.put(key, key.upper(), 0)
        assert memory.get("a") == "A"
        memory.put("i", "I", 0)
        assert [memory.get(key) for key in "abi"] == ["A", None, "I"]
        assert memory.hits == 3

    def test_it_never_holds_more_than_its_limit(self):
        memory = Memory(100_000)
        for key in range(1000):
            memory.put(key, key, key * 37 % 20_000)
            assert memory.size <= 100_000
        assert memory.size > 70_000

    def test_nothing_takes_more_than_a_quarter(self):
        memory = Memory(100_000)
        memory.put("small", 1, 1000)
        memory.put("large", 2, 25_000)
        assert (memory.get("small"), memory.get("large")) == (1, None)

    def test_threads_share_it(self):
        memory, wrong = Memory(50_000), []

        def work(start):
            for number in range(start, start + 2000):
                memory.put(number % 60, number % 60, number % 900)
                if memory.get(number * 7 % 60) not in (None, number * 7 % 60):
                    wrong.append(number)

        threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert 0 < memory.size <= 50_000


class TestAnswers:
    @pytest.fixture
    def asked(self, mini, monkeypatch):
        """Asks with a pool that notes what it runs."""
        settings, ran = Settings(dataset=mini), []
        pool = Pool(settings, lambda: None)
        monkeypatch.setattr(pool, "run", lambda task: ran.append(task) or Answer(b"answer", 1))
        return Answers(settings, pool, Store.open(mini)), ran

    def task(self, query, **more) -> Task:
        return Task(examine(query, None, Settings()), SOLUTION_TYPES["csv"], **more)

    def test_a_query_is_run_once(self, asked):
        answers, ran = asked
        first = answers.ask(self.task(QUERIES["search"]), "1")
        assert answers.ask(self.task(QUERIES["search"]), "2") is first
        assert (first.run, len(ran)) == ("1", 1)

    def test_each_difference_is_run(self, asked):
        answers, ran = asked
        task = self.task(QUERIES["search"])
        named = task._replace(operation=examine(QUERIES["search"], Dataset(("http://e/",)), Settings()))
        others = task._replace(wanted=SOLUTION_TYPES["json"]), task._replace(packed=True)
        for each in (task, self.task(QUERIES["search"] + " "), named, *others, task):
            answers.ask(each, "")
        assert len(ran) == 5

    def test_a_look_up_needs_no_process(self, asked):
        answers, ran = asked
        assert answers.ask(self.task(QUERIES["look-up"]), "1").answer.rows == 3
        assert ran == []

    def test_a_look_up_with_much_to_write_is_left_to_the_processes(self, asked, monkeypatch, caplog):
        answers, ran = asked
        monkeypatch.setattr("keifu.sparql.answers.LOOK_UP", 100)
        with caplog.at_level(logging.INFO, "keifu"):
            assert answers.at_hand(self.task(QUERIES["look-up"]), "1") is None
            assert answers.ask(self.task(QUERIES["look-up"]), "1").answer.body == b"answer"
        assert (len(ran), ["outcome=ok" in line for line in caplog.messages]) == (1, [True])

    def test_what_is_remembered_counts_with_all_that_was_asked(self, asked):
        answers, _ = asked
        graphs = tuple(f"http://e/{number}" for number in range(3_000))
        answers.ask(Task(examine(QUERIES["search"], Dataset(graphs), Settings()), SOLUTION_TYPES["csv"]), "")
        assert answers.memory.size > sum(map(sys.getsizeof, graphs))
        before = answers.memory.size
        answers.ask(self.task(f"ASK {{ ?s ?p ?o }} # {'𠮷' * 20_000}"), "")
        assert answers.memory.size > before + 80_000

    def test_an_error_is_not_remembered(self, asked, monkeypatch, caplog):
        answers, _ = asked
        outcomes = iter([RuntimeError(), Answer(b"", 0)])

        def run(_task):
            if isinstance(outcome := next(outcomes), Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(answers._pool, "run", run)
        with caplog.at_level(logging.INFO, "keifu"):
            with pytest.raises(RuntimeError):
                answers.ask(self.task(QUERIES["search"]), "1")
            answers.ask(self.task(QUERIES["search"]), "2")
        assert ["outcome=error" in line for line in caplog.messages] == [True, False]


def raw(query: str, **fields: str) -> Raw:
    return Raw("GET", urlencode({"query": query}), fields.get("accept", ""), "")


class TestAtOnce:
    """What the loop that all clients share answers by itself takes a moment only."""

    @pytest.fixture
    def endpoint(self, app):
        return app.extensions["keifu"].endpoint

    def test_a_look_up(self, endpoint):
        assert endpoint.at_once(raw(QUERIES["look-up"]), None, "").status == 200

    def test_a_look_up_that_comes_again_is_given_again(self, endpoint):
        query = f"ASK {{ <{THING}> ?come ?again }}"
        before = endpoint.hits
        first, again = (dict(endpoint.at_once(raw(query), None, run).headers)["Query-Id"] for run in ("1", "2"))
        assert (first, again, endpoint.hits - before) == ("1", "1", 1)

    @pytest.mark.parametrize("long", ["query", "accept", "known"])
    def test_no_request_that_is_long_to_read(self, endpoint, long, monkeypatch):
        monkeypatch.setattr(endpoint, "_read", lambda raw: pytest.fail("it was read"))
        texts = {"query": "", "accept": "", "known": ""} | {long: "#" * 10_000}
        asked = raw(QUERIES["look-up"] + texts["query"], accept=texts["accept"])
        assert endpoint.at_once(asked, texts["known"], "") is None

    def test_no_answer_that_is_long_to_send(self, endpoint, app, monkeypatch):
        app.test_client().get("/sparql", query_string={"query": QUERIES["search"]})
        assert endpoint.at_once(raw(QUERIES["search"]), None, "").status == 200
        monkeypatch.setattr("keifu.sparql.endpoint.LIGHT", 100)
        assert endpoint.at_once(raw(QUERIES["search"]), None, "") is None

    def test_long_wishes_for_a_format_are_not_kept(self, app):
        before = chosen.cache_info().currsize
        form = {"query": "ASK {} #1", "format": "json," + "x," * 100_000}
        assert app.test_client().post("/sparql", data=form).status_code == 200
        assert chosen.cache_info().currsize == before

    def test_what_was_read_counts_with_its_headers(self, endpoint, app):
        before = endpoint.memory.size
        app.test_client().get(
            "/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "*/*, " + "a/b," * 10_000}
        )
        assert endpoint.memory.size > before + 40_000


def test_another_dataset_has_other_answers(tmp_path):
    """What is remembered of the dataset before is gone with it."""
    sources, folder = Sources(tmp_path / "sources"), tmp_path / "dataset"
    shutil.copytree(HERE / "data" / "mini", sources.root)
    (file,) = (path for path in sources.data if "書かない窓口" in path.read_text(encoding="utf-8"))
    before = build(sources, folder)[0].version
    query = "SELECT ?thing { ?thing skos:prefLabel '書かない窓口'@ja }".replace("skos:prefLabel", "?any")
    with serving(folder, tmp_path / "log") as address:
        host = urlsplit(address).netloc
        for _ in range(2):
            _, headers, old = ask(host, query)
            assert before in headers["etag"]
        file.write_text(file.read_text(encoding="utf-8").replace("書かない窓口", "待たない窓口"), encoding="utf-8")
        after = build(sources, folder)[0].version
        deadline = time.monotonic() + 30
        while after not in headers["etag"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
            _, headers, new = ask(host, query)
        assert (len(json.loads(old)["results"]["bindings"]), len(json.loads(new)["results"]["bindings"])) == (1, 0)
