"""The way of a query through the endpoint: straight to its answer, before the pages and their machinery."""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.http import parse_etags
from werkzeug.wrappers import Request

from keifu.settings import Settings
from keifu.sparql.answers import Answers, Given, Memory, weight
from keifu.sparql.formats import Format, negotiate
from keifu.sparql.operations import FORMATS, Task, examine
from keifu.sparql.packing import accepts_gzip
from keifu.sparql.protocol import check_coding, read_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/sparql"
SHORT = 8_000
"""Characters of a request that take a moment to read (6 ms at most)."""
USUAL = 500
"""Characters of what clients usually say of the format they want; longer wishes are read each time, and not kept."""
LIGHT = 250_000
"""Bytes of an answer that may be held in memory until its client has taken them, whoever it is."""
ERROR, RUN = "keifu.error", "keifu.run"
"""Where in the environment of a request the application finds the error to tell, and the id to tell it with."""

log = logging.getLogger(__name__)


class Raw(NamedTuple):
    """All of a request that decides on what it asks for, as it came."""

    method: str
    query_string: str
    accept: str
    accept_encoding: str
    content_type: str = ""
    body: bytes = b""


class Asked(NamedTuple):
    """What a request asks for."""

    task: Task
    tag: str
    """Of the answer; empty where it has none."""
    given: Given | None = None
    """The answer, where it was only looked up: to keep that here saves a second place to look for it."""


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
        self.memory: Memory[Raw, Asked] = Memory(settings.cache_bytes // 4)
        self.hits = 0
        """How many answers were given that are kept here, beside those that Answers keeps."""

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        here = is_endpoint(environ.get("PATH_INFO", ""))
        if not here or method not in ("GET", "HEAD", "POST") or ERROR in environ:
            return self._pages(environ, start)
        run = secrets.token_hex(4)
        try:
            with noted(run):
                raw = self._take(environ)
                asked = self._read(raw)
            if asked is None:
                return self._pages(environ, start)
            reply = self._unchanged(asked, environ.get("HTTP_IF_NONE_MATCH"))
            reply = reply or self._reply(raw, asked, asked.given or self._answers.ask(asked.task, run))
        except Exception as error:  # the application tells it in the words and the format that fit
            environ[ERROR], environ[RUN] = error, run
            return self._pages(environ, start)
        start(f"{reply.status.value} {reply.status.phrase}", reply.headers)
        return [reply.body]

    def at_once(self, raw: Raw, known: str | None, run: str) -> Reply | None:
        """The reply to a GET or HEAD that takes a moment only; None for all else, which `__call__` answers.

        `known` is the If-None-Match header. Raises what is wrong with the request.
        """
        if sum(map(len, raw)) + len(known or "") >= SHORT:
            return None
        with noted(run):
            asked = self._read(raw)
        if asked is None:
            return None
        if reply := self._unchanged(asked, known):
            return reply
        given = asked.given or self._answers.at_hand(asked.task, run)
        return self._reply(raw, asked, given) if given and len(given.answer.body) <= LIGHT else None

    def _take(self, environ: "WSGIEnvironment") -> Raw:
        """A request as it came."""
        raw = Raw(
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        if raw.method != "POST":
            return raw
        check_coding(environ.get("HTTP_CONTENT_ENCODING", ""))
        request = Request(environ)
        request.max_content_length = self._settings.body_bytes
        return raw._replace(content_type=environ.get("CONTENT_TYPE", ""), body=request.get_data())

    def _read(self, raw: Raw) -> Asked | None:
        """What a request asks for; None where it is not for the answer to a query."""
        asked = self.memory.get(raw)
        if asked is None:
            query_string = raw.query_string.encode("latin-1")
            said = read_request(raw.method, query_string, raw.content_type, raw.body, self._settings)
            if said.query is None:
                return None
            operation = examine(said.query, said.dataset, self._settings)
            wishes = raw.accept, raw.accept_encoding, operation.form, said.wanted
            choose = chosen if sum(map(len, wishes)) < USUAL else chosen.__wrapped__
            task = Task(operation, *choose(*wishes))
            tagged = operation.repeatable and raw.method != "POST"
            asked = Asked(task, self._answers.etag(task) if tagged else "")
            if not operation.looks_up:
                self._keep(raw, asked)
        return asked

    def _keep(self, raw: Raw, asked: Asked, *bodies: bytes) -> None:
        self.memory.put(raw, asked, weight(*raw, *asked.task.texts, *bodies))

    def _unchanged(self, asked: Asked, known: str | None) -> Reply | None:
        """The reply to a client that has the answer."""
        if not (asked.tag and known and parse_etags(known).contains_weak(asked.tag)):
            return None
        return Reply(HTTPStatus.NOT_MODIFIED, self._common(asked.tag), b"")

    def _reply(self, raw: Raw, asked: Asked, given: Given) -> Reply:
        """The reply with an answer."""
        task = asked.task
        if asked.given is not None:
            self.hits += 1
        elif task.operation.looks_up and len(given.answer.body) <= LIGHT:
            self._keep(raw, asked._replace(given=given), given.answer.body)
        answer = given.answer
        headers = [
            ("Content-Type", task.wanted.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Query-Id", given.run),
            *self._common(asked.tag),
        ]
        if answer.packed:
            headers.append(("Content-Encoding", "gzip"))
        return Reply(HTTPStatus.OK, headers, b"" if raw.method == "HEAD" else answer.body)

    def _common(self, tag: str) -> list[tuple[str, str]]:
        """The headers of answers and of 304."""
        headers = [("Vary", "Accept, Accept-Encoding"), *self._headers]
        return [*headers, ("ETag", f'W/"{tag}"'), ("Cache-Control", "no-cache")] if tag else headers


def is_endpoint(path: str) -> bool:
    """Whether a path leads to the endpoint; as for pages, slashes before it count as one (a base that ends in one)."""
    return path == PATH or (path.startswith("//") and path.lstrip("/") == PATH[1:])


@contextmanager
def noted(run: str) -> Iterator[None]:
    """Note what is refused in the log, under the id that its answer has; what is run is noted by Answers."""
    try:
        yield
    except Exception as error:
        log.info("id=%s kind=- outcome=%s", run, type(error).__name__)
        raise


@lru_cache(1_000)
def chosen(accept: str, accept_encoding: str, form: str, wanted: str) -> tuple[Format, bool]:
    """The format of an answer to a query of some form, and whether it may be packed; clients differ little in this."""
    return negotiate(accept, FORMATS[form], wanted), accepts_gzip(accept_encoding)
