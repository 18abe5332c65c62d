"""Lines of explosive cores, and the resistance of what lies between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterator

import numpy as np
from scipy.special import logsumexp

from bathlab.checks import as_array, as_integer, as_real, require_choice, require_kind, settle
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import RealArray, Row
from bathlab.streams import stream
from bathlab.theory import avalanche
from bathlab.theory.avalanche.evolution import runs

SPACINGS = ("random", "equal")
#: Longest line in units of L_+, and longest chain of bonds.
LONGEST, MOST_BONDS = 1e7, 2**27


@dataclass(frozen=True)
class CoreLine:
    """Explosive cores along a line, one for each L_+ on average; lengths are in units of L_+.

    Parameters
    ----------
    powers
        x = 2 L_+/zeta, above 0: a stretch of u L_+ has 1/Gamma = e^(x u)/Gamma_0.
    lengths
        L/L_+ of each line, above 0. No line shares its cores with another.
    spacing
        "random", a Poisson process; or "equal", one after each L_+.

    Raises
    ------
    ValueError
        If one is out of its range.

    Notes
    -----
    Source: Thiery, Huveneers, Mueller & De Roeck (2018), supplement E.

    Examples
    --------
    >>> import bathlab as bl
    >>> line = bl.experiments.CoreLine(powers=(2.0,), lengths=(10.0, 1000.0), spacing="equal")
    >>> [row] = bl.experiments.time_rows(line, seed=1, realisation=0)
    >>> print(row["log_max"])  # all stretches are of L_+, so e^2
    [2. 2.]
    >>> print(row["log_R"].round(2))  # R grows as the length
    [4.3  8.91]
    """

    powers: tuple[float, ...]
    lengths: tuple[float, ...]
    spacing: str = "random"

    def __post_init__(self) -> None:
        settle(self, powers=tuple(as_array("powers", self.powers, above=0, least=1).tolist()))
        settle(self, lengths=as_lengths(self.lengths))
        require_choice("spacing", self.spacing, SPACINGS)

    def stretches(self, seed: int, realisation: int, index: int) -> RealArray:
        """(m + 1,) stretches that the m cores of line ``index`` leave, ends included."""
        length = self.lengths[index]
        if self.spacing == "equal":
            whole = math.floor(length)
            rest = length - whole
            return np.append(np.ones(whole), [rest] if rest > 0 else [])
        source = stream(seed, realisation, "explosive cores", index)
        drawn = source.standard_exponential(math.ceil(length + 12 * math.sqrt(length) + 30))
        places = np.cumsum(drawn)
        count = int(np.searchsorted(places, length))
        return np.append(drawn[:count], length - (places[count - 1] if count else 0.0))


@dataclass(frozen=True)
class BondLine:
    """Runs of at least k* resonant bonds in drawn bonds, for the mean field's k*(epsilon, K).

    Parameters
    ----------
    epsilon
        where the mean field is thermal and 1/zeta_1 > 0.
    K
        of 1/zeta_1 = log(K/epsilon).
    lengths
        L/L_+ of each chain, L_+ = eps^(-k*); none shares its bonds with another.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> line = bl.experiments.BondLine(epsilon=0.6, K=1.0, lengths=(10.0, 1000.0))
    >>> [row] = bl.experiments.time_rows(line, seed=1, realisation=0)
    >>> print(f"{row['power']:.2f}", row["log_R"].round(2))
    1.70 [5.17 8.84]
    """

    epsilon: float
    K: float
    lengths: tuple[float, ...]

    def __post_init__(self) -> None:
        settle(self, epsilon=as_real("epsilon", self.epsilon, above=0, below=1))
        settle(self, K=as_real("K", self.K, above=0), lengths=as_lengths(self.lengths))
        course = self.course
        if course.verdict != "thermal" or not self.epsilon < self.K:
            expected = "one where the mean field is thermal, below K"
            raise refusal("epsilon", shown(self.epsilon), expected, "Choose a larger one.")
        if max(self.lengths) * avalanche.scales(course).L_plus > MOST_BONDS:
            expected = f"at most {MOST_BONDS} bonds, lengths times L_+"
            raise refusal("lengths", shown(self.lengths), expected, "Shorten them.")

    @property
    def course(self) -> avalanche.Flow:
        return avalanche.flow(self.epsilon, self.K)

    def gaps(self, seed: int, realisation: int, index: int) -> RealArray:
        """(m + 1,) bonds between the m cores of chain ``index``, ends included."""
        course = self.course
        count = math.ceil(self.lengths[index] * avalanche.scales(course).L_plus)
        source = stream(seed, realisation, "bonds of cores", index)
        start, order = runs(source.random(count) < self.epsilon, False)
        used = order >= course.k_star
        first, after = start[used], start[used] + order[used]
        return np.append(first, count) - np.append(0, after).astype(np.float64)


def as_lengths(lengths: tuple[float, ...]) -> tuple[float, ...]:
    """Lengths in units of L_+."""
    found = as_array("lengths", lengths, above=0, least=1)
    if found.max() > LONGEST:
        raise refusal("lengths", shown(lengths), f"at most {LONGEST:g}", "Shorten them.")
    return tuple(found.tolist())


def line_resistances(line: CoreLine | BondLine, seed: int, realisation: int) -> list[Row]:
    """Sums and maxima of 1/Gamma over the stretches of each line, as logarithms.

    Returns
    -------
    list of dict
        One row for each ``power`` x = 2 L_+/zeta, with (m,) cells over the lengths, in units of
        1/Gamma_0: ``log_R``, the log of the sum of e^(2 l/zeta) over stretches l; ``log_max``,
        that of its largest term, 1/Gamma of the slowest link; ``log_R_nearest``, that of the
        sum if a stretch between two cores is melted from both, each going half the way.

    Raises
    ------
    ValueError
        If it is no line, or seed or realisation no non-negative integer.
    """
    require_kind("line", line, (CoreLine, BondLine), "Make one with bathlab.experiments.")
    as_integer("seed", seed, 0)
    as_integer("realisation", realisation, 0)
    found: dict[float, list[tuple[float, float, float]]] = {}
    for index in range(len(line.lengths)):
        for power, exponents in _exponents(line, seed, realisation, index):
            found.setdefault(power, []).append(_sums(exponents))
    names = ("log_R", "log_max", "log_R_nearest")
    return [
        {"power": power, **dict(zip(names, np.array(each).T.copy()))}
        for power, each in found.items()
    ]


def _exponents(
    line: CoreLine | BondLine, seed: int, realisation: int, index: int
) -> Iterator[tuple[float, RealArray]]:
    """Each x with 2 l/zeta of the stretches."""
    if isinstance(line, BondLine):
        power = float(avalanche.scales(line.course).log_time)
        decay = math.log(line.K / line.epsilon)
        yield power, 2 * decay * line.gaps(seed, realisation, index)
        return
    stretches = line.stretches(seed, realisation, index)
    yield from ((power, power * stretches) for power in line.powers)


def _sums(exponents: RealArray) -> tuple[float, float, float]:
    """Logarithms of the sum of e^x, of the largest, and of the sum with inner x halved."""
    peak = float(exponents.max())
    # One exponential an entry makes both sums.
    root = np.exp((exponents - peak) / 2)
    terms = [float(exponents[0]), *map(float, exponents[1:][-1:])]
    if len(root) > 2:
        terms.append(peak / 2 + math.log(root[1:-1].sum()))
    return peak + math.log(root @ root), peak, float(logsumexp(terms))
