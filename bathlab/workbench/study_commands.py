"""``bathlab list``, ``run``, ``new`` and ``plot``: what can be done with a study."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import click
import cloudpickle

from bathlab.workbench import catalogue
from bathlab.workbench.paths import StorePath, UserPath
from bathlab.workbench.record import Record
from bathlab.workbench.redrawing import redraw
from bathlab.workbench.request import restored, stored
from bathlab.workbench.running import draw_again
from bathlab.workbench.script import Script
from bathlab.workbench.voice import plain_errors


@click.command("list")
def list_command() -> None:
    """Name and question of each study."""
    with plain_errors():
        names = catalogue.names()
        width = max(map(len, names))
        for name in names:
            click.echo(f"{name:{width}}  {catalogue.question(name)}")


@click.command(
    "run",
    short_help="Run a study; run NAME --help shows its flags.",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    options_metavar="",
)
@click.argument("study", metavar="NAME|FILE.py")
@click.argument("flags", nargs=-1, type=click.UNPROCESSED, metavar="[FLAGS]...")
@click.pass_context
def run_command(context: click.Context, study: str, flags: tuple[str, ...]) -> None:
    """Run a study by name or from a file, with the flags of its script; --help after the name
    shows them."""
    if study in ("-h", "--help"):
        click.echo(context.get_help())
        return
    with plain_errors():
        script = find_script(study)
    script.command.main(list(flags), prog_name=f"bathlab run {study}")


@click.command("new", short_help="Write a study of your own to begin with.")
@click.argument("file", type=UserPath(dir_okay=False))
def new_command(file: Path) -> None:
    """Write a study to begin with to FILE, which runs as it is."""
    if file.suffix != ".py" or file.exists():
        raise click.ClickException(
            f"{file} was given; expected a new file ending in .py. Choose another name."
        )
    from bathlab.workbench import template  # which loads all that a study needs

    text = inspect.getsource(template).replace("NAME", file.stem)
    with plain_errors():
        file.write_text(text, encoding="utf-8")
    click.echo(f"{file}: a study that runs as it is, python {file} --preset quick")


@click.command("plot", short_help="Draw figure and claims of a store again.")
@click.argument("store", type=StorePath(), metavar="STORE|FIGURE.json")
@click.option(
    "--figure",
    type=UserPath(dir_okay=False),
    metavar="FILE",
    help="Picture to write.  [default: the one that the study wrote]",
)
def plot_command(store: Path, figure: Path | None) -> None:
    """Draw the figure and the claims of a store again, from the rows that are there; or the
    figure alone from the files beside it, one of which is named, FIGURE.json or .csv."""
    with plain_errors():
        if store.is_file():
            script = find_script(Record.read(store.with_suffix(".json")).study)
            picture = figure or store.with_suffix(".png")
            redraw(script, store, picture)
            click.echo(f"figure: {picture} (.pdf), from {store.with_suffix('.csv')}")
            return
        script = find_script(stored(store)["script"])
        draw_again(script, restored(script, store, figure))


def find_script(study: str) -> Script[Any]:
    """The study in a script, by name or path.

    Raises
    ------
    ValueError
        If there is no such script, or it defines no study.
    """
    module = catalogue.load_module(study)
    found = [value for value in vars(module).values() if isinstance(value, Script)]
    if not found:
        raise ValueError(
            f"{study} was given; expected a script with study = bl.workbench.Script(...). "
            "`bathlab new my_study.py` writes one to begin with."
        )
    cloudpickle.register_pickle_by_value(module)  # workers cannot import a script by its name
    return found[0]
