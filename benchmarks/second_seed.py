"""Four cheap ensembles again with another seed, beside the committed tables.

    python benchmarks/second_seed.py [--seed 2] [--write]

Means over realisations that share nothing with those of figures/*.csv, and how many of both
standard errors lie between. --write keeps them as docs/second_seed.csv and puts the table into
docs/second_seed.md; six minutes on one core.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

import click
import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from bathlab.workbench import Record, catalogue

ROOT = Path(__file__).parents[1]
TABLE, PAGE = ROOT / "docs/second_seed.csv", ROOT / "docs/second_seed.md"
MARKED = re.compile(r"(<!-- table -->\n).*(\n<!-- end -->)", re.DOTALL)
FAR = 3.0
ENDS = ("kept", "fresh")


@dataclass(frozen=True)
class Ensemble:
    """Cases of a study to be made again.

    Attributes
    ----------
    study, figure
        its name, and where its committed table is.
    changed
        parameters that leave the cases fewer or smaller.
    cases
        numbers of the cases that are made.
    realisations
        of each.
    keys, columns
        of the table; the means that are compared.
    rows
        values of keys, the rows that are compared.
    """

    study: str
    figure: str
    changed: Mapping[str, Any]
    cases: tuple[int, ...]
    realisations: int
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Mapping[str, Any] = field(default_factory=dict)


ENSEMBLES = (
    Ensemble(
        "bath_growth",
        "figures/paper/bath_growth",
        {"lioms": 4},
        (1,),
        1000,
        ("bath", "lioms"),
        ("log_ipr",),
    ),
    Ensemble(
        "hybridisation_width",
        "figures/paper/hybridisation_width",
        {},
        (0,),
        200,
        ("set", "dimension"),
        ("halfwidth", "golden_rule"),
    ),
    Ensemble(
        "bath_growth",
        "figures/paper/bath_growth",
        {"lioms": 2},
        (0,),
        200,
        ("bath", "lioms"),
        ("log_ipr",),
    ),
    Ensemble(
        "localised_chain",
        "figures/localised_chain",
        {"spins": (5,), "realisations": (80,)},
        (2,),
        80,
        ("spins", "ratio", "spin"),
        ("log_width", "entropy"),
        {"panel": "widths", "spins": 5, "ratio": 0.3},
    ),
)


def again(one: Ensemble, seed: int) -> pd.DataFrame:
    """What the study's ``average`` makes of the cases with this seed."""
    module = catalogue.load_module(one.study)
    kind = type(module.PRESETS["default"])
    p = kind(**Record.read(ROOT / f"{one.figure}.json").parameters)
    p = p.model_copy(update={**one.changed, "seed": seed})
    study = module.build(p)
    chosen = [study.cases[number] for number in one.cases]
    rows = [
        {**case.columns, **row, "case": case.name, "realisation": realisation}
        for case in chosen
        for realisation in range(one.realisations)
        for row in study.measure(case.spec, seed, realisation)
    ]
    return module.average(pd.DataFrame(rows), p)


def compared(one: Ensemble, fresh: pd.DataFrame) -> pd.DataFrame:
    """A row for each mean: committed and fresh, with errors, and the difference over both."""
    kept = pd.read_csv(ROOT / f"{one.figure}.csv")
    for name, value in one.rows.items():
        kept, fresh = kept[kept[name] == value], fresh[fresh[name] == value]
    keys, found = list(one.keys), []
    pairs = kept.drop_duplicates(keys).merge(
        fresh.drop_duplicates(keys), on=keys, suffixes=tuple(f"_{of}" for of in ENDS)
    )
    for _, pair in pairs.iterrows():
        for name in one.columns:
            numbers = (pair[f"{name}{what}_{of}"] for of in ENDS for what in ("", "_error"))
            a, a_error, b, b_error = map(float, numbers)
            where = ", ".join(f"{key} {short(pair[key])}" for key in keys)
            off = (b - a) / np.hypot(a_error, b_error)
            found.append((one.study, where, name, a, a_error, b, b_error, off))
    names = ["study", "where", "mean", "kept", "kept_error", "again", "again_error", "sigmas"]
    return pd.DataFrame(found, columns=names)


def short(value: Any) -> str:
    """A label, or a number without idle digits."""
    return value if isinstance(value, str) else f"{value:g}"


def verdict(table: pd.DataFrame) -> str:
    """How many means are far, how often as many would be, and the same of all together."""
    count, off = len(table), table["sigmas"].to_numpy()
    chance = 1 - (1 - 2 * norm.sf(FAR)) ** count
    total = float(off @ off)
    far = np.count_nonzero(np.abs(off) > FAR)
    return (
        f"{far} of {count} means lie more than {FAR:g} standard errors "
        f"apart; one or more would by chance in {100 * chance:.0f} % of second seeds if "
        f"all were independent. The squares sum to {total:.1f}, p = "
        f"{chi2.sf(total, count):.2f} for {count} independent ones."
    )


def as_page(table: pd.DataFrame) -> str:
    """The table and what it says, in Markdown."""
    names = ["study", "where", "mean of", "committed", "another seed", "difference"]
    rows = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for each in table.to_dict("records"):
        pairs = [(each[name], each[f"{name}_error"]) for name in ("kept", "again")]
        values = [f"{value:.4f} ± {error:.4f}" for value, error in pairs]
        cells = [f"`{each['study']}`", each["where"], f"`{each['mean']}`", *values]
        rows.append("| " + " | ".join([*cells, f"{each['sigmas']:+.1f} σ"]) + " |")
    return "\n".join([*rows, "", verdict(table)])


@click.command(help=__doc__)
@click.option("--seed", default=2, show_default=True, type=click.IntRange(2))
@click.option("--write", is_flag=True, help="Keep table and page.")
def main(seed: int, write: bool) -> None:
    table = pd.concat([compared(one, again(one, seed)) for one in ENSEMBLES], ignore_index=True)
    click.echo(as_page(table))
    if write:
        table.to_csv(TABLE, index=False, float_format="%.6g")
        text = MARKED.sub(
            lambda found: found[1] + as_page(pd.read_csv(TABLE)) + found[2], PAGE.read_text()
        )
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
