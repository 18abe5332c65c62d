"""What a CUDA device makes of the same work, against the processor of the same machine.

    python benchmarks/device.py                    under four minutes on an H100 with 16 cores
    python benchmarks/device.py --size quick       under one
    python benchmarks/device.py --size dry --backend numpy
                                                   every line on a few states, without a device

Each line is a piece of work on one realisation: by the device, by the host on every core that
its libraries take, and how far the two agree. A line that fails says how, and the rest goes
on; one for which no time is left is left out. ``--seconds`` is the most that all may take.

The rates of the card are those of large products and copies here, and what is said of a share
is the share of these. Of an eigensolver the operations counted are 10/3 n^3 (reduction and
back-transformation; four times that of a complex matrix), without those of the tridiagonal
matrix; of a product 2 n^3 (8 n^3). Lanczos steps move as many bytes as their array operations
read and write; "at least" counts each vector once.
"""

from __future__ import annotations

import json
import math
import os
import platform
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Iterator

import click
import numpy as np

import bathlab as bl
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.krylov.lanczos import Lanczos
from bathlab.spectrum.unitary import dense
from bathlab.spectrum.unitary.device import eigen_data

COUPLING, SEED = 0.04, 1
GIB = 2**30
#: The bath of all grains here.
BATH = bl.RandomMatrixBath(spins=6, bandwidth=4.2)


@dataclass(frozen=True)
class Size:
    """How large the work of each kind is; the largest of a kind is for the device alone.

    Attributes
    ----------
    product
        rows of a square matrix.
    copy
        numbers in a vector.
    grains, grain_alone
        LIOMs beside the 6-spin bath, n = 64 2^LIOMs.
    lioms, steps
        of Lanczos runs.
    whole
        LIOMs of the grain whose D(O) is found by Lanczos steps on the device.
    circuits, circuit_alone
        sites.
    """

    product: int
    copy: int
    grains: tuple[int, ...]
    grain_alone: int | None
    lioms: tuple[int, ...]
    steps: int
    whole: int
    circuits: tuple[int, ...]
    circuit_alone: int | None


SIZES = {
    "default": Size(
        8192, 2**28, (6, 7), 8, (7, 8, 9, 10, 11, 12, 13, 14), 1000, 5, (10, 12), 14
    ),
    "quick": Size(4096, 2**27, (5,), 6, (7, 10, 13), 200, 3, (8, 10), 12),
    "dry": Size(64, 2**10, (1,), 2, (1, 2), 30, 1, (4, 6), 8),
}


@dataclass(eq=False)
class Card:
    """The device and what is known of it."""

    backend: Backend
    rates: dict[str, float] = field(default_factory=dict)

    @property
    def cuda(self) -> bool:
        return self.backend.name == "cuda"

    def wait(self) -> None:
        """Until all that was asked of the device is done."""
        if self.cuda:
            self.backend.xp.cuda.Device().synchronize()

    def release(self) -> None:
        """Give back what the pool keeps, so that its size is the peak of the next line."""
        if self.cuda:
            self.backend.xp.get_default_memory_pool().free_all_blocks()

    def peak(self) -> float:
        """GiB that the pool has grown to; NaN without one."""
        pool = self.backend.xp.get_default_memory_pool() if self.cuda else None
        return math.nan if pool is None else pool.total_bytes() / GIB

    def seconds(self, work: Callable[[], Any], repeats: int = 5) -> float:
        """The median over ``repeats``, after one that is not counted."""
        work()
        spent = []
        for _ in range(repeats):
            self.wait()
            started = time.perf_counter()
            work()
            self.wait()
            spent.append(time.perf_counter() - started)
        return float(np.median(spent))

    def share(self, kind: str, rate: float) -> str:
        """``rate`` and what it is of the card's."""
        best = self.rates.get(kind)
        return f"{rate:.3g} {kind}" + (
            f" = {100 * rate / best:.0f} % of the card" if best else ""
        )


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    name
        of the work.
    expected
        seconds on an H100 with 16 cores; it is left out if less time is left.
    run
        does it, and returns numbers and what to say of them.
    """

    name: str
    expected: float
    run: Callable[[Card], dict[str, Any]]


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def rates(card: Card, size: Size) -> dict[str, Any]:
    """Rates of the card: a copy within it, products of matrices, the way to it and back."""
    xp, n = card.backend.xp, size.product
    source = xp.arange(size.copy, dtype=np.float64)
    target = xp.empty(size.copy)

    def copy() -> None:
        target[...] = source

    card.rates["GB/s"] = 2 * source.nbytes / card.seconds(copy) / 1e9
    host = np.random.default_rng(0).standard_normal((n, n))
    there, up = timed(lambda: card.backend.to_device(host))
    card.wait()
    _, down = timed(lambda: card.backend.to_host(there))
    card.rates["Gflop/s"] = 2e-9 * n**3 / card.seconds(lambda: there @ there)
    both = there + 1j * there.T
    card.rates["complex Gflop/s"] = 8e-9 * n**3 / card.seconds(lambda: both @ both)
    said = ", ".join(f"{value:.4g} {name}" for name, value in card.rates.items())
    there_and_back = {"up GB/s": host.nbytes / up / 1e9, "down GB/s": host.nbytes / down / 1e9}
    return {**card.rates, **there_and_back, "said": said}


def grain(lioms: int) -> Any:
    """A fresh system: one that was solved would not be solved again."""
    return bl.couple(BATH, bl.LiomChain(lioms)).sample(SEED)


def probe_ipr(system: Any, state: Any, method: str) -> float:
    measure = bl.spectral_measure(system, system.operator("probe"), state, method)
    return float(bl.log_ipr(measure))


def dense_grain(card: Card, lioms: int, alone: bool) -> dict[str, Any]:
    """All levels and vectors of a real grain, and D(O) of the middle state from them."""
    system = grain(lioms)
    n = system.dimension
    found, device = timed(lambda: bl.diagonalise(system, backend=card.backend))
    rate = 10 / 3 * n**3 / device / 1e9
    peak = card.peak()
    state = bl.eigenstate_near(system, method="dense")
    here, host = grain(lioms), math.nan
    if alone:
        near = bl.eigenstate_near(here, state.energy, "lanczos")
        levels, off = "state", abs(near.energy - state.energy)
        other = probe_ipr(here, near, "lanczos")
    else:
        expected, host = timed(lambda: bl.diagonalise(here))
        levels, off = "levels", float(np.abs(found.energies - expected.energies).max())
        other = probe_ipr(here, bl.eigenstate_near(here, state.energy, "dense"), "dense")
    apart = abs(probe_ipr(system, state, "dense") - other)
    said = f"{levels} to {off:.1e}, D to {apart:.1e}; {card.share('Gflop/s', rate)}"
    return {"device": device, "host": host, "levels_off": off, "D_off": apart,
            "gflops": rate, "peak_gib": peak, "said": said}  # fmt: skip


def lanczos_steps(card: Card, lioms: int, steps: int) -> dict[str, Any]:
    """The Lanczos recurrence alone, as D(O) takes it some n times over."""
    system = grain(lioms)
    n = system.dimension
    start = np.random.default_rng(SEED).standard_normal(n)
    runs, spent = [], []
    for backend in (card.backend, resolve("cpu")):
        run = Lanczos(system, start, backend)
        run.extend(30)
        card.wait()
        started = time.perf_counter()
        run.extend(steps)
        spent.append((time.perf_counter() - started) / steps)
        runs.append(run)
    # Rounding grows as soon as a level has converged, so later coefficients tell nothing.
    off = float(np.abs(runs[0].diagonal[:30] - runs[1].diagonal[:30]).max())
    moved = step_traffic(n, lioms)
    rate = moved / spent[0] / 1e9
    said = f"alpha to {off:.1e}; {1 / spent[0]:.0f} steps/s, {card.share('GB/s', rate)}"
    return {"device": spent[0] * steps, "host": spent[1] * steps, "n": n, "alpha_off": off,
            "steps_per_second": 1 / spent[0], "host_steps_per_second": 1 / spent[1],
            "moved_bytes": moved, "least_bytes": 4 * 8 * n, "said": said}  # fmt: skip


def step_traffic(n: int, lioms: int) -> float:
    """Bytes of a step in vectors of n: diagonal 3, two blocks of half of the rows 5, each flip
    5, and 2 + 3 for every vector taken off, 1 + 2 for the norms, 2 for the division."""
    return 8.0 * n * (3 + 5 + 5 * lioms + 10 + 3 + 2)


def whole_ipr(card: Card, lioms: int) -> dict[str, Any]:
    """D(O) by Lanczos steps: state, replay and weights."""

    def by(backend: Backend) -> float:
        system = grain(lioms)
        state = bl.eigenstate_near(system, method="lanczos", backend=backend)
        operator = system.operator("probe")
        measure = bl.spectral_measure(system, operator, state, "lanczos", backend=backend)
        return float(bl.log_ipr(measure))

    there, device = timed(lambda: by(card.backend))
    here, host = timed(lambda: by(resolve("cpu")))
    return {"device": device, "host": host, "D_off": abs(there - here),
            "said": f"D to {abs(there - here):.1e}"}  # fmt: skip


def all_levels(card: Card, lioms: int) -> dict[str, Any]:
    """Every level of a grain by Lanczos steps, against both traces."""
    there, device = timed(lambda: bl.levels(grain(lioms), "lanczos", backend=card.backend))
    here, host = timed(lambda: bl.levels(grain(lioms), "lanczos"))
    off = float(np.abs(there.energies - here.energies).max())
    said = f"levels to {off:.1e}, traces to {there.trace_error:.1e}"
    return {"device": device, "host": host, "levels_off": off, "said": said}


def circuit(card: Card, sites: int, alone: bool) -> dict[str, Any]:
    """All quasienergies and vectors of a Floquet circuit; W itself is made by the host."""
    system = bl.BrickworkCircuit(sites, COUPLING).sample(SEED)
    n = system.dimension
    dense.require_unitary_fits(system, card.backend)
    unitary, made = timed(system.unitary)
    trace = unitary.trace()

    def solve() -> Any:
        found = eigen_data(system, unitary, card.backend)
        card.wait()
        return found

    found, device = timed(solve)
    theta, peak, host = found.quasienergies, card.peak(), math.nan
    if alone:
        what, off = "window by products", window_off(system, theta)
    else:
        here = bl.BrickworkCircuit(sites, COUPLING).sample(SEED)
        expected, host = timed(lambda: bl.diagonalise(here))
        # The order may differ across the cut at pi.
        off = float(np.abs(np.exp(1j * theta) - np.exp(1j * expected.quasienergies)).max())
        what = "theta"
    trace_off = abs(np.exp(1j * theta).sum() - trace)
    rate = (40 / 3 + 6 * 8) * n**3 / device / 1e9
    said = (
        f"{what} to {off:.1e}, trace to {trace_off:.1e}, residual {found.residual:.1e}, "
        f"orthogonal to {found.orthogonality:.1e}; W made in {made:.2g} s, "
        f"{card.share('complex Gflop/s', rate)}"
    )
    return {"device": device + made, "host": host, "theta_off": off, "made": made,
            "trace_off": float(trace_off),
            "residual": found.residual, "orthogonality": found.orthogonality,
            "gflops": rate, "peak_gib": peak, "said": said}  # fmt: skip


def window_off(system: Any, theta: Any) -> float:
    """How far the 16 quasienergies nearest 0.5, by products on the host, are from theirs."""
    window = bl.eigenstates_near(system, 0.5, 16, "filter")
    energies = np.array([state.energy for state in window])
    return float(np.abs(theta[:, None] - energies).min(axis=0).max())


def warm_up(card: Card) -> dict[str, Any]:
    """Everything once on a few states: kernels are compiled, libraries are loaded."""
    _, spent = timed(lambda: [line.run(card) for line in lines(SIZES["dry"])])
    return {"said": f"{spent:.0f} s"}


def lines(size: Size) -> Iterator[Line]:
    """The work in the order in which it is done: what matters most first."""
    yield Line("rates", 6, lambda card: rates(card, size))
    for sites in size.circuits:
        yield Line(f"circuit L = {sites}, all states", 4.0 ** (sites - 10),
                   lambda card, sites=sites: circuit(card, sites, False))  # fmt: skip
    for lioms in size.grains:
        yield Line(f"grain n = {64 << lioms}, all states", 8.0 ** (lioms - 6),
                   lambda card, lioms=lioms: dense_grain(card, lioms, False))  # fmt: skip
    for lioms in size.lioms:
        name = f"{size.steps} Lanczos steps, n = {64 << lioms}"
        yield Line(name, 2, lambda card, lioms=lioms: lanczos_steps(card, lioms, size.steps))
    if size.circuit_alone is not None:
        yield Line(f"circuit L = {size.circuit_alone}, all states", 40,
                   lambda card: circuit(card, size.circuit_alone, True))  # fmt: skip
    if size.grain_alone is not None:
        yield Line(f"grain n = {64 << size.grain_alone}, all states", 25,
                   lambda card: dense_grain(card, size.grain_alone, True))  # fmt: skip
    name = f"D(O) by Lanczos steps, n = {64 << size.whole}"
    yield Line(name, 12, lambda card: whole_ipr(card, size.whole))
    name = f"all levels by Lanczos steps, n = {64 << size.whole}"
    yield Line(name, 8, lambda card: all_levels(card, size.whole))


@dataclass(eq=False)
class Report:
    """What was found so far, printed and written as it comes."""

    started: float
    seconds: float
    out: Path | None
    lines: list[dict[str, Any]] = field(default_factory=list)
    current: str = ""

    @property
    def left(self) -> float:
        return self.seconds - (time.perf_counter() - self.started)

    def add(self, name: str, found: dict[str, Any]) -> None:
        self.lines.append({"work": name, **found})
        times = [found.get(side, math.nan) for side in ("device", "host")]
        text = ["" if math.isnan(value) else f"{value:.3g} s" for value in times]
        ratio = "" if any(map(math.isnan, times)) else f"{times[1] / times[0]:.3g} x"
        columns = f"{name:<34}{text[0]:>11}{text[1]:>11}{ratio:>10}"
        print(f"{columns}  {found['said']}", flush=True)
        self.write()

    def write(self) -> None:
        if self.out is not None:
            self.out.write_text(json.dumps(self.lines, indent=1))

    def watch(self) -> threading.Timer:
        """End the process when the time is up, whatever a library is waiting for."""

        def stop() -> None:
            print(f"stopped in {self.current!r}: {self.seconds:.0f} s are over", flush=True)
            self.write()
            os._exit(3)

        timer = threading.Timer(max(self.left, 0.1), stop)
        timer.daemon = True
        timer.start()
        return timer

    def run(self, line: Line, card: Card) -> None:
        if line.expected > self.left:
            self.add(line.name, {"said": f"left out, {self.left:.0f} s were left"})
            return
        self.current = line.name
        card.release()
        try:
            found, spent = timed(lambda: line.run(card))
            self.add(line.name, {**found, "seconds": spent})
        except Exception as error:
            traceback.print_exc()
            self.add(line.name, {"said": f"FAILED: {type(error).__name__}: {error}"})


def device_of(name: str) -> Backend:
    """The backend; numpy in the place of a device for a run without one."""
    if name == "numpy":
        return Backend("numpy", np, np.array, np.array, lambda: 2.0**34)
    return resolve(name)


def machine(card: Card) -> str:
    device = "numpy in the place of a device"
    if card.cuda:
        cupy = card.backend.xp
        properties = cupy.cuda.runtime.getDeviceProperties(0)
        device = f"{properties['name'].decode()}, cupy {cupy.__version__}"
    here = platform.processor() or platform.machine()
    return f"{device}; {here}, {os.cpu_count()} cores, numpy {np.__version__}"


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--size", type=click.Choice(list(SIZES)), default="default", show_default=True)
@click.option("--backend", type=click.Choice(["cuda", "numpy"]), default="cuda")
@click.option("--seconds", default=235.0, show_default=True, help="The most that all may take.")
@click.option("--only", default="", help="Only lines whose name contains this.")
@click.option("--out", type=click.Path(path_type=Path), help="Numbers as JSON.")
def main(size: str, backend: str, seconds: float, only: str, out: Path | None) -> None:
    report = Report(time.perf_counter(), seconds, out)
    timer = report.watch()
    try:
        card = Card(device_of(backend))
        print(machine(card), flush=True)
        print(f"{'':<34}{'device':>11}{'host':>11}{'ratio':>10}", flush=True)
        report.run(Line("warm up", 0, warm_up), card)
        card.rates.clear()
        for line in lines(SIZES[size]):
            if only in line.name or line.name == "rates":
                report.run(line, card)
    finally:
        timer.cancel()
    print(f"{seconds - report.left:.0f} s in all", flush=True)


if __name__ == "__main__":
    main()
