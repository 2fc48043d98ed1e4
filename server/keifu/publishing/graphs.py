"""What each graph of the dataset is, in words: the catalogue and the feed say the same of it."""

from collections.abc import Mapping

import pyoxigraph as ox

from keifu.language import date_text, number_text
from keifu.publishing.counts import Plan
from keifu.reading.triples import day_of

KINDS: Mapping[str, tuple[str, str]] = {
    "derived": ("導かれた関係と値", "Derived relations and values"),
    "municipality": ("市区町村の計画", "Plans of municipalities"),
    "national": ("国の法令と政策", "National laws and policies"),
    "ontology": ("語彙", "Vocabulary"),
    "ontology/schemes": ("語の分類", "Concept schemes"),
    "prefecture": ("都道府県の計画", "Plans of prefectures"),
    "register": ("自治体の一覧", "Register of local governments"),
    "shared": ("計画が共に使う指標とデータ", "Indicators and data that plans share"),
}
"""What the graphs of a folder hold; a folder further down has the longer name."""


def title(stem: str, plan: Plan | None, lang: str) -> str:
    """The title of a graph: the plan that it is about, else its kind, and where its file is."""
    name = named(plan.names, lang) if plan else kind(stem, lang)
    return f"{name}（{stem}）" if lang == "ja" else f"{name} ({stem})"


def summary(stem: str, plan: Plan | None, triples: int, lang: str) -> str:
    """What a graph says of what, and how much, in a sentence."""
    number = number_text(triples)
    if plan:
        name, body = named(plan.names, lang), named(plan.body_names, lang)
        if lang == "ja":
            return f"{body}の「{name}」について述べる {number} 件の文。"
        return f"{number} statements about the plan “{name}” of {body}."
    if stem == "derived":
        if lang == "ja":
            return f"ほかのグラフから規則によって導いた {number} 件の文。"
        return f"{number} statements that follow from the other graphs by rules."
    if lang == "ja":
        return f"{kind(stem, lang)}を表す {number} 件の文。"
    return f"{kind(stem, lang)} in {number} statements."


def adoption(plan: Plan | None, lang: str) -> str:
    """When the plan of a graph was adopted, in a sentence; nothing where that is not known."""
    known = plan and plan.adopted and day_of(plan.adopted)
    if not plan or not known:
        return ""
    day = date_text(known, plan.precision, lang)
    return f"策定: {day}。" if lang == "ja" else f"Adopted: {day}."


def kind(stem: str, lang: str) -> str:
    """What the graphs of the folder of a graph hold; a folder that nobody named is one of plans and policies."""
    folders = [folder for folder in KINDS if f"{stem}/".startswith(f"{folder}/")]
    ja, en = KINDS[max(folders, key=len)] if folders else ("計画と政策", "Plans and policies")
    return ja if lang == "ja" else en


def named(names: tuple[ox.Literal, ...], lang: str) -> str:
    """The name in a language, else the first."""
    return next((name.value for name in names if name.language == lang), names[0].value)
