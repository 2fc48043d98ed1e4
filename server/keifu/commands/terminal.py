"""What all commands share with the terminal: its language, their errors, and how far they are."""

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from keifu.build import Progress
from keifu.errors import KeifuError


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
    # Without a thread that refreshes it: beside one, the build could not fork the check of the shapes.
    with Live(console=console, auto_refresh=False, transient=True) as line:
        yield lambda ja, en: line.update(Text(ja if lang == "ja" else en), refresh=True)
