"""What one realisation of a chain with a probe says of resonances, as sums over states.

Frequencies and matrix elements are in units of J, the norm of the probe's coupling. An array
over the bins :data:`SCALES` has what lies below them first and what lies above them last.
"""

from __future__ import annotations

import numpy as np

from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.ranges import changed_sites, ranges_of_changes
from bathlab.checks import require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.probe_energies import energy_cells
from bathlab.experiments.probed import Probed, ProbedChain, weighed

#: Edges of |V_ab| and of |omega|.
SCALES = np.asarray(10.0 ** (np.arange(-32, 13) / 4))
#: Half-widths of the windows in which the partners of a state are counted, at most Omega/2.
WINDOWS = (1.0, 2.0, 4.0)
#: The one of them that is meant where none is named.
USUAL = 1
#: By how much <sigma_k> differs at the sites that count for a range; 2 is a full flip.
CHANGES = (0.5, 1.0, 1.5)
#: Edges of |<sigma^z_P>| of eigenstates.
POLARISED = np.linspace(0.0, 1.0, 11)[1:-1]
#: Edges of g = max |V_ab|/|Delta|.
RATIOS = np.asarray(10.0 ** (np.arange(-4, 5) / 2))
#: Edges of the frequency of a main tone over |V_ab|.
PITCHES = np.asarray(10.0 ** (np.arange(-8, 9) / 8))
#: The tones of at most so many of the states |a sigma> are looked at.
TONES = 32


def probe_rows(spec: ProbedChain, seed: int, realisation: int) -> list[Row]:
    """One row, see the functions of this module; ranges r = -1 (no site differs), 0, ..., L/2.

    ``gap_ratio`` is the chain's.

    Raises
    ------
    ValueError
        If ``spec`` is no :class:`ProbedChain`, or the matrices do not fit.
    """
    require_kind("spec", spec, ProbedChain, "Make one with bathlab.experiments.probed.")
    return [probe_row(spec.sample(seed, realisation))]


def probe_row(found: Probed) -> Row:
    """:func:`probe_rows` of eigen-data."""
    periodic = np.isfinite(found.spec.period)
    phases = 2 * np.pi / found.spec.period if periodic else 1.0
    ranges = np.array(
        [
            ranges_of_changes(changed_sites(found.polarisations, change), found.sites, 1)
            for change in CHANGES
        ]
    )
    return {
        **spectral_cells(found),
        **partner_cells(found),
        **pair_cells(found),
        **range_cells(found, ranges),
        **ratio_cells(found),
        **tone_cells(found),
        **({} if periodic else energy_cells(found, ranges[USUAL], WINDOWS[USUAL])),
        "gap_ratio": mean_gap_ratio(np.sort(phases * found.energies), periodic=periodic),
    }


def spectral_cells(found: Probed) -> Row:
    """``memory`` C_zz at infinite time, ``spectrum`` the weight of S in bins of |omega|, both
    signs together, ``sum_rule`` how far the two are from 1, ``polarised`` the share of
    eigenstates by |<sigma^z_P>|."""
    z, J = found.z, found.spec.coupling
    rows, columns = np.triu_indices(len(z), 1)
    frequency = found.folded(found.levels[rows] - found.levels[columns]) / J
    strength = 2 * np.abs(z[rows, columns]) ** 2 / len(z)
    own = z.diagonal().real
    spectrum, memory = weighed(frequency, strength, SCALES), float(np.mean(own**2))
    return {
        "memory": memory,
        "spectrum": spectrum,
        "sum_rule": abs(memory + float(spectrum.sum()) - 1),
        "polarised": weighed(np.abs(own), 1 / len(z), POLARISED),
    }


def partner_cells(found: Probed) -> Row:
    """Partners |b, -sigma> of the states |a sigma>, means over these.

    ``elements`` (windows x bins) their number per energy within a window, in bins of |V_ab|:
    rho(v) dv. ``strength`` (windows,) rho v-bar, their sum of |V_ab| over the window's width;
    ``middle`` the same of the half of the states that is nearest the middle of the spectrum,
    ``still`` of pairs a, b in one window, omega = 0, of all states and ``still_middle``.
    ``rms_g`` is rho times the rms of |V_ab| of the middle states in the usual window: the G of
    a spin attached. ``partners`` is how many have |Delta| < |V_ab|, ``free`` the share of
    states without one, ``strongest`` the share by the largest such |V_ab|.
    """
    V, apart, widths = np.concatenate([found.elements] * 2), found.detuning, windows(found)
    near = np.array([np.sum(V * (apart < w), axis=1) / (2 * w) for w in widths])
    inside = apart < widths[USUAL]
    total, energies = len(V), found.energies
    middle = central(np.tile(energies, 2) + found.signs * found.spec.field / 2)
    still = _still(found)
    resonant = apart < V
    largest = np.max(V * resonant, axis=1)
    rms = np.sqrt(inside.sum(axis=1) * np.sum(V**2 * inside, axis=1)) / (2 * widths[USUAL])
    elements = [weighed(V[apart < w], 1 / (2 * total * w), SCALES) for w in widths]
    return {
        "elements": np.concatenate(elements),
        "strength": near.mean(axis=1),
        "middle": near[:, middle].mean(axis=1),
        "still": still.mean(axis=1),
        "still_middle": still[:, central(energies)].mean(axis=1),
        "rms_g": float(rms[middle].mean()),
        "partners": float(resonant.sum(axis=1).mean()),
        "free": float(np.mean(~resonant.any(axis=1))),
        "strongest": weighed(largest[largest > 0], 1 / total, SCALES),
    }


def pair_cells(found: Probed) -> Row:
    """Each pair |a sigma>, |b, -sigma> as two levels that are alone: it keeps Delta^2/(Delta^2
    + 4 V^2) and turns the rest at omega = (Delta^2 + 4 V^2)^(1/2). ``pair_memory`` is the mean
    of the product over partners of what is kept; ``pair_spectrum``, in bins of omega, of what
    is turned, times what the partners with larger |V_ab| keep: with ``pair_memory`` it adds up
    to 1."""
    order = np.argsort(-np.concatenate([found.elements] * 2), axis=1, kind="stable")
    V = np.take_along_axis(np.concatenate([found.elements] * 2), order, axis=1)
    apart = np.take_along_axis(found.detuning, order, axis=1)
    square = apart**2 + 4 * V**2
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = np.where(square > 0, 4 * V**2 / square, 0.0)
    kept = np.cumprod(1 - turned, axis=1)
    before = np.hstack([np.ones((len(kept), 1)), kept[:, :-1]])
    weights = turned * before / len(V)
    return {
        "pair_memory": float(kept[:, -1].mean()),
        "pair_spectrum": weighed(np.sqrt(square), weights, SCALES),
    }


def windows(found: Probed) -> RealArray:
    """:data:`WINDOWS`, none wider than the circle of quasienergies."""
    return np.minimum(WINDOWS, found.spec.period / (2 * found.spec.coupling))


def _still(found: Probed) -> RealArray:
    """(windows, n) rho v-bar of each state of the chain in one window about its own level."""
    levels = found.energies
    apart = found.folded(np.subtract.outer(levels, levels)) / found.spec.coupling
    others = found.elements * (1 - np.eye(len(levels)))
    return np.array([np.sum(others * (apart < w), axis=1) / (2 * w) for w in windows(found)])


def central(energies: RealArray) -> Array:
    """Numbers of the half of these energies that is nearest their mean."""
    order = np.argsort(np.abs(energies - energies.mean()), kind="stable")
    return order[: len(energies) // 2]


def range_cells(found: Probed, ranges: Array) -> Row:
    """What the partners at each range do; of ``ranges`` (changes, n, n).

    Means over the states |a sigma>: ``range_strength`` (changes x ranges) is 2 rho v-bar of
    the partners at r within the usual window, ``range_partners`` the number of resonant ones,
    ``range_first`` the share of states whose strongest resonance is at r. Of all b, whatever
    their energy: ``range_pairs`` their number, and the sums ``range_square`` of |V_ab|^2,
    ``range_log`` and ``range_log2`` of log |V_ab| and its square.
    """
    V, apart, sizes = found.elements, found.detuning, found.sites // 2 + 2
    both, n, w = np.concatenate([V] * 2), len(V), windows(found)[USUAL]
    inside, resonant = apart < w, apart < both
    usual = ranges[CHANGES.index(1.0)]
    double = np.concatenate([usual] * 2)
    first = np.argmax(both * resonant, axis=1)
    some = np.flatnonzero(resonant.any(axis=1))

    def by_range(places: Array, weights: RealArray, total: int) -> RealArray:
        return np.bincount(places.ravel() + 1, weights.ravel(), sizes) / total

    logs = np.log(np.maximum(V, np.finfo(float).tiny))
    strengths = [
        by_range(np.concatenate([each] * 2), both * inside / w, 2 * n) for each in ranges
    ]
    return {
        "range_strength": np.concatenate(strengths),
        "range_partners": by_range(double, resonant.astype(float), 2 * n),
        "range_first": by_range(double[some, first[some]], np.ones(len(some)), 2 * n),
        "range_pairs": by_range(usual, np.ones_like(V), n),
        "range_square": by_range(usual, V**2, n),
        "range_log": by_range(usual, logs, n),
        "range_log2": by_range(usual, logs**2, n),
    }


def ratio_cells(found: Probed) -> Row:
    """By the largest g = |V_ab|/|Delta| of a state |a sigma>, in bins :data:`RATIOS`:
    ``ratio_states`` their share, ``ratio_memory`` what they add to C_zz, ``ratio_pair`` what
    they would add if the strongest pair were alone, 1/(1 + 4 g^2)."""
    V = np.concatenate([found.elements] * 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.max(np.where(V > 0, V / found.detuning, 0.0), axis=1)
    share = 1 / len(g)
    return {
        "ratio_states": weighed(g, share, RATIOS),
        "ratio_memory": weighed(g, found.memory * share, RATIOS),
        "ratio_pair": weighed(g, share / (1 + 4 * g**2), RATIOS),
    }


def tone_cells(found: Probed) -> Row:
    """Spectra of single states |a sigma>, of those with a resonance (``tone_``) and without
    (``calm_``): how many were looked at, and sums over them of the weight that ``stays``, and
    of that of the ``main`` tone; ``tone_pitches`` counts its frequency over the largest
    resonant |V_ab|, in bins :data:`PITCHES`."""
    both, count = np.concatenate([found.elements] * 2), len(found.levels)
    largest = np.max(both * (found.detuning < both), axis=1)
    numbers = np.unique(np.linspace(0, count - 1, min(TONES, count)).astype(int))
    frequency = found.folded(np.subtract.outer(found.levels, found.levels))
    names = ("states", "stays", "main")
    cells = dict.fromkeys(
        [f"{kind}_{name}" for kind in ("tone", "calm") for name in names], 0.0
    )
    pitches = []
    for number in numbers:
        c = found.overlaps[:, number]
        weights = np.triu(2 * found.signs[number] * np.real(np.outer(c.conj(), c) * found.z), 1)
        place = int(np.argmax(np.abs(weights)))
        kind = "tone" if largest[number] > 0 else "calm"
        cells[f"{kind}_states"] += 1
        cells[f"{kind}_stays"] += found.memory[number]
        cells[f"{kind}_main"] += weights.ravel()[place]
        if kind == "tone":
            pitches.append(frequency.ravel()[place] / (largest[number] * found.spec.coupling))
    return {**cells, "tone_pitches": weighed(np.array(pitches), 1.0, PITCHES)}
