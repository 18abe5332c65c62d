"""The command ``bathlab``."""

from __future__ import annotations

import click

from bathlab.version import version
from bathlab.workbench.exporting import export_command
from bathlab.workbench.flags import WIDE
from bathlab.workbench.store_commands import (
    merge_command,
    repair_command,
    status_command,
    verify_command,
)
from bathlab.workbench.study_commands import (
    list_command,
    new_command,
    plot_command,
    run_command,
)


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"bathlab {version()}")
        context.exit()


@click.group(context_settings=WIDE)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and stop.",
)
def main() -> None:
    """Studies of ergodic grains and localised spins, and the stores that they fill.

    \b
        bathlab list                                            what can be asked
        bathlab run thermalisation_curve --preset quick         two minutes on two free cores
        bathlab report results/thermalisation_curve/quick       the answer, in report.html

    `bathlab COMMAND --help` explains a command, `bathlab run NAME --help` a study.
    """


for command in (
    list_command,
    run_command,
    new_command,
    plot_command,
    status_command,
    export_command,
    repair_command,
    verify_command,
    merge_command,
):
    main.add_command(command)
