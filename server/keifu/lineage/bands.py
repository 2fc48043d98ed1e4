"""The bands of a drawn lineage: where a thing stands between the law and the value."""

from keifu.language import messages
from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts
from keifu.reading.triples import body_of

LAW, STATE, PREFECTURE, CITY, PLAN, PILLAR, INITIATIVE, RESULT, VALUE = range(9)
"""The bands of a drawing, from the law down."""

BANDS = {
    "Law": LAW,
    "LegalProvision": LAW,
    "DxPlan": PLAN,
    "PolicyInstrument": CITY,
    "PolicySeries": CITY,
    "Vision": PILLAR,
    "Principle": PILLAR,
    "Pillar": PILLAR,
    "PolicyItem": PILLAR,
    "Initiative": INITIATIVE,
    "Issue": INITIATIVE,
    "KpiValue": VALUE,
    "StatisticValue": VALUE,
}
"""Where the things of a city stand, by the first class that fits; all others among the results."""


def band_of(facts: Facts, iri: str, kind: str) -> int:
    """Where a thing of a class stands between the law and the value: what is not a city's, by whose it is."""
    classes = {kind, *facts.terms.above(kind)}
    band = next((band for name, band in BANDS.items() if DEF + name in classes), RESULT)
    owner = body_of(iri)
    if band == LAW:
        return band
    if owner is None:
        return STATE if iri.startswith((f"{ID}policy/", f"{ID}law/")) else band
    return PREFECTURE if owner[-4:-1] == "000" else band


def names_of_bands(lang: str) -> tuple[str, ...]:
    """What the bands of a pedigree are called, in their order."""
    _ = messages(lang).gettext
    return (
        *(_("法律"), _("国の政策"), _("都道府県の計画"), _("市の計画"), _("DX計画"), _("柱・理念")),
        *(_("取組"), _("KPI・実績・システム・手続"), _("値")),
    )
