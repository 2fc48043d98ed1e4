"""Whose query runs next: one client cannot keep out another."""

import threading
import time
from contextlib import ExitStack

import pytest

from keifu.errors import ClientGone, LimitReached, TooManyRequests
from keifu.settings import Settings
from keifu.sparql.turns import Asker, Turns, client


@pytest.fixture
def turns():
    """Two turns, a queue of four, and four queries for one client."""
    return Turns(Settings(query_workers=2, query_queue=4, client_queries=4, query_seconds=0.5))


class Line:
    """Askers, each in a thread of its own, who note when they come to their turn and keep it until they are let go."""

    def __init__(self, turns):
        self.turns, self.order, self.errors, self.threads, self.let_go = turns, [], [], [], {}

    def ask(self, name, **asker):
        self.let_go[name] = threading.Event()
        before = self.turns.waiting + self.turns.running + len(self.errors)

        def wait():
            try:
                with self.turns.turn(Asker(name[0], **asker)):
                    self.order.append(name)
                    self.let_go[name].wait(10)
            except Exception as error:
                self.errors.append(error)

        self.threads.append(threading.Thread(target=wait))
        self.threads[-1].start()
        self.until(lambda: self.turns.waiting + self.turns.running + len(self.errors) > before)

    def finish(self, name, then):
        self.let_go[name].set()
        self.until(lambda: len(self.order) >= then)

    def until(self, true):
        end = time.monotonic() + 3
        while not true():
            assert time.monotonic() < end, self.order
            time.sleep(0.005)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for event in self.let_go.values():
            event.set()
        for thread in self.threads:
            thread.join()


def test_a_client_alone_has_all_turns_and_another_one_still_comes_at_once(turns):
    with Line(turns) as line:
        for name in ("a1", "a2", "a3"):
            line.ask(name)
        assert (line.order, turns.waiting) == (["a1", "a2"], 1)
        line.ask("b1")
        line.until(lambda: line.order == ["a1", "a2", "b1"])
        assert turns.running == 3
        line.ask("b2")
        line.ask("c1")
        assert (turns.running, turns.waiting) == (3, 3)


def test_who_has_fewest_turns_comes_next_and_then_who_waits_longest(turns):
    with Line(turns) as line:
        for name in ("a1", "a2", "b1", "a3", "c1", "b2"):
            line.ask(name)
        line.finish("b1", 4)
        assert line.order[3] == "c1"
        line.finish("c1", 5)
        assert line.order[4] == "b2"
        line.finish("b2", 5)
        line.finish("a1", 6)
        assert line.order[5] == "a3"


def test_nobody_takes_a_turn_from_those_who_wait(turns):
    with Line(turns) as line:
        for name in ("a1", "b1", "a2"):
            line.ask(name)
        line.ask("b2")
        line.finish("a1", 3)
        assert line.order == ["a1", "b1", "a2"]


def test_a_client_with_too_many_is_told_so_and_others_are_not(turns):
    with Line(turns) as line:
        for name in ("a1", "a2", "a3", "a4", "a5"):
            line.ask(name)
        (error,) = line.errors
        assert isinstance(error, TooManyRequests)
        assert (error.status, error.limit, error.retry_after) == (429, "client_queries", 1)
        assert "4 queries under way" in error.en
        assert "4 件まで" in error.ja
        line.ask("b1")
        line.until(lambda: "b1" in line.order)


@pytest.mark.alone
def test_a_full_queue_is_told_at_once(turns):
    with Line(turns) as line:
        for name in ("a1", "b1", "c1", "d1", "e1", "f1"):
            line.ask(name)
        assert (turns.running, turns.waiting) == (2, 4)
        began = time.monotonic()
        line.ask("g1")
        line.until(lambda: line.errors)
        assert time.monotonic() - began < 0.4
        assert (line.errors[0].status, line.errors[0].limit) == (503, "query_queue")


def test_who_waits_too_long_is_told(turns):
    with Line(turns) as line:
        for name in ("a1", "b1", "a2"):
            line.ask(name)
        line.until(lambda: line.errors)
        assert isinstance(line.errors[0], LimitReached)
        assert turns.waiting == 0


def test_who_leaves_while_waiting_gives_up_the_place(turns):
    left = threading.Event()
    with Line(turns) as line:
        for name in ("a1", "b1"):
            line.ask(name)
        line.ask("a2", gone=left.is_set)
        left.set()
        line.until(lambda: line.errors)
        assert isinstance(line.errors[0], ClientGone)
        assert turns.waiting == 0


def test_an_error_gives_the_turn_back(turns):
    for _ in range(5):
        with pytest.raises(KeyError), turns.turn(Asker("a")):
            raise KeyError
    assert (turns.running, turns.waiting) == (0, 0)


def test_all_turns_are_given_back_under_load(turns):
    most = []

    def ask(name):
        for _ in range(50):
            with turns.turn(Asker(name)):
                most.append(turns.running)

    with ExitStack() as stack:
        for name in "aabbc":
            thread = threading.Thread(target=ask, args=(name,))
            thread.start()
            stack.callback(thread.join)
    assert len(most) == 250
    assert max(most) <= 3
    assert (turns.running, turns.waiting) == (0, 0)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_what_counts_as_one_client(address, expected):
    assert client(address) == expected
