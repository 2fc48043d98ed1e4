"""Commands over the built dataset: it is asked, shown and published without a service."""

import csv
import sys
from pathlib import Path
from typing import IO

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from keifu.build import build
from keifu.commands.terminal import in_language, progress
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.errors import UnusableInput
from keifu.namespaces import rebased
from keifu.quality.coverage import coverage
from keifu.queries.queries import bind, read_query
from keifu.settings import Settings
from keifu.sparql.formats import GRAPH_TYPES, SOLUTION_TYPES, write_graph, write_solutions
from keifu.sparql.operations import ask
from keifu.sparql.scanner import Scan


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


@click.command()
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
    result = ask(opened(lang), text, union=not Scan(text).names_dataset)
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


@click.command()
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


@click.command("publish")
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


@click.command("coverage")
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
