"""The settings of keifu: one table, each with its default, read from the environment in one place."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from keifu.errors import UnusableInput


@dataclass(frozen=True)
class Settings:
    """What can be set, by `KEIFU_<NAME>` in the environment or by an option of the command line."""

    dataset: Path = Path(".keifu")
    """Folder of the built datasets, by default in the current folder."""
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
    query_workers: int = 2
    """Processes that run public queries, for each web process."""
    query_queue: int = 32
    """Public queries that may wait for a process, for each web process."""

    @classmethod
    def from_env(cls) -> Self:
        """The defaults, overridden by `KEIFU_…` variables; a value that does not fit is an UnusableInput."""
        values: dict[str, object] = {}
        for field in fields(cls):
            name = f"KEIFU_{field.name.upper()}"
            text = os.environ.get(name)
            if text is None:
                continue
            kind = type(field.default)
            try:
                values[field.name] = Path(text) if isinstance(field.default, Path) else kind(text)  # type: ignore[misc]
            except (TypeError, ValueError) as error:
                raise UnusableInput(
                    f"環境変数 {name} の値「{text}」は {kind.__name__} として読めません。値を直してください。",
                    f"{name}={text!r} cannot be read as {kind.__name__}. Mend the value.",
                ) from error
        return cls(**values)  # type: ignore[arg-type]
