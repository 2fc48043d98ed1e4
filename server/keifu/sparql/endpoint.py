"""The way of a query through the endpoint: straight to its answer, before the pages and their machinery."""

import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.http import parse_etags
from werkzeug.wrappers import Request

from keifu.settings import Settings
from keifu.sparql.answers import Answers, Given, Memory, weight
from keifu.sparql.formats import negotiate
from keifu.sparql.packing import accepts_gzip
from keifu.sparql.protocol import Task, examine, read_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/sparql"
SHORT = 8_000
"""Characters of a request that take a moment to read (6 ms at most)."""
LIGHT = 250_000
"""Bytes of an answer that may be held in memory until its client has taken them, whoever it is."""
ERROR, RUN = "keifu.error", "keifu.run"
"""Where in the environment of a request the application finds the error to tell, and the id to tell it with."""


class Raw(NamedTuple):
    """All of a request that decides on what it asks for, as it came."""

    method: str
    query_string: str
    accept: str
    accept_encoding: str
    content_type: str = ""
    body: bytes = b""


class Reply(NamedTuple):
    """What goes back."""

    status: HTTPStatus
    headers: list[tuple[str, str]]
    body: bytes


class Endpoint:
    """WSGI in front of the application: answers queries, and leaves to it whatever else there is, errors too."""

    def __init__(
        self, pages: "WSGIApplication", settings: Settings, answers: Answers, headers: Mapping[str, str]
    ) -> None:
        self._pages = pages
        self._settings = settings
        self._answers = answers
        self._headers = list(headers.items())
        # Most requests that come again come with the same bytes: what they ask for need not be read again.
        self._tasks: Memory[Raw, Task] = Memory(settings.cache_bytes // 8)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if environ.get("PATH_INFO") != PATH or method not in ("GET", "HEAD", "POST") or ERROR in environ:
            return self._pages(environ, start)
        run = secrets.token_hex(4)
        try:
            raw = Raw(
                method,
                environ.get("QUERY_STRING", ""),
                environ.get("HTTP_ACCEPT", ""),
                environ.get("HTTP_ACCEPT_ENCODING", ""),
            )
            if method == "POST":
                request = Request(environ)
                request.max_content_length = self._settings.body_bytes
                raw = raw._replace(content_type=environ.get("CONTENT_TYPE", ""), body=request.get_data())
            task = self._task(raw)
            if task is None:
                return self._pages(environ, start)
            tag = self._tag(method, task)
            reply = self._unchanged(tag, environ.get("HTTP_IF_NONE_MATCH"))
            reply = reply or self._reply(method, task, tag, self._answers.ask(task, run))
        except Exception as error:  # the application tells it in the words and the format that fit
            environ[ERROR], environ[RUN] = error, run
            return self._pages(environ, start)
        start(f"{reply.status.value} {reply.status.phrase}", reply.headers)
        return [reply.body]

    def at_once(self, raw: Raw, known: str | None, run: str) -> Reply | None:
        """The reply to a GET or HEAD that takes a moment only; None for all else, which `__call__` answers.

        `known` is the If-None-Match header. Raises what is wrong with the request.
        """
        task = self._task(raw) if weight(*raw, known or "") < SHORT else None
        if task is None:
            return None
        tag = self._tag(raw.method, task)
        if reply := self._unchanged(tag, known):
            return reply
        given = self._answers.at_hand(task, run)
        light = given is not None and len(given.answer.body) <= LIGHT
        return self._reply(raw.method, task, tag, given) if given and light else None

    def _task(self, raw: Raw) -> Task | None:
        """What a request asks for; None where it is not for the answer to a query."""
        task = self._tasks.get(raw)
        if task is None:
            query_string = raw.query_string.encode("latin-1")
            said = read_request(raw.method, query_string, raw.content_type, raw.body, self._settings)
            if said.query is None:
                return None
            operation = examine(said.query, said.dataset, self._settings)
            wanted = negotiate(raw.accept, operation.formats, said.wanted)
            task = Task(operation, wanted, accepts_gzip(raw.accept_encoding))
            self._tasks.put(raw, task, weight(*raw, *task.texts))
        return task

    def _tag(self, method: str, task: Task) -> str:
        """The tag of an answer, empty where it has none."""
        return self._answers.etag(task) if task.operation.repeatable and method != "POST" else ""

    def _unchanged(self, tag: str, known: str | None) -> Reply | None:
        """The reply to a client that has the answer."""
        if not (tag and known and parse_etags(known).contains_weak(tag)):
            return None
        return Reply(HTTPStatus.NOT_MODIFIED, self._common(tag), b"")

    def _reply(self, method: str, task: Task, tag: str, given: Given) -> Reply:
        """The reply with an answer."""
        answer = given.answer
        headers = [
            ("Content-Type", task.wanted.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Query-Id", given.run),
            *self._common(tag),
        ]
        if answer.packed:
            headers.append(("Content-Encoding", "gzip"))
        return Reply(HTTPStatus.OK, headers, b"" if method == "HEAD" else answer.body)

    def _common(self, tag: str) -> list[tuple[str, str]]:
        """The headers of answers and of 304."""
        headers = [("Vary", "Accept, Accept-Encoding"), *self._headers]
        return [*headers, ("ETag", f'W/"{tag}"'), ("Cache-Control", "no-cache")] if tag else headers
