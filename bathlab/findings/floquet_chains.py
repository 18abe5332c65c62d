"""The kicked chain of Crowley & Chandran beside the brickwork circuit of Garratt, Roy &
Chalker: C and rho v-bar by the same sums, at the same gap ratio and on one curve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.floquet_states import WINDOWS
from bathlab.findings.chain_lines import by_number, by_size
from bathlab.statistics.collapse import Curve, collapse_distance
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import jackknife
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm

#: Names by column ``fields``, and what their parameter is.
MODELS = {"kicked": "Omega", "brickwork": "J"}
NAMES = ("the kicked chain", "the circuit")
#: Gap ratios at which the two are compared: a fifth, half and four fifths from Poisson to CUE.
RATIOS = (0.43, 0.49, 0.56)
#: Curves are one if they are no farther apart than so many errors, or than this in C.
SIGMAS, NEAR = 2.0, 0.03
IDS = "R94 R99 R107"


@dataclass(frozen=True, eq=False)
class Scan:
    """One model at one size: samples (N, parameters, 3) of r, rho v-bar and C."""

    parameters: tuple[float, ...]
    samples: RealArray

    @classmethod
    def of(cls, rows: pd.DataFrame, window: int) -> Scan:
        """By parameter, of the realisations that all have."""
        parts = by_number(rows, "disorder")
        columns = []
        for part in parts.values():
            part = part.sort_values("realisation")
            strength = cell_array(part, "rho_v", (len(WINDOWS),))[:, window]
            columns.append(np.transpose([part["gap_ratio"], strength, part["plateau"]]))
        count = min(map(len, columns))
        samples = np.stack([column[:count] for column in columns], axis=1)
        return cls(tuple(parts), samples.astype(np.float64))

    @property
    def means(self) -> RealArray:
        return np.asarray(self.samples.mean(axis=0))

    @property
    def errors(self) -> RealArray:
        return np.asarray(self.samples.std(axis=0, ddof=1) / math.sqrt(len(self.samples)))

    @property
    def curve(self) -> Curve:
        """C against rho v-bar where the gap ratio is not yet thermal."""
        order = np.argsort(self.means[:, 0])[:-1]  # the most thermal has less v-bar again
        order = order[np.argsort(self.means[order, 1])]
        return Curve(self.means[order, 1], self.means[order, 2], self.errors[order, 2])

    def at(self, ratio: float) -> list[Estimate]:
        """rho v-bar and C where the gap ratio has a value; nan outside of what was scanned."""

        def place(means: RealArray) -> RealArray:
            order = np.argsort(means[:, 0])
            r, logs, C = means[order, 0], np.log(means[order, 1]), means[order, 2]
            if not r[0] <= ratio <= r[-1]:
                return np.array([math.nan, math.nan])
            return np.array([np.exp(np.interp(ratio, r, logs)), np.interp(ratio, r, C)])

        found = jackknife(self.samples, place)
        N = len(self.samples)
        return [Estimate(float(a), float(b), N) for a, b in zip(found.value, found.error)]


def floquet(table: pd.DataFrame) -> Iterator[Claim]:
    """All claims of the rows of Floquet models."""
    scans = {
        (model, sites): [Scan.of(part, window) for window in range(len(WINDOWS))]
        for model in MODELS
        for sites, part in by_size(table[table["fields"] == model]).items()
    }
    for (model, sites), found in scans.items():
        yield of_model(model, found[-1]).at(f"{model}, L = {sites}")
    for sites in sorted({sites for _, sites in scans}):
        kicked, circuit = (scans[model, sites] for model in MODELS)
        for claim in [*same_ratio(kicked, circuit), one_curve(kicked, circuit, *NAMES)]:
            yield claim.at(f"L = {sites}")
    for model in MODELS:
        sizes = sorted(sites for name, sites in scans if name == model)
        for short, long in pairwise(sizes):
            few, many = scans[model, short], scans[model, long]
            yield one_curve(few, many, f"L = {short}", f"L = {long}").at(model)


def of_model(model: str, scan: Scan) -> Claim:
    """r, rho v-bar and C at each parameter."""
    rows = [
        f"{MODELS[model]} = {value:g}: "
        + ", ".join(
            f"{name} {pm(Estimate(float(mean), float(error), 0))}"
            for name, mean, error in zip(("r", "rho v-bar", "C"), *each)
        )
        for value, each in zip(scan.parameters, zip(scan.means, scan.errors))
    ]
    C = scan.means[:, 2]
    return Claim(
        f"gap ratio, rho v-bar within {WINDOWS[-1]:g} level distances, C", "-",
        text="; ".join(rows), N=len(scan.samples), id=IDS,
        verdict=f"C from {C.min():.3f} to {C.max():.3f}",
    )  # fmt: skip


def same_ratio(kicked: list[Scan], brickwork: list[Scan]) -> Iterator[Claim]:
    """rho v-bar over, and C less, that of the circuit with the same gap ratio."""
    for ratio in RATIOS:
        (x, C), (other_x, other_C) = kicked[-1].at(ratio), brickwork[-1].at(ratio)
        if not (x.error > 0 and other_x.error > 0):
            continue
        count = min(x.realisations, other_x.realisations)
        off = Estimate(C.mean - other_C.mean, math.hypot(C.error, other_C.error), count)
        share = x.mean / other_x.mean
        error = share * math.hypot(x.error / x.mean, other_x.error / other_x.mean)
        note = (
            f"rho v-bar {pm(x)} and {pm(other_x)}, ratio {pm(Estimate(share, error, count), 2)}"
        )
        said = f"r = {ratio:g}: C of the kicked chain less that of the circuit"
        text = f"{pm(off)}, of {pm(C)} and {pm(other_C)}"
        yield compare(said, "0", 0.0, off, note=note, text=text, id=IDS)


def one_curve(pool: list[Scan], scans: list[Scan], of_pool: str, name: str) -> Claim:
    """How far C of one of two scans lies from C of the other at the same rho v-bar."""
    found = [collapse_distance(own.curve, [other.curve]) for own, other in zip(scans, pool)]
    last = found[-1]
    word = "one curve within errors" if last.sigmas < SIGMAS else "two curves"
    if last.sigmas >= SIGMAS and last.rms < NEAR:
        word = f"one curve to {NEAR:g}"
    text = f"rms {last.rms:.3f}, {last.sigmas:.1f} errors, mean {last.bias:+.3f}"
    first = found[0]
    note = f"windows of {WINDOWS[0]:g} level distances: rms {first.rms:.3f}, {first.bias:+.3f}"
    return Claim(
        f"C of {name} less that of {of_pool} at the same rho v-bar", "0", 0.0,
        last.bias, text=text, verdict=word, note=note, id=IDS,
        N=min(len(pool[-1].samples), len(scans[-1].samples)),
    )  # fmt: skip
