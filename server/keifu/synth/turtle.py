"""The Turtle that synthetic plans are made of: what stands in braces is filled in."""

from keifu.namespaces import ID, PREFIXES

KNOWN = "keifu body law fy theme status role unit platform business indicator procedure technology mark skos dcterms"
PREFIX_LINES = "".join(
    f"@prefix {prefix}: <{PREFIXES.get(prefix, f'{ID}{prefix}/')}> .\n"
    for prefix in f"{KNOWN} dcat org qb xsd phase precision".split()
)

PLAN = (
    """\
# 架空のデータ。性能を確かめるために keifu synth が書いた。実在の計画、数値、事例ではない。
# Synthetic data, written by keifu synth to test performance. No such plan, figure or example exists.
@base <https://w3id.org/keifu/id/plan/{code}/synthetic-dx/1/> .
@prefix dx: <https://w3id.org/keifu/id/plan/{code}/synthetic-dx/> .
@prefix own-unit: <https://w3id.org/keifu/id/body/{code}/unit/synthetic-> .
@prefix own-post: <https://w3id.org/keifu/id/body/{code}/post/synthetic-> .
"""
    + PREFIX_LINES
    + """
# Plan and series
</keifu/id/plan/{code}/synthetic-dx> a keifu:PolicySeries ;
    skos:prefLabel {name}, "{reading}"@ja-Hira ;
    dcterms:description {about} ;
    keifu:issuedBy body:{code} ; keifu:evidencedBy <source/cover> .
dx:1 a keifu:DxPlan ;
    skos:prefLabel {edition_name}, "{reading}だいいっぱん"@ja-Hira ;
    dcterms:description {about} ; keifu:purpose {purpose} ;
    keifu:editionOf </keifu/id/plan/{code}/synthetic-dx> ; keifu:issuedBy body:{code} ;
    dcat:version "1" ; dcterms:language "ja" ; keifu:adoptedOn "{adopted}"^^xsd:date ;
    keifu:adoptedText "{adopted_text}"@ja ; keifu:datePrecision precision:month ;
    keifu:startDate "{start}"^^xsd:date ; keifu:endDate "{end}"^^xsd:date ; keifu:inFiscalYear {years} ;
    keifu:alignedWith <{national}>, law:503AC0000000035 ; keifu:basedOn law:428AC1000000103 ;
    keifu:respondsTo <issue/1> ; keifu:responsibleUnit own-unit:information-policy ;
    keifu:evidencedBy <source/cover>, <source/1-2> .
<link/1> a keifu:QualifiedLink ;
    keifu:linkFrom dx:1 ; keifu:linkProperty keifu:alignedWith ; keifu:linkTo <{national}> ;
    keifu:evidencedBy <source/1-2> .
<link/2> a keifu:QualifiedLink ;
    keifu:linkFrom dx:1 ; keifu:linkProperty keifu:basedOn ; keifu:linkTo law:428AC1000000103 ;
    keifu:evidencedBy <source/1-2> .
<document> a keifu:SourceDocument ;
    skos:prefLabel {document_name} ; keifu:manifestationOf dx:1 ; dcterms:language "ja" .
"""
)
PLACE = """\
<source/{section}> a keifu:SourceLocator ;
    keifu:inDocument <document> ; keifu:section "{section}" ; keifu:heading {heading} .
"""
PLACE_WITHIN = """\
<source/{section}> a keifu:SourceLocator ;
    keifu:inDocument <document> ; keifu:withinSection <source/{upper}> ; keifu:section "{section}" ;
    keifu:heading {heading} .
"""
UNIT = """\
own-unit:{slug} a org:OrganizationalUnit ;
    skos:prefLabel {name}, "{reading}"@ja-Hira ; org:unitOf body:{code} ; keifu:evidencedBy <source/4> .
"""
POST = """\
own-post:{slug} a org:Post ;
    skos:prefLabel {name}, "{reading}"@ja-Hira ; org:postIn body:{code} ; keifu:evidencedBy <source/4> .
"""
HEADQUARTERS = """\
own-unit:headquarters a keifu:PromotionBody ;
    skos:prefLabel {name}, "{reading}"@ja-Hira ; org:unitOf body:{code} ; keifu:theme theme:governance ;
    keifu:chairedBy own-post:head ; keifu:composedOf own-post:head, own-post:deputy, own-post:section-heads ;
    keifu:secretariat own-unit:information-policy ; keifu:evidencedBy <source/4-figure> .
"""
AIM = """\
<{kind}/{number}> a keifu:{type} ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:evidencedBy <source/3> .
"""
ISSUE = """\
<issue/{number}> a keifu:Issue ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:theme theme:{theme} ; keifu:evidencedBy <source/2-{number}> .
"""
PILLAR = """\
<pillar/{number}> a keifu:Pillar ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; skos:notation "{number}" ; keifu:respondsTo <issue/{issue}> ;
    keifu:evidencedBy <source/5-{number}> .
"""
INITIATIVE = """\
<initiative/{number}> a keifu:Initiative ;
    skos:prefLabel {name} ; dcterms:description {about} ;
    keifu:partOf <pillar/{pillar}> ; skos:notation "{number}" ; keifu:theme theme:{theme} ; keifu:uses {uses} ;
    keifu:responsibleUnit own-unit:{unit} ; keifu:respondsTo <issue/{issue}> ;{national}
    keifu:evidencedBy <source/5-{number}> .
"""
ADDRESSES = """
    keifu:addresses <{national}/item/{item}> ; keifu:markedAs mark:{mark} ;"""
STEP = """\
<initiative/{number}-{step}> a keifu:Initiative ;
    skos:prefLabel {name} ; keifu:purpose {about} ;
    keifu:partOf <initiative/{number}> ; keifu:theme theme:{theme} ; keifu:uses {uses} ; keifu:status status:{status} ;
    keifu:evidencedBy <source/5-{number}> .
"""
TRAINING = """\
<initiative/{number}-training> a keifu:Training ;
    skos:prefLabel {name} ; keifu:partOf <initiative/{number}> ; keifu:theme theme:human-resources ;
    keifu:status status:ongoing ; keifu:evidencedBy <source/5-{number}> .
"""
ACHIEVEMENT = """\
<achievement/{number}> a keifu:Achievement ;
    skos:prefLabel {name} ; keifu:partOf <initiative/{number}> ; keifu:uses {uses} ; keifu:status status:done ;
    keifu:responsibleUnit own-unit:{unit} ; {when} ; keifu:evidencedBy <source/5-{number}> .
"""
KPI = """\
<kpi/{number}> a keifu:Kpi ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:monitors <initiative/{initiative}> ;
    keifu:indicator indicator:{indicator} ; keifu:evidencedBy <source/6> .
"""
KPI_VALUE = """\
<value/{number}-{role}> a keifu:KpiValue ;
    keifu:valueOf <kpi/{number}> ; keifu:valueRole role:{role} ; keifu:numericValue {value} ; keifu:unit unit:{unit} ;
    {when} ; keifu:evidencedBy <source/6> .
"""
TABLE = """\
<table/1> a keifu:StatisticsTable ;
    skos:prefLabel {name} ; dcterms:description {about} ; keifu:partOf dx:1 ; keifu:evidencedBy <source/2-table> .
"""
STATISTIC = """\
<statistic/{kind}-{year}> a keifu:StatisticValue ;
    keifu:indicator indicator:{indicator} ; keifu:area body:{code} ; keifu:valueRole role:observed ;
    keifu:numericValue {value} ; keifu:unit unit:{unit} ; qb:dataSet <table/1> ;{parts}
    {when} ; keifu:evidencedBy <source/2-table> .
"""
PARTS = " keifu:numeratorValue <statistic/cards-{year}> ; keifu:denominatorValue <statistic/population-{year}> ;"
GROUP = """\
<group/{number}> a keifu:SystemGroup ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:evidencedBy <source/8> .
<schedule/group-{number}> a keifu:ScheduleEntry ;
    skos:prefLabel {migration} ; keifu:partOf dx:1 ; keifu:scheduleOf <group/{number}> ; keifu:phase phase:migration ;
    {when} ; keifu:evidencedBy <source/7> .
"""
SYSTEM = """\
</keifu/id/body/{code}/system/synthetic-{slug}> a keifu:InformationSystem ;
    skos:prefLabel {name} ; keifu:operatedBy body:{code} ; keifu:supportsBusiness business:{slug} ;
    keifu:inGroup <group/{group}> ; keifu:status status:{status} ; keifu:evidencedBy <source/8> .
"""
CONTRACT = """\
<contract/1> a keifu:Contract ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:contractFor {systems} ;
    keifu:startDate "{start}"^^xsd:date ; keifu:endDate "{end}"^^xsd:date ; keifu:datePrecision precision:day ;
    keifu:evidencedBy <source/8> .
"""
PROCEDURE = """\
</keifu/id/body/{code}/procedure/synthetic-{slug}> a keifu:OnlineProcedure ;
    skos:prefLabel {name} ; keifu:offeredBy body:{code} ; keifu:procedureType procedure:{slug} ;
    keifu:channel platform:pittari ; keifu:status status:done ; keifu:evidencedBy <source/5> .
<achievement/online-{slug}> a keifu:Achievement ;
    skos:prefLabel {start} ; keifu:partOf <initiative/1-1> ; keifu:status status:done ; {when} ;
    keifu:delivers </keifu/id/body/{code}/procedure/synthetic-{slug}> ; keifu:evidencedBy <source/5> .
"""
CASE = """\
<case/{number}> a keifu:Case ;
    skos:prefLabel {name} ; dcterms:description {about} ; keifu:caseOf {bodies} ; keifu:bodiesText "{bodies_text}"@ja ;
    keifu:theme theme:{theme} ; keifu:uses {uses} ; keifu:evidencedBy <source/9> .
<initiative/{initiative}> keifu:citesCase <case/{number}> .
"""
SCHEDULE = """\
<schedule/{number}-{phase}> a keifu:ScheduleEntry ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:scheduleOf <initiative/{number}> ; keifu:phase phase:{phase} ;
    {when} ; keifu:evidencedBy <source/7> .
"""
EVENT = """\
<milestone/{date}> a keifu:Milestone ;
    skos:prefLabel {name} ; keifu:partOf dx:1 ; keifu:alignedWith </keifu/id/{target}> ;
    keifu:startDate "{date}"^^xsd:date ; keifu:endDate "{date}"^^xsd:date ; keifu:datePrecision precision:day ;
    keifu:dateText "{text}"@ja ; keifu:status status:done ; keifu:evidencedBy <source/1-1> .
"""
DEADLINE = """\
<milestone/{number}> a keifu:Milestone ;
    skos:prefLabel {name} ; keifu:partOf <initiative/{number}> ; {when} ; keifu:evidencedBy <source/7> .
"""
TERM = """\
<term/{slug}> a keifu:GlossaryTerm ;
    skos:prefLabel {name} ; skos:definition {definition} ; keifu:partOf dx:1 ;
    skos:closeMatch technology:{slug} ; keifu:evidencedBy <source/10> .
"""


def era(year: int) -> str:
    """A year of the Japanese calendar, from the second of Heisei."""
    return "令和元年" if year == 2019 else f"令和{year - 2018}年" if year > 2019 else f"平成{year - 1988}年"


def during(*years: int) -> str:
    """Statements that place something in fiscal years that follow one another."""
    words = f"{era(years[0])}度" + (f"から{era(years[-1])}度まで" if len(years) > 1 else "")
    listed = ", ".join(f"fy:{year}" for year in years)
    return f'keifu:inFiscalYear {listed} ; keifu:dateText "{words}"@ja ; keifu:datePrecision precision:fiscal-year'


def end_of(year: int, predicate: str = "keifu:asOf") -> str:
    """Statements that place something at the end of a fiscal year."""
    return (
        f'{predicate} "{year + 1}-03-31"^^xsd:date ; keifu:inFiscalYear fy:{year} ;'
        f' keifu:dateText "{era(year)}度末"@ja ; keifu:datePrecision precision:fiscal-year'
    )
