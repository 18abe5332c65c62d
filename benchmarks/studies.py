"""Do the studies give the same rows as before, and how much faster? Prints the table.

    python benchmarks/studies.py --before COMMIT
    python benchmarks/studies.py --before COMMIT --studies bath_growth --realisations 2

The commit is checked out into a temporary worktree. The first realisations of every case of the
default presets run with both codes in turn, study by study, on one thread each; seconds are CPU
seconds of the measures alone. Rows are kept in --folder: an interrupted run goes on where it
was, and a third code is compared with the same old rows. Ends with 1 if a number moved.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple

import click
import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
#: Largest accepted difference of two numbers, relative to the larger of 1 and the old one.
SAME = 1e-12
#: What says by which method a number was found, and may differ where the number does not.
METHODS = ("state_method", "measure_method", "measure_methods", "lanczos_steps")

Found = dict[tuple[str, int], tuple[list[Mapping[str, Any]], float]]


class Difference(NamedTuple):
    """The largest difference of two tables of rows, and the column in which it is."""

    size: float
    column: str


@click.command(help=__doc__)
@click.option("--before", required=True, help="commit, branch or tag to compare with")
@click.option("--realisations", default=5, show_default=True, help="of each case")
@click.option("--studies", default="", help="names, separated by commas; all if not given")
@click.option("--folder", type=Path, default=Path(tempfile.gettempdir()) / "study_rows")
def main(before: str, realisations: int, studies: str, folder: Path) -> None:
    names = [name for name in studies.split(",") if name] or every_study()
    lines = []
    with checkout(before) as old:
        codes = {"before": (old, revision(old)), "after": (ROOT, revision(ROOT))}
        for name in names:
            found = {
                key: rows_of(root, name, realisations, folder / version)
                for key, (root, version) in codes.items()
            }
            lines.append(compared(name, found["before"], found["after"]))
            print(pd.DataFrame(lines[-1:]).to_string(index=False, header=len(lines) == 1))
    table = pd.DataFrame(lines)
    sums = table[["before / s", "after / s"]].sum()
    print(f"\n{table.to_string(index=False)}")
    print(f"together {sums.iloc[0]:.1f} s and {sums.iloc[1]:.1f} s: ", end="")
    print(f"{sums.iloc[0] / sums.iloc[1]:.2f} times as fast")
    sys.exit(int(not (table["difference"] <= SAME).all()))


def every_study() -> list[str]:
    """The studies, which are the scripts with presets."""
    scripts = sorted((ROOT / "studies").glob("*.py"))
    return [script.stem for script in scripts if "PRESETS" in script.read_text()]


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A temporary worktree of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "before"
        git(ROOT, "worktree", "add", "--detach", str(path), commit)
        try:
            yield path
        finally:
            git(ROOT, "worktree", "remove", "--force", str(path))


def revision(root: Path) -> str:
    """What rows of this code are kept under: the commit, and what the tree adds to it."""
    tree = git(root, "stash", "create").strip()
    return git(root, "rev-parse", f"{tree}^{{tree}}" if tree else "HEAD").strip()[:12]


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def rows_of(root: Path, name: str, count: int, folder: Path) -> Found:
    """The first ``count`` realisations of each case, computed unless the folder has them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.pickle"
    script = str(Path(__file__).with_name("study_rows.py"))
    arguments = [str(root), name, str(count), str(file)]
    subprocess.run([sys.executable, script, *arguments], check=True)
    found: Found = pickle.loads(file.read_bytes())
    return {key: kept for key, kept in found.items() if key[1] < count}


def compared(name: str, before: Found, after: Found) -> dict[str, Any]:
    """A line of the table."""
    old, new = (sum(seconds for _, seconds in found.values()) for found in (before, after))
    farthest = difference(before, after)
    return {
        "study": name,
        "before / s": round(old, 2),
        "after / s": round(new, 2),
        "ratio": round(old / new, 2),
        "difference": float(f"{farthest.size:.1e}"),
        "in column": farthest.column,
    }


def difference(before: Found, after: Found) -> Difference:
    """The largest difference of any number; inf where rows, columns or texts differ.

    Columns of ``METHODS`` are left out.
    """
    if before.keys() != after.keys():
        return Difference(np.inf, "cases")
    worst = Difference(0.0, "")
    for key, (old_rows, _) in before.items():
        new_rows = after[key][0]
        if len(old_rows) != len(new_rows):
            return Difference(np.inf, "number of rows")
        for old, new in zip(old_rows, new_rows):
            for column in (old.keys() | new.keys()) - set(METHODS):
                size = np.inf
                if column in old and column in new:
                    size = distance(old[column], new[column])
                if size > worst.size:
                    worst = Difference(size, column)
    return worst


def distance(old: Any, new: Any) -> float:
    """max |new - old| / max(1, |old|); two NaN are the same, a text is or is not."""
    if isinstance(old, str) or isinstance(new, str):
        return 0.0 if old == new else np.inf
    first, second = (np.asarray(value, dtype=np.float64) for value in (old, new))
    if first.shape != second.shape:
        return np.inf
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):
        apart = np.abs(second - first) / np.maximum(1.0, np.abs(first))
    apart = np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))
    return float(np.max(apart, initial=0.0))


if __name__ == "__main__":
    main()
