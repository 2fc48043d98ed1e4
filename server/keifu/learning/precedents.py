"""Who learns from whom: the cases that plans cite, by the body whose cases they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from keifu.dataset.stores import once
from keifu.errors import NotFound
from keifu.language import LANGUAGES
from keifu.learning.lessons import Filter, Learning, Lesson, Origin, Prefecture
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.cities import issued
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE, Answers, natural, page_query

CITED_BY = PREFIXES["prov"] + "wasAttributedTo"
BODY, THEME = ID + "body/", ID + "theme/"
LISTED = 110
"""Most citations that a page lists by body."""
FIRST = 4
"""Most citations of a body that stand beside those of others."""

SHARED = 3
"""Most themes on which it is said who learns the same from a body."""


class Citation(NamedTuple):
    """A body cites a case of another; all but `themes` is an IRI."""

    origin: str
    citing: str
    case: str
    themes: tuple[str, ...]


def learning(facts: Facts, wanted: Filter, most: int = LISTED, first: int = FIRST) -> Learning:
    """Who learns from whom, on the theme, by the body and from the prefecture that are asked for.

    At `most` so many citations are listed, the `first` ones of each body cited.
    """
    every = every_citation(facts.store)
    themes = Counter(theme for each in {one.case: one for one in every}.values() for theme in each.themes)
    citing = sorted({each.citing for each in every}, key=natural)
    must_be_known(wanted, themes, citing)
    near = [each for each in every if fits(each, wanted)]
    cited = by_origin(each for each in near if code(each.origin).startswith(wanted.prefecture))
    order = sorted(cited, key=lambda body: (rank(cited[body], wanted), natural(body)))
    sums = accumulate(min(len(cited[body]), first) for body in order)
    ranked = [body for body, listed_yet in zip(order, sums, strict=True) if listed_yet <= most]
    facts.mention(*themes, *citing, *ranked)
    facts.ask("prefectures", shown=False)
    facts.ask("dated", shown=False, x=listed(cited, ranked, wanted, first))
    facts.offer("learning")
    facts.name()
    return Learning(
        origins=tuple(origin(facts, body, cited[body], wanted, first) for body in ranked),
        count=len(cited),
        cases=len({each.case for found in cited.values() for each in found}),
        stated=int(facts.store.select(page_query("cases"))[0]["count"].value),
        themes=tuple((facts.link(one), themes[one]) for one in sorted(themes, key=facts.reading)),
        citing=tuple(map(facts.link, citing)),
        prefectures=prefectures(facts, near),
    )


def cited_by(facts: Facts, body: str) -> tuple[Lesson, ...]:
    """Who cites the examples of a body."""
    found = citations(facts.store, body)
    facts.mention(*(iri for each in found for iri in (each.citing, *each.themes)))
    facts.ask("dated", shown=False, x={each.case for each in found})
    facts.offer("learning", body)
    facts.name()
    return tuple(lesson(facts, each) for each in found)


@once
def every_citation(store: Answers) -> tuple[Citation, ...]:
    """All of a store."""
    return citations(store)


def citations(store: Answers, *origins: str) -> tuple[Citation, ...]:
    """The citations of the cases of some bodies, of all where none is given, by citing body.

    They are read apart from the facts of a page, which would name each of them.
    """
    facts = Facts(store, LANGUAGES[0])
    facts.ask("learning", **({"x": origins} if origins else {}))  # type: ignore[arg-type]
    found = (
        Citation(body, citing, case, tuple(facts.iris(case, DEF + "theme")))
        for case in facts.subjects_of(DEF + "caseOf")
        for body in facts.iris(case, DEF + "caseOf")
        for citing in facts.iris(case, CITED_BY)
    )
    return tuple(sorted(found, key=lambda each: (natural(each.citing), natural(each.case))))


def must_be_known(wanted: Filter, themes: Iterable[str], citing: Iterable[str]) -> None:
    """NotFound for a filter that names what no case has."""
    known = {"theme": themes, "citing": citing}
    for name, iri in (("theme", THEME + wanted.theme), ("citing", BODY + wanted.citing)):
        if iri not in (THEME, BODY) and iri not in known[name]:
            raise NotFound(
                f"{name} が {iri.rpartition('/')[2]} の事例はありません。ページの選択肢から選んでください。",
                f"There is no case with {iri.rpartition('/')[2]} for {name}. Choose one that the page offers.",
            )


def code(body: str) -> str:
    """The code of a body, or its name where it has none."""
    return body.removeprefix(BODY)


def fits(each: Citation, wanted: Filter) -> bool:
    """Whether a citation is on the theme and by the body that are asked for."""
    return (not wanted.theme or THEME + wanted.theme in each.themes) and wanted.citing in ("", code(each.citing))


def by_origin(found: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Citations by the body whose case is cited."""
    cited: dict[str, list[Citation]] = {}
    for each in found:
        cited.setdefault(each.origin, []).append(each)
    return cited


def on_themes(found: Iterable[Citation], wanted: Filter) -> dict[str, list[Citation]]:
    """Citations by theme, of the one that is asked for alone; the themes that most bodies cite first."""
    themes: dict[str, list[Citation]] = {}
    for each in found:
        for theme in each.themes:
            if wanted.theme in ("", theme.removeprefix(THEME)):
                themes.setdefault(theme, []).append(each)
    return dict(sorted(themes.items(), key=lambda at: (-citing_on(at[1]), at[0])))


def citing_on(found: Iterable[Citation]) -> int:
    """How many bodies cite."""
    return len({each.citing for each in found})


def rank(found: Sequence[Citation], wanted: Filter) -> tuple[int, int, int]:
    """Sorts a body by how many learn the same thing from it, how many learn from it, and how often it is cited."""
    return -max(map(citing_on, on_themes(found, wanted).values()), default=0), -citing_on(found), -len(found)


def shared(found: Sequence[Citation], wanted: Filter) -> dict[str, list[Citation]]:
    """The themes on which several bodies learn, SHARED at most, with their citations."""
    several = ((theme, same) for theme, same in on_themes(found, wanted).items() if citing_on(same) > 1)
    return dict(islice(several, SHARED))


def listed(cited: Mapping[str, Sequence[Citation]], bodies: Iterable[str], wanted: Filter, first: int) -> set[str]:
    """The cases that the page lists."""
    groups = [group for body in bodies for group in (cited[body], *shared(cited[body], wanted).values())]
    return {each.case for group in groups for each in group[:first]}


def origin(facts: Facts, body: str, found: Sequence[Citation], wanted: Filter, first: int) -> Origin:
    """A body whose cases are cited."""
    return Origin(
        body=facts.link(body),
        lessons=tuple(lesson(facts, each) for each in found[:first]),
        count=len(found),
        citing=tuple(map(facts.link, dict.fromkeys(each.citing for each in found))),
        themes=tuple(map(facts.link, on_themes(found, wanted))),
        shared=tuple(
            (facts.link(theme), tuple(lesson(facts, each) for each in same[:first]), citing_on(same))
            for theme, same in shared(found, wanted).items()
        ),
    )


def lesson(facts: Facts, each: Citation) -> Lesson:
    """A citation with names and places."""
    return Lesson(
        citing=facts.link(each.citing),
        case=facts.link(each.case),
        themes=tuple(map(facts.link, each.themes)),
        places=tuple(map(facts.place, facts.iris(each.case, DEF + "evidencedBy"))),
    )


def prefectures(facts: Facts, found: Iterable[Citation]) -> tuple[Prefecture, ...]:
    """The prefectures by number, with the cases cited and the plans that are here."""
    cases = Counter(number for number, _case in {(code(each.origin)[:2], each.case) for each in found})
    plans = Counter[str]()
    for body, here in issued(facts.store).items():
        plans[code(body)[:2]] += len(here)
    bodies = [one for one in facts.subjects_of(RDF_TYPE) if DEF + "Prefecture" in facts.iris(one, RDF_TYPE)]
    return tuple(
        Prefecture(body=facts.link(one), number=number, cases=cases[number], plans=plans[number])
        for one in sorted(bodies, key=natural)
        if (number := code(one)[:2]).isdecimal()
    )
