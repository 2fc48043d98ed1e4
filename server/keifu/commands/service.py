"""Commands over the service: it is started, and told to read the sources again."""

from dataclasses import replace
from pathlib import Path

import click

from keifu.commands.terminal import in_language, progress, speak
from keifu.settings import Settings


@click.command()
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
    serving.must_be_free(settings)
    with progress(lang) as step:
        version, error = serving.prepare(settings, step)
    if error is not None:
        click.echo(error.text(lang), err=True)
    # A build takes a while, in which another may have come.
    serving.must_be_free(settings)
    url = f"http://{settings.host}:{settings.port}/"
    click.echo(f"{url} で公開しています（データセット {version}）。Ctrl+C で止まります。" if lang == "ja"
               else f"Serving {url} (dataset {version}). Ctrl+C stops it.")  # fmt: skip
    serving.serve(settings, lang)


@click.command("reload")
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
