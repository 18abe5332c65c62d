"""``python -m bathlab``: the same as the command ``bathlab``."""

from bathlab.ensemble.command import main

main(prog_name="bathlab")
