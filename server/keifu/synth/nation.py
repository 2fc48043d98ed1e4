"""A synthetic nation, to try the service at full scale: the real data and an invented plan for each municipality."""

import re
import shutil
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from random import Random

import pyoxigraph as ox

from keifu.dataset.files import Sources, read_turtle
from keifu.errors import UnusableInput
from keifu.namespaces import SPARQL_PREFIXES
from keifu.synth.plan import Plan, Shared, Thing
from keifu.synth.texts import Words

THINGS = """
SELECT ?thing ?ja ?en ?reading ?definition_ja ?definition_en ?unit ?theme ?direction {{
  ?thing a {kind} ; skos:prefLabel ?ja, ?en . FILTER(LANG(?ja) = "ja" && LANG(?en) = "en")
  OPTIONAL {{ ?thing skos:prefLabel ?reading FILTER(LANG(?reading) = "ja-hira") }}
  OPTIONAL {{ ?thing skos:definition ?definition_ja, ?definition_en
              FILTER(LANG(?definition_ja) = "ja" && LANG(?definition_en) = "en") }}
  OPTIONAL {{ ?thing keifu:unit ?unit ; keifu:theme ?theme ; keifu:desiredDirection ?direction }}
  {condition}
}} ORDER BY ?thing
"""


def synth(
    sources: Sources, out: Path, cities: int, seed: int, progress: Callable[[str, str], None] = lambda _ja, _en: None
) -> None:
    """Write a source tree with the plans of `cities` municipalities; the same seed gives the same bytes.

    The municipalities are drawn from the whole register and written in the order of their codes. UnusableInput where
    `out` holds something or there are not so many.
    """
    if out.exists() and any(out.iterdir()):
        raise UnusableInput(
            f"{out} は空ではありません。空のフォルダーか新しい名前を指定してください。",
            f"{out} is not empty. Name an empty folder or a new one.",
        )
    shared = read_shared(sources, seed)
    if not 1 <= cities <= len(shared.cities):
        raise UnusableInput(
            f"市区町村は 1 から {len(shared.cities)} までです（指定は {cities}）。",
            f"There can be 1 to {len(shared.cities)} municipalities, not {cities}.",
        )
    for name in ("ontology", "shapes", "queries", "data/ttl"):
        shutil.copytree(sources.root / name, out / name, dirs_exist_ok=True)
    chosen = sorted(draw(seed).sample(range(len(shared.cities)), cities))
    for number, place in enumerate(chosen, 1):
        city = shared.cities[place]
        progress(f"作成 {number}/{cities} {city.name.ja}", f"writing {number}/{cities} {city.name.en}")
        folder = out / "data" / "ttl" / "municipality" / f"{city.slug}-{slug(city.name.en)}"
        folder.mkdir(parents=True, exist_ok=True)
        plan = Plan(city, shared, draw(f"{seed} {city.slug}"))
        (folder / "synthetic-dx.ttl").write_text(plan.turtle(), encoding="utf-8", newline="\n")


def draw(seed: int | str) -> Random:
    """Where the chances of a seed come from."""
    return Random(seed)  # noqa: S311 - the nation has no secrets


def slug(name: str) -> str:
    """The English name of a municipality without its kind, as a name of a folder."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r" (City|Town|Village|Ward)$", "", name).lower()).strip("-")


def read_shared(sources: Sources, seed: int) -> Shared:
    """What the plans share, from the vocabulary, the register and the shared data."""
    store = ox.Store()
    ttl = sources.root / "data" / "ttl"
    for path in [*sources.ontology, *sorted((ttl / "register").glob("*.ttl")), *sorted((ttl / "shared").glob("*.ttl"))]:
        store.extend(read_turtle(path))
    cities = things(store, "keifu:Municipality")
    ranks = list(range(1, len(cities) + 1))
    draw(seed).shuffle(ranks)
    return Shared(
        cities=cities,
        procedures=things(store, "keifu:ProcedureType", "?thing skos:broader ?group ."),
        businesses=things(store, "keifu:StandardBusiness"),
        technologies=things(store, "keifu:Technology"),
        indicators=things(store, "keifu:Indicator", "FILTER(BOUND(?unit) && !STRENDS(STR(?direction), '/neutral'))"),
        popularity=list(accumulate(1 / rank for rank in ranks)),
    )


def things(store: ox.Store, kind: str, condition: str = "") -> list[Thing]:
    """The shared nodes of a class."""
    rows = store.query(SPARQL_PREFIXES + THINGS.format(kind=kind, condition=condition))
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - our own SELECT
    found: dict[str, Thing] = {}
    for row in rows:
        value = {variable.value: row[variable].value for variable in rows.variables if row[variable]}
        end = {name: value.get(name, "").rpartition("/")[2] for name in ("thing", "unit", "theme", "direction")}
        defined = Words(value["definition_ja"], value["definition_en"]) if "definition_ja" in value else None
        found[end["thing"]] = Thing(
            slug=end["thing"],
            name=Words(value["ja"], value["en"]),
            reading=value.get("reading", ""),
            definition=defined,
            unit=end["unit"],
            theme=end["theme"],
            falls=end["direction"] == "lower",
        )
    return list(found.values())
