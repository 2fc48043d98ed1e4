"""Public queries end at their limits, and nothing of that reaches the process that asks."""

import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest

from keifu.dataset.stores import Store
from keifu.errors import BadQuery, KeifuError, LimitReached, NotReady, ProcessDied
from keifu.settings import Settings
from keifu.sparql import workers
from keifu.sparql.formats import SOLUTION_TYPES
from keifu.sparql.operations import Opener, Operation, Task
from keifu.sparql.pool import Pool
from keifu.sparql.turns import Asker

JSON = SOLUTION_TYPES["json"]


def work(task):
    """What the processes of these tests do: a name and an argument."""
    name, argument = task
    if name == "sleep":
        time.sleep(argument)
    elif name == "fill":
        return len(bytearray(b"x") * argument)
    elif name == "hold":
        held = bytearray(b"x") * argument
        time.sleep(5)
        return len(held)
    elif name == "die":
        os.abort()
    elif name == "connect":
        socket.create_connection(argument)
    elif name == "open":
        Path(argument).read_bytes()
    elif name == "bad":
        raise BadQuery("誤り", "wrong", 3, 7)
    elif name == "bug":
        raise KeyError("x")
    return os.getpid()


def ready(folder=None):
    """Makes the work ready, leaving a mark in a folder each time it is called."""
    if folder is not None:
        (folder / str(os.getpid())).touch()
    return work


def dying():
    """Ends the process that is to make the work ready, as one does that finds no memory."""
    os._exit(9)


def dying_once(folder):
    """The same for the first process; those after it make the work ready."""
    if not any(folder.iterdir()):
        (folder / "died").touch()
        os._exit(9)
    return work


@pytest.fixture
def start():
    """Makes pools, of one process where the settings do not say otherwise."""
    made = []

    def start(prepare=ready, disk=None, **settings):
        made.append(Pool(Settings(**{"query_workers": 1, **settings}), prepare, disk))
        return made[-1]

    yield start
    for pool in made:
        pool.close()


@pytest.fixture
def pool(start):
    """A pool of one process."""
    return start()


def stopped(pool, *task):
    with pytest.raises(LimitReached) as caught:
        pool.run(task)
    return caught.value


def gone(pid, seconds=5):
    """Whether a process ends in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    return False


def until(true, seconds=30):
    """What a function gives once that is true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def test_one_process_lives_through_many_tasks(pool):
    pids = {pool.run(("pid", None)) for _ in range(20)}
    assert len(pids) == 1
    assert pids != {os.getpid()}


@pytest.mark.alone
def test_time(start):
    pool = start(query_seconds=0.3)
    first = pool.run(("pid", None))
    began = time.monotonic()
    error = stopped(pool, "sleep", 30)
    assert time.monotonic() - began < 2
    assert error.limit == "query_seconds"
    assert "0.3 秒（設定 query_seconds）" in error.ja
    assert "0.3 seconds (setting query_seconds)" in error.en
    assert gone(first)
    assert pool.run(("pid", None)) != first


def test_memory(start):
    pool = start(query_memory=100_000_000)
    first = pool.run(("pid", None))
    error = stopped(pool, "hold", 300_000_000)
    assert error.limit == "query_memory"
    assert "100,000,000" in error.ja
    assert gone(first)
    assert pool.run(("fill", 10_000)) == 10_000


def test_a_process_that_keeps_much_is_not_asked_again(start, monkeypatch):
    pool = start(query_memory=100_000_000)
    first = pool.run(("pid", None))
    monkeypatch.setattr(workers.Worker, "added", lambda self: 60_000_000)
    assert pool.run(("pid", None)) == first
    pool.run(("sleep", workers.STEP))
    assert gone(first)
    assert pool.run(("pid", None)) != first


INHERITED = 200_000_000


def ready_with_much():
    """Makes the work ready beside memory that every process inherits: it is shared until somebody writes there."""
    inherited = bytearray(b"x") * INHERITED

    def scan(task):
        name, step = task
        if name == "copy":
            for place in range(0, INHERITED, step):
                inherited[place] = 1
        return os.getpid()

    return scan


@pytest.mark.skipif(not workers.FORKS, reason="nothing is inherited")
def test_a_process_that_copied_much_of_what_it_shared_is_not_asked_again(start, monkeypatch):
    # The engine counts references in the pages it reads, which copies them: what a process has in memory stays the same.
    monkeypatch.setattr(workers, "LOOK", 0.0)
    pool = start(ready_with_much, query_memory=INHERITED)
    first = pool.run(("pid", None))
    assert pool.run(("copy", 100 * 4096)) == first
    assert pool.run(("copy", 4096)) == first
    assert gone(first)
    assert pool.run(("pid", None)) != first


@pytest.mark.skipif(not workers.FORKS, reason="nothing is inherited")
def test_copies_are_looked_for_once_in_a_while(start, monkeypatch):
    looks = []
    monkeypatch.setattr(workers.Worker, "private", lambda self: looks.append(self) or 0)
    pool = start()
    for _ in range(20):
        pool.run(("pid", None))
    assert looks == []
    pool.run(("sleep", workers.LOOK))
    pool.run(("pid", None))
    assert len(looks) == 1


def test_a_crash_is_told_and_survived(pool):
    with pytest.raises(KeifuError) as caught:
        pool.run(("die", None))
    assert caught.value.status == 500
    assert "died" in caught.value.en
    assert pool.run(("fill", 7)) == 7


def test_a_process_that_died_unseen_is_replaced(pool):
    first = pool.run(("pid", None))
    psutil.Process(first).kill()
    assert gone(first)
    assert pool.run(("pid", None)) not in (first, os.getpid())


def test_the_nursery_is_replaced_too(pool):
    first = pool.run(("pid", None))
    psutil.Process(first).parent().kill()
    psutil.Process(first).kill()
    assert gone(first)
    assert pool.run(("pid", None)) not in (first, os.getpid())


@pytest.mark.skipif(not workers.FORKS, reason="nothing is forked")
def test_a_nursery_that_dies_before_it_is_ready_is_told_and_started_again(start, tmp_path):
    pool = start(partial(dying_once, tmp_path))
    pool.start()
    with pytest.raises(NotReady):
        until(pool.is_ready)
    assert until(pool.is_ready)
    assert pool.run(("fill", 7)) == 7


@pytest.mark.parametrize("on_disk", [False, True], ids=["nursery", "worker"])
@pytest.mark.parametrize("forks", [workers.FORKS, False], ids=["forked", "spawned"])
def test_a_query_that_finds_no_process_may_come_again(start, tmp_path, monkeypatch, on_disk, forks):
    monkeypatch.setattr(workers, "FORKS", forks)
    pool = start(dying, tmp_path if on_disk else None)
    with ThreadPoolExecutor(1) as threads, pytest.raises(NotReady) as caught:
        threads.submit(pool.run, ("fill", 7)).result(30)
    assert caught.value.retry_after
    assert "processes for queries" in caught.value.en


def test_a_fresh_process_that_dies_before_it_is_asked_is_told(pool, monkeypatch):
    hire = pool._nursery.hire

    def hired():
        worker = hire()
        worker.process.kill()
        assert gone(worker.process.pid)
        return worker

    monkeypatch.setattr(pool._nursery, "hire", hired)
    with pytest.raises(ProcessDied):
        pool.run(("fill", 7))


def test_errors_of_ours_come_back_whole(pool):
    with pytest.raises(BadQuery) as caught:
        pool.run(("bad", None))
    error = caught.value
    assert (error.ja, error.en, error.line, error.column, str(error)) == ("誤り", "wrong", 3, 7, "wrong")


def test_other_errors_come_back_as_what_they_are(pool):
    with pytest.raises(RuntimeError, match="KeyError: 'x'"):
        pool.run(("bug", None))
    assert pool.run(("fill", 7)) == 7


def test_no_file_and_no_socket_is_opened(pool):
    with socket.create_server(("127.0.0.1", 0)) as there, pytest.raises(RuntimeError, match="Too many open files"):
        pool.run(("connect", there.getsockname()))
    with pytest.raises(RuntimeError, match="Too many open files"):
        pool.run(("open", os.devnull))


def test_queue(start):
    pool = start(query_queue=1, query_seconds=0.6)
    pool.run(("pid", None))
    with ThreadPoolExecutor(3) as threads:
        busy = threads.submit(pool.run, ("sleep", 0.3))
        time.sleep(0.1)
        waiting = threads.submit(pool.run, ("fill", 1))
        time.sleep(0.1)
        error = stopped(pool, "fill", 2)
        assert (error.limit, error.retry_after) == ("query_queue", 1)
        assert "1 may wait" in error.en
        assert waiting.result() == 1
        assert busy.result()


@pytest.mark.alone
def test_nobody_waits_longer_than_a_query_may_take(start):
    pool = start(query_queue=1, query_seconds=0.4)
    pool.run(("pid", None))
    with pool.turns.turn(Asker()):  # a turn that never ends
        began = time.monotonic()
        assert stopped(pool, "fill", 1).limit == "query_queue"
        assert 0.3 < time.monotonic() - began < 1


def test_threads_share_it(start):
    pool = start(query_workers=3)
    answers = {}

    def ask(number):
        answers[number] = [pool.run(("fill", number)) for _ in range(50)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [number] * 50 for number in range(8)}
    assert len(pool._idle) <= 3


def test_all_is_made_ready_once(start, tmp_path):
    pool = start(partial(ready, tmp_path), query_workers=2)
    pool.start()
    for _ in range(3):
        with pytest.raises(KeifuError):
            pool.run(("die", None))
    assert len(list(tmp_path.iterdir())) == 1


def test_where_processes_cannot_be_forked_each_makes_ready_for_itself(start, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "FORKS", False)
    pool = start(partial(ready, tmp_path))
    first = pool.run(("pid", None))
    assert [path.name for path in tmp_path.iterdir()] == [str(first)]
    with pytest.raises(KeifuError):
        pool.run(("die", None))
    assert pool.run(("pid", None)) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_closing_ends_all_processes_also_the_busy_ones():
    pool = Pool(Settings(query_workers=1), ready)
    busy = pool.run(("pid", None))
    nursery = psutil.Process(busy).ppid()
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(pool.run, ("sleep", 30))
        time.sleep(0.1)
        pool.close()
        assert gone(busy)
        assert gone(nursery)
        assert isinstance(answer.exception(), KeifuError)


def test_processes_do_not_outlive_the_one_that_asked(tmp_path):
    code = f"""
import os, sys, threading, time
sys.path[:0] = {sys.path!r}
from keifu.sparql.pool import Pool
from keifu.settings import Settings
from test_pool import ready
if __name__ == "__main__":
    pool = Pool(Settings(query_workers=2), ready)
    pid = pool.run(("pid", None))
    threading.Thread(target=pool.run, args=(("sleep", 60),), daemon=True).start()
    time.sleep(0.2)
    print(pid, pool._nursery._process[0].pid, flush=True)
    os.kill(os.getpid(), 9)
"""
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2, done.stderr
    assert all(gone(pid) for pid in pids)


def crossed(times: int) -> str:
    """A pattern that pairs all triples with all, so many times."""
    return " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(times))


class TestQueries:
    """Limits of queries over a built dataset."""

    @pytest.fixture
    def ask(self, mini, start):
        """Makes a pool that answers queries, which pass no check."""

        def ask(**settings):
            opener = Opener(mini, Store.open(mini).manifest.version, settings.pop("answer_bytes", 1_000_000))
            pool = start(opener, dataset=mini, **settings)
            return lambda text: pool.run(
                Task(Operation(text, "SELECT", None, names_dataset=False, repeatable=True), JSON)
            )

        return ask

    @pytest.mark.parametrize(
        "query",
        [
            f"SELECT * {{ {crossed(9)} }}",
            f"SELECT (COUNT(*) AS ?n) {{ {crossed(9)} }}",
            f"SELECT * {{ {crossed(9)} }} ORDER BY ?a0",
        ],
        ids=["while it is written", "while it is counted", "while it is sorted"],
    )
    def test_time(self, ask, query):
        asked = ask(query_seconds=0.5, answer_bytes=10**12, query_memory=10**12)
        with pytest.raises(LimitReached) as caught:
            asked(query)
        assert caught.value.limit == "query_seconds"
        assert asked("ASK {}").body == b'{"head":{},"boolean":true}'

    @pytest.mark.parametrize(
        "query",
        [
            'ASK { BIND("aaaaaaaaaaaaaaaa" AS ?x0) '
            + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(28))
            + " FILTER(STRLEN(?x28) > 0) }",
            f"SELECT DISTINCT * {{ {crossed(9)} }} ORDER BY ?a0",
        ],
        ids=["a string that grows", "rows that are kept"],
    )
    def test_memory(self, ask, query):
        asked = ask(query_memory=150_000_000)
        with pytest.raises(LimitReached) as caught:
            asked(query)
        assert caught.value.limit == "query_memory"
        assert asked("ASK {}").body == b'{"head":{},"boolean":true}'

    def test_size_of_the_answer(self, ask):
        asked = ask(answer_bytes=10_000)
        with pytest.raises(LimitReached) as caught:
            asked(f"SELECT * {{ {crossed(2)} }}")
        assert caught.value.limit == "answer_bytes"
        assert "LIMIT と OFFSET" in caught.value.ja
        assert asked("SELECT (COUNT(*) AS ?n) { ?a ?b ?c }").rows == 1

    def test_a_query_that_overflows_the_stack(self, ask):
        asked = ask()
        with pytest.raises(KeifuError, match="died"):
            asked("ASK { FILTER(" + "STR(" * 2000 + "1" + ")" * 2000 + ") }")
        assert asked("ASK {}").rows == 1

    @pytest.mark.parametrize("silent", [False, True])
    def test_a_service_that_slips_through_reaches_nobody(self, ask, silent):
        with socket.create_server(("127.0.0.1", 0)) as there:
            there.settimeout(0.3)
            address = f"http://127.0.0.1:{there.getsockname()[1]}/"
            if silent:
                assert ask()(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}").rows == 1
            else:
                with pytest.raises(RuntimeError, match="Too many open files"):
                    ask()(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
            with pytest.raises(TimeoutError):
                there.accept()

    def test_a_dataset_that_was_replaced_meanwhile_is_not_served(self, mini, start, capfd):
        with pytest.raises(NotReady):
            start(Opener(mini, "another", 1)).run(Task(Operation("ASK {}", "ASK", None, False, True), JSON))
        assert "Start it again" in capfd.readouterr().err
