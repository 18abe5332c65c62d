"""How long one D(O) takes, against what a physicist would pick instead: prints the table.

    python benchmarks/engine.py                     everything but the largest (20 minutes)
    python benchmarks/engine.py --largest           also n = 262144 (an hour more)
    python benchmarks/engine.py --only n=8192       some rows

From a drawn system to the number: the eigenvector nearest E = 0 and all weights of O in it.
Every piece of work runs in a process of its own, after a small warm-up. bathlab runs on one
thread unless a row says otherwise; its rivals may use every core. Results are kept in
measurements.jsonl and measured again after an edit of the code that they run, or with --fresh.
Nothing else should run on the machine. The rows of all levels and of windows of eigenstates are
those of benchmarks/spectra.py, with the same --largest and an --only of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click
import contacts
import numpy as np
import pandas as pd
from measurements import Work, exponent, machine, measure

#: Figure 4 of De Roeck & Huveneers: the contact and every LIOM.
NINE = ("contact", *range(1, 9))
#: The operators of one dense solve that is compared with D(O_B) and with all nine.
TEN = ("probe", *NINE)
GROWTH = [Work("bathlab", "goe", lioms) for lioms in range(6, 11)]


@dataclass(frozen=True)
class Line:
    """A row of the table: our work, a rival's, and what is asked of their ratio or ours
    alone."""

    name: str
    ours: Work
    rival: Work | None = None
    least_ratio: float | None = None
    most_ratio: float | None = None
    most_seconds: float | None = None
    most_gib: float | None = None


def _lines() -> list[Line]:
    first, second = Work("bathlab", "goe", 7), Work("bathlab", "goe", 8)
    lines = [
        Line(f"n=8192: {rival}", first, Work(rival, "goe", 7, threads=0), least)
        for rival, least in (
            ("scipy evd", 25),
            ("scipy evr", 25),
            ("QuTiP", 70),
            ("QuSpin", 70),
        )
    ]
    dense = Work("scipy evd", "goe", 8, TEN, threads=0)
    lines += [
        Line("n=16384: scipy evd", second, dense, 60, most_gib=0.6),
        Line("n=16384, nine operators", Work("bathlab", "goe", 8, NINE), dense, 15),
        Line(
            "n=16384, nine operators, 2 threads", Work("bathlab", "goe", 8, NINE, 2), dense, 15
        ),
        Line("n=65536", Work("bathlab", "goe", 10), most_seconds=200, most_gib=0.5),
        Line("n=262144", Work("bathlab", "goe", 12), most_seconds=4500, most_gib=2.0),
    ]
    complex_dense = Work("scipy evd", "gue", 6, threads=0)
    lines += [
        Line("n=4096, complex: scipy evd", Work("bathlab", "gue", 6), complex_dense, 20),
        Line("n=8192: complex vs real", Work("bathlab", "gue", 7), first, most_ratio=4.0),
    ]
    for bath, lioms, goe in (
        ("chain9", 4, first),
        ("chain11", 2, first),
        ("chain9", 5, second),
        ("chain11", 3, second),
    ):
        lines.append(
            Line(
                f"n={2 ** (int(bath[5:]) + lioms)}: {bath[5:]}-chain vs GOE",
                Work("bathlab", bath, lioms),
                goe,
                most_ratio=1.5,
            )
        )
    return lines


def _row(line: Line, results: dict[Work, dict[str, Any]]) -> dict[str, Any]:
    ours = results[line.ours]
    row = {
        "work": line.name,
        "seconds": f"{ours['seconds']:.4g}",
        "peak GiB": f"{ours['peak_gib']:.2f}",
    }
    verdicts = []
    if line.rival is not None:
        other = results[line.rival]
        ratio = other["seconds"] / ours["seconds"]
        row |= {"rival s": f"{other['seconds']:.4g}", "rival GiB": f"{other['peak_gib']:.2f}"}
        if line.least_ratio is not None:
            difference = _difference(line, ours, other)
            row |= {
                "ratio": f"{ratio:.1f} x",
                "target": f">= {line.least_ratio:g} x",
                "|dD|": f"{difference:.0e}",
            }
            verdicts.append(ratio >= line.least_ratio and difference <= 1e-8)
        elif line.most_ratio is not None:
            row |= {"ratio": f"{1 / ratio:.2f} of it", "target": f"<= {line.most_ratio:g}"}
            verdicts.append(1 / ratio <= line.most_ratio)
    limits = []
    if line.most_seconds is not None:
        limits.append(f"<= {line.most_seconds:g} s")
        verdicts.append(ours["seconds"] <= line.most_seconds)
    if line.most_gib is not None:
        limits.append(f"<= {line.most_gib:g} GiB")
        verdicts.append(ours["peak_gib"] <= line.most_gib)
    row["target"] = ", ".join([*filter(None, [row.get("target")]), *limits])
    return row | {"met": "yes" if all(verdicts) else "NO"}


def _difference(line: Line, ours: dict[str, Any], other: dict[str, Any]) -> float:
    """Largest difference of D over the operators that both solved, on the same realisation."""
    assert line.rival is not None
    theirs = dict(zip(line.rival.operators, other["log_ipr"]))
    return float(
        max(
            abs(value - theirs[which])
            for which, value in zip(line.ours.operators, ours["log_ipr"])
        )
    )


def _closing(fresh: bool, any_code: bool) -> list[dict[str, Any]]:
    """The growth of time with n, two realisations side by side, and several contacts."""
    results = measure(GROWTH, fresh, any_code=any_code)
    slope = exponent(
        [results[work]["dimension"] for work in GROWTH],
        [results[work]["seconds"] for work in GROWTH],
    )
    rows = [
        {
            "work": "growth of time, n = 2^12 ... 2^16",
            "ratio": f"n^{slope:.2f}",
            "target": "<= n^2.2",
            "met": "yes" if slope <= 2.2 else "NO",
        }
    ]
    for lioms in (7, 8):
        one, two = (Work("bathlab", "goe", lioms, copies=copies) for copies in (1, 2))
        results = measure([one, two], fresh, any_code=any_code)
        gain = 2 * results[one]["seconds"] / results[two]["seconds"]
        rows.append(
            {
                "work": f"n={64 * 2**lioms}: two realisations side by side",
                "seconds": f"{results[two]['seconds']:.4g}",
                "ratio": f"{gain:.2f} x",
                "target": ">= 1.8 x",
                "met": "yes" if gain >= 1.8 else "NO",
            }
        )
    return [*rows, *contacts.rows()]


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--largest", is_flag=True, help="Also n = 262144: about an hour.")
@click.option("--only", default="", help="Only rows whose name contains this.")
@click.option("--fresh", is_flag=True, help="Measure again what is kept.")
@click.option("--any-code", is_flag=True, help="Also take what other or unknown code measured.")
def main(largest: bool, only: str, fresh: bool, any_code: bool) -> None:
    lines = [
        line for line in _lines() if only in line.name and (largest or line.ours.lioms < 12)
    ]
    works = [work for line in lines for work in (line.ours, line.rival) if work is not None]
    results = measure(list(dict.fromkeys(works)), fresh, any_code=any_code)
    rows = [_row(line, results) for line in lines]
    rows += [] if only else _closing(fresh, any_code)
    print(f"{machine()}; bathlab on one thread unless said, rivals on every core\n")
    print(pd.DataFrame(rows).fillna("").to_string(index=False))
    for line in lines:
        result = results[line.ours]
        if line.ours.lioms >= 10:
            print(
                f"\n{line.name}: D = {np.round(result['log_ipr'], 9)}, E = "
                f"{result['energy']:.9g}"
                f", residual {result['residual']:.1e}, {result['steps'][0]} Lanczos steps, "
                f"open weight moves D by < {result['drift']:.1e}, "
                f"sum rule {result['sum_error']:.1e}, "
                f"moments {result['moment_error']:.1e}"
            )


if __name__ == "__main__":
    main()
