"""K_0(b, s|b, -s) of the backreaction: what a spin does to the contact's own elements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import ElementRows
from bathlab.checks import as_array, as_text, require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.baths import Bath

#: Levels b within this range of energy of E - h s' are looked at.
WINDOW = 0.5


@dataclass(frozen=True)
class FlipKernel:
    """A bath, and the fields h and cut-offs w at which K_0 is taken, one by one.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    label: str
    bath: Bath
    fields: tuple[float, ...]
    cutoffs: tuple[float, ...]

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        for name in ("fields", "cutoffs"):
            values = as_array(name, getattr(self, name), above=0)
            object.__setattr__(self, name, tuple(values.tolist()))


def kernel_rows(spec: FlipKernel, seed: int, realisation: int) -> list[Row]:
    """K_0/g = sum_b' |<b|V|b'>|^2 chi(|Delta| >= w)/Delta exactly, for the levels b about
    E_b = h s, which |b, -s> has at E = 0; Delta = E_b - E_b' - 2hs, E being that of |b, -s>.

    Returns
    -------
    list of dict
        A row for each field. ``cutoffs`` w; ``kernel``: -s K_0/g, a mean over b and s, at each;
        ``spread``: its standard deviation from level to level; ``rough``: the same of a v that
        ends at |omega| = 2h, elements beyond being left out; ``jump``: v just below, at the end
        on which Delta = 0; ``reach``: |omega| that holds half of v at E = 0, the xi of the
        bath.

    Notes
    -----
    De Roeck & Huveneers, appendix B.
    """
    require_kind("spec", spec, FlipKernel, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    levels, vectors = grain.energies, grain.element_rows("contact")
    cutoffs = np.array(spec.cutoffs)
    reach = _reach(levels, vectors)
    rows: list[Row] = []
    for field in spec.fields:
        whole, rough, jumps = [], [], []
        for spin in (1.0, -1.0):
            inside: Array = np.abs(levels - field * spin) <= WINDOW / 2
            if not inside.any():
                inside = _nearest(levels, field * spin)
            squares = np.abs(vectors[inside]) ** 2
            omega = levels[inside][:, None] - levels
            delta = omega - 2 * field * spin
            short = np.where(np.abs(omega) <= 2 * field, squares, 0.0)
            whole.append(-spin * _kernel(squares, delta, cutoffs))
            rough.append(-spin * _kernel(short, delta, cutoffs))
            below = 2 * field - omega * spin
            near = (below >= 0) & (below < WINDOW)
            jumps.append(np.where(near, squares, 0.0).sum(axis=1) / WINDOW)
        both = np.concatenate(whole)
        rows.append(
            {
                "bath": spec.label,
                "field": field,
                "cutoffs": cutoffs,
                "kernel": both.mean(axis=0),
                "spread": both.std(axis=0),
                "rough": np.concatenate(rough).mean(axis=0),
                "jump": float(np.concatenate(jumps).mean()),
                "reach": reach,
            }
        )
    return rows


def _reach(levels: RealArray, elements: ElementRows) -> float:
    """|omega| that holds half of the weight of |<b|V|b'>|^2, b about E = 0."""
    inside = np.abs(levels) <= WINDOW
    omega = np.abs(levels[inside][:, None] - levels).ravel()
    order = np.argsort(omega)
    reached = np.cumsum((np.abs(elements[inside]) ** 2).ravel()[order])
    return float(np.interp(reached[-1] / 2, reached, omega[order]))


def _nearest(levels: RealArray, energy: float) -> Array:
    """A mask of the level nearest an energy outside the band."""
    mask = np.zeros(len(levels), dtype=bool)
    mask[np.argmin(np.abs(levels - energy))] = True
    return mask


def _kernel(squares: RealArray, delta: RealArray, cutoffs: RealArray) -> RealArray:
    """Sums over b', shape (levels b, cutoffs)."""
    terms, distances = squares / delta, np.abs(delta)
    sums = [np.where(distances >= w, terms, 0.0).sum(axis=1) for w in cutoffs]
    return np.stack(sums, axis=1)
