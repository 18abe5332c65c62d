"""What keeping every realisation costs: scheduling, writing, loading. Prints the table.

    python benchmarks/ensemble.py       (five minutes; nothing else should run on the machine)

Overhead: realisations of 50 ms of matrix products on two workers, against the same products in
two bare processes that neither schedule nor keep anything. Two lengths of run tell what a
realisation costs and what the start costs, one after the other in several rounds.
Loading: a store of 100 000 rows, one a realisation, each with a curve.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pandas as pd
from measurements import THREAD_VARIABLES, machine
from tqdm import tqdm

import bathlab as bl
from bathlab.conventions import Row
from bathlab.ensemble.realisation import realise
from bathlab.ensemble.store.parts import unpack
from bathlab.ensemble.store.writer import writing

SECONDS, WORKERS, ROWS = 0.05, 2, 100_000
FEW, MANY, ROUNDS = 100, 500, 5
MOST_OVERHEAD, MOST_LOADING = 0.05, 2.0
BARE = """
import sys
sys.path.insert(0, {here!r})
from ensemble import products
print("ready", flush=True)
input()
for realisation in range({count}):
    products({repeats}, 1, realisation)
"""


def products(repeats: int, seed: int, realisation: int) -> list[Row]:
    """A fixed amount of work with twenty numbers and a curve to keep."""
    matrix = np.random.default_rng([seed, realisation]).standard_normal((200, 200)) / 20
    product = matrix
    for _ in range(repeats):
        product = matrix @ product
    return [
        {
            "value": float(matrix[0, 0]),
            "curve": matrix[0, :50],
            **{f"x{index}": float(matrix[1, index]) for index in range(20)},
        }
    ]


def study(repeats: int, realisations: int) -> bl.Study:
    return bl.Study(
        "products", products, (bl.Case("only", repeats, realisations),), watch="value"
    )


def one_unit() -> int:
    """How many products take ``SECONDS`` on one core."""
    start, repeats = time.perf_counter(), 2000
    products(repeats, 1, 0)
    return round(repeats * SECONDS / (time.perf_counter() - start))


def bare(repeats: int, count: int) -> float:
    """Seconds of ``count`` realisations shared out to bare processes, their start left out."""
    code = BARE.format(here=str(Path(__file__).parent), count=count // WORKERS, repeats=repeats)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    start = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.wait()
    return time.perf_counter() - start


def kept(repeats: int, count: int) -> float:
    """Seconds of the same realisations by ``bl.run``, everything included."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        bl.run(study(repeats, count), Path(folder) / "s", workers=WORKERS, progress=False)
        return time.perf_counter() - start


def loading(folder: Path) -> tuple[float, float, float]:
    """Seconds to write a row and to load ``ROWS`` of them; MiB on disk."""
    made = study(1, ROWS)
    seconds = 0.0
    with writing(folder, made) as rows:
        for index in tqdm(range(ROWS), desc="writing rows", disable=None):
            packed = realise(products, made.cases[0], index, 1)
            assert isinstance(packed, bytes)
            start = time.perf_counter()
            rows.write("only", index, unpack(packed))
            seconds += time.perf_counter() - start
    writing_seconds = seconds / ROWS
    start = time.perf_counter()
    assert len(bl.load(folder)) == ROWS
    seconds = time.perf_counter() - start
    size = sum(part.stat().st_size for part in folder.rglob("*.parquet")) / 2**20
    return writing_seconds, seconds, size


@click.command(help=__doc__)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write the store of 100 000 rows: the disk to measure.",
)
def main(folder: Path | None) -> None:
    repeats = one_unit()
    rounds = pd.DataFrame(
        [
            {
                f"{run.__name__}_{name}": run(repeats, count)
                for name, count in (("few", FEW), ("many", MANY))
                for run in (bare, kept)
            }
            for _ in range(ROUNDS)
        ]
    )
    each = {
        name: (rounds[f"{name}_many"] - rounds[f"{name}_few"]) / (MANY - FEW)
        for name in ("bare", "kept")
    }
    overhead = 100 * (each["kept"] / each["bare"] - 1)
    start = rounds["kept_many"] - each["kept"] * MANY
    with tempfile.TemporaryDirectory(dir=folder) as place:
        write, load, size = loading(Path(place) / "s")
    rows = [
        *(
            (
                f"one realisation, {name}",
                f"{1e3 * WORKERS * seconds.median():.1f} ms of a worker",
                "",
            )
            for name, seconds in each.items()
        ),
        (
            f"overhead, median of {ROUNDS} rounds (least, most)",
            f"{overhead.median():.1f} % ({overhead.min():.1f}, {overhead.max():.1f})",
            f"< {100 * MOST_OVERHEAD:.0f} %",
        ),
        ("start of the pool", f"{start.median():.1f} s", ""),
        ("writing a row", f"{1e3 * write:.2f} ms", ""),
        (f"loading {ROWS} rows ({size:.0f} MiB)", f"{load:.2f} s", f"< {MOST_LOADING:g} s"),
    ]
    click.echo(
        pd.DataFrame(rows, columns=["what", "measured", "target"]).to_string(index=False)
    )
    click.echo(f"\n{machine()}; bathlab {bl.__version__}")


if __name__ == "__main__":
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    # Set before numpy is loaded, or not at all: start again with the variables.
    if os.environ.get("BENCHMARK_PINNED") != "1":
        os.execve(
            sys.executable, [sys.executable, *sys.argv], os.environ | {"BENCHMARK_PINNED": "1"}
        )
    main()
