"""The command line: thin commands over the library."""

import csv
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from keifu import __version__
from keifu.build import Progress, build, merge
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.errors import KeifuError, UnusableInput
from keifu.namespaces import rebased
from keifu.quality.coverage import coverage
from keifu.queries.queries import bind, read_query
from keifu.settings import Settings
from keifu.sparql.formats import GRAPH_TYPES, SOLUTION_TYPES, write_graph, write_solutions
from keifu.sparql.scanner import Scan
from keifu.synth.nation import synth


def language() -> str:
    """`ja` where the locale of the terminal is Japanese, else `en`."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0]
    return "ja" if name and name.lower().startswith(("ja", "japanese")) else "en"


class Commands(click.Group):
    """The group of commands; an error of keifu ends any of them with its sentence and exit code, never a trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeifuError as error:
            click.echo(error.text(ctx.obj or language()), err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="keifu")
@click.pass_context
def main(ctx: click.Context) -> None:
    """keifu (系譜): Japanese municipal DX plans as linked open data.

    \b
    Example: check everything, then look at it in a browser
      keifu validate
      keifu serve
    """
    ctx.obj = language()


def speak(ctx: click.Context, _option: click.Parameter, lang: str | None) -> str | None:
    """Let the command and its errors speak the language that --lang names."""
    if lang:
        ctx.obj = ctx.find_root().obj = lang
    return lang


in_language = click.option(
    "--lang",
    type=click.Choice(["ja", "en"]),
    callback=speak,
    is_eager=True,
    expose_value=False,
    help="Language of messages (default: the locale's).",
)


@contextmanager
def progress(lang: str) -> Iterator[Progress]:
    """A Progress on standard error: one changing line in a terminal, a line a step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda ja, en: click.echo(ja if lang == "ja" else en, err=True) if "/" not in en else None
        return
    with console.status("") as status:
        yield lambda ja, en: status.update(ja if lang == "ja" else en)


@main.command()
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


@main.command("build")
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


@main.command()
@click.option("--host", help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default: 8000).")
@click.option("--workers", type=click.IntRange(1), help="Web processes (default: 1).")
@click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of a store on disk to serve from, made if need be (default: all is held in memory).",
)
@click.option(
    "--lang",
    "pages",
    type=click.Choice(["ja", "en"]),
    callback=speak,
    is_eager=True,
    help="Language of messages, and of pages for visitors who ask for none (default: ja).",
)
@click.pass_obj
def serve(lang: str, /, pages: str | None, **options: object) -> None:
    """Build what is out of date and serve it: pages, data and the SPARQL endpoint.

    Where the sources cannot be built, the dataset built last is served and the reason printed.

    \b
    Example:
      keifu serve --port 8080
    """
    from keifu import serving  # noqa: PLC0415 - it brings the server along

    given = {name: value for name, value in {**options, "lang": pages}.items() if value is not None}
    settings = replace(Settings.from_env(), **given)  # type: ignore[arg-type]
    with progress(lang) as step:
        version, error = serving.prepare(settings, step)
    if error is not None:
        click.echo(error.text(lang), err=True)
    url = f"http://{settings.host}:{settings.port}/"
    click.echo(f"{url} で公開しています（データセット {version}）。Ctrl+C で止まります。" if lang == "ja"
               else f"Serving {url} (dataset {version}). Ctrl+C stops it.")  # fmt: skip
    serving.serve(settings, lang)


@main.command("reload")
@in_language
@click.pass_obj
def reload_command(lang: str) -> None:
    """Let the running service read the sources again and put what it builds of them into service.

    No request is lost. What cannot be built leaves the old dataset in service; the service prints the reason.

    \b
    Example:
      keifu reload
    """
    from keifu.serving import reload  # noqa: PLC0415 - it brings the server along

    ports = ", ".join(map(str, reload(Settings.from_env().dataset)))
    click.echo(f"ポート {ports} のサーバーに読み直しを頼みました。結果はその出力に出ます。" if lang == "ja"
               else f"Asked the service on port {ports} to build again; it prints the outcome.")  # fmt: skip


def opened(lang: str) -> Store:
    """The dataset of the sources as they are now, built first where it is out of date."""
    folder = Settings.from_env().dataset
    with progress(lang) as step:
        build(Sources.find(), folder, step)
    return Store.open(folder)


def parameter(_ctx: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` pairs as a dictionary."""
    pairs = [text.partition("=") for text in texts]
    for name, sign, _ in pairs:
        if not sign:
            raise click.BadParameter(f"{name!r} is not of the form NAME=VALUE.")
    return {name: value for name, _, value in pairs}


@main.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option(
    "-p", "--param", "values", multiple=True, callback=parameter, metavar="NAME=VALUE", help="A parameter of the query."
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@in_language
@click.pass_obj
def query(lang: str, file: IO[str], values: dict[str, str], form: str) -> None:
    """Run the query in FILE (- for standard input) on the built dataset.

    CONSTRUCT and DESCRIBE print Turtle.

    \b
    Examples:
      keifu query queries/achievements.rq -p plan=https://w3id.org/keifu/id/plan/172090/dx/1.0
      echo 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' | keifu query -
    """
    text = bind(read_query(rebased(file.read()), file.name), values)
    result = opened(lang).query(text, union=not Scan(text).names_dataset)
    if isinstance(result, ox.QueryTriples):
        click.echo(write_graph(result, GRAPH_TYPES["turtle"]).decode(), nl=False)
    elif form != "table":
        click.echo(write_solutions(result, SOLUTION_TYPES[form]).decode(), nl=False)
    elif isinstance(result, ox.QueryBoolean):
        click.echo("true" if result else "false")
    else:
        print_table(result)


def print_table(solutions: ox.QuerySolutions) -> None:
    """Solutions as a table; wide characters keep their columns."""
    table = Table(*(variable.value for variable in solutions.variables))
    for solution in solutions:
        table.add_row(*("" if term is None else getattr(term, "value", str(term)) for term in solution))
    Console().print(table)


@main.command()
@click.argument("path")
@click.option("--accept", default="*/*", show_default=True, help="The Accept header.")
@in_language
@click.pass_obj
def get(lang: str, path: str, accept: str) -> None:
    """Print one page or resource of the site without a server, redirects followed.

    \b
    Examples:
      keifu get /ja/id/body/172090
      keifu get /id/body/172090 --accept text/turtle
    """
    from keifu.app import create_app  # noqa: PLC0415 - Flask is needed by this command only

    if not path.startswith("/"):
        raise UnusableInput(
            f"{path} はサイトのパスではありません。/ で始めてください。",
            f"{path} is not a path of the site. Begin with /.",
        )
    client = create_app(Settings.from_env(), opened(lang)).test_client()
    answer = client.get(path, headers={"Accept": accept, "Accept-Language": lang}, follow_redirects=True)
    click.echo(answer.data, nl=False)
    if answer.status_code >= 400:
        click.echo(answer.status, err=True)
        sys.exit(2)


@main.command("publish")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@in_language
@click.pass_obj
def publish_command(lang: str, out: Path) -> None:
    """Write the whole site into the folder OUT as files that any web host serves, in place of what was there.

    Its addresses are those of KEIFU_BASE; its links work wherever it lies.

    \b
    Example:
      keifu publish site
      python -m http.server --directory site
    """
    from keifu.app import unattended  # noqa: PLC0415 - Flask is needed by few commands only
    from keifu.site.publish import publish  # noqa: PLC0415

    store = opened(lang)
    dataset = Settings.from_env().dataset
    with progress(lang) as step:
        count = publish(unattended, store, dataset, out, step)
    click.echo(f"{out} に {count:,} 個のファイルを書きました" if lang == "ja" else f"{count:,} files written to {out}")


@main.command("coverage")
@click.option("--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True)
@in_language
@click.pass_obj
def coverage_command(lang: str, form: str) -> None:
    """Show, for each section of every source document, how many nodes cite it, by kind.

    A section that nothing cites is marked with an exclamation mark.

    \b
    Example:
      keifu coverage --format csv > coverage.csv
    """
    sections = coverage(opened(lang), lang)
    header = (
        ["計画", "章節", "見出し", "ノード", "種類"]
        if lang == "ja"
        else ["plan", "section", "heading", "nodes", "kinds"]
    )
    rows = [
        [
            s.plan_label,
            s.number,
            s.heading,
            str(s.nodes) if s.within else "0 !",
            " ".join(f"{k}:{n}" for k, n in s.kinds.items()),
        ]
        for s in sections
    ]
    if form == "csv":
        csv.writer(sys.stdout).writerows([header, *rows])
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


@main.command("synth")
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
