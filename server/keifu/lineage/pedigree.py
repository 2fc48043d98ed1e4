"""The pedigree of a thing, to be drawn: all that it comes from, and step by step what comes from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from keifu.lineage.ascent import chain, shortest
from keifu.lineage.bands import band_of
from keifu.lineage.descent import kind_order
from keifu.lineage.diagram import Kin, Pedigree, Tie
from keifu.lineage.lineage import has_lineage
from keifu.lineage.relations import upward, weakest_of, weakness
from keifu.namespaces import DEF
from keifu.reading.facts import Facts
from keifu.reading.statements import unknown
from keifu.reading.terms import natural
from keifu.reading.things import path

FAN = 4
"""Things of a kind under one thing that are drawn one by one; more are folded to their number."""

DRAWN = 12
"""Things below the thing of the page that are drawn one by one in all, so that a drawing can be taken in."""

MEMBERS = 50
"""Lines of an open fan."""

Groups = dict[tuple[str, tuple[str, ...]], list[str]]
"""Things by their class and the relations that lead up from them."""


@dataclass
class Fan:
    """Things that hang on one thing in the same way, not drawn one by one."""

    upper: str
    kind: str
    """Their class, empty where there are several."""
    relations: tuple[str, ...]
    things: list[str]
    open: bool = False


@dataclass
class Growth:
    """What has been found so far of a lineage."""

    facts: Facts
    iri: str
    opened: str | None
    """The kind whose fan right below the thing of the page is to be open: the last part of its IRI."""
    things: list[str]
    """Those drawn one by one."""
    fans: dict[str, Fan] = field(default_factory=dict)
    ties: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """The relations of each lower and upper thing, strongest first."""
    stated: dict[tuple[str, str], str] = field(default_factory=dict)
    """The node that states where the source has such a tie."""

    def tie(self, source: Facts, lower: str, upper: str, relations: tuple[str, ...]) -> None:
        """Tie a thing to one above; `source` knows whether a node of its own states it."""
        self.ties[lower, upper] = relations
        for link in source.into(lower, DEF + "linkFrom"):
            if upper in source.iris(link, DEF + "linkTo"):
                self.stated.setdefault((lower, upper), link)

    def rise(self) -> None:
        """Find all above."""
        self.facts.ask("up", x=[self.iri])
        self.facts.name()
        for lower in self.things:
            for upper, relations in upward(self.facts, lower):
                if upper != lower:
                    self.tie(self.facts, lower, upper, relations)
                if upper not in self.things:
                    self.things.append(upper)

    def fall(self) -> None:
        """Find what comes from the thing, step by step from what is drawn one by one."""
        above = len(self.things)
        frontier = [self.iri]
        self.facts.offer("lower", self.iri)
        while frontier:
            # What is folded needs no name, so that it does not join what is known of the page.
            source = Facts(self.facts.store, self.facts.lang)
            source.ask("lower", shown=False, x=frontier)
            reached: list[str] = []
            for upper in frontier:
                groups = grouped(source, upper)
                wanted = sum(1 if len(things) > FAN else len(things) for things in groups.values())
                crowded = wanted > 1 and len(self.things) - above + wanted > DRAWN
                if crowded and upper != self.iri:
                    groups = together(groups)
                for (kind, relations), things in groups.items():
                    if len(things) > (1 if crowded else FAN):
                        self.fold(Fan(upper, kind, relations, things))
                        continue
                    for lower in things:
                        self.tie(source, lower, upper, relations)
                        if lower not in self.things:
                            self.things.append(lower)
                            reached.append(lower)
            frontier = reached

    def fold(self, fan: Fan) -> None:
        """Draw a fan as one."""
        fan.open = fan.upper == self.iri and fan.kind.rpartition("#")[2] == self.opened
        key = f"{fan.upper} {fan.relations[0]} {fan.kind}"
        self.fans[key] = fan
        self.ties[key, fan.upper] = fan.relations


def grouped(source: Facts, upper: str) -> Groups:
    """What leads to a thing directly, by kind and relations, in the order in which kinds are shown."""
    lowers: dict[str, list[str]] = {}
    for relation in sorted(filter(source.terms.leads_up, source.relations_into(upper)), key=weakness):
        for lower in source.into(upper, relation):
            if lower != upper:
                lowers.setdefault(lower, []).append(relation)
    groups: Groups = {}
    for lower, relations in lowers.items():
        kind = next(iter(source.kinds(lower)), "")
        groups.setdefault((kind, tuple(relations)), []).append(lower)
    return {
        key: sorted(groups[key], key=natural)
        for key in sorted(groups, key=lambda key: (kind_order(key[0]), [*map(weakness, key[1])]))
    }


def together(groups: Groups) -> Groups:
    """All groups as one without a kind, tied by the strongest relation."""
    strongest = min((relations for _, relations in groups), key=lambda relations: weakness(relations[0]))
    return {("", strongest): list(dict.fromkeys(lower for things in groups.values() for lower in things))}


def pedigree(facts: Facts, iri: str, opened: str | None = None) -> Pedigree:
    """The lineage of a thing, the fan of the kind `opened` below it open; NotFound where nothing is stated of it."""
    try:
        facts.mention(iri)
        facts.name()
    except ValueError as error:
        raise unknown(iri) from error
    if not facts.about(iri):
        raise unknown(iri)
    found = Growth(facts, iri, opened, [iri])
    if has_lineage(facts, iri):
        found.rise()
        found.fall()
    facts.mention(*found.things, *(one for fan in found.fans.values() if fan.open for one in fan.things[:MEMBERS]))
    lowers = {lower for lower, _ in found.ties} & set(found.things)
    facts.ask("grounds", shown=False, x=sorted(lowers | set(found.stated.values())))
    facts.name()
    paths = shortest(facts, iri)
    kin = {one: relative(facts, one) for one in found.things} | {
        key: folded(facts, key, fan) for key, fan in found.fans.items()
    }
    return Pedigree(
        iri=iri,
        title=facts.label(iri),
        crumbs=path(facts, iri),
        kin=kin,
        ties=tuple(ties(found, paths)),
        hidden=hidden(found),
        chains=tuple(chain(facts, iri, steps) for steps in paths),
    )


def relative(facts: Facts, iri: str) -> Kin:
    """A thing of the lineage."""
    kind = next(iter(facts.kinds(iri)), "")
    return Kin(
        key=iri,
        link=facts.link(iri),
        kind=facts.link(kind) if kind else None,
        band=band_of(facts, iri, kind),
        leaf=not has_lineage(facts, iri),
    )


def folded(facts: Facts, key: str, fan: Fan) -> Kin:
    """A fan of the lineage."""
    shown = fan.things[:MEMBERS] if fan.open else []
    return Kin(
        key=key,
        link=facts.link(fan.upper),
        kind=facts.link(fan.kind) if fan.kind else None,
        band=band_of(facts, fan.things[0], fan.kind),
        count=len(fan.things),
        members=tuple(map(facts.link, shown)),
    )


def hidden(found: Growth) -> frozenset[str]:
    """Series that only one edition further up leads to and that lead nowhere: they would only widen a drawing."""
    uppers = [upper for _, upper in found.ties]
    lowers = {lower for lower, _ in found.ties}
    return frozenset(
        upper
        for (lower, upper), relations in found.ties.items()
        if relations == (DEF + "editionOf",)
        and found.iri not in (lower, upper)
        and upper not in lowers
        and uppers.count(upper) == 1
    )


def ties(found: Growth, paths: list[list[tuple[str, tuple[str, ...]]]]) -> Iterator[Tie]:
    """The ties with what is known of each."""
    facts = found.facts
    way: dict[tuple[str, str], bool] = {}
    for steps in paths:
        weakest = weakest_of(steps)
        lower = found.iri
        for upper, relations in steps:
            way[lower, upper] = way.get((lower, upper), False) or relations[0] == weakest
            lower = upper
    for (lower, upper), relations in found.ties.items():
        stated = found.stated.get((lower, upper))
        places = map(facts.place, facts.iris(stated or lower, DEF + "evidencedBy"))
        yield Tie(
            lower=lower,
            upper=upper,
            relations=tuple(map(facts.link, relations)),
            way=(lower, upper) in way,
            weakest=way.get((lower, upper), False),
            # Of several places the one that says most: that with a page, then the one furthest down in the sections.
            place=max(places, key=lambda place: (bool(place.page or place.pdf_page), len(place.section)), default=None),
            qualified=stated is not None,
        )
