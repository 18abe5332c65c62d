"""Render what the studies found: docs/results.md, results, claims, tables of other pages.

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
from typing import Any, Iterable, Iterator

import click
from nested import nested
from papers import Found, Paper, Runs, chosen, collected, problems

from bathlab.workbench import Record
from bathlab.workbench.claims import Claim, as_table

ROOT = Path(__file__).parents[1]
OPENING = """# Results

Claims of De Roeck and Huveneers, [Phys. Rev. B 95, 155129
(2017)](https://doi.org/10.1103/PhysRevB.95.155129), of Garratt, Roy and Chalker, [Phys. Rev.
B 104, 184203 (2021)](https://doi.org/10.1103/PhysRevB.104.184203), of Thiery, Huveneers,
Müller and De Roeck, [Phys. Rev. Lett. 121, 140601
(2018)](https://doi.org/10.1103/PhysRevLett.121.140601), and of Crowley and Chandran, [SciPost
Phys. 12, 201 (2022)](https://doi.org/10.21468/SciPostPhys.12.6.201), beside what comes out
here, with standard errors over N realisations. Made by `python docs/render.py` from the
records of the studies. Each study has a page with all that it says. Where papers and results
differ is told [behind the studies](#where-the-papers-and-these-results-differ), what a referee
asked of the results on the grain, and what that changed, in [validity](validity.md). What
became of each claim of a paper:
"""
#: A table of a page, after the comment that names its figure and, of several, which it is.
MARKED = r"(<!-- claims of {name} -->\n```text\n).*?(\n```)"
#: The page that has a table if no other is named.
STUDIES = "docs/studies.md"


@cache
def record(figure: str) -> Record | None:
    """The record beside a figure, if it was made."""
    path = ROOT / f"{figure}.json"
    return Record.read(path) if path.exists() else None


def pages() -> dict[str, str]:
    """Every rendered file and its text."""
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text(encoding="utf-8"))
    found, lists = by_id(), papers()
    drawn = [name for name in plan["studies"] if record(f"figures/{name}")]
    return {
        "docs/results.md": index(drawn, plan["disputes"], lists),
        **{f"docs/results/{name}.md": study_page(name) for name in drawn},
        **{f"docs/claims/{name}.md": paper.section(found) for name, paper in lists.items()},
        **{
            page: marked((ROOT / page).read_text(encoding="utf-8"), page)
            for page in {each.get("page", STUDIES): None for each in plan["marked"]}
        },
    }


def index(studies: list[str], disputes: list[dict[str, Any]], lists: dict[str, Paper]) -> str:
    """The text of docs/results.md."""
    contents = [f"* [{paper.title}](claims/{name}.md)" for name, paper in lists.items()]
    title = "## Where the papers and these results differ\n"
    sections = [section(name) for name in studies]
    told = [dispute(**each) for each in disputes]
    return "\n".join([OPENING, *contents, "", *sections, title, *told])


def papers() -> dict[str, Paper]:
    """The lists of claims, by name."""
    paths = sorted((ROOT / "docs/claims").glob("*.toml"))
    return {path.stem: Paper.read(path) for path in paths}


def by_id() -> Found:
    """What the largest run of each study says of the claims of the lists."""
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text(encoding="utf-8"))
    runs = {fig: claims for name in plan["studies"] for fig, claims in largest(name).items()}
    return collected(papers().values(), runs)


def largest(study: str) -> Runs:
    """The claims beside the figures of a study, of the largest run first."""
    figures = (f"figures/paper/{study}", f"figures/{study}")
    return {figure: found.claims for figure in figures if (found := record(figure))}


def question(name: str) -> tuple[str, str]:
    """Title and text of a study."""
    words = ast.get_docstring(ast.parse((ROOT / f"studies/{name}.py").read_bytes())) or ""
    title, *text, _ = words.split("\n\n")
    return title.rstrip("."), "\n\n".join(text)


def runs_of(name: str) -> Iterator[tuple[str, Record]]:
    """The default run of a study and that at the paper's own N, if they were made."""
    for figure in (f"figures/{name}", f"figures/paper/{name}"):
        if found := record(figure):
            yield figure, found


def section(name: str) -> str:
    """Title, text and pictures of a study, and where its claims are."""
    title, text = question(name)
    pictures = [f"![{name}](../{figure}.png)\n" for figure, _ in runs_of(name)]
    count = " and ".join(str(len(found.claims)) for _, found in runs_of(name))
    link = f"[All that it says](results/{name}.md): {count} lines.\n"
    return "\n".join([f"## {title}\n", f"{text}\n", *pictures, *of_both(name), link])


def of_both(name: str) -> list[str]:
    """Whether the two runs of a study are independent, if there are two."""
    runs = [found for _, found in runs_of(name)]
    return [nested(name, *runs)] if len(runs) == 2 else []


def study_page(name: str) -> str:
    """Title and text of a study; picture, command and claims of each run."""
    title, text = question(name)
    parts = [f"# {title}\n", f"{text}\n", *of_both(name)]
    for figure, found in runs_of(name):
        command = f"`{found.command}  (bathlab {found.version})`"
        parts.append(f"![{name}](../../{figure}.png)\n\n{command}\n\n{block(found.claims)}")
    return "\n".join(parts)


def dispute(title: str, text: str, claims: list[dict[str, str]]) -> str:
    """Text and claims, each from the largest run of its study."""
    blocks = []
    for study in dict.fromkeys(each["study"] for each in claims):
        words = [each["words"] for each in claims if each["study"] == study]
        blocks.append(block(claim for _, claim in chosen(largest(study), study, words)))
    return "\n".join([f"### {title}\n", text, *blocks])


def block(claims: Iterable[Claim]) -> str:
    """Claims as a block of text."""
    return f"```text\n{as_table(claims)}\n```\n"


def marked(text: str, page: str = STUDIES) -> str:
    """A page with its tables rendered again."""
    plan: dict[str, Any] = tomllib.loads(
        (ROOT / "docs/results.toml").read_text(encoding="utf-8")
    )
    for each in plan["marked"]:
        if each.get("page", STUDIES) != page:
            continue
        figure = each["figure"]
        claims = {figure: found.claims} if (found := record(figure)) else {}
        table = as_table(c for _, c in chosen(claims, figure, each.get("words", [])))
        name = f"{figure}, {each['part']}" if "part" in each else figure
        pattern = MARKED.format(name=re.escape(name))
        text, count = re.subn(
            pattern,
            lambda found, table=table: f"{found[1]}{table}{found[2]}",
            text,
            flags=re.DOTALL,
        )
        if count != 1:
            raise ValueError(f"{page} has {count} tables of {name}; expected one.")
    return text


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Write nothing; say what is open.")
def main(check: bool) -> None:
    made = pages()
    if not check:
        for name, text in made.items():
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
        return
    found = list(problems(papers().values(), by_id()))
    for name, text in made.items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            found.append(f"{name} is another; run python docs/render.py")
    click.echo("\n".join(found) or "Each claim has a record, a test or a reason.")
    sys.exit(bool(found))


if __name__ == "__main__":
    sys.exit(main())
