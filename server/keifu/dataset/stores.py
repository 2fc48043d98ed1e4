"""Where queries are answered: one reading interface over a built dataset."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import pyoxigraph as ox

from keifu.dataset.complaints import bad_query
from keifu.errors import BadQuery, UnusableInput
from keifu.namespaces import BASE

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Read = TypeVar("Read")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Manifest:
    """What a built dataset says of itself."""

    version: str
    """Hash of the sources: the dataset version."""
    graphs: Mapping[str, int]
    """Number of triples of each named graph, by IRI."""
    warnings: int
    """Results of the shapes below the severity of a violation."""
    base: str = BASE
    """What the IRIs of its things and graphs begin with."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Hash of the content of each named graph."""
    issued: Mapping[str, str] = field(default_factory=dict)
    """When each named graph came to be (RFC 3339), as far as it is known."""
    modified: Mapping[str, str] = field(default_factory=dict)
    """When each named graph last changed; no part of any version, as two who build the same may know different ones."""

    @property
    def triples(self) -> int:
        """Triples in all; the graphs share none, so this counts the merged default graph too."""
        return sum(self.graphs.values())

    def write(self, path: Path) -> None:
        """As JSON."""
        text = json.dumps(vars(self), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """From JSON."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Dataset:
    """The RDF dataset that a request or a query names (SPARQL 1.1 Protocol §2.1.4): graph IRIs, without repeats."""

    default: Sequence[str] = ()
    named: Sequence[str] = ()


def current(folder: Path) -> Path | None:
    """The folder of the dataset in service, or None where none was built."""
    pointer = folder / "current"
    return folder / pointer.read_text(encoding="ascii").strip() if pointer.is_file() else None


class Store:
    """A built dataset in memory or on disk; read-only.

    Results belong to the thread that asked for them: read or serialise them there (another thread ends the process).
    """

    def __init__(self, quads: ox.Store, manifest: Manifest, folder: Path | None = None) -> None:
        self.quads = quads
        self.manifest = manifest
        self.folder = folder
        """Where it was built, with what else was made from it; None for one that was put together in memory."""

    @classmethod
    def open(cls, folder: Path, version: str | None = None, disk: Path | None = None) -> "Store":
        """The dataset of a version below `folder`, else the one in service there; UnusableInput where there is none.

        In memory, where one that is open already is given again; or from the folder `disk`, where it was put before
        (keifu.disk). That one has to be opened in the process that reads it, not in one that it is forked from.
        """
        place = folder / version if version else current(folder)
        if place is None:
            raise UnusableInput(
                f"{folder} に組み上がったデータセットがありません。keifu build を先に実行してください。",
                f"No built dataset in {folder}. Run keifu build first.",
            )
        if not place.is_dir():
            raise UnusableInput(
                f"データセット {place.name} は入れ替わり、{folder} にもうありません。もう一度起動してください。",
                f"The dataset {place.name} is gone from {folder}: it was replaced. Start it again.",
            )
        manifest = Manifest.read(place / "manifest.json")
        if manifest.base != BASE:
            raise UnusableInput(
                f"データセット {place.name} は {manifest.base} のものですが、設定 base は {BASE} です。"
                "KEIFU_BASE をそろえるか、keifu build で組み直してください。",
                f"The dataset {place.name} was built for {manifest.base}, but the setting base is {BASE}."
                " Set KEIFU_BASE to the former, or build anew with keifu build.",
            )
        if disk is not None:
            return cls(ox.Store.read_only(str(disk / place.name)), manifest, place)
        store = OPEN.get(place)
        if store is None:
            quads = ox.Store()
            # In memory, load is faster than bulk_load (14 s against 20 for five million triples) and takes less of it.
            # The build has read every term once; to check them again would take a fifth longer.
            quads.load(path=place / "data.nq", format=ox.RdfFormat.N_QUADS, lenient=True)
            store = OPEN[place] = cls(quads, manifest, place)
        return store

    def query(
        self,
        text: str,
        *,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
        union: bool = True,
    ) -> Result:
        """Evaluate a query.

        `bindings` substitutes variables (in a SELECT they have to be projected). `dataset` replaces any FROM of the
        query. Without one the default graph is the merge of all graphs, unless `union` is False: a query with FROM of
        its own needs that, because the engine would else let the merge win. A query that does not parse, or calls a
        function that there is not, is a BadQuery.
        """
        substitutions: dict[ox.Variable, Term | ox.Triple] = {
            ox.Variable(name): term for name, term in (bindings or {}).items()
        }
        try:
            if dataset is not None:
                return self.quads.query(
                    text,
                    default_graph=[ox.NamedNode(g) for g in dataset.default],
                    named_graphs=[ox.NamedNode(g) for g in dataset.named],
                    substitutions=substitutions,
                )
            return self.quads.query(text, use_default_graph_as_union=union, substitutions=substitutions)
        except SyntaxError as error:
            raise bad_query(text, error) from error
        except RuntimeError as error:
            if str(error).startswith("The custom function "):
                raise bad_call(error) from error
            raise

    def select(self, text: str, **bindings: Term) -> list[ox.QuerySolution]:
        """All solutions of a SELECT of our own."""
        result = self.query(text, bindings=bindings)
        assert isinstance(result, ox.QuerySolutions)  # noqa: S101 - our own query, not a visitor's
        return list(result)

    def construct(self, text: str, **bindings: Term) -> list[ox.Triple]:
        """All triples of a CONSTRUCT or DESCRIBE of our own."""
        result = self.query(text, bindings=bindings)
        assert isinstance(result, ox.QueryTriples)  # noqa: S101 - our own query, not a visitor's
        return list(result)


def once(make: Callable[[Read], Made]) -> Callable[[Read], Made]:
    """A function of a store that works once for each, and forgets with it: it never changes, but is large."""
    made: WeakKeyDictionary[Read, Made] = WeakKeyDictionary()

    def known(store: Read) -> Made:
        if store not in made:
            made[store] = make(store)
        return made[store]

    return known


OPEN: WeakValueDictionary[Path, Store] = WeakValueDictionary()
"""The datasets in memory, by their folders: what is forked from this process has them too, and shares the memory."""


def bad_call(error: RuntimeError) -> BadQuery:
    """The engine's complaint about a function named by an IRI: unknown, or with another number of arguments."""
    return BadQuery(
        f"クエリが、ここにない関数を呼んだか、引数の数を誤っています: {error}。関数の IRI と引数の数を直してください。",
        f"The query calls a function wrongly: {error}. Mend the IRI of the function or the number of its arguments.",
    )
