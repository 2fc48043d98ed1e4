"""What cities can be compared on, and which cities: the choices of the side by side page."""

from collections.abc import Sequence

from keifu.comparison.promises import Choice, Subject
from keifu.errors import NotFound
from keifu.namespaces import ID, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE, SKOS, natural
from keifu.search.folding import fold

CITIES = 5
"""Most cities side by side: more than five columns are no longer read beside each other."""

FEW = 60
"""Most cities to choose from in a list; with more of them one looks for a name."""

POST = PREFIXES["org"] + "Post"

KINDS = (
    ("item", "PriorityItem"),
    ("theme", "Theme"),
    ("business", "StandardBusiness"),
    ("procedure", "ProcedureType"),
    ("procedure-set", "ProcedureSet"),
    ("indicator", "Indicator"),
    ("prefecture", "Prefecture"),
)
"""Kinds of subjects in the order of the list, each with its class."""


def subjects_of(facts: Facts, cities: Sequence[str]) -> dict[str, tuple[Subject, ...]]:
    """All subjects by kind; of the prefectures those of cities with plans."""
    facts.ask("subjects", shown=False)
    facts.name()
    found: dict[str, tuple[Subject, ...]] = {}
    home = {city.removeprefix(f"{ID}body/")[:2] for city in cities}
    things = facts.subjects_of(RDF_TYPE)
    for kind, name in KINDS:
        own = [one for one in things if facts.is_a(one, name)]
        if kind == "prefecture":
            own = [one for one in own if one.removeprefix(f"{ID}body/")[:2] in home]
        if kind in ("theme", "procedure", "indicator"):
            own.sort(key=facts.reading)
        else:
            own.sort(key=lambda one: natural(facts.plain(one, SKOS + "notation") + one))
        found[kind] = tuple(Subject(link=facts.link(one), on=one.removeprefix(ID)) for one in own)
    found["post"] = (Subject(link=facts.link(POST), on="post"),)
    return found


def chosen_subject(subjects: dict[str, tuple[Subject, ...]], on: str | None) -> tuple[str, Subject | None]:
    """The subject that an address names, with its kind; NotFound where it names none of those there are."""
    if not on:
        return "", None
    for kind, found in subjects.items():
        for subject in found:
            if subject.on == on:
                return kind, subject
    raise NotFound(
        f"{on} について市を並べることはできません。一覧から選び直してください。",
        f"Cities cannot be compared on {on}. Choose another subject from the list.",
    )


def chosen_cities(plans: dict[str, str], codes: Sequence[str], prefecture: str) -> list[str]:
    """The cities that an address names, else the first ones, of a prefecture if its two digits are given."""
    asked = [f"{ID}body/{code}" for code in dict.fromkeys(codes)]
    unknown = [one for one in asked if one not in plans]
    if unknown:
        name = unknown[0].removeprefix(f"{ID}body/")
        raise NotFound(
            f"団体コード {name} の市区町村の計画は、このデータセットにありません。body を直してください。",
            f"This dataset has no plan of a municipality with the code {name}. Mend body in the address.",
        )
    return asked or [one for one in plans if one.startswith(f"{ID}body/{prefecture}")][:CITIES]


def choices_of(facts: Facts, plans: dict[str, str], chosen: Sequence[str], searched: str) -> tuple[Choice, ...]:
    """The cities to choose from: all where they are few, else the chosen ones and those whose name was looked for."""
    facts = Facts(facts.store, facts.lang)
    shown = list(plans) if len(plans) <= FEW else list(chosen)
    if len(plans) > FEW and searched:
        facts.mention(*plans)
        facts.name()
        words = fold(searched)
        shown += [one for one in plans if one not in chosen and words in fold(str(facts.label(one)))][:FEW]
    facts.mention(*shown)
    facts.name()
    return tuple(Choice(link=facts.link(one), chosen=one in chosen) for one in shown)
