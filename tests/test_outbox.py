"""Large answers on their way: kept as long as somebody takes them, never more than may be, never longer than may be."""

import errno
import threading
from pathlib import Path

import pytest

from keifu.errors import LimitReached
from keifu.settings import Settings
from keifu.site import outbox
from keifu.site.outbox import Outbox

BODY = b"x" * 1000


@pytest.fixture
def box(tmp_path, monkeypatch):
    """An outbox for three answers, in which a moment is none."""
    monkeypatch.setattr(outbox, "MOMENT", 0)
    return Outbox(Settings(sending_bytes=3500, sending_seconds=600), tmp_path)


def test_what_nobody_has_open_is_removed(box, tmp_path):
    taken, sent = box.put(BODY), box.put(BODY)
    with taken.open("rb") as file:
        box.clear()
        assert (list(tmp_path.iterdir()), box.size) == ([taken], 1000)
        assert file.read() == BODY
    box.clear()
    assert (sent.exists(), list(tmp_path.iterdir()), box.size) == (False, [], 0)


def test_what_was_just_put_is_left_to_be_opened(box, monkeypatch):
    monkeypatch.setattr(outbox, "MOMENT", 60)
    path = box.put(BODY)
    box.clear()
    assert path.read_bytes() == BODY


def test_who_takes_too_long_gets_no_more(tmp_path, box):
    slow = Outbox(Settings(sending_seconds=0), tmp_path)
    with slow.put(BODY).open("rb") as file:
        slow.clear()
        # The file would hold its place on the disk as long as it is open, were it not emptied.
        assert (file.read(), slow.size, list(tmp_path.iterdir())) == (b"", 0, [])


def test_the_limit_is_named_and_the_disk_holds_no_more(box, tmp_path):
    kept = [box.put(BODY) for _ in range(3)]
    with pytest.raises(LimitReached) as caught:
        box.put(BODY)
    assert (caught.value.limit, caught.value.retry_after, caught.value.status) == ("sending_bytes", 1, 503)
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_full_disk_takes_no_room(box, tmp_path, monkeypatch):
    def full(path, _body):
        path.touch()
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        for _ in range(5):
            with pytest.raises(OSError, match="full"):
                box.put(BODY)
    assert (box.size, list(tmp_path.iterdir())) == (0, [])


def test_a_file_that_others_removed_stops_nothing(box):
    box.put(BODY).unlink()
    box.clear()
    assert box.size == 0


def test_threads_share_it(box, tmp_path):
    refused, most = [], []

    def work():
        for _ in range(100):
            try:
                box.put(BODY)
            except LimitReached:
                refused.append(1)
                box.clear()
            most.append(box.size)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused
    assert max(most) <= 3500
    box.clear()
    assert (box.size, list(tmp_path.iterdir())) == (0, [])
