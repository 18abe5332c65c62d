"""Figure 2 of Garratt, Roy & Chalker at the paper's own size: all pairs of states at L = 14.

    python benchmarks/device_scales.py --out FILE.parquet
    python benchmarks/device_scales.py --sites 6 --backend numpy      without a device

One circuit after the other, the couplings in turn, while there is time for one more; each is a
row as the study resonant_scales has them, with the columns ``coupling``, ``sites``, ``seed``
and ``realisation``. ``--out`` is written after every circuit.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from device import Card, device_of

import bathlab as bl
from bathlab.experiments.device_scales import device_scale_rows
from bathlab.experiments.scale_laws import exponent_of
from bathlab.experiments.scales import scale_histogram
from bathlab.statistics import density_law

#: Windows of Omega in which p_Omega is fitted for a first look.
FITTED = ((1e-3, 4e-2), (1e-4, 4e-3))


def written(rows: list[dict[str, Any]], out: Path | None) -> pd.DataFrame:
    """The table of ``rows``, kept in ``out``, whole or not at all."""
    table = pd.DataFrame(rows)
    if out is not None:
        part = out.with_name(out.name + ".part")
        table.to_parquet(part)
        part.replace(out)
    return table


def exponents(table: pd.DataFrame) -> None:
    """zeta/zeta_c of each coupling, by window; an error needs two circuits."""
    for coupling, part in table.groupby("coupling"):
        for window in FITTED:
            try:
                law = density_law(scale_histogram(part), *window)
                found = exponent_of(law)
                said = f"{found.mean:.4f} +- {found.error:.4f}, chi2/dof {law.chi2_dof:.1f}"
            except ValueError as error:
                said = str(error)
            print(f"J = {coupling:g}, N = {len(part)}, {window}: a = {said}", flush=True)


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--sites", default=14, show_default=True, help="L.")
@click.option("--couplings", default="0.02,0.04", show_default=True, help="J, in turn.")
@click.option("--circuits", default=100, show_default=True, help="The most, of each J.")
@click.option("--first", default=0, show_default=True, help="Number of the first realisation.")
@click.option("--seed", default=1, show_default=True)
@click.option("--seconds", default=240.0, show_default=True, help="No circuit starts later.")
@click.option("--backend", type=click.Choice(["cuda", "numpy"]), default="cuda")
@click.option("--out", type=click.Path(path_type=Path), help="A table of the rows.")
def main(
    sites: int,
    couplings: str,
    circuits: int,
    first: int,
    seed: int,
    seconds: float,
    backend: str,
    out: Path | None,
) -> None:
    where, started, longest = device_of(backend), time.perf_counter(), 0.0
    card = Card(where)
    device_scale_rows(bl.BrickworkCircuit(4, 0.1), seed, 0, where)  # kernels are compiled
    rows: list[dict[str, Any]] = []
    tasks = [
        (float(coupling), number)
        for number in range(first, first + circuits)
        for coupling in couplings.split(",")
    ]
    for coupling, number in tasks:
        begun = time.perf_counter()
        if begun - started + longest > seconds:
            break
        found = device_scale_rows(bl.BrickworkCircuit(sites, coupling), seed, number, where)
        spent = time.perf_counter() - begun
        longest = max(longest, spent)
        names = {"coupling": coupling, "sites": sites, "seed": seed, "realisation": number}
        rows += [{**names, **row} for row in found]
        table = written(rows, out)
        print(
            f"J = {coupling:g}, circuit {number}: {spent:.1f} s, residual "
            f"{rows[-1]['residual']:.1e}, largest Omega/2 pi J "
            f"{rows[-1]['largest'] / (2 * np.pi * coupling):.3f}, gap ratio "
            f"{rows[-1]['gap_ratio']:.4f}, mean log10 Omega {rows[-1]['log_scale']:.3f}; "
            f"{card.peak():.1f} GiB",
            flush=True,
        )
    if rows:
        exponents(table)


if __name__ == "__main__":
    main()
