"""What cities state about a subject: the things that do, and what is shown of each."""

from collections.abc import Iterable, Mapping, Sequence

from keifu.comparison.promises import Entry, Subject
from keifu.comparison.tables import Within
from keifu.kpis.readings import ask_readings, measure
from keifu.namespaces import DEF, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import SKOS, natural
from keifu.reading.views import Item, Row, Value

PROV_BY = PREFIXES["prov"] + "wasAttributedTo"

NAMED = (
    *(DEF + name for name in ("basedOn", "implements", "refines", "alignedWith")),
    *(DEF + name for name in ("addresses", "covers", "uses", "delivers", "runsOn", "channel", "procedureType")),
    *(DEF + name for name in ("supportsBusiness", "inGroup", "indicator", "markedAs", "theme")),
    *(DEF + name for name in ("heldBy", "chairedBy", "secretariat")),
    PREFIXES["org"] + "postIn",
)
"""What an entry names, in the order in which it is shown."""


def stated(facts: Facts, kind: str, subject: str, cities: Sequence[str]) -> dict[str, str]:
    """What the cities state about a subject, each thing with its city."""
    name = {"post": "sides-posts", "prefecture": "sides-prefecture"}.get(kind, "sides")
    about = {} if kind == "post" else {"x": [subject]}
    facts.ask(name, shown=False, body=cities, **about)
    facts.offer(name, *about.get("x", ()))
    found = {one: facts.iris(one, PROV_BY)[0] for one in facts.subjects_of(PROV_BY)}
    return {one: city for one, city in found.items() if city in cities}


def fetch(facts: Facts, entries: Iterable[str], subject: Subject | None) -> None:
    """Ask for all that is shown of the entries, and for the parts of the subject."""
    facts.ask("promises", shown=False, x=sorted({*entries, *([subject.link.iri] if subject else [])}))
    inner = {one for entry in entries for one in facts.into(entry, DEF + "partOf", DEF + "scheduleOf")}
    kpis = {one for entry in entries for one in facts.into(entry, DEF + "monitors")}
    kpis |= {one for one in entries if facts.is_a(one, "Kpi")}
    ask_readings(facts, kpis)
    facts.detail(inner)


def made_entries(facts: Facts, entries: Mapping[str, str], subject: str) -> dict[str, Entry]:
    """The entries that are within no other, in the order of their plans."""
    within = {part for one in entries for part in facts.into(one, DEF + "partOf")}
    return {one: entry(facts, one, subject) for one in sorted(entries, key=natural) if one not in within}


def entry(facts: Facts, iri: str, subject: str) -> Entry:
    """One thing that a city states."""
    parts = facts.into(iri, DEF + "partOf")
    kpis = [iri] if facts.is_a(iri, "Kpi") else facts.into(iri, DEF + "monitors")
    place = facts.one(iri, DEF + "evidencedBy")

    def items(things: Iterable[str]) -> tuple[Item, ...]:
        return tuple(map(facts.item, things))

    return Entry(
        item=facts.item(iri),
        parts=items(one for one in parts if facts.is_a(one, "Initiative")),
        achievements=items(one for one in parts if facts.is_a(one, "Achievement")),
        schedule=items(facts.into(iri, DEF + "scheduleOf")),
        measures=tuple(measure(facts, kpi) for kpi in kpis),
        rows=named(facts, iri, subject),
        sets=sets_of(facts, iri, subject),
        place=facts.place(place) if place else None,
    )


def named(facts: Facts, iri: str, subject: str) -> tuple[Row, ...]:
    """What an entry names besides the subject and its parts; of national items those of the newest edition."""
    own = {newest_of(facts, subject), *facts.iris(subject, SKOS + "member")}
    found = []
    for name in NAMED:
        things = dict.fromkeys(newest_of(facts, one) for one in facts.iris(iri, name))
        values = tuple(Value(facts.label(one), one) for one in things if one not in own)
        if values:
            found.append(Row(facts.link(name), values))
    return tuple(found)


def sets_of(facts: Facts, iri: str, subject: str) -> tuple[Within, ...]:
    """The sets of procedures that an entry covers and that hold the subject: a procedure, a kind of them or a set."""
    parts = set(facts.iris(subject, SKOS + "member"))
    found = []
    for one in facts.iris(iri, DEF + "covers"):
        members = set(facts.iris(one, SKOS + "member"))
        held = members | {wider for member in members for wider in facts.iris(member, SKOS + "broader")}
        if one != subject and (subject in held or (parts and parts <= members)):
            found.append(Within(facts.link(one)))
    return () if subject in facts.iris(iri, DEF + "covers") else tuple(found)


def newest_of(facts: Facts, thing: str) -> str:
    """What continues a thing, itself where nothing does; a policy stands for the series of its editions."""
    return next(reversed(facts.into(thing, DEF + "succeeds")), None) or facts.one(thing, DEF + "editionOf") or thing
