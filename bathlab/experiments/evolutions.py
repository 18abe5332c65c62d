"""How chains evolve under the multi-scale scheme: pictures, counts of fusions, patterns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from bathlab.checks import as_flag, as_integer, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.core_patterns import pattern_row
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.thermal_spans import ChainOutcome
from bathlab.theory.avalanche.tracing import QUIET, Act, trace

#: Fused spots by generation: 1, 2, 3 and more.
GENERATIONS = 3
#: Counts by generation.
FUSIONS = ("fusions", "resonant", "renewed", "borders")
#: Cells of chains in which all resonant couplings are counted at each step.
FEW_CELLS = 100
#: Columns of a picture, one for each time that a spot stays as it is.
PICTURE = ("first", "last", "since", "until", "generation", "rest")


@dataclass(frozen=True)
class Evolution:
    """A chain, and whether it is followed act by act and drawn.

    Raises
    ------
    ValueError
        If it is no open chain, or the flag none.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=200, epsilon=0.15, K=1.0)
    >>> spec = bl.experiments.Evolution(chain, traced=True)
    >>> [row] = bl.experiments.evolution_rows(spec, seed=1, realisation=0)
    >>> print(row["fusions"].sum(), "fusions of", row["began"], "spots that moved")
    8.0 fusions of 22 spots that moved
    """

    chain: AvalancheChain
    traced: bool = False

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, "Make one with bathlab.avalanche.")
        settle(self, traced=as_flag("traced", self.traced))


def evolution_rows(evolution: Evolution, seed: int, realisation: int) -> list[Row]:
    """What has become of a chain, and what happened on the way.

    Returns
    -------
    list of dict
        One row: that of :func:`bathlab.experiments.core_patterns.pattern_row`, the ``density``
        of bare ``spots``, of resonant ``bonds_per_cell`` and of thermal cells, and if traced
        the counts of :func:`fusion_counts`, else zeros. Of the first realisation that is traced
        :data:`PICTURE` (see :func:`picture_of`), ``core_first`` and ``core_last``, and of a
        chain of up to :data:`FEW_CELLS` cells ``step_scale`` and ``step_resonant``
        (:func:`step_counts`).

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> [row] = bl.experiments.evolution_rows(bl.experiments.Evolution(chain), 1, 0)
    >>> print(f"{row['bonds_per_cell']:.3f} resonant, {row['density']:.3f} thermal")
    0.104 resonant, 0.302 thermal
    """
    require_kind("evolution", evolution, Evolution, "Make one with bathlab.experiments.")
    seed, realisation = as_integer("seed", seed, 0), as_integer("realisation", realisation, 0)
    chain = evolution.chain
    found = chain.sample(seed, realisation, history=evolution.traced)
    drawn = evolution.traced and realisation == 0
    counted = drawn and chain.length <= FEW_CELLS
    acts = trace(chain, seed, realisation, counted) if evolution.traced else []
    row = {
        **pattern_row(found, seed, realisation),
        "density": found.density,
        "spots": len(found.cores) / found.length,
        "bonds_per_cell": float(found.cores[:, 2].sum() / found.length),
    }
    picture = picture_of(found) if drawn else np.zeros((len(PICTURE), 0))
    cores = found.cores if drawn else found.cores[:0]
    shown = {**dict(zip(PICTURE, picture)), "core_first": cores[:, 0], "core_last": cores[:, 1]}
    steps = step_counts(acts) if counted else np.zeros((2, 0))
    shown |= {"step_scale": steps[0], "step_resonant": steps[1]}
    return [{**row, **shown, **fusion_counts(acts)}]


def step_counts(acts: list[Act]) -> RealArray:
    """(2, n) scales at which something happened, 0 for the start, and all resonant couplings at
    borders after each."""
    found = {0: acts[0].resonant[0]} if acts and acts[0].resonant else {}
    found |= {each.scale: each.resonant[1] for each in acts if each.resonant}
    return np.array([list(found), list(found.values())], dtype=float)


def fusion_counts(acts: list[Act]) -> Row:
    """Fusions of :func:`~bathlab.theory.avalanche.tracing.trace` by generation 1, 2, 3 or more.

    ``fusions``; those after which a coupling at a border of the fused spot is resonant,
    ``resonant``, and was not before, ``renewed``; ``borders``: those that are resonant after a
    fusion, in all. Of all generations: spots that ``began`` to
    move, and those that ``rested`` before they fused themselves; fusions after which a
    coupling of the spot goes ``across`` one at rest, the ``crossed`` cells, and what it has
    ``decayed`` there, in cells.
    """
    counts = {name: np.zeros(GENERATIONS) for name in FUSIONS}
    for each in acts:
        if not each.fused:
            continue
        place = min(each.generation, GENERATIONS) - 1
        after = np.array(each.after)
        counts["fusions"][place] += 1
        counts["resonant"][place] += bool((after != QUIET).any())
        counts["renewed"][place] += bool(
            ((after != QUIET) & (np.array(each.before) == QUIET)).any()
        )
        counts["borders"][place] += int((after != QUIET).sum())
    fused = [each for each in acts if each.fused]
    first: dict[int, bool] = {}
    for core, turn in groupby(acts, key=lambda each: each.core):
        first.setdefault(core, any(each.fused for each in turn))
    return {
        **counts,
        "began": len(first),
        "rested": len(first) - sum(first.values()),
        "across": sum(each.crossed > 0 for each in fused),
        "crossed": sum(each.crossed for each in fused),
        "decayed": sum(each.decay for each in fused),
    }


def picture_of(found: ChainOutcome) -> RealArray:
    """(6, n) spots of a chain over scale: a rectangle for each time that one stays as it is.

    First and last cell; the scales since and until which it is so (that of the smallest spot
    that moves next, or infinity); its generation; whether it is at rest. Bare spots begin at 0.

    ``found`` has its history.
    """
    history = found.history
    assert history is not None
    rows: list[tuple[float, ...]] = []
    alive = {
        place: (*core[:2], 0.0, core[1] - core[0] + 1, 0)
        for place, core in enumerate(found.cores)
    }
    for scale, first, last, bath, generation, core in zip(*history.values()):
        gone = [place for place, spot in alive.items() if first <= spot[0] and spot[1] <= last]
        for place in gone:
            rows += _rectangles(alive.pop(place), scale)
        fused = generation > 0 and len(gone) > 1
        alive[core] = (first, last, scale, bath if fused else scale, generation)
    for spot in alive.values():
        rows += _rectangles(spot, np.inf)
    return np.array(rows).reshape(-1, len(PICTURE)).T


def _rectangles(spot: tuple[float, ...], until: float) -> list[tuple[float, ...]]:
    """A spot from when it is so: it waits for its turn, then is at rest."""
    first, last, since, turn, generation = spot
    parts = [(since, min(turn, until), 0.0), (max(since, turn), until, 1.0)]
    return [(first, last, a, b, generation, rest) for a, b, rest in parts if b > a]
