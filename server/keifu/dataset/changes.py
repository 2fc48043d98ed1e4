"""When the files that people write came to be and last changed: as git knows it, else as the file system does."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from keifu.dataset.files import PACKAGE, Sources
from keifu.namespaces import DERIVED_GRAPH

JAPAN = timezone(timedelta(hours=9))
"""In whose time all moments are written, so that they begin with the day that people there call it."""
LOG = ("log", "--no-show-signature", "--no-renames", "--format=%x00%cI %D", "--name-only", "--relative")
"""Commits, newest first: a line that begins with NUL, with moment and what points at it, then the files."""


@dataclass(frozen=True)
class Changes:
    """Moments (RFC 3339, in Japan) by the IRI of a graph."""

    issued: dict[str, str]
    """When it came into git; of what git does not know this is not known."""
    modified: dict[str, str]
    """When it last changed."""


def changes(sources: Sources) -> Changes:
    """When each graph came to be and last changed; what is derived changes with all that it is derived from."""
    files = [*sources.ontology, *sources.data]
    first, last = moments(sources.root, files, "ontology", "data/ttl")
    _, ruled = moments(PACKAGE, sources.rules, "rules")
    issued = {sources.graph(path).value: first[path] for path in files if path in first}
    modified = {sources.graph(path).value: last[path] for path in files}
    modified[DERIVED_GRAPH] = max([*last.values(), *ruled.values()])
    return Changes(issued, modified)


def moments(folder: Path, files: Sequence[Path], *below: str) -> tuple[dict[Path, str], dict[Path, str]]:
    """When files of a folder came into git, as far as it is known, and when they last changed."""
    first: dict[Path, str] = {}
    last: dict[Path, str] = {}
    for moment, path, cut in commits(folder, below):
        last.setdefault(path, moment)
        # Where the history was cut off, as in a shallow clone, all files seem to come with the commit that is left.
        first[path] = "" if cut else moment
    edited = {folder / name for name in git(folder, ["diff", "--name-only", "--relative", "HEAD"], below)}
    for path in files:
        if path not in last or path in edited:
            seconds = path.stat().st_mtime
            last[path] = datetime.fromtimestamp(seconds, JAPAN).isoformat(timespec="seconds")
    return {path: moment for path, moment in first.items() if moment}, {path: last[path] for path in files}


def commits(folder: Path, below: Sequence[str]) -> Iterator[tuple[str, Path, bool]]:
    """The files that commits changed, newest first: moment, file, and whether the history was cut off there."""
    moment, cut = "", False
    for line in git(folder, LOG, below):
        if line.startswith("\0"):
            written, _, names = line[1:].partition(" ")
            moment, cut = datetime.fromisoformat(written).astimezone(JAPAN).isoformat(), "grafted" in names.split(", ")
        elif line:
            yield moment, folder / line, cut


def git(folder: Path, words: Sequence[str], below: Sequence[str]) -> list[str]:
    """The lines that git says of some paths below a folder; none where there is no git, or the folder is not in it."""
    command = ["git", "--no-optional-locks", "-c", "core.quotePath=false", *words, "--", *below]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    except OSError:
        return []
    # Not splitlines(), which takes more than a line feed for the end of a line.
    return done.stdout.split("\n") if done.returncode == 0 else []
