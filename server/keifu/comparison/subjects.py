"""What cities can be compared on, and which cities: the choices of the side by side page."""

from collections.abc import Mapping, Sequence

from keifu.comparison.promises import Choice, Subject
from keifu.dataset.stores import once
from keifu.errors import NotFound
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE, SKOS, Answers, key, natural, page_query
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

NUMBERED = ("item", "business", "prefecture")
"""Kinds whose order is given; of the others what most cities speak of comes first."""


@once
def spoken_of(store: Answers) -> Mapping[str, int]:
    """How many cities speak of each subject."""
    return {key(row["subject"]): int(row["cities"].value) for row in store.select(page_query("popular"))}


def subjects_of(facts: Facts, cities: Sequence[str]) -> dict[str, tuple[Subject, ...]]:
    """All subjects by kind; of the prefectures those of cities with plans."""
    facts.ask("subjects", shown=False)
    facts.name()
    found: dict[str, tuple[Subject, ...]] = {}
    home = {city.removeprefix(f"{ID}body/")[:2] for city in cities}
    things = facts.subjects_of(RDF_TYPE)
    cities_of = spoken_of(facts.store)
    for kind, name in KINDS:
        own = [one for one in things if facts.is_a(one, name)]
        if kind == "prefecture":
            own = [one for one in own if one.removeprefix(f"{ID}body/")[:2] in home]
        if kind in NUMBERED:
            own.sort(key=lambda one: natural(facts.plain(one, SKOS + "notation") + one))
        else:
            own.sort(key=lambda one: (-cities_of.get(one, 0), facts.reading(one)))
        found[kind] = tuple(Subject(link=facts.link(one), on=one.removeprefix(ID)) for one in own)
    found["post"] = (Subject(link=facts.link(POST), on="post"),)
    return found


def current(facts: Facts, subject: Subject | None) -> str:
    """How a subject is named in the list: an item by its newest edition."""
    newest = subject.link.iri if subject else ""
    while newer := facts.into(newest, DEF + "succeeds"):
        newest = newer[-1]
    return subject.on if subject and newest == subject.link.iri else newest.removeprefix(ID)


def narrowed(
    facts: Facts, subjects: Mapping[str, Sequence[Subject]], topic: str, offered: str
) -> tuple[tuple[str, tuple[Subject, ...]], ...]:
    """The subjects one of whose names has the words of `topic`, and the one chosen; of items the newest edition."""
    words = fold(topic)

    def shown(subject: Subject) -> bool:
        if facts.into(subject.link.iri, DEF + "succeeds"):
            return False
        called = (
            str(subject.link.label),
            *(text.value for text in facts.literals(subject.link.iri, SKOS + "altLabel")),
        )
        return subject.on == offered or any(words in fold(name) for name in called)

    return tuple((kind, found) for kind, all_ in subjects.items() if (found := tuple(filter(shown, all_))))


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
