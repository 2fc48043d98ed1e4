"""The quality of the data of plans: what they leave open, slips of their sources, and what the shapes warn of."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter

from keifu.comparison.compare import adopted, answer, chain, editions_of, followed, items_of
from keifu.dataset.report import IRI, Result
from keifu.errors import NotFound
from keifu.language import Text, messages
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.quality.coverage import Section, coverage
from keifu.quality.findings import Checked, Finding, Gap, Warned
from keifu.reading.cities import Part, columns, issued
from keifu.reading.facts import Facts
from keifu.reading.slips import slip
from keifu.reading.terms import natural
from keifu.reading.views import Asked, Link

BASELINE, TARGET = f"{ID}role/baseline", f"{ID}role/target"

NAMED = re.compile(rf"{IRI.pattern}|\b({'|'.join(PREFIXES)}):([A-Za-z][\w-]*)")
"""An IRI, or a shortened one, in a message of the shapes."""


def checked_plans(facts: Facts, results: Sequence[Result], page: int) -> tuple[tuple[Checked, ...], Part]:
    """The plans of the cities on a page; their findings are there to be counted and have no places."""
    cities, part = columns(facts, page)
    editions = ask(facts, cities)
    facts.name()
    sections = coverage(facts.store, facts.lang, list(cities.values())) if cities else []
    return tuple(checked(facts, city, editions, sections, results) for city in cities.items()), part


def checked_plan(facts: Facts, plan: str, results: Sequence[Result]) -> Checked:
    """One plan; NotFound for what is no plan whose text is here."""
    body = next((body for body, plans in issued(facts.store).items() if plan in plans), None)
    if body is None:
        raise NotFound(
            f"{plan.removeprefix(ID)} という、本文のある計画はありません。データの質のページの一覧から選んでください。",
            f"There is no plan {plan.removeprefix(ID)} whose text is here. Choose one of the list on the quality page.",
        )
    facts.mention(body)
    editions = ask(facts, {body: plan})
    named = facts.into(plan, DEF + "partOf")
    own = [each for each in results if of_body(each.focus, body)]
    facts.ask("dated", shown=False, x={*named, *(each.focus for each in own)})
    facts.mention(*(iri_of(found) for each in own for found in NAMED.finditer(each.messages[facts.lang])))
    facts.detail([*named, *(each.focus for each in own)])
    return checked(facts, (body, plan), editions, coverage(facts.store, facts.lang, [plan]), results)


def ask(facts: Facts, cities: Mapping[str, str]) -> list[str]:
    """Ask for what the plans of some cities state; the editions of the national plan, oldest first."""
    editions = editions_of(facts)
    plans = list(cities.values())
    facts.ask("claims", shown=False, x=plans)
    facts.ask("slips", shown=False, x=plans)
    facts.ask("quality", shown=False, x=plans)
    facts.asked = [Asked("slips", *plans[:1]), Asked("quality", *plans[:1])]
    return editions


def checked(
    facts: Facts, city: tuple[str, str], editions: list[str], sections: Sequence[Section], results: Iterable[Result]
) -> Checked:
    """The plan of a city."""
    body, plan = city
    own = [each for each in sections if each.plan == plan]
    return Checked(
        body=facts.link(body),
        plan=facts.link(plan),
        gaps=gaps(facts, plan, editions, own),
        slips=tuple(slip(facts, one) for one in elements(facts, plan, "SourceAnomaly")),
        warned=warned(facts, [each for each in results if of_body(each.focus, body)]),
    )


def of_body(iri: str, body: str) -> bool:
    """Whether a node is about a body or belongs to it."""
    return iri == body or iri.startswith((f"{body}/", f"{body.replace('/body/', '/plan/')}/"))


def elements(facts: Facts, plan: str, name: str) -> list[str]:
    """The elements of a plan that are of a class."""
    return [one for one in facts.into(plan, DEF + "partOf") if facts.is_a(one, name)]


def gaps(facts: Facts, plan: str, editions: list[str], sections: Sequence[Section]) -> tuple[Gap, ...]:
    """What the plan leaves open, or its data."""
    _ = messages(facts.lang).gettext
    initiatives, kpis = elements(facts, plan, "Initiative"), elements(facts, plan, "Kpi")

    def gap(slug: str, name: str, things: Sequence[str], complete: Callable[[str], object]) -> Gap:
        return Gap(slug, name, tuple(finding(facts, one) for one in things if not complete(one)), len(things))

    return (
        gap("kpi", _("KPIのない取組"), initiatives, lambda one: facts.into(one, DEF + "monitors")),
        gap("unit", _("担当組織のない取組"), initiatives, lambda one: facts.iris(one, DEF + "responsibleUnit")),
        gap("number", _("目標の数値のないKPI"), kpis, lambda one: has_number(facts, one)),
        gap("baseline", _("基準値のないKPI"), kpis, lambda one: values(facts, one, BASELINE)),
        unanswered(facts, plan, editions),
        uncited(facts, sections),
    )


def values(facts: Facts, kpi: str, role: str) -> list[str]:
    """The values of a KPI in a role."""
    return [one for one in facts.into(kpi, DEF + "valueOf") if role in facts.iris(one, DEF + "valueRole")]


def has_number(facts: Facts, kpi: str) -> bool:
    """Whether the target of a KPI is a number."""
    return any(facts.literals(one, DEF + "numericValue") for one in values(facts, kpi, TARGET))


def finding(facts: Facts, iri: str, note: str = "") -> Finding:
    """A thing and where it stands in the source."""
    return Finding(facts.link(iri), note, tuple(map(facts.place, facts.iris(iri, DEF + "evidencedBy"))))


def unanswered(facts: Facts, plan: str, editions: list[str]) -> Gap:
    """The items of the edition of the national plan that a plan follows which no initiative of it answers."""
    _ = messages(facts.lang).gettext
    notes = {"silent": _("計画に言及なし"), "later": _("計画より新しい項目"), "none": _("データに記述なし")}
    edition = followed(facts, plan, editions)
    items = items_of(facts, edition) if edition else []
    since = adopted(facts, edition) if edition else adopted(facts, plan)
    states = {item: answer(facts, plan, item, chain(facts, item), since).state for item in items}
    return Gap(
        "item",
        _("取組のない国の項目"),
        tuple(Finding(facts.link(item), notes[state]) for item, state in states.items() if state != "answered"),
        len(items),
    )


def uncited(facts: Facts, sections: Sequence[Section]) -> Gap:
    """The sections of the document that nothing cites."""
    _ = messages(facts.lang).gettext
    found = [Finding(Link(one.place, Text(one.heading, facts.lang)), one.number) for one in sections if not one.within]
    return Gap("section", _("どこからも引用されない章節"), tuple(found), len(sections))


def warned(facts: Facts, results: Iterable[Result]) -> tuple[Warned, ...]:
    """What the shapes say in plain words, with the things of which they say it."""
    found: dict[tuple[str, str], list[Result]] = {}
    for each in results:
        found.setdefault((each.shape, plain(facts, each)), []).append(each)
    return tuple(
        Warned(
            shape,
            sentence,
            tuple((finding(facts, each.focus), each) for each in sorted(same, key=lambda each: natural(each.focus))),
        )
        for (shape, sentence), same in sorted(found.items(), key=itemgetter(0))
    )


def plain(facts: Facts, result: Result) -> str:
    """The message of a result with names in the place of IRIs."""
    _ = messages(facts.lang).gettext
    text = NAMED.sub(
        lambda found: _("「%(name)s」") % {"name": facts.label(iri_of(found))}, result.messages[facts.lang]
    )
    return text.replace(" 「", "「").replace("」 ", "」")


def iri_of(found: re.Match[str]) -> str:
    """The IRI that is written out or shortened to `prefix:local`."""
    return PREFIXES[found[1]] + found[2] if found[1] else found[0]
