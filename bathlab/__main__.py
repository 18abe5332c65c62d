"""The command ``bathlab``, also as ``python -m bathlab``, with what the last room adds."""

from bathlab.report.command import report_command
from bathlab.workbench.command import main

main.add_command(report_command)

if __name__ == "__main__":
    main(prog_name="bathlab")
