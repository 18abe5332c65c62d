"""Numbers of the grain's studies, recomputed from their seeds by numpy alone.

The twin draws for itself, from the keys of the streams, builds with ``numpy.kron``,
diagonalises with ``numpy.linalg.eigh`` and computes from the definitions; of the package it
knows nothing.
"""

import dataclasses
import math
import tomllib

import numpy as np
import pandas as pd
import pytest
import twin
from scripts import ROOT, load_study

import bathlab as bl
from bathlab.workbench import from_toml

#: Rounding of dense eigenvectors, a hundred times what was seen, in units of a number or of 1.
TOLERANCE = 1e-11
#: Half a unit in the last of the six digits of a committed table.
DIGITS = 6e-6
MATRIX, BATH, LIOM = 1, 2, 3  # purposes of the streams


def numbers(seed, realisation, purpose, index=0):
    key = np.random.SeedSequence(seed, spawn_key=(realisation, purpose, index))
    return np.random.default_rng(key)


def goe(spins, bandwidth, seed, realisation):
    """H_B, contact (last spin) and probe (first) of a random matrix: <H_ij^2> = R^2/4n."""
    n = 2**spins
    entries = numbers(seed, realisation, MATRIX).standard_normal((n, n))
    H = (entries + entries.T) / math.sqrt(2) * bandwidth / 2 / math.sqrt(4 * n)
    return H, twin.site(twin.X, spins - 1, spins), twin.site(twin.X, 0, spins)


def chain(spins, seed, realisation):
    """Those of eq. (24), with the paper's numbers."""
    draws = [numbers(seed, realisation, BATH, i).uniform(-1, 1) for i in range(spins)]
    H = twin.chain([1 + 0.3 * draw for draw in draws], 0.5, 1.0)
    return H, twin.site(twin.X, spins - 1, spins), twin.site(twin.X, min(3, spins - 2), spins)


def fields(count, seed, realisation, field=1.0, disorder=0.5):
    draws = [numbers(seed, realisation, LIOM, i + 1).uniform(-1, 1) for i in range(count)]
    return field + disorder * np.array(draws)


def enlarged(bath, h, g):
    """Bath and LIOMs, as a bath."""
    H, contact, probe = bath
    more = np.eye(2 ** len(h))
    return twin.coupled(H, contact, h, g), np.kron(contact, more), np.kron(probe, more)


def nearest(H):
    """Levels, eigenvectors, and the eigenstate nearest to E = 0."""
    energies, vectors = np.linalg.eigh(H)
    at = np.argmin(np.abs(energies))
    return energies, vectors, energies[at], vectors[:, at]


def participation(vectors, operator, vector):
    return -math.log(np.sum((vectors.T @ (operator @ vector)) ** 4))


def entropy(vector):
    """Of the last spin."""
    p = np.linalg.svd(vector.reshape(-1, 2), compute_uv=False) ** 2
    return -np.sum(p * np.log(p))


def g_parameters(energies, vectors, contact, h):
    """G of a spin with g = 1, by the three estimators; and the bath state of |b, s>."""
    totals = [(abs(E + s * h), b, s) for b, E in enumerate(energies) for s in (1, -1)]
    _, b, s = min(totals)
    E = energies[b] + s * h
    squares = (vectors.T @ (contact @ vectors[:, b])) ** 2
    flips = squares[np.abs(energies - s * h - E) <= 1]
    idle = np.count_nonzero(np.abs(energies + s * h - E) <= 1)
    M = flips.mean()
    rho = np.count_nonzero(np.abs(energies) <= 0.5)
    smooth = [
        np.sum(np.exp(-2 * (energies - at) ** 2)) * math.sqrt(2 / math.pi)
        for at in (0.0, E + s * h)
    ]
    every = len(flips) + idle
    return {
        "G": rho * math.sqrt(M),
        "G_smooth": math.sqrt(smooth[0] * smooth[1] * M),
        "G_products": every / 2 * math.sqrt(flips.sum() / every),
    }, b


def hybridised(bath, h, g, edges):
    """k of one spin: half-width, moments, and the weight in bins over their width."""
    H, contact, _ = bath
    levels, own, _, _ = nearest(H)
    _, _, E, psi = nearest(twin.coupled(H, contact, [h], [g]))
    weights = ((own.T @ psi.reshape(-1, 2)) ** 2).ravel()
    omega = np.array([level + s * h - E for level in levels for s in (1, -1)])
    order = np.argsort(np.abs(omega))
    held = np.cumsum(weights[order]) >= 0.5 * weights.sum()
    return {
        "energy": E,
        "halfwidth": np.abs(omega)[order][held][0],
        "first_moment": weights @ omega,
        "second_moment": weights @ omega**2,
        "k": np.histogram(omega, edges, weights=weights)[0] / np.diff(edges),
    }


def flip_factor(energies, V, h, window, resolution):
    """v(2h) at E = 0: pairs +-h -> -+h."""
    totals = []
    for s in (1, -1):
        rows = np.abs(energies - s * h) <= window / 2
        near = np.abs(energies[:, None] - energies - 2 * s * h) <= resolution / 2
        totals.append(np.sum((V**2 * near)[rows]) / np.count_nonzero(rows) / resolution)
    return np.mean(totals)


def committed(name, **changed):
    """A study, and the parameters of its committed default, some of them made smaller."""
    script = load_study(name)
    text = (ROOT / f"figures/{name}.toml").read_text()
    return script, from_toml(script.Parameters, text).model_copy(update=changed)


def rows_of(script, parameters, number, realisation):
    study = script.build(parameters)
    rows = study.measure(study.cases[number].spec, parameters.seed, realisation)
    return study.cases[number].spec, rows


def of_width(realisation):
    """figure 6: the smallest bath of the committed default."""
    script, p = committed("hybridisation_width")
    spec, (row,) = rows_of(script, p, 0, realisation)
    bath = goe(p.spins[0], p.bandwidth, p.seed, realisation)
    edges = np.linspace(-40, 40, 121) * p.g**2 / p.bandwidth
    found = hybridised(bath, p.field, p.g, edges)
    energies, vectors, _, _ = nearest(bath[0])
    factor = flip_factor(energies, vectors.T @ bath[1] @ vectors, p.field, 1.0, 1.0)
    found["golden_rule"] = math.pi * p.g**2 * factor
    yield from paired(row, found)


def of_curve(realisation):
    """figure 5, on a chain of 6 spins, with and without a LIOM that it has thermalised."""
    script, p = committed("thermalisation_curve", spins=6, lioms=1)
    for number, lioms in ((1, 0), (0, 1)):
        spec, rows = rows_of(script, p, number, realisation)
        h = fields(2, p.seed, realisation, p.field, p.disorder)
        bath = enlarged(chain(6, p.seed, realisation), h[:lioms], [p.g1][:lioms])
        energies, vectors, _, _ = nearest(bath[0])
        G, b = g_parameters(energies, vectors, bath[1], h[lioms])
        before = participation(vectors, bath[2], vectors[:, b])
        for row in rows[3::4]:
            H = twin.coupled(bath[0], bath[1], [h[lioms]], [row["g"]])
            _, whole, E, psi = nearest(H)
            after = participation(whole, np.kron(bath[2], twin.ONE), psi)
            found = {name: value * row["g"] for name, value in G.items()}
            yield from paired(row, {**found, "energy": E, "delta_log_ipr": after - before})


def of_bath(realisation):
    """Levels, v and what else is compared, of a chain of 6 spins."""
    script, p = committed("compare_baths")
    spec = script.build(p).cases[0].spec
    sweep = dataclasses.replace(spec.sweep, bath=bl.LocalChainBath(6), couplings=(0.1, 0.5))
    spec = dataclasses.replace(spec, sweep=sweep)
    (row,) = script.build(p).measure(spec, p.seed, realisation)
    bath = chain(6, p.seed, realisation)
    energies, vectors, _, psi = nearest(bath[0])
    V = vectors.T @ bath[1] @ vectors
    inside, half = np.abs(energies) <= p.window / 2, len(energies) // 4
    gaps = np.diff(energies[half:-half])
    ratios = [min(pair) / max(pair) for pair in zip(gaps, gaps[1:])]
    block = V[np.ix_(inside, inside)] - np.diag(np.diag(V)[inside])
    count = np.count_nonzero(inside)
    apart = block[~np.eye(count, dtype=bool)]
    edges = np.linspace(-p.energy_range, p.energy_range, p.bins + 1)
    omega = np.subtract.outer(energies, energies)[inside]
    v, _ = np.histogram(omega, edges, weights=V[inside] ** 2)
    G, _ = g_parameters(energies, vectors, bath[1], p.field)
    found = {
        "gap_ratio": np.mean(ratios),
        "rho": count / p.window,
        "rho_smooth": np.sum(np.exp(-2 * energies**2)) * math.sqrt(2 / math.pi),
        "v_contact": v / count / np.diff(edges),
        "square_contact": np.mean(np.sum(V[inside] ** 2, axis=1)),
        "shape": np.mean(np.abs(apart)) / math.sqrt(np.mean(apart**2)),
        "rho_v_bar": np.abs(block).sum() / count / p.window,
        "golden_rule": math.pi * p.g**2 * flip_factor(energies, V, p.field, p.window, p.window),
        "G_per_g": G["G"],
        "log_ipr_bath": participation(vectors, bath[2], psi),
        "halfwidth": hybridised(bath, p.field, p.g, edges)["halfwidth"],
    }
    yield from paired(row, found)


def of_line(realisation):
    """Two spins in a line behind the smallest bath of the committed default."""
    script, p = committed("localised_chain", count=2)
    spec, rows = rows_of(script, p, 2, realisation)
    g, h = p.couplings[2] * p.disorder, fields(2, p.seed, realisation, 0.0, p.disorder)
    H, flip, _ = goe(p.spins[0], p.bandwidth, p.seed, realisation)
    for spin, row in enumerate(rows):
        energies, vectors, _, _ = nearest(H)
        v = flip_factor(energies, vectors.T @ flip @ vectors, h[spin], 1.0, 0.2 / 2**spin)
        H = twin.coupled(H, flip, [h[spin]], [g])
        flip = np.kron(np.eye(len(flip)), twin.X)
        energies, vectors, _, psi = nearest(H)
        near = np.argsort(np.abs(energies))[: p.states]
        found = {
            "field": h[spin],
            "width": math.pi * g**2 * v,
            "density": np.sum(np.exp(-2 * energies**2)) * math.sqrt(2 / math.pi),
            "entropy": np.mean([entropy(vectors[:, a]) for a in near]),
            "log_ipr": participation(vectors, flip, psi),
        }
        yield from paired(row, found)


def of_profile(realisation):
    """figure 4, with a grain of 5 spins and 3 LIOMs."""
    script, p = committed("interface_profile", spins=5, lioms=3)
    spec, rows = rows_of(script, p, 0, realisation)
    h = fields(3, p.seed, realisation, p.field, p.disorder)
    bath = goe(5, p.bandwidth, p.seed, realisation)
    H, contact, _ = enlarged(bath, h, p.g1 * p.alpha ** np.arange(3))
    _, vectors, E, psi = nearest(H)
    flips = [contact, *(twin.site(twin.X, 5 + i, 8) for i in range(3))]
    for row, flip in zip(rows, flips):
        yield from paired(row, {"energy": E, "log_ipr": participation(vectors, flip, psi)})


def paired(row, found):
    """Each number of the study beside that of the twin."""
    for name, value in found.items():
        yield name, row[name], value


@pytest.mark.slow
@pytest.mark.parametrize("realisation", [0, 1])
def test_rows_of_committed_seeds_come_back(realisation):
    parts = (of_width, of_curve, of_bath, of_line, of_profile)
    pairs = [pair for part in parts for pair in part(realisation)]
    off = {name: 0.0 for name, *_ in pairs}
    for name, ours, theirs in pairs:
        apart = np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs)))
        off[name] = max(off[name], float(apart))
    assert len(pairs) >= 60 and len(off) >= 20
    assert max(off.values()) < TOLERANCE, off


def test_another_seed_is_another_row():
    """The twin of one realisation does not pass for that of another."""
    script, p = committed("localised_chain", count=2)
    _, rows = rows_of(script, p, 0, 1)
    assert abs(rows[0]["field"] - fields(1, p.seed, 0, 0.0, p.disorder)[0]) > 1e-3


def of_growth(spins, bandwidth, count, p):
    """D(O_B) of every realisation with 0, 1, ..., ``count`` - 1 LIOMs."""
    number = dict(zip(p["spins"], p["realisations"]))[spins]
    drawn = [goe(spins, bandwidth, p["seed"], r) for r in range(number)]
    H = np.array([each[0] for each in drawn])
    _, contact, probe = drawn[0]
    h = np.array(
        [fields(count, p["seed"], r, p["field"], p["disorder"]) for r in range(number)]
    )
    for lioms in range(count):
        energies, vectors = np.linalg.eigh(H)
        target = np.zeros(number)
        if energies.shape[1] <= 16:  # all levels may be on one side
            target = np.clip(0, energies[:, 0], energies[:, -1])
        at = np.argmin(np.abs(energies - target[:, None]), axis=1)
        psi = np.take_along_axis(vectors, at[:, None, None], axis=2)
        elements = np.swapaxes(vectors, 1, 2) @ (probe @ psi)
        yield -np.log(np.sum(elements[..., 0] ** 4, axis=1))
        n, flip = len(probe), p["g1"] * p["alpha"] ** lioms * np.kron(contact, twin.X)
        along = np.kron(np.eye(n), twin.Z)
        H = np.kron(H, twin.ONE) + h[:, lioms, None, None] * along + flip
        contact, probe = np.kron(contact, twin.ONE), np.kron(probe, twin.ONE)


@pytest.mark.slow
@pytest.mark.parametrize("spins, count", [(1, 5), (6, 2)])
def test_means_of_a_committed_table_come_back(spins, count):
    """Figure 3 at the paper's N: means and standard errors of D(O_B), as they are committed."""
    p = tomllib.loads((ROOT / "figures/paper/bath_growth.toml").read_text())
    table = pd.read_csv(ROOT / "figures/paper/bath_growth.csv")
    rows = table[table["bath"] == f"{spins}-spin random matrix"].set_index("lioms")
    width = dict(zip(p["spins"], p["bandwidth"]))[spins]
    for lioms, values in enumerate(of_growth(spins, width, count, p)):
        row = rows.loc[lioms]
        assert len(values) == row["realisations"]
        error = np.std(values, ddof=1) / math.sqrt(len(values))
        assert row["log_ipr"] == pytest.approx(np.mean(values), rel=DIGITS)
        assert row["log_ipr_error"] == pytest.approx(error, rel=DIGITS)
