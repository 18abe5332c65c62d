"""The baths that a study draws from: levels by sector, v(omega) and k(omega) of one draw."""

from __future__ import annotations

import dataclasses
import warnings
from typing import Any, Iterator

import numpy as np

from bathlab.analysis.spreading import hybridisation
from bathlab.conventions import RealArray
from bathlab.ensemble.study import Study
from bathlab.model.baths import Bath
from bathlab.model.coupled import Grain
from bathlab.model.coupler import couple
from bathlab.model.lioms import LiomChain
from bathlab.report.contents import BathPortrait, Panel, Table
from bathlab.report.numbers import cell
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstate_near

#: A bath of more spins than this is named and not drawn: its levels would take minutes.
MOST_SPINS = 10
#: So many baths are drawn, and so many sectors told apart.
MOST_BATHS, MOST_SECTORS = 4, 6
#: What a bath or a LIOM at it may raise, of which the report then tells.
NOT_DRAWN = (ValueError, RuntimeError, ArithmeticError, np.linalg.LinAlgError)
#: Bins of a density of levels, and of v and k on both sides of 0.
LEVEL_BINS, OMEGA_BINS = 32, 61
#: Few levels have wider bins, of about so many, but at least so many bins.
LEVELS_A_BIN, FEWEST_BINS = 8, 8
#: The LIOM that shows k(omega) where the study has no coupling of its own.
USUAL_G, FIELD = 0.2, 1.0


def portraits(study: Study, g: float = USUAL_G) -> tuple[BathPortrait, ...]:
    """The baths of the cases of a study, each drawn in the study's first realisation.

    Parameters
    ----------
    study : Study
        Whose specs are searched for baths.
    g : float
        Coupling of the one LIOM whose k(omega) is shown, in units of its field.

    Returns
    -------
    tuple of BathPortrait
        Of at most ``MOST_BATHS`` different baths; empty if the cases have none.
    """
    found: dict[str, Bath] = {}
    for case in study.cases:
        for bath in baths_of(case.spec):
            if not any(_alike(bath, other) for other in found.values()):
                found.setdefault(f"{case.name}" if case.name not in found else repr(bath), bath)
    kept = list(found.items())[:MOST_BATHS]
    return tuple(_portrait(name, bath, study.seed, g) for name, bath in kept)


def baths_of(spec: Any) -> Iterator[Bath]:
    """The baths in a spec, at any depth; one that holds another stands for both."""
    if isinstance(spec, Bath):
        yield spec
    elif dataclasses.is_dataclass(spec) and not isinstance(spec, type):
        for field in dataclasses.fields(spec):
            yield from baths_of(getattr(spec, field.name))
    elif isinstance(spec, (list, tuple)):
        for item in spec:
            yield from baths_of(item)


def spins_of(bath: Any) -> int:
    """How many spins a bath has at least, with those that it holds."""
    spins = getattr(bath, "spins", 0)
    count = spins if isinstance(spins, int) else 0
    if (core := getattr(bath, "core", None)) is not None:
        count += spins_of(core) + len(getattr(getattr(bath, "lioms", None), "couplings", ()))
    return count


def _alike(one: Bath, other: Bath) -> bool:
    try:
        return one == other
    except ValueError:  # arrays among the fields
        return one is other


def _portrait(name: str, bath: Bath, seed: int, g: float) -> BathPortrait:
    said = " ".join(repr(bath).split())
    said = said if len(said) < 300 else f"{type(bath).__name__}"
    if spins_of(bath) > MOST_SPINS:
        more = f" Not drawn here: more than {MOST_SPINS} spins."
        return BathPortrait(name, said + more, Table((), ()), ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            grain = bath.sample(seed, 0)
            if grain.dimension > 2**MOST_SPINS:
                words = f"{said} Not drawn here: {grain.dimension} levels."
                return BathPortrait(name, words, Table((), ()), ())
            levels = [diagonalise(sector).energies for sector in grain.sectors()]
        except NOT_DRAWN as error:
            return BathPortrait(name, f"{said} Not drawn: {error}", Table((), ()), ())
        shown = [_densities(levels)]
        for draw in (lambda: _contact(grain), lambda: _spread(bath, grain, seed, g)):
            try:
                shown.append(draw())
            except NOT_DRAWN as error:
                said += f" Not drawn: {error}"
    return BathPortrait(name, said, _sectors(levels), tuple(shown))


def _sectors(levels: list[RealArray]) -> Table:
    """Sector by sector: how many levels, where they end, how dense they are at E = 0."""
    rows = [
        (str(k), str(len(e)), cell(float(e[0])), cell(float(e[-1])), cell(_near_zero(e)))
        for k, e in enumerate(levels)
    ]
    columns = ("sector", "levels", "lowest", "highest", "levels per energy at 0")
    return Table(columns, tuple(rows))


def _near_zero(energies: RealArray) -> float:
    return float((np.abs(energies) < 0.5).sum())


def _densities(levels: list[RealArray]) -> Panel:
    """Levels per unit energy, sector on sector."""
    together = np.concatenate(levels)
    bins = max(FEWEST_BINS, min(LEVEL_BINS, len(together) // LEVELS_A_BIN))
    edges = np.linspace(together.min(), together.max() + 1e-9, bins + 1)
    if len(levels) > MOST_SECTORS:
        levels = [together]
    points = []
    for number, energies in enumerate(levels):
        counts, _ = np.histogram(energies, edges)
        name = f"sector {number}" if len(levels) > 1 else ""
        for low, high, count in zip(edges, edges[1:], counts.tolist()):
            tip = {"energy": f"{low:.3g} to {high:.3g}", "levels": str(count)}
            density = count / float(high - low)
            points.append(_bin(float(low), float(high), density, name, tip))
    return Panel(
        title="Levels",
        description=f"density of the {len(together)} levels of the bath against energy",
        x_title="energy E",
        y_title="levels per unit energy",
        points=tuple(points),
        kind="bars",
    )


def _bin(x: float, x2: float, y: float, curve: str, tip: dict[str, str]) -> dict[str, Any]:
    return {"x": x, "x2": x2, "y": y, "low": None, "high": None, "curve": curve, "tip": tip}


def _contact(grain: Grain) -> Panel:
    energies = grain.energies
    half = float(energies[-1] - energies[0]) / 2
    edges = np.linspace(-half, half, OMEGA_BINS + 1)
    window = max(1.0, half / 10)
    v = grain.structure_factor("contact", edges, energy=0.0, window=window)
    return _lines(
        "v(ω), contact",
        f"structure factor of the contact for levels within {window / 2:.2g} of E = 0",
        "v(ω)",
        edges,
        v,
    )


def _spread(bath: Bath, grain: Grain, seed: int, g: float) -> Panel:
    chain = LiomChain(count=1, g1=g, field=FIELD, disorder=0.0)
    system = couple(bath, chain).sample(seed, 0)
    state = eigenstate_near(system, energy=0.0)
    half = max(3.0, 15 * g)
    edges = np.linspace(-half, half, OMEGA_BINS + 1)
    k = hybridisation(system, state, edges, grain.eigensystem).density
    return _lines(
        f"k(ω), one LIOM with g = {g:g}",
        "hybridisation of the eigenstate nearest E = 0 of bath and one LIOM of field 1",
        "k(ω)",
        edges,
        k,
    )


def _lines(title: str, description: str, y_title: str, edges: RealArray, y: Any) -> Panel:
    middles = (edges[1:] + edges[:-1]) / 2
    points = [
        {
            "x": float(omega),
            "y": float(value),
            "low": None,
            "high": None,
            "curve": "",
            "tip": {"ω": f"{omega:.3g}", y_title: f"{value:.3g}"},
        }
        for omega, value in zip(middles, np.asarray(y, float))
    ]
    return Panel(title, description, "ω", y_title, tuple(points), kind="lines")
