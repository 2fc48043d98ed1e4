"""The command line."""

import click

from keifu import __version__
from keifu.commands import dataset, service, sources
from keifu.commands.terminal import Commands, language


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


for command in (
    sources.validate,
    sources.build_command,
    sources.synth_command,
    service.serve,
    service.reload_command,
    dataset.query,
    dataset.get,
    dataset.publish_command,
    dataset.coverage_command,
):
    main.add_command(command)
