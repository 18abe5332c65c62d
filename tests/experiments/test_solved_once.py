"""Each realisation of every study draws its bath once and diagonalises each matrix once."""

import hashlib
from collections import Counter
from contextlib import contextmanager

import numpy as np
import pytest
import scipy.linalg
from scripts import ROOT, load_study

import bathlab as bl
from bathlab.experiments.thermalisation import Sweep, uncoupled_log_iprs
from bathlab.model.baths import CoreBath

#: What makes each study small; some systems remain beyond the dimension where all is dense.
SMALL = {
    "added_spins": {
        "spins": 5,
        "chain_spins": 6,
        "lioms": 2,
        "zz_spins": 5,
        "far_spins": 6,
        "grains": (2, 3),
        "halves": (4, 5),
        "grain_realisations": (3, 3),
    },
    "avalanche_conditions": {
        "total": 8,
        "one": (0.6, 0.7, 0.8, 0.9),
        "shelled": (2,),
        "law_grains": (2, 6),
        "ratios": (0.1, 0.5, 1.0, 4.0),
        "counts": (1, 2),
    },
    "avoided_crossing": {"sites": (4,), "realisations": (1,)},
    "bath_skewness": {"spins": 6, "random_spins": 5, "states": 4},
    "bath_moments": {"couplings": (0.1, 1.0)},
    "bath_growth": {"spins": (3, 1), "lioms": 6},
    "chain_dynamics": {
        "sites": (6, 8),
        "disorders": (3.0, 8.0),
        "cone_sites": 6,
        "level_disorders": (1.0, 2.0, 4.0),
    },
    "chain_eigenstates": {"sites": (6, 8), "disorders": (3.0, 8.0)},
    "circuit_drift": {"sites": (6,), "realisations": (1,)},
    "compare_baths": {"couplings": (0.1, 1.0)},
    "coupled_elements": {"matrix_spins": 7, "chain_spins": 8, "states": 4},
    "crossover_length": {
        "spins": (3, 8),
        "totals": (5, 9),
        "realisations": (2, 2),
        "alphas": (0.5, 0.8),
        "few": (0.5, 0.8),
        "few_spins": (3, 4),
        "chains": (3,),
    },
    "grain_crossings": {
        "spins": 3,
        "totals": (5, 6),
        "realisations": (3, 3),
        "state_totals": (5, 6),
        "states": (3, 3),
    },
    "grain_elements": {"spins": (5, 6, 7), "realisations": (4, 4, 4), "matrix_spins": 5},
    "hybridisation_chain": {"spins": 9},
    "hybridised_states": {
        "spins": (5, 6, 7),
        "realisations": (3, 3, 3),
        "chain": 6,
        "grain": 6,
        "couplings": (0.4, 0.8),
        "fields": (1.0, 2.0),
    },
    "hybridisation_width": {"spins": (6, 7, 8), "realisations": (1, 1, 1)},
    "interface_profile": {"spins": 6, "lioms": 3},
    "interface_rates": {
        "spins": 3,
        "lioms": (2, 3, 4),
        "realisations": (2, 2, 2),
        "most": 4,
        "decaying": 2,
        "strengths": (0.1,),
        "scanned": 3,
        "grains": (4,),
        "attached": 2,
    },
    "liom_dynamics": {
        "spins": 3,
        "lioms": 2,
        "alphas": (0.75, 1.0),
        "realisations": (2,),
        "more": (3,),
        "larger": (2,),
        "alone": 3,
        "strengths": (0.1,),
    },
    "localised_chain": {"spins": (4,), "realisations": (1,), "couplings": (0.3,)},
    "one_curve": {"spins": 5, "lioms": 2, "couplings": (0.1, 0.4, 0.8), "states": 4},
    "polarisations": {"sites": (4, 6), "weak_sites": 4},
    "probe_spin": {"disorder": (2.0, 16.0), "shown": (2.0,), "ranged": (16.0,)},
    "quantum_sun": {"grain_spins": 1, "state_lioms": (3, 4), "middle_lioms": (3, 4)},
    "resonant_scales": {"sites": (4, 6)},
    "resonances_in_a_chain": {
        "sites": (6, 8, 10),
        "disorders": (0.5, 1.5, 2.5, 5.0),
        "cosine_sites": (6, 8),
        "cosine_realisations": (1, 1),
        "vector_sites": (6,),
        "vector_realisations": (1,),
    },
    "spin_grain_spin": {"spins": (4, 6), "strengths": (0.1, 1.0, 3.0), "compared": 4},
    "structure_factors": {"spins": 7},
    "three_level": {"sites": (4, 6), "swept_sites": 4, "steps": 16},
    "susceptibilities": {"sites": (4, 6), "spins": 3},
    "theories_and_grain": {"spins": (3, 4), "alphas": (0.3,), "total": 6},
    "thermalisation_curve": {"spins": 8, "couplings": (0.1, 1.0)},
}
DRAW_NOTHING = {
    "avalanche_evolution",
    "avalanche_flow",
    "avalanche_hypotheses",
    "avalanche_inputs",
    "avalanche_rules",
    "avalanche_tails",
    "avalanche_times",
    "avalanche_variants",  # its free grains
    "elimination",
    "fading_ergodicity",
    "halted_decay",
    "planted_spot",
    "quantum_avalanche",
    "resonance_model",
}
#: Where programs diagonalise a matrix.
DIAGONALISE = [
    (library, name) for library in (np.linalg, scipy.linalg) for name in ("eigh", "eigvalsh")
]
WORK = bl.LocalChainBath(4)
SPIN = bl.LiomChain(1)


@contextmanager
def counted():
    """How often each bath is drawn, and each matrix (by its SHA-256) diagonalised.

    numpy and scipy are watched as well as the library's own full diagonalisation, which is made
    of them: nobody solves behind its back.
    """
    drawn, solved = Counter(), Counter()
    with pytest.MonkeyPatch.context() as patch:
        for kind in CoreBath.__subclasses__():
            patch.setattr(kind, "draw", _counting_draw(kind.draw, drawn))
        for model in (
            bl.BrickworkCircuit,
            bl.SpinChain,
            bl.QuantumSun,
            bl.model.KickedChain,
            bl.model.RandomUnitary,
        ):
            patch.setattr(model, "sample", _counting_draw(model.sample, drawn))
        for library, name in DIAGONALISE:
            patch.setattr(library, name, _counting_solver(getattr(library, name), solved))
        yield drawn, solved


def _counting_draw(draw, drawn):
    def count(bath, seed, realisation):
        drawn[bath, seed, realisation] += 1
        return draw(bath, seed, realisation)

    return count


def _counting_solver(solve, solved):
    def count(matrix, *arguments, **options):
        array = np.ascontiguousarray(matrix, dtype=np.result_type(matrix, np.float64))
        solved[array.shape, hashlib.sha256(array.tobytes()).hexdigest()] += 1
        return solve(matrix, *arguments, **options)

    return count


def once(measure, spec, seed=1, realisation=2):
    """The rows of one realisation; AssertionError for what is drawn or solved twice."""
    with counted() as (drawn, solved):
        rows = measure(spec, seed, realisation)
    assert drawn and solved, "nothing was counted"
    most = max(drawn.values())  # different systems may belong to one realisation
    assert most == 1, f"a bath is drawn {most} times"
    # Spin components of a site and density matrices of two may be the same.
    whole = {key: times for key, times in solved.items() if key[0][0] > 4}
    again = {shape: times for (shape, _), times in whole.items() if times > 1}
    assert not again, f"solved more than once: {again}"
    return rows


def small_study(name):
    script = load_study(name)
    return script.build(script.PRESETS["quick"].replace(**SMALL[name]))


def test_every_study_is_looked_at():
    scripts = {path.stem for path in (ROOT / "studies").glob("*.py")}
    found = {name for name in scripts if hasattr(load_study(name), "PRESETS")}
    assert found == set(SMALL) | DRAW_NOTHING


@pytest.mark.parametrize("name", SMALL)
def test_each_realisation_is_drawn_once_and_solved_once(name):
    study = small_study(name)
    for case in study.cases:
        assert once(study.measure, case.spec, study.seed)


def draws_again(bath, seed, realisation):
    bath.sample(seed, realisation)
    return [{"energy": bath.sample(seed, realisation).energies[0]}]


def couples_anew(bath, seed, realisation):
    grain = bath.sample(seed, realisation)
    system = bl.couple(bath, SPIN).sample(seed, realisation)
    return [{"levels": len(grain.energies), "energy": bl.eigenstate_near(system).energy}]


def forgets_the_system(bath, seed, realisation):
    system = bath.sample(seed, realisation).attach(SPIN)
    state = bl.eigenstate_near(system)
    found = bl.spectral_measure(system.hamiltonian, system.operator("probe"), state)
    return [{"log_ipr": bl.log_ipr(found)}]


def solves_behind_the_back(bath, seed, realisation):
    grain = bath.sample(seed, realisation)
    return [{"same": np.allclose(np.linalg.eigvalsh(grain.hamiltonian), grain.energies)}]


@pytest.mark.parametrize(
    "measure, words",
    [
        (draws_again, "drawn 2 times"),
        (couples_anew, "drawn 2 times"),
        (forgets_the_system, "solved more than once"),
        (solves_behind_the_back, "solved more than once"),
    ],
)
def test_a_wasteful_measure_is_caught(measure, words):
    assert measure(WORK, 1, 2)
    with pytest.raises(AssertionError, match=words):
        once(measure, WORK)


@pytest.mark.parametrize("count", [1, 3])
def test_without_coupling_the_coupled_system_has_the_log_ipr_of_the_grain(count):
    """Against the system with a spin of coupling 0, diagonalised as a whole."""
    bath = bl.EnlargedBath(bl.LocalChainBath(5), bl.LiomChain(1))
    sweep = Sweep("x", bath, (0.1,), 1.0, 0.5, count)
    system = bath.sample(1, 2).attach(sweep.spin(0.0))
    expected = [
        bl.log_ipr(bl.spectral_measure(system, system.operator("probe"), state))
        for state in bl.eigenstates_near(system, 0.0, count, "dense")
    ]
    found = uncoupled_log_iprs(system.grain, float(system.lioms.fields[-1]), count)
    assert found == pytest.approx(expected, abs=1e-11)
