"""The settings of keifu: one table, each with its default, read from the environment in one place."""

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from keifu.errors import UnusableInput
from keifu.language import LANGUAGES
from keifu.namespaces import HOME

MAY_BE_ZERO = ("KEIFU_CACHE_BYTES", "KEIFU_QUERY_QUEUE", "KEIFU_PROXIES")
MOST = {"KEIFU_PORT": 65_535, "KEIFU_WORKERS": 256, "KEIFU_QUERY_WORKERS": 256}
ADDRESS = re.compile(r"https?://[\w.~-]+(:\d+)?/([\w.~-]+/)*", re.ASCII)
"""What things can be named after: the base stands in patterns of the shapes and in queries as it is."""


@dataclass(frozen=True)
class Settings:
    """What can be set, by `KEIFU_<NAME>` in the environment or by an option of the command line."""

    dataset: Path = Path(".keifu")
    """Folder of the built datasets, by default in the current folder."""
    store: Path | None = None
    """Folder of a store on disk to serve the dataset from; without one it is held in memory."""
    base: str = HOME
    """What the IRIs of things and graphs begin with: an http address of the publisher's own that ends in a slash."""
    publisher: str = "The keifu developers"
    """Who publishes the dataset, as its catalogue and description say."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on."""
    workers: int = 1
    """Web processes."""
    lang: str = "ja"
    """Language of pages and messages where the client states none."""
    query_seconds: float = 20.0
    """Longest time one public query may run, in seconds."""
    query_memory: int = 1_000_000_000
    """Most memory one public query may add, in bytes."""
    query_bytes: int = 100_000
    """Longest query text, in bytes."""
    query_depth: int = 200
    """Deepest nesting of brackets and longest chain of operators in a query."""
    answer_bytes: int = 100_000_000
    """Largest answer to a public query, in bytes."""
    cache_bytes: int = 100_000_000
    """Most memory for answers to public queries that are kept to be given again, in bytes, for each web process."""
    query_workers: int = 2
    """Processes that run public queries, for each web process; a few more while several clients ask."""
    query_queue: int = 32
    """Public queries that may wait for a process, for each web process."""
    client_queries: int = 10
    """Public queries that one client may have under way, for each web process."""
    request_seconds: float = 15.0
    """Longest time a request may take to arrive, and a connection may stay open without one, in seconds."""
    sending_bytes: int = 1_000_000_000
    """Most bytes of large answers that wait on the disk for their clients to take them, for each web process."""
    sending_seconds: float = 600.0
    """Longest time a client may take for a large answer, in seconds."""
    proxies: int = 0
    """Proxies in front whose X-Forwarded-For, -Proto, -Host and -Prefix are believed."""

    @property
    def body_bytes(self) -> int:
        """Longest body of a request: a form takes three bytes for each byte of a query that is not plain ASCII."""
        return 4 * self.query_bytes

    @classmethod
    def from_env(cls) -> Self:
        """The defaults, overridden by `KEIFU_…` variables; a value that does not fit is an UnusableInput."""
        values: dict[str, object] = {}
        for field in fields(cls):
            name = f"KEIFU_{field.name.upper()}"
            text = os.environ.get(name)
            if text is None:
                continue
            kind: type = Path if field.type == Path | None else type(field.default)
            try:
                values[field.name] = kind(text)
            except (TypeError, ValueError) as error:
                raise UnusableInput(
                    f"環境変数 {name} の値「{text}」は {kind.__name__} として読めません。値を直してください。",
                    f"{name}={text!r} cannot be read as {kind.__name__}. Mend the value.",
                ) from error
        for name, value in values.items():
            check(f"KEIFU_{name.upper()}", value)
        return cls(**values)  # type: ignore[arg-type]


def check(name: str, value: object) -> None:
    """UnusableInput for a value that its setting cannot have."""
    if isinstance(value, int | float):
        least, most = 0 if name in MAY_BE_ZERO else 1e-3 if isinstance(value, float) else 1, MOST.get(name, 1e15)
        # Nothing is more or less than what is no number.
        if not least <= value <= most:
            raise UnusableInput(
                f"環境変数 {name} の値 {value} は使えません。{least} から {most:.0f} までにしてください。",
                f"{name}={value} does not fit. Give a number from {least} to {most:.0f}.",
            )
    elif name == "KEIFU_LANG" and value not in LANGUAGES:
        raise UnusableInput(
            f"環境変数 {name} の値「{value}」は使えません。{' か '.join(LANGUAGES)} にしてください。",
            f"{name}={value!r} does not fit. Give {' or '.join(LANGUAGES)}.",
        )
    elif name == "KEIFU_BASE" and not ADDRESS.fullmatch(str(value)):
        raise UnusableInput(
            f"環境変数 {name} の値「{value}」は使えません。https://data.city.example.jp/ のように、"
            "http か https で始まり / で終わるアドレスを、英数字と . _ ~ - で書いてください。",
            f"{name}={value!r} does not fit. Give an address that begins with http or https and ends in a"
            " slash, like https://data.city.example.jp/, of letters, digits and . _ ~ -.",
        )
