"""One coupling of a chain eliminated, and all of them: Thiery et al., page 2 and eq. (3)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.optimize import linear_sum_assignment

from bathlab.checks import as_array, as_integer, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.stretches import stretch_part
from bathlab.experiments.treated import gaussian, operator_norm
from bathlab.model.baths import LocalChainBath
from bathlab.model.lioms import LiomChain, liom_energies
from bathlab.operators.memory import require_memory


@dataclass(frozen=True)
class Elimination:
    """V_I and V_J on two stretches of L/2 + 1 of L sites that share two of them.

    Both are Gaussian matrices without diagonal, D_I the sum of fields U[-1, 1].

    Parameters
    ----------
    sites
        L, even, at least 4.
    strengths
        sqrt(d) times the rms element of V_I, ascending; of V_J it is 1.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    sites: int
    strengths: tuple[float, ...]

    def __post_init__(self) -> None:
        settle(self, sites=as_integer("sites", self.sites, 4))
        if self.sites % 2:
            raise ValueError(
                f"sites = {self.sites} was given; expected an even number, since two equal "
                "stretches share two sites. Take one more."
            )
        values = as_array("strengths", self.strengths, above=0, ascending=True)
        object.__setattr__(self, "strengths", tuple(values.tolist()))


def elimination_rows(chain: Elimination, seed: int, realisation: int) -> list[Row]:
    """What exp(A_I), A_nm = <n|V_I|m>/(E_n - E_m), makes of V_I and V_J in one draw.

    Returns
    -------
    list of dict
        A row for each strength: ``strength``; ``strongest`` and ``largest``, the median over
        states of max |A_nm|, and the largest; ``created``, ||V'||/||V_J|| with V' = exp(A) V_J
        exp(-A) - V_J; ``remainder``, ||V' - [A, V_J]||/||V_J||; ``left``, what is off the
        diagonal of exp(A)(D_I + V_I)exp(-A), over ||V_I||.

    Raises
    ------
    ValueError
        If it is no such chain, or does not fit.
    """
    require_kind("chain", chain, Elimination, "Make one, as Elimination(4, (0.01, 0.1)).")
    needed = 8 * 8 * 4.0 ** min(chain.sites, 450)
    require_memory(needed, f"Couplings of {chain.sites} sites", "Take fewer.")
    inside = chain.sites // 2 + 1
    fields = LiomChain(inside, field=0.0, disorder=1.0).sample(seed, realisation).fields
    energies = liom_energies(fields)
    apart = np.subtract.outer(energies, energies)
    np.fill_diagonal(apart, np.inf)
    first, second = (
        gaussian(inside, seed, realisation, f"coupling {name}") for name in ("I", "J")
    )
    for coupling in (first, second):
        np.fill_diagonal(coupling, 0.0)
    rows: list[Row] = []
    for strength in chain.strengths:
        A = strength * first / apart
        sizes = np.abs(A).max(axis=1)
        turned = expm(A) @ (np.diag(energies) + strength * first) @ expm(A).T
        np.fill_diagonal(turned, 0.0)
        created, remainder = _created(A, second, 2 ** (chain.sites - inside))
        rows.append(
            {
                "strength": strength,
                "strongest": float(np.median(sizes)),
                "largest": float(sizes.max()),
                "created": created,
                "remainder": remainder,
                "left": operator_norm(turned) / operator_norm(strength * first),
            }
        )
    return rows


def _created(A: RealArray, coupling: RealArray, outside: int) -> tuple[float, float]:
    """||V'|| and ||V' - [A, V_J]|| over ||V_J||; A acts on the left of the chain, V_J on the
    right, and each leaves ``outside`` states alone."""
    rest, unit = np.eye(outside), operator_norm(coupling)
    turn, whole, other = np.kron(expm(A), rest), np.kron(A, rest), np.kron(rest, coupling)
    created = turn @ other @ turn.T - other
    remainder = created - (whole @ other - other @ whole)
    return operator_norm(created) / unit, operator_norm(remainder) / unit


def liom_rows(bath: LocalChainBath, seed: int, realisation: int) -> list[Row]:
    """tau = U^+ S^z U of the first site of a disordered chain, with U from all eigenstates.

    Each eigenstate is assigned to one product state, so that the sum of the squared overlaps is
    the largest (scipy.optimize.linear_sum_assignment).

    Returns
    -------
    list of dict
        A row for each reach r = 1, ..., L - 1: ``reach``; ``log_part`` and ``log_mean_part``,
        log of the norm and of sqrt(tr X^2/d) of the part X of tau on the stretch of sites 0 to
        r; ``commutator``, the largest element of [H, tau]; ``square``, that of tau^2 - 1/4;
        ``overlap``, the least squared overlap of an eigenstate with its product state.

    Raises
    ------
    ValueError
        If it is no such chain of two spins or more, or does not fit.
    """
    require_kind("bath", bath, LocalChainBath, "Make one, as bathlab.LocalChainBath(6).")
    if bath.spins < 2:
        raise ValueError(
            f"A chain of {bath.spins} spin was given; expected two or more. Take a longer one."
        )
    grain = bath.sample(seed, realisation)
    found = grain.eigensystem
    squares = np.abs(found.vectors) ** 2
    products, states = linear_sum_assignment(squares, maximize=True)
    U = found.vectors[:, states]
    spin = np.repeat([0.5, -0.5], 2 ** (bath.spins - 1))
    tau: RealArray = (U * spin) @ U.conj().T
    H = grain.hamiltonian
    common = {
        "commutator": float(np.abs(H @ tau - tau @ H).max()),
        "square": float(np.abs(tau @ tau - np.eye(len(tau)) / 4).max()),
        "overlap": float(squares[products, states].min()),
    }
    rows: list[Row] = []
    for reach in range(1, bath.spins):
        part = stretch_part(tau, 0, reach)
        mean = math.sqrt(np.sum(np.abs(part) ** 2) / len(part))
        size = float(np.abs(np.linalg.eigvalsh(part)).max())
        values = {"log_part": math.log(size), "log_mean_part": math.log(mean)}
        rows.append({"reach": reach, **values, **common})
    return rows
