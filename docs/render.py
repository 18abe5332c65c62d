"""Render what the studies found: docs/results.md, and the tables of the README.

    python docs/render.py [--check]

Nothing in these tables is typed by hand. Titles and texts are those of the studies, tables
those of the records beside the figures (figures/NAME.json); docs/results.toml says which go
where, docs/claims/*.toml which claims the papers make. With --check nothing is written: what
the page lacks is said, and the status is 1 if there is anything.
"""

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Iterable

import click
from papers import Found, Paper, collected, problems

from bathlab.workbench import Record
from bathlab.workbench.claims import Claim, as_table

ROOT = Path(__file__).parents[1]
OPENING = """# Results

Claims of De Roeck and Huveneers, [Phys. Rev. B 95, 155129
(2017)](https://doi.org/10.1103/PhysRevB.95.155129), and of Garratt, Roy and Chalker,
[Phys. Rev. B 104, 184203 (2021)](https://doi.org/10.1103/PhysRevB.104.184203), beside what
comes out here, with standard errors over N realisations. Made by `python docs/render.py` from
the records of the studies. Where papers and results differ is told [behind the
studies](#where-the-papers-and-these-results-differ), and after it what became of each claim:
"""
#: A table of the README, after the comment that names its figure.
MARKED = r"(<!-- claims of {figure} -->\n```text\n).*?(\n```)"


@cache
def record(figure: str) -> Record | None:
    """The record beside a figure, if it was made."""
    path = ROOT / f"{figure}.json"
    return Record.read(path) if path.exists() else None


def page() -> str:
    """The text of docs/results.md."""
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text(encoding="utf-8"))
    sections = [section(name) for name in plan["studies"] if record(f"figures/{name}")]
    disputes = [dispute(**each) for each in plan["disputes"]]
    title = "## Where the papers and these results differ\n"
    lists, found = papers(), by_id()
    contents = [f"* [{paper.title}](#{anchor(paper.title)})" for paper in lists]
    every = [paper.section(found) for paper in lists]
    return "\n".join([OPENING, *contents, "", *sections, title, *disputes, *every])


def anchor(title: str) -> str:
    """Where a link to a title leads to."""
    return re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))


def papers() -> list[Paper]:
    """The lists of claims."""
    return [Paper.read(path) for path in sorted((ROOT / "docs/claims").glob("*.toml"))]


def by_id() -> Found:
    """What the largest run of each study says of the claims of the lists."""
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text(encoding="utf-8"))
    folders = ("figures/paper", "figures")
    figures = [f"{folder}/{name}" for name in plan["studies"] for folder in folders]
    runs = {figure: found.claims for figure in figures if (found := record(figure))}
    return collected(papers(), runs)


def section(name: str) -> str:
    """Title and text of a study; picture, command and claims, and those at the paper's own
    N."""
    words = ast.get_docstring(ast.parse((ROOT / f"studies/{name}.py").read_bytes())) or ""
    title, *text, _ = words.split("\n\n")
    parts = [f"## {title.rstrip('.')}\n", *(f"{paragraph}\n" for paragraph in text)]
    for figure in (f"figures/{name}", f"figures/paper/{name}"):
        if found := record(figure):
            command = f"`{found.command}  (bathlab {found.version})`"
            parts.append(f"![{name}](../{figure}.png)\n\n{command}\n\n{block(found.claims)}")
    return "\n".join(parts)


def dispute(title: str, text: str, claims: list[dict[str, str]]) -> str:
    """Text and claims, each from the largest run of its study."""
    blocks = []
    for study in dict.fromkeys(each["study"] for each in claims):
        found = record(f"figures/paper/{study}") or record(f"figures/{study}")
        words = [each["words"] for each in claims if each["study"] == study]
        blocks.append(block(chosen(found, study, words)))
    return "\n".join([f"### {title}\n", text, *blocks])


def chosen(found: Record | None, figure: str, words: list[str]) -> list[Claim]:
    """The claims that contain any of the words, all if there are none."""
    claims = found.claims if found else ()
    picked = [c for c in claims if not words or any(word in c.claim for word in words)]
    if not picked:
        raise ValueError(f"No claim of {figure} contains any of {words}. Name another.")
    return picked


def block(claims: Iterable[Claim]) -> str:
    """Claims as a block of text."""
    return f"```text\n{as_table(claims)}\n```\n"


def readme(text: str) -> str:
    """The README with its tables rendered again."""
    plan: dict[str, Any] = tomllib.loads(
        (ROOT / "docs/results.toml").read_text(encoding="utf-8")
    )
    for each in plan["readme"]:
        figure = each["figure"]
        table = as_table(chosen(record(figure), figure, each.get("words", [])))
        pattern = MARKED.format(figure=re.escape(figure))
        text, count = re.subn(
            pattern, lambda found: f"{found[1]}{table}{found[2]}", text, flags=re.DOTALL
        )
        if count != 1:
            raise ValueError(f"The README has {count} tables of {figure}; expected one.")
    return text


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Write nothing; say what is open.")
def main(check: bool) -> None:
    made = {"docs/results.md": page()}
    made["README.md"] = readme((ROOT / "README.md").read_text(encoding="utf-8"))
    if not check:
        for name, text in made.items():
            (ROOT / name).write_text(text, encoding="utf-8")
        return
    found = list(problems(papers(), by_id()))
    for name, text in made.items():
        if (ROOT / name).read_text(encoding="utf-8") != text:
            found.append(f"{name} is another; run python docs/render.py")
    click.echo("\n".join(found) or "Each claim has a record, a test or a reason.")
    sys.exit(bool(found))


if __name__ == "__main__":
    sys.exit(main())
