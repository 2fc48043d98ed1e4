"""Commands over the sources: they are checked, built, and made up."""

import sys
from pathlib import Path

import click

from keifu.build import build, merge
from keifu.commands.terminal import in_language, progress
from keifu.dataset.files import Sources
from keifu.settings import Settings
from keifu.synth.nation import synth


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True)
@in_language
@click.pass_obj
def validate(lang: str, files: tuple[Path, ...], form: str) -> None:
    """Check the data, or FILES only, against the shapes.

    Exit status: 0 no violation, 1 violations, 2 a file that cannot be read.

    \b
    Example:
      keifu validate data/ttl/municipality/172090-kahoku/dx-1.0.ttl --format json
    """
    from keifu.dataset.validation import validate as check  # noqa: PLC0415 - pySHACL takes a second to import
    from keifu.dataset.validation import validate_files  # noqa: PLC0415

    sources = Sources.find()
    with progress(lang) as step:
        if files:
            step("形状の検査（SHACL）", "checking the shapes (SHACL)")
            report = validate_files(list(files), sources)
        else:
            store = merge(sources, step)
            step("形状の検査（SHACL）", "checking the shapes (SHACL)")
            report = check(store, sources)
    click.echo({"text": lambda: report.text(lang), "json": report.json, "turtle": report.turtle}[form]())
    if report.violations:
        sys.exit(1)


@click.command("build")
@click.argument("out", required=False, type=click.Path(file_okay=False, path_type=Path))
@in_language
@click.pass_obj
def build_command(lang: str, out: Path | None) -> None:
    """Check the sources and build the dataset in the folder OUT (default: .keifu).

    The dataset in service is replaced in one step, or stays as it was where a file cannot be read or violates a shape.

    \b
    Example:
      keifu build /srv/keifu
    """
    settings = Settings.from_env()
    folder = out or settings.dataset
    with progress(lang) as step:
        manifest, made = build(Sources.find(), folder, step)
    said = {
        ("ja", True): "を組み上げました", ("ja", False): "は最新です",
        ("en", True): "built", ("en", False): "is up to date",
    }[lang, made]  # fmt: skip
    if lang == "ja":
        click.echo(
            f"データセット {manifest.version} {said}: {manifest.triples:,} トリプル、{len(manifest.graphs)} グラフ"
        )
    else:
        click.echo(f"dataset {manifest.version} {said}: {manifest.triples:,} triples in {len(manifest.graphs)} graphs")


@click.command("synth")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--cities", type=click.IntRange(1), default=1741, show_default=True, help="Municipalities with a plan.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed draws another nation.")
@in_language
@click.pass_obj
def synth_command(lang: str, out: Path, cities: int, seed: int) -> None:
    """Write the data and, beside them, synthetic plans into the folder OUT, to try the service at full size.

    Each plan says that it is synthetic. The same seed gives the same files.

    \b
    Example:
      keifu synth nation --cities 200
    """
    with progress(lang) as step:
        synth(Sources.find(), out, cities, seed, step)
    click.echo(f"{out} に架空の計画を {cities:,} 件書きました" if lang == "ja"
               else f"{cities:,} synthetic plans written to {out}")  # fmt: skip
