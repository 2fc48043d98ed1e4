"""The processes that run public queries, shared by all who ask."""

from collections import deque
from pathlib import Path
from typing import Generic

from keifu.errors import ProcessDied
from keifu.metrics import QUERY_SECONDS, RUNNING
from keifu.settings import Settings
from keifu.sparql.nursery import Nursery, Prepare
from keifu.sparql.turns import ASKER, Turns
from keifu.sparql.workers import Answer, Task, Worker, revive


class Pool(Generic[Task, Answer]):
    """Runs tasks in processes, each in its turn; safe to share between threads (`disk`: see Nursery)."""

    def __init__(self, settings: Settings, prepare: Prepare[Task, Answer], disk: Path | None = None) -> None:
        self._settings = settings
        self._idle: deque[Worker[Task, Answer]] = deque()
        self._nursery = Nursery(prepare, disk)
        self.turns = Turns(settings)

    def start(self) -> None:
        """Begin to make ready, without waiting for it; the first task does so otherwise (see Nursery.start)."""
        self._nursery.start()

    def is_ready(self) -> bool:
        """Whether a query would find a process that can answer it; NotReady where one died (see Nursery.is_ready)."""
        return self._nursery.is_ready()

    def run(self, task: Task) -> Answer:
        """The answer to a task of ASKER, or the error it ended with; LimitReached names the setting that stopped it."""
        asker = ASKER.get()
        with self.turns.turn(asker), RUNNING.track_inprogress(), QUERY_SECONDS.time():
            worker, (ok, result) = self._ask(task)
            # A process keeps much of what it was once given: the next task shall not pay for this one. Those that came
            # for a moment, for one client more, go again.
            if worker.kept() * 2 < self._settings.query_memory and len(self._idle) < self._settings.query_workers:
                self._idle.append(worker)
            else:
                worker.end()
        if not ok:
            raise revive(*result)  # type: ignore[misc]
        return result  # type: ignore[return-value]

    def close(self) -> None:
        """End all processes."""
        while self._idle:
            self._idle.pop().end()
        self._nursery.close()

    def _ask(self, task: Task) -> tuple[Worker[Task, Answer], tuple[bool, object]]:
        settings = self._settings
        while True:
            try:
                worker, fresh = self._idle.pop(), False
            except IndexError:
                worker, fresh = self._nursery.hire(), True
            try:
                return worker, worker.ask(task, settings.query_seconds, settings.query_memory, ASKER.get().gone)
            except OSError as error:
                # An idle process can have died unseen, and there may be another.
                worker.end()
                if fresh:
                    raise ProcessDied from error
            except BaseException:
                worker.end()
                raise
