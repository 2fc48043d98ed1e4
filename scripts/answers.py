"""Write the answer of every query of the library, with its default parameters, to tests/answers/NAME.csv (or .nt).

Read what changed against the plans before you commit it: the tests hold the library to these answers.
"""

import tempfile
from pathlib import Path

import pyoxigraph as ox

from keifu.build import build
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store

ANSWERS = Path(__file__).parents[1] / "tests" / "answers"


def answer(store: Store, path: Path) -> bytes:
    """The answer to a query file: CSV, or sorted N-Triples for a graph."""
    result = store.query(path.read_text(encoding="utf-8"))
    if isinstance(result, ox.QueryTriples):
        return "".join(sorted(f"{triple} .\n" for triple in result)).encode()
    return result.serialize(format=ox.QueryResultsFormat.CSV)


def expected(path: Path) -> Path:
    """Where the answer to a query file stands."""
    graph = "\nCONSTRUCT" in path.read_text(encoding="utf-8")
    return (ANSWERS / path.name).with_suffix(".nt" if graph else ".csv")


def main() -> None:
    sources = Sources.find()
    with tempfile.TemporaryDirectory() as folder:
        build(sources, Path(folder))
        store = Store.open(Path(folder))
    ANSWERS.mkdir(exist_ok=True)
    for path in sources.queries:
        expected(path).write_bytes(answer(store, path))


if __name__ == "__main__":
    main()
