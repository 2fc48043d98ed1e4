"""One synthetic plan: what it says, drawn at random in the proportions of the real plans."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from keifu.synth import texts, turtle
from keifu.synth.texts import Words
from keifu.synth.turtle import during, end_of, era

SIZES = (0.45, 0.45, 0.79, 1.35, 1.97)
"""Triples of the five real plans in relation to their mean; each synthetic plan has one of them as its model."""


@dataclass(frozen=True)
class Thing:
    """A shared node that plans point to, with what they need to know of it."""

    slug: str
    """The end of its IRI."""
    name: Words
    reading: str = ""
    definition: Words | None = None
    unit: str = ""
    theme: str = ""
    falls: bool = False
    """Whether less of it is better (indicators)."""


@dataclass(frozen=True)
class Shared:
    """What the synthetic plans share with the real ones, in the order of the IRIs."""

    cities: list[Thing]
    procedures: list[Thing]
    businesses: list[Thing]
    technologies: list[Thing]
    indicators: list[Thing]
    popularity: list[float]
    """Cumulated weights of the cities as examples for others."""


class Plan:
    """The DX plan of one city; its parts in the order of a plan file, each a run of nodes."""

    def __init__(self, city: Thing, shared: Shared, random: Random) -> None:
        self.city = city
        self.shared = shared
        self.random = random
        self.size = random.choice(SIZES) * random.uniform(0.8, 1.2)
        self.year, self.month = random.choice((2021, 2022, 2022, 2023, 2023, 2024)), random.randint(1, 12)
        self.adopted = self.year - (self.month < 4)
        """The fiscal year of its adoption."""
        self.years = range(self.adopted + 1, self.adopted + random.choice((4, 4, 5, 6)))
        edition = "1.0" if (self.year, self.month) <= (2022, 9) else "2.0"
        self.national = f"/keifu/id/policy/jichitai-dx/{edition}"
        self.issues = random.sample(texts.ISSUES, self.many(8, len(texts.ISSUES)))
        self.pillars = texts.PILLARS[: random.randint(3, 5)]
        chosen = random.sample(texts.MEASURES, self.many(9, len(texts.MEASURES)))
        self.measures = {
            f"{number % len(self.pillars) + 1}-{number // len(self.pillars) + 1}": measure
            for number, measure in enumerate(chosen)
        }
        """What the initiatives under the pillars are about, by their numbers."""

    def turtle(self) -> str:
        """The whole file."""
        parts = (
            self.header, self.organisation, self.aims, self.initiatives, self.kpis, self.statistics, self.systems,
            self.procedures, self.cases, self.times, self.glossary,
        )  # fmt: skip
        return "".join(block for part in parts for block in part())

    def many(self, usual: float, most: int) -> int:
        """How many there are in a plan of this size, from one to `most`."""
        return min(most, max(1, round(usual * self.size * self.random.uniform(0.8, 1.2))))

    def unit(self) -> str:
        """One of the city's units."""
        return self.random.choice(texts.UNITS)[0]

    def issue(self) -> int:
        """The number of one of the plan's issues."""
        return self.random.randint(1, len(self.issues))

    def place(self, section: str, heading: Words) -> str:
        """A section of the document, within the one that its number continues."""
        upper = section.rpartition("-")[0]
        template = turtle.PLACE_WITHIN if upper else turtle.PLACE
        return template.format(section=section, upper=upper, heading=heading)

    def header(self) -> Iterator[str]:
        """Plan, series, links, document and its general places."""
        name = texts.PLAN.of(self.city.name)
        yield turtle.PLAN.format(
            code=self.city.slug,
            name=name,
            edition_name=texts.EDITION.of(name),
            document_name=texts.DOCUMENT.of(name),
            reading=self.city.reading + "でぃーえっくすすいしんけいかく",
            about=texts.ABOUT,
            purpose=texts.PURPOSE,
            adopted=f"{self.year}-{self.month:02}-01",
            adopted_text=f"{era(self.year)}{self.month}月",
            start=f"{self.years[0]}-04-01",
            end=f"{self.years[-1] + 1}-03-31",
            years=", ".join(f"fy:{year}" for year in self.years),
            national=self.national,
        )
        for section, heading in texts.CHAPTERS.items():
            yield self.place(section, heading)

    def organisation(self) -> Iterator[str]:
        """Units, posts, headquarters."""
        for template, rows in ((turtle.UNIT, texts.UNITS), (turtle.POST, texts.POSTS)):
            for slug, name, reading in rows:
                yield template.format(code=self.city.slug, slug=slug, name=name, reading=reading)
        reading = "でぃーえっくすすいしんほんぶ"
        yield turtle.HEADQUARTERS.format(code=self.city.slug, name=texts.HEADQUARTERS, reading=reading)

    def aims(self) -> Iterator[str]:
        """Vision, principles, issues."""
        yield turtle.AIM.format(kind="vision", type="Vision", number=1, name=texts.VISION)
        for number, name in enumerate(texts.PRINCIPLES, 1):
            yield turtle.AIM.format(kind="principle", type="Principle", number=number, name=name)
        for number, (name, theme) in enumerate(self.issues, 1):
            yield self.place(f"2-{number}", name)
            yield turtle.ISSUE.format(number=number, name=name, theme=theme)

    def initiatives(self) -> Iterator[str]:
        """Pillars, initiatives and their steps, achievements, training."""
        for pillar, name in enumerate(self.pillars, 1):
            yield self.place(f"5-{pillar}", name)
            yield turtle.PILLAR.format(number=pillar, name=name, issue=self.issue())
        for number, measure in self.measures.items():
            theme, uses, name = measure.theme, measure.uses, texts.PROMOTION.of(measure.name)
            about, national = texts.GUIDE.of(measure.name), ""
            if measure.item:
                mark = "national-priority" if measure.item.isdecimal() else "together"
                national = turtle.ADDRESSES.format(national=self.national, item=measure.item, mark=mark)
            yield self.place(f"5-{number}", name)
            yield turtle.INITIATIVE.format(
                number=number, pillar=number[0], name=name, about=about, theme=theme, uses=uses, national=national,
                unit=self.unit(), issue=self.issue(),
            )  # fmt: skip
            for step, words in enumerate(self.random.sample(texts.STEPS, self.random.randint(1, 4)), 1):
                status = self.random.choice(("planned", "planned", "under-study", "ongoing"))
                yield turtle.STEP.format(
                    number=number, step=step, name=words.of(measure.name), about=about, theme=theme, uses=uses,
                    status=status,
                )  # fmt: skip
            start, when = texts.START.of(measure.name), during(self.adopted - self.random.randint(0, 4))
            yield turtle.ACHIEVEMENT.format(number=number, name=start, uses=uses, unit=self.unit(), when=when)
            if self.random.random() < 0.3:
                yield turtle.TRAINING.format(number=number, name=texts.TRAINING.of(measure.name))

    def kpis(self) -> Iterator[str]:
        """KPIs of the initiatives: baseline, target, in longer plans a value between."""
        number = 0
        for initiative, measure in self.measures.items():
            fitting = [each for each in self.shared.indicators if each.theme == measure.theme]
            for indicator in self.random.sample(fitting, min(len(fitting), 2)):
                number += 1
                name, slug = indicator.name, indicator.slug
                yield turtle.KPI.format(number=number, name=name, initiative=initiative, indicator=slug)
                now = self.random.randint(5, 60)
                goal = round(now * self.random.uniform(0.4, 0.9)) if indicator.falls else min(100, 2 * now)
                values = [("baseline", now, self.adopted), ("target", goal, self.years[-1])]
                if len(self.years) > 3:
                    values.append(("interim", (now + goal) // 2, self.years[1]))
                for role, value, year in values:
                    unit, when = indicator.unit, end_of(year)
                    yield turtle.KPI_VALUE.format(number=number, role=role, value=value, unit=unit, when=when)

    def statistics(self) -> Iterator[str]:
        """Population and cards, year by year."""
        yield turtle.TABLE.format(name=texts.TABLE, about=texts.FIGURES)
        population, rate = 500 + round(self.random.lognormvariate(10.3, 1.1)), 0.02
        for year in range(self.adopted - self.many(5, 8), self.adopted + 1):
            population, rate = round(population * 0.99), min(0.9, rate * self.random.uniform(1.3, 1.9))
            cards = round(population * rate)
            for kind, indicator, value, unit in (
                ("population", "population", population, "persons"),
                ("cards", "mynumber-cards-issued", cards, "cards"),
                ("rate", "mynumber-card-issuance-rate", f"{100 * cards / population:.1f}", "percent"),
            ):
                yield turtle.STATISTIC.format(
                    kind=kind, year=year, indicator=indicator, code=self.city.slug, value=value, unit=unit,
                    parts=turtle.PARTS.format(year=year) if kind == "rate" else "", when=end_of(year),
                )  # fmt: skip

    def systems(self) -> Iterator[str]:
        """The systems of the 20 standard tasks in groups, when they move, their lease."""
        code = self.city.slug
        for number, name in enumerate(texts.GROUPS, 1):
            migration, when = texts.MIGRATION.of(name), during(self.random.choice(self.years))
            yield turtle.GROUP.format(number=number, name=name, migration=migration, when=when)
        for place, business in enumerate(self.shared.businesses):
            name, status = texts.SYSTEM.of(business.name), self.random.choice(("planned", "planned", "ongoing", "done"))
            group = place * len(texts.GROUPS) // len(self.shared.businesses) + 1
            yield turtle.SYSTEM.format(code=code, slug=business.slug, name=name, group=group, status=status)
        listed = ", ".join(f"</keifu/id/body/{code}/system/synthetic-{each.slug}>" for each in self.shared.businesses)
        start, end = f"{self.adopted - 2}-04-01", f"{self.adopted + 3}-03-31"
        yield turtle.CONTRACT.format(name=texts.LEASE, systems=listed, start=start, end=end)

    def procedures(self) -> Iterator[str]:
        """What the city offers online, and since when."""
        most = len(self.shared.procedures)
        for kind in self.random.sample(self.shared.procedures, self.many(7, most)):
            name = texts.ONLINE.of(kind.name)
            when = during(self.adopted - self.random.randint(0, 3))
            start = texts.START.of(name)
            yield turtle.PROCEDURE.format(code=self.city.slug, slug=kind.slug, name=name, start=start, when=when)

    def cases(self) -> Iterator[str]:
        """Examples of other cities, of which a few are cited by many."""
        cities, weights = self.shared.cities, self.shared.popularity
        for number in range(1, self.many(8, 40) + 1):
            initiative = self.random.choice(list(self.measures))
            measure = self.measures[initiative]
            drawn = self.random.choices(cities, cum_weights=weights, k=self.random.randint(1, 3))
            bodies = {city.slug: city.name.ja for city in drawn}
            yield turtle.CASE.format(
                number=number, name=texts.CASE.of(measure.name), about=texts.CASE_ABOUT.of(measure.name),
                bodies=", ".join(f"body:{code}" for code in bodies), bodies_text="、".join(bodies.values()),
                theme=measure.theme, uses=measure.uses, initiative=initiative,
            )  # fmt: skip

    def times(self) -> Iterator[str]:
        """National events, deadlines, the schedule."""
        for date, name, target in texts.EVENTS:
            if date < f"{self.year}-{self.month:02}":
                year, month, day = map(int, date.split("-"))
                yield turtle.EVENT.format(date=date, name=name, target=target, text=f"{era(year)}{month}月{day}日")
        for number, measure in self.measures.items():
            first, *rest = self.years
            phases = (("preparation", texts.PREPARATION, (first,)), ("operation", texts.OPERATION, rest))
            for phase, words, years in phases:
                name, when = words.of(measure.name), during(*years)
                yield turtle.SCHEDULE.format(number=number, phase=phase, name=name, when=when)
            if measure.item:
                name, when = texts.DEADLINE.of(measure.name), end_of(self.years[-1], "keifu:endDate")
                yield turtle.DEADLINE.format(number=number, name=name, when=when)

    def glossary(self) -> Iterator[str]:
        """Terms, after the shared technologies."""
        most = len(self.shared.technologies)
        for term in self.random.sample(self.shared.technologies, self.many(10, most)):
            yield turtle.TERM.format(slug=term.slug, name=term.name, definition=term.definition)
