"""Every error that keifu raises on purpose, each with its sentence in both languages.

KeifuError                      status  exit
├── UnusableInput                 400     2   a file or an argument that cannot be read
│   └── TurtleError               400     2   … with file, line and column
├── Refused                       403     2   what the service never does: updates, SERVICE, LOAD
├── NotFound                      404     2
├── Gone                          410     2   a retired IRI, with what took its place
├── NotAcceptable                 406     2   no format that the client accepts
├── MethodNotAllowed              405     2
├── NotReady                      503     2   what is still being made
├── TooLarge                      413     2   a request over its limit
├── UnsupportedMediaType          415     2
├── RangeNotSatisfiable           416     2   a part of a file that ends before it
├── BadQuery                      400     2   … with line and column where known
├── LimitReached                  503     2   a query stopped by a named limit
│   └── TooManyRequests           429     2   … which the client alone has reached
├── RequestTimeout                408     2   a request that did not arrive in time
├── ClientGone                    499     2   nobody waits for the answer any more
├── ProcessDied                   500     2   what ran a query is no more, and the query may be why
└── BuildFailed                   500     1   the sources violate their shapes
"""

from pathlib import Path
from typing import ClassVar


class KeifuError(Exception):
    """What went wrong, in Japanese and English, with the HTTP status and the exit code it means."""

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 2

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja = ja
        self.en = en

    def text(self, lang: str) -> str:
        """The sentence in `ja`, or in English for any other language."""
        return self.ja if lang == "ja" else self.en


class UnusableInput(KeifuError):
    """A file or an argument that cannot be read."""

    status = 400


class TurtleError(UnusableInput):
    """Turtle that does not parse; line and column count from 1, `source` is the line itself."""

    def __init__(self, path: Path, line: int, column: int, source: str, reason: str) -> None:
        where = f"{path}:{line}:{column}"
        shown = f"\n    {source}\n    {' ' * (column - 1)}^"
        super().__init__(
            f"{where}: Turtle の文法に合いません（{reason}）。この行か、その前の行の終わりを直してください。{shown}",
            f"{where}: not valid Turtle ({reason}). Mend this line or the end of the one before.{shown}",
        )
        self.path = path
        self.line = line
        self.column = column
        self.source = source
        self.reason = reason


class Refused(KeifuError):
    """A request for something the service never does."""

    status = 403


class NotFound(KeifuError):
    """A resource, page or query that does not exist here."""

    status = 404


class Gone(KeifuError):
    """A retired IRI; `successors` are the IRIs of what took its place."""

    status = 410

    def __init__(self, ja: str, en: str, successors: tuple[str, ...]) -> None:
        super().__init__(ja, en)
        self.successors = successors


class MethodNotAllowed(KeifuError):
    """A method the address does not know."""

    status = 405


class NotAcceptable(KeifuError):
    """None of the formats there are is acceptable to the client."""

    status = 406


class TooLarge(KeifuError):
    """A request over its named limit."""

    status = 413


class UnsupportedMediaType(KeifuError):
    """A request body in a media type that is not read here."""

    status = 415


class RangeNotSatisfiable(KeifuError):
    """A part of a file that ends before it."""

    status = 416


class BadQuery(KeifuError):
    """A query that cannot be run; line and column count from 1 where the parser tells them."""

    status = 400

    def __init__(self, ja: str, en: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(ja, en)
        self.line = line
        self.column = column


class LimitReached(KeifuError):
    """A query stopped by a limit; `limit` is the name of the setting."""

    status = 503

    def __init__(self, limit: str, ja: str, en: str, retry_after: int | None = None) -> None:
        super().__init__(ja, en)
        self.limit = limit
        self.retry_after = retry_after


class TooManyRequests(LimitReached):
    """A request of a client that has too many under way."""

    status = 429


class RequestTimeout(KeifuError):
    """A request whose body did not arrive in time."""

    status = 408


class ClientGone(KeifuError):
    """A query stopped because its client has left; the log alone sees the status."""

    status = 499

    def __init__(self) -> None:
        super().__init__("問い合わせた側が接続を切りました。", "The client has left.")


class ProcessDied(KeifuError):
    """The process that ran a query died of it."""

    def __init__(self) -> None:
        super().__init__(
            "クエリを実行していたプロセスが落ちました。クエリを簡単にするか、分けてください。",
            "The process that ran the query died. Simplify the query, or divide it.",
        )


class NotReady(KeifuError):
    """What is still being made; `retry_after` is when to ask again, in seconds."""

    status = 503

    def __init__(self, ja: str, en: str, retry_after: int) -> None:
        super().__init__(ja, en)
        self.retry_after = retry_after


class BuildFailed(KeifuError):
    """The sources violate their shapes, so no dataset was made."""

    exit_code = 1
