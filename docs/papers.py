"""The claims of a paper by their ids, beside what records and tests say of them.

A paper has a file docs/claims/NAME.toml with the id of each claim, where it stands and what it
says; the tests that show it, if it is exact, or why it is not tested. Records name the ids that
their claims bear on; a list may also point at claims of records, by study and words.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping, Sequence

from bathlab.workbench.claims import Claim, as_table

ROOT = Path(__file__).parents[1]
#: A claim with more measured values than this, of the largest size, has them below the table
#: alone, or some chosen.
MOST_SHOWN = 6
NOT_YET = "**not yet**"
#: Verdicts on a number that the paper gives, those of bathlab.workbench.claims.
JUDGED = re.compile(r"(agrees|off|[-+][\d.]+ (sigma|of all errors))(, .*)?")
#: What a verdict says of a fit that is no fit.
POWERLESS = "not one power"
KEY = (
    "In bold: the paper stands or falls with it. In italics: how it can be read in more than "
    "one way. A value stands with its standard error and N realisations, from the largest run "
    "that has it; a verdict is computed from the numbers. {count} claims: {state}.\n"
)
#: What a record says of an id: the figure beside which it lies, and the claim.
Found = Mapping[str, Sequence[tuple[str, Claim]]]
#: The claims beside each figure; of two figures of a study the first counts.
Runs = Mapping[str, Sequence[Claim]]


@dataclass(frozen=True)
class Entry:
    """One claim of a paper.

    Attributes
    ----------
    id
        its number in the list.
    where
        section, equation or figure.
    claim
        what it says.
    decides
        whether the paper stands or falls with it.
    ambiguous
        how it can be read in more than one way.
    tests
        that show it, as path::function.
    why
        the reason why it is not tested.
    show
        words of the measured claims that the table has, each of the largest size.
    measured
        claims of records that bear on it and do not name it: ``study`` and ``words``.
    """

    id: str
    where: str
    claim: str
    decides: bool = False
    ambiguous: str = ""
    tests: tuple[str, ...] = ()
    why: str = ""
    show: tuple[str, ...] = ()
    measured: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def of_list(cls, given: Mapping[str, Any]) -> "Entry":
        """The entry as a list has it."""
        return cls(
            **{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
        )

    def said(self, runs: Runs) -> list[tuple[str, Claim]]:
        """Claims that name it, of the first run of each study that has any; then those that it
        points at."""
        named = {
            figure: picked
            for figure, claims in runs.items()
            if (picked := [claim for claim in claims if self.id in claim.id.split()])
        }
        first = {study_of(figure): figure for figure in reversed(named)}
        said = [(figure, claim) for figure in named for claim in named[figure]]
        said = [pair for pair in said if pair[0] in first.values()]
        for each in self.measured:
            of_study = {fig: runs[fig] for fig in runs if study_of(fig) == each["study"]}
            pointed = chosen(of_study, each["study"], [each["words"]])
            said += [pair for pair in pointed if pair not in said]
        return said

    def chosen(self, found: Found, size: str) -> list[Claim]:
        """The measured claims that the table has."""
        if shown := self.shown(found):
            return of_largest(shown, size)
        best = of_largest(found.get(self.id, ()), size)
        return best if len(best) <= MOST_SHOWN else []

    def shown(self, found: Found) -> list[tuple[str, Claim]]:
        """The measured claims with the words of ``show``."""
        every = found.get(self.id, ())
        return [each for each in every if any(words in each[1].claim for words in self.show)]


@dataclass(frozen=True)
class Paper:
    """The list of all claims of a paper; ``size`` is what records call the size of a system."""

    title: str
    text: str
    entries: tuple[Entry, ...]
    size: str = ""

    @classmethod
    def read(cls, path: Path) -> "Paper":
        """The list in a file, whose ids are a letter with 1, 2, 3, ..."""
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = [Entry.of_list(each) for each in content.pop("claims")]
        expected = [f"{entries[0].id[0]}{number + 1}" for number in range(len(entries))]
        if (ids := [entry.id for entry in entries]) != expected:
            place = next(k for k, pair in enumerate(zip(ids, expected)) if pair[0] != pair[1])
            raise ValueError(
                f"{path.name} has {ids[place]} as claim {place + 1}; expected "
                f"{expected[place]}. Number the claims without a gap."
            )
        return cls(**content, entries=tuple(entries))

    def missing(self, found: Found) -> list[Entry]:
        """Claims without a record, a test or a reason."""
        return [
            entry
            for entry in self.entries
            if not (found.get(entry.id) or entry.tests or entry.why)
        ]

    def lost_tests(self) -> list[str]:
        """Named tests that are not there."""
        named = {test for entry in self.entries for test in entry.tests}
        return sorted(test for test in named if not is_there(test))

    def section(self, found: Found) -> str:
        """Title, text, a table of all claims, and all that was measured by claim."""
        measured = [entry for entry in self.entries if found.get(entry.id)]
        table = ["| | claim | where | here |", "|---|---|---|---|"]
        table += [row(entry, found, self.size) for entry in self.entries]
        parts = [f"# {self.title}\n", self.text.strip("\n") + "\n", self.key(found)]
        return "\n".join([*parts, *table, "", *(detail(entry, found) for entry in measured)])

    def key(self, found: Found) -> str:
        """How to read the table, and how many claims are at which state."""
        exact = [entry for entry in self.entries if entry.tests and not found.get(entry.id)]
        counts = {
            "measured": sum(bool(found.get(entry.id)) for entry in self.entries),
            "shown by tests alone": len(exact),
            "left out with a reason": sum(bool(entry.why) for entry in self.entries),
            "not yet": len(self.missing(found)),
        }
        state = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        return KEY.format(count=len(self.entries), state=state)


def collected(papers: Iterable[Paper], runs: Runs) -> Found:
    """What records say of each id.

    Raises
    ------
    ValueError
        If a record names an id that no paper has, or a list points at no claim.
    """
    entries = {entry.id: entry for paper in papers for entry in paper.entries}
    for figure, claims in runs.items():
        for claim in claims:
            for id in set(claim.id.split()) - set(entries):
                raise ValueError(
                    f"{figure} has a claim with id = {id!r}; expected one of the lists in "
                    f"docs/claims. Correct it, or add it there: {claim.claim}"
                )
    return {id: said for id, entry in entries.items() if (said := entry.said(runs))}


def study_of(figure: str) -> str:
    """The study that a figure is of."""
    return Path(figure).name


def chosen(runs: Runs, study: str, words: Sequence[str]) -> list[tuple[str, Claim]]:
    """The claims that contain any of the words, all if there are none, of the first run that
    has any.

    Raises
    ------
    ValueError
        If there is none.
    """
    for figure, claims in runs.items():
        picked = [c for c in claims if not words or any(word in c.claim for word in words)]
        if picked:
            return [(figure, claim) for claim in picked]
    raise ValueError(f"No claim of {study} contains any of {list(words)}. Name another.")


def of_largest(found: Sequence[tuple[str, Claim]], size: str) -> list[Claim]:
    """Of the claims beside each figure those of its largest size, and those without one."""
    picked = []
    for figure in dict.fromkeys(figure for figure, _ in found):
        claims = [claim for other, claim in found if other == figure]
        most = max((size_of(claim, size) for claim in claims), default=0)
        picked += [claim for claim in claims if size_of(claim, size) in (0, most)]
    return picked


def size_of(claim: Claim, size: str) -> int:
    """The size that a claim names, the last of several; 0 if it names none."""
    found = re.search(rf"\b{size} = (?:\d+(?:, | to ))*(\d+)", claim.claim) if size else None
    return int(found[1]) if found else 0


def row(entry: Entry, found: Found, size: str) -> str:
    """A claim as a row of the table."""
    count = len(found.get(entry.id, ()))
    name = f"[{entry.id}](#{entry.id.lower()})" if count else entry.id
    said = escaped(entry.claim)
    if entry.decides:
        name, said = f"**{name}**", f"**{said}**"
    if entry.ambiguous:
        said += f" *({escaped(entry.ambiguous)})*"
    return f"| {name} | {said} | {escaped(entry.where)} | {here(entry, found, size)} |"


def here(entry: Entry, found: Found, size: str = "") -> str:
    """What is known of a claim, in a cell of the table."""
    claims = [claim for _, claim in found.get(entry.id, ())]
    lines = [escaped(short(claim)) for claim in entry.chosen(found, size)]
    if len(lines) < len(claims):
        judged = [c.verdict for c in claims if JUDGED.fullmatch(c.verdict)]
        agree = [v for v in judged if v.startswith("agrees") and POWERLESS not in v]
        known = f": {len(agree)} of {len(judged)} agree" if judged else ""
        lines.append(f"[all {len(claims)} values](#{entry.id.lower()}){known}")
    for test in entry.tests:
        file, _, name = test.partition("::")
        words = name.removeprefix("test_").replace("_", " ")
        lines.append(f"[test](../../{file}): {escaped(words)}")
    if entry.why:
        lines.append(f"not tested: {escaped(entry.why)}")
    return "<br>".join(lines) or NOT_YET


def short(claim: Claim) -> str:
    """A measured claim in a line."""
    parts = [f"{claim.claim}: {claim.here}" if claim.here else claim.claim]
    parts += [f"paper {claim.paper}"] if claim.paper not in ("", "-") else []
    parts += [claim.verdict] if claim.verdict not in ("", "-") else []
    parts += [f"N = {claim.N} {claim.of}".strip()] if claim.N else []
    return "; ".join(parts).replace("+-", "±")


def detail(entry: Entry, found: Found) -> str:
    """All that was measured of a claim, by figure."""
    parts = [f"## {entry.id}\n", f"{escaped(entry.claim)} ({escaped(entry.where)}).\n"]
    for figure in dict.fromkeys(figure for figure, _ in found[entry.id]):
        claims = [claim for other, claim in found[entry.id] if other == figure]
        parts.append(f"`{figure}`:\n\n```text\n{as_table(claims)}\n```\n")
    return "\n".join(parts)


def escaped(text: str) -> str:
    """Text without what Markdown takes for its own."""
    text = re.sub(r"[|*<`\\]", lambda sign: f"\\{sign[0]}", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)


@cache
def functions(path: Path) -> frozenset[str]:
    """The names of the functions of a file."""
    if not path.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(path.read_bytes()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def is_there(test: str) -> bool:
    """Whether a test, path::function, is one."""
    file, _, name = test.partition("::")
    return name.startswith("test_") and name in functions(ROOT / file)


def problems(papers: Iterable[Paper], found: Found) -> Iterator[str]:
    """What is open, a line each."""
    for paper in papers:
        missing = paper.missing(found)
        if missing:
            count = f"{len(missing)} of {len(paper.entries)} claims"
            yield f"{paper.title}: {count} have no record, test or reason:"
            yield from (f"  {entry.id:4} {entry.claim}" for entry in missing)
        yield from (f"  there is no test {test}" for test in paper.lost_tests())
        for entry in paper.entries:
            if entry.show and not entry.shown(found):
                yield f"  nothing measured of {entry.id} has the words show = {entry.show}"
