"""``python -m bathlab``: the same as the command ``bathlab``."""

from bathlab.workbench.command import main

main(prog_name="bathlab")
