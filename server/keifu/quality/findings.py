"""What the pages on the quality of data receive: for each plan what is missing, slips of its source, and warnings."""

from dataclasses import dataclass

from keifu.dataset.report import Result
from keifu.reading.slips import Slip
from keifu.reading.views import Link, Place


@dataclass(frozen=True)
class Finding:
    """A thing that lacks something."""

    thing: Link
    note: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Gap:
    """The things of a plan that lack the same."""

    slug: str
    name: str
    findings: tuple[Finding, ...]
    total: int
    """How many things could lack it."""


@dataclass(frozen=True)
class Warned:
    """What one shape says of the data of a body."""

    shape: str
    sentence: str
    """What is missing and how to mend it, in the language of the page and without IRIs."""
    results: tuple[tuple[Finding, Result], ...]
    """Each thing of which it is said, and the result itself."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The quality of the data of one plan."""

    body: Link
    plan: Link
    gaps: tuple[Gap, ...]
    slips: tuple[Slip, ...]
    warned: tuple[Warned, ...]

    @property
    def warnings(self) -> int:
        """How many results of the shapes there are."""
        return sum(len(each.results) for each in self.warned)
