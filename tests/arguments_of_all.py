"""Good arguments of every public function, by room and name."""

import math
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from arguments import (
    Argument,
    Array,
    Column,
    ComplexMatrix,
    Curves,
    Fields,
    Flag,
    Folder,
    Function,
    Integer,
    Integers,
    Labels,
    Listed,
    Made,
    Matrix,
    Names,
    NewFolder,
    Numbers,
    Operator,
    Real,
    Rows,
    Samples,
    Site,
    Sites,
    Stack,
    State,
    Table,
    Text,
    Uncertainty,
    Widths,
)
from matplotlib.figure import Figure

import bathlab as bl
from bathlab import experiments, model, report, statistics, theory, workbench
from bathlab.experiments.backreaction import Coupling as Backreaction
from bathlab.experiments.crossover import Attachment as Crossover

#: Records of what a function found: they hold what it puts into them.
HELD = [
    "analysis.CouplingParts",
    "analysis.Humps",
    "analysis.Hybridisation",
    "analysis.Kinetics",
    "analysis.PairSpectrum",
    "analysis.SampledAutocorrelator",
    "analysis.ElementMoments",
    "analysis.RowStatistics",
    "analysis.Stability",
    "analysis.Tones",
    "ensemble.Merged",
    "ensemble.Status",
    "ensemble.Verification",
    "experiments.Attachment",
    "experiments.Backreacted",
    "experiments.Compared",
    "operators.RowBasis",
    "operators.TableForm",
    "operators.UnitaryEigensystem",
    "spectrum.CrossMeasure",
    "spectrum.Eigenstate",
    "spectrum.SpectralFunction",
    "spectrum.SpectralMeasure",
    "statistics.CurveDistance",
    "statistics.Distance",
    "statistics.Estimate",
    "statistics.GeneralisedLine",
    "statistics.Jackknife",
    "statistics.LorentzianFit",
    "statistics.Line",
    "statistics.PowerLaw",
    "statistics.PowerTail",
    "statistics.Scaling",
    "statistics.SharedDistance",
    "statistics.Tail",
    "statistics.WidthRatio",
    "workbench.Claim",
    "workbench.Claims",
    "workbench.Outcome",
    "workbench.Record",
    "report.Report",
    "analysis.AvoidedCrossing",
    "analysis.LevelSweep",
    "analysis.FormFactor",
    "analysis.Resonances",
    "analysis.Unfolded",
    "spectrum.Levels",
    "analysis.TwoLevels",
    "statistics.DensityLaw",
    "statistics.Histogram",
    "statistics.Misfit",
    "operators.Sector",
    "theory.avalanche.ChainOutcome",
    "theory.avalanche.Exponents",
    "theory.avalanche.FittedExponents",
    "theory.avalanche.Flow",
    "theory.avalanche.Scales",
    "theory.avalanche.Seed",
]
#: To be derived from; their arguments are those of the classes below them.
ABSTRACT = ["model.Bath", "model.CoreBath", "workbench.Parameters"]
#: Words by which messages name an argument that is not called so.
UNNAMED = {
    "ensemble.run/target.target_error": ["target error"],
    "ensemble.merge.*others": ["others"],
    "experiments.backreacted_data.points": ["column"],
    "experiments.scan_points.scans": ["columns"],
    "statistics.estimate_of.clusters": ["labels"],
    "ensemble.load.path": ["store"],
    "report.report_of.path": ["store", "record"],
    "ensemble.Study.cases": ["case"],
    "operators.as_system.value": ["H "],
    "statistics.collapse_distance.pool": ["curve"],
    "statistics.shared_distance.others": ["curve"],
    "statistics.fitted_widths.halfwidths": ["window"],
    "statistics.long_form.abscissae": ["column"],
    "model.EnlargedBath.core": ["bath"],
    "model.LocalisedChain.spins": ["LIOMs"],
    "analysis.density_of_states.energies": ["levels"],
    "analysis.mean_gap_ratio.energies": ["levels"],
    "analysis.hybridisations.states": ["state ="],
    "analysis.peak_place.omega": ["weight"],
    "analysis.peak_share.omega": ["weight"],
    "analysis.peak_weight.omega": ["bins"],
}

#: J_ij of three LIOMs.
EXCHANGE = np.array([[0.0, 0.5, -0.25], [0.5, 0.0, 0.125], [-0.25, 0.125, 0.0]])
CHAIN, LIOMS = bl.LocalChainBath(3), bl.LiomChain(1)
SYSTEM = bl.couple(CHAIN, LIOMS).sample(1)
GRAIN = CHAIN.sample(1)
H = SYSTEM.hamiltonian.toarray()
X = SYSTEM.operator("probe").toarray()
STATE = bl.eigenstate_near(SYSTEM)
EIGEN = bl.diagonalise(SYSTEM)
MEASURE = bl.spectral_measure(SYSTEM, X, STATE)
LEVELS = GRAIN.energies
FORM_FACTOR = bl.spectral_form_factor(LEVELS, [0.0, 0.5, 1.0], unfolding="none")
ELEMENTS = GRAIN.matrix_elements("contact")
EDGES = np.linspace(-3.0, 3.0, 9)
OMEGA = np.linspace(-4.0, 4.0, 33)
K = bl.analysis.lorentzian(OMEGA, 0.4)
BINS = np.linspace(-4.125, 4.125, 34)[:-1] + 0.125
ACROSS = Widths([4.0, 5.0])
#: A point of the resonance model's phase diagram.
POINT = {
    "xi": Widths([4.0, -4.0]),
    "lam": Numbers([20.0, 30.0]),
    "length": Widths([10.0, 12.0]),
}
RESONANT = POINT | {"J": Numbers([1.0, 2.0])}
ADDED = Numbers([0.75, 1.0])
COURSE = bl.avalanche.flow([0.1, 0.3], 1.0)
PRODUCT = bl.analysis.product_state_near(LEVELS, 1.0)


def flat(omega):
    return np.full(np.shape(omega), 0.3)


def system(alone=True):
    return Operator(H, alone=alone)


class Anything(Argument):
    """A spec, which the measure knows what to do with."""

    def bad(self):
        return {}


class Target(Text):
    """An energy by its name, where a number is right as well."""

    def _bad(self):
        found = super()._bad()
        del found["number"]
        return found


TABLE = {
    "analysis.ElementRows": {
        "vectors": ComplexMatrix(GRAIN.eigensystem.vectors),
        "operator": Operator(GRAIN.contact, hermitian=False),
    },
    "analysis.ProductState": {"level": Integer(3), "spin": Integer(1), "energy": Real(0.5)},
    "analysis.density_of_states": {
        "energies": Array(LEVELS),
        "energy": Real(0.25),
        "window": Real(2.0),
    },
    "analysis.smooth_density_of_states": {
        "energies": Array(LEVELS),
        "energy": Real(0.25),
        "window": Real(2.0),
    },
    "analysis.mean_gap_ratio": {"energies": Array(LEVELS), "periodic": Flag(False)},
    "analysis.gap_ratios": {"energies": Array(LEVELS), "windows": Integer(2)},
    "analysis.number_variance": {
        "levels": Array(LEVELS),
        "lengths": Array([0.5, 1.0]),
        "places": Integer(20),
    },
    "analysis.unfold": {
        "energies": Array(LEVELS),
        "method": Text("gaussian"),
        "degree": Integer(1),
        "width": Real(2.0),
    },
    "analysis.spectral_form_factor": {
        "energies": Array(LEVELS),
        "times": Array([0.0, 0.5, 1.0]),
        "filter_width": Real(0.5, optional=True),
        "unfolding": Text("none"),
        "degree": Integer(2),
    },
    "analysis.mean_form_factor": {
        "spectra": Made([FORM_FACTOR, FORM_FACTOR]),
        "connected": Flag(True),
    },
    "analysis.random_form_factor": {
        "times": Array([0.0, 0.5, 1.5]),
        "ensemble": Text("GOE"),
    },
    "analysis.thouless_time": {
        "times": Listed([0.1, 0.5, 1.0]),
        "values": Array([0.9, 0.6, 0.9]),
        "ensemble": Text("GOE"),
        "criterion": Real(0.08),
    },
    "analysis.energy_scale": {
        "hamiltonian": Operator(GRAIN.hamiltonian, hermitian=False),
        "operator": Operator(GRAIN.contact, hermitian=False),
    },
    "analysis.entanglement_entropy": {
        "state": State(STATE.vector),
        "dims": Integers([2, 2, 2, 2]),
        "sites": Site(1),
        "order": Real(2.0),
    },
    "analysis.mutual_information": {
        "state": State(STATE.vector),
        "dims": Integers([2, 2, 2, 2]),
        "first": Site(1),
        "second": Site(2),
    },
    "analysis.spectral_autocorrelator": {
        "energies": Array(LEVELS),
        "weights": Matrix(np.abs(ELEMENTS) ** 2),
        "times": Array([0.0, 1.0, 2.5]),
    },
    "analysis.tones": {"weights": Matrix(np.abs(ELEMENTS) ** 2)},
    "analysis.fidelity_susceptibility": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
    },
    "analysis.golden_rule_kinetics": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
        "fields": Array([0.5, 1.0]),
        "couplings": Array([0.25, 0.125]),
        "energy": Real(0.25),
        "width": Real(0.5),
    },
    "analysis.sampled_autocorrelator": {
        "H": system(False),
        "operator": Operator(X),
        "times": Array([0.0, 1.0, 2.5]),
        "states": Integer(4, optional=True),
        "seed": Integer(1),
    },
    "analysis.heisenberg_time": {"energies": Array(LEVELS)},
    "analysis.reduced_density": {
        "state": State(STATE.vector),
        "dims": Integers([2, 2, 2, 2]),
        "sites": Site(1),
    },
    "analysis.eth_log_ipr": {
        "omega": Array(OMEGA),
        "v": Array(K),
        "rho": Array(np.full(33, 5.0)),
        "error": Uncertainty(np.full(33, 0.01)),
        "fourth": Real(3.0),
    },
    "analysis.structure_factor": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
        "edges": Array(EDGES),
        "energy": Real(0.25),
        "window": Real(3.0),
        "other": ComplexMatrix(GRAIN.matrix_elements("probe"), optional=True),
    },
    "analysis.flip_structure_factor": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
        "field": Real(0.5),
        "window": Real(3.0),
        "resolution": Real(0.5, optional=True),
    },
    "analysis.g_parameter": {
        "energies": Array(LEVELS),
        "weights": Array(np.abs(ELEMENTS[PRODUCT.level]) ** 2),
        "product": Made(PRODUCT),
        "g": Real(0.25),
        "field": Real(1.0),
        "window": Real(2.0),
        "estimator": Text("smooth"),
        "moment": Real(2.0),
        "own": Array(LEVELS, optional=True),
    },
    "analysis.coupling_parts": {
        "energies": Array(LEVELS),
        "weights": Array(np.abs(ELEMENTS[PRODUCT.level]) ** 2),
        "product": Made(PRODUCT),
        "field": Real(1.0),
        "window": Real(2.0),
    },
    "analysis.product_state_near": {
        "energies": Array(LEVELS),
        "field": Real(1.0),
        "energy": Real(0.25),
    },
    "analysis.element_moments": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
        "frequency": Real(1.0),
        "energy": Real(0.25),
        "window": Real(4.0),
    },
    "analysis.row_statistics": {
        "frequencies": Array(np.linspace(-2.0, 2.0, 32)),
        "weights": Array(np.linspace(1.0, 2.0, 32)),
        "size": Integer(4),
        "reach": Real(2.0),
        "peaks": Array([0.5], optional=True),
        "away": Integer(1),
    },
    "analysis.stability_criterion": {
        "energies": Array(LEVELS),
        "elements": ComplexMatrix(ELEMENTS),
        "energy": Real(0.25),
        "window": Real(4.0),
    },
    "analysis.matrix_elements": {
        "vectors": ComplexMatrix(GRAIN.eigensystem.vectors),
        "operator": Operator(GRAIN.contact, hermitian=False),
    },
    "analysis.humps": {"omega": Array(BINS[:-1] + 0.125), "k": Array(K[:-1])},
    "analysis.lorentzian": {"omega": Numbers(OMEGA), "halfwidth": Real(0.5)},
    "analysis.hybridisation": {
        "system": Made(SYSTEM),
        "state": State(STATE.vector),
        "edges": Array(EDGES),
        "bath": Made(bl.diagonalise(SYSTEM.uncoupled()[0]), optional=True),
    },
    "analysis.hybridisations": {
        "system": Made(SYSTEM),
        "states": Made([STATE], more={"empty": 3.0}),
        "edges": Array(EDGES),
        "bath": Made(bl.diagonalise(SYSTEM.uncoupled()[0]), optional=True),
    },
    "analysis.hybridisation_row": {
        "state": Made(STATE),
        "found": Made(bl.hybridisation(SYSTEM, STATE, EDGES)),
    },
    "analysis.log_ipr": {"measure": Made(MEASURE)},
    "analysis.log_ipr_bounds": {"measure": Made(MEASURE)},
    "analysis.participation_row": {"state": Made(STATE), "measure": Made(MEASURE)},
    "analysis.peak_place": {
        "omega": Array(OMEGA),
        "spectrum": Array(theory.two_peaks(OMEGA, K, 1.0)),
        "centre": Real(2.0),
        "reach": Real(1.0),
    },
    "analysis.peak_share": {
        "omega": Array(OMEGA),
        "cross": Array(0.2 * np.sign(OMEGA) * theory.two_peaks(OMEGA, K, 1.0)),
        "spectrum": Array(theory.two_peaks(OMEGA, K, 1.0)),
        "centre": Real(2.0),
        "reach": Real(1.0),
    },
    "analysis.peak_weight": {
        "omega": Array(OMEGA),
        "excess": Array(0.2 * theory.two_peaks(OMEGA, K, 1.0)),
        "shape": Array(theory.two_peaks(OMEGA, K, 1.0)),
        "centre": Real(2.0),
        "reach": Real(1.0),
    },
}

TABLE |= {
    "spectrum.Eigensystem": {
        "energies": Array(EIGEN.energies),
        "vectors": ComplexMatrix(EIGEN.vectors),
        "hamiltonian": Argument(H),
        "rounding": Real(0.0, optional=True),
    },
    "spectrum.diagonalise": {"H": system(), "backend": Text("cpu", optional=True)},
    "spectrum.eigenstate_near": {
        "H": system(),
        "energy": Real(0.25),
        "method": Text("dense"),
        "prove": Flag(False),
        "backend": Text("cpu"),
    },
    "spectrum.eigenstates_near": {
        "H": system(),
        "energy": Real(0.25),
        "count": Integer(2),
        "method": Text("dense"),
        "prove": Flag(False),
        "backend": Text("cpu"),
    },
    "model.QuantumSun": {
        "grain_spins": Integer(2),
        "lioms": Integer(2),
        "alpha": Real(0.75),
        "g0": Real(1.0),
        "gamma": Real(1.0),
        "field": Real(1.0),
        "disorder": Real(0.5),
        "jitter": Real(0.2),
        "convention": Text("luitz"),
    },
    "model.SpinChain": {
        "sites": Integer(4),
        "anisotropy": Real(1.0),
        "disorder": Real(2.0),
        "sector": Real(0.0, optional=True),
        "periodic": Flag(True),
        "fields": Text("z"),
        "coupling": Real(1.0),
        "law": Text("uniform"),
    },
    "model.SpinChainSystem": {
        "chain": Made(bl.SpinChain(4)),
        "fields": Array([0.1, 0.2, 0.3, 0.4]),
    },
    "model.KickedChain": {
        "sites": Integer(4),
        "frequency": Real(12.0),
        "disorder": Real(5.0),
        "coupling": Real(1.0),
    },
    "model.KickedChainSystem": {
        "chain": Made(model.KickedChain(4)),
        "fields": Fields(np.linspace(-1, 1, 12).reshape(4, 3)),
    },
    "operators.SpinSpace": {
        "sites": Integer(4),
        "sector": Real(0.0, optional=True),
        "spin": Real(0.5),
    },
    "operators.SymmetricSpace": {
        "space": Made(bl.operators.SpinSpace(4)),
        "momentum": Integer(0, optional=True),
        "reflection": Integer(1, optional=True),
        "flip": Integer(1, optional=True),
    },
    "spectrum.eigenstates_between": {
        "H": system(),
        "lower": Real(-1.0),
        "upper": Real(1.0),
        "method": Text("auto"),
    },
    "spectrum.levels": {
        "H": system(),
        "method": Text("auto"),
        "backend": Text("cpu"),
    },
    "spectrum.spectral_measure": {
        "H": system(False),
        "operator": Operator(X),
        "state": State(STATE.vector),
        "method": Text("dense"),
        "tolerance": Real(0.5),
        "backend": Text("cpu"),
    },
    "spectrum.cross_measure": {
        "H": system(False),
        "A": Operator(X),
        "B": Operator(SYSTEM.operator(1).toarray()),
        "state": State(STATE.vector),
        "method": Text("dense"),
        "backend": Text("cpu"),
    },
    "spectrum.target_energy": {"H": system(), "energy": Target("middle")},
}

MATRICES = bl.model.BathMatrices(GRAIN.hamiltonian, GRAIN.contact, GRAIN.probe, (2, 2, 2))
UNITARIES = [np.eye(2), np.diag([1.0, -1.0]), np.eye(2)[::-1]]


def drawn(seed, realisation, width=1.0):
    rng = np.random.default_rng([seed, realisation])
    matrices = rng.standard_normal((3, 4, 4))
    return [width * (each + each.T) for each in matrices]


TABLE |= {
    "model.BathMatrices": {
        "hamiltonian": Operator(GRAIN.hamiltonian),
        "contact": Operator(GRAIN.contact),
        "probe": Operator(GRAIN.probe),
        "dims": Integers([2, 2, 2]),
        "connected": Flag(False),
    },
    "model.BrickworkCircuit": {"sites": Integer(4), "coupling": Real(0.1)},
    "model.ChainSystem": {
        "core": Made(SYSTEM),
        "spins": Made(bl.model.Lioms(np.ones(2), np.ones(2))),
        "zz": Real(0.5),
    },
    "model.CoupledModel": {"bath": Made(CHAIN), "chain": Made(LIOMS)},
    "model.couple": {"bath": Made(CHAIN), "chain": Made(LIOMS)},
    "model.EnlargedBath": {"core": Made(CHAIN), "lioms": Made(LIOMS)},
    "model.LocalisedChain": {
        "bath": Made(CHAIN),
        "spins": Made(LIOMS, more={"number": 1.5, "true": True}),
        "zz": Real(0.5),
    },
    "model.CoupledSystem": {
        "bath": Made(MATRICES),
        "lioms": Made(bl.model.Lioms(np.ones(2), np.ones(2))),
        "inside": Integer(1),
        "draw": Made(SYSTEM.draw, optional=True),
        "grain": Made(SYSTEM.grain, optional=True),
        "solution": Made(None, optional=True),
    },
    "model.DisorderedBath": {
        "function": Function(drawn),
        "arguments": Made({"width": 2.0}),
    },
    "model.GivenBath": {
        "hamiltonian": Operator(GRAIN.hamiltonian),
        "contact": Operator(GRAIN.contact),
        "probe": Operator(GRAIN.probe),
        "sector": Made(None, optional=True, more={"number": 1.5, "empty": 7}),
    },
    "model.Grain": {"system": Made(SYSTEM)},
    "model.LiomChain": {
        "count": Integer(3),
        "alpha": Real(0.5),
        "g1": Real(0.25),
        "field": Real(1.0),
        "disorder": Real(0.5),
        "sites": Sites([0, 2, 1], optional=True),
        "interactions": Matrix(EXCHANGE, optional=True),
        "bath_interactions": Array([0.5, -0.25, 0.125], optional=True),
        "jitter": Real(0.25),
    },
    "model.Lioms": {
        "fields": Listed([1.0, 0.5, 0.25]),
        "couplings": Listed([0.25, 0.125, 0.0625]),
        "sites": Sites([0, 2, 1]),
        "interactions": Matrix(EXCHANGE, optional=True),
        "bath_interactions": Array([0.5, -0.25, 0.125], optional=True),
    },
    "model.LocalChainBath": {
        "spins": Integer(3),
        "field": Real(1.0),
        "disorder": Real(0.25),
        "transverse": Real(0.5),
        "coupling": Real(1.0),
    },
    "model.RandomMatrixBath": {
        "spins": Integer(3),
        "bandwidth": Real(4.0),
        "level_spacing": Made(None, optional=True),
        "symmetry": Text("orthogonal"),
    },
    "model.RandomUnitary": {"sites": Integer(4), "levels": Text("CUE")},
    "model.IntegrableChainBath": {
        "spins": Integer(3),
        "bandwidth": Real(4.0),
        "anisotropy": Real(0.7),
        "boundary": Real(1.0),
    },
    "model.RosenzweigPorterBath": {
        "spins": Integer(3),
        "bandwidth": Real(4.0),
        "gamma": Real(1.5),
    },
    "model.UltrametricBath": {
        "spins": Integer(3),
        "bandwidth": Real(4.0),
        "alpha": Real(0.5),
        "core": Integer(2),
    },
    "model.check_bath": {"bath": Made(CHAIN), "seed": Integer(1), "realisations": Integer(2)},
    "operators.Eigensystem": TABLE["spectrum.Eigensystem"],
    "operators.MatrixSystem": {
        "matrix": Operator(H),
        "dims": Integers([2, 2, 2, 2], optional=True),
        "solution": Made(None, optional=True),
        "kind": Text("hermitian"),
    },
    "operators.System": {
        "dims": Integers([2, 2, 2]),
        "dtype": Made(np.float64, optional=True, more={"class": 1.5}),
        "solution": Made(None, optional=True),
    },
    "operators.SystemView": {"system": Made(SYSTEM)},
    "operators.as_system": {
        "value": system(),
        "name": Text("H", fixed=False),
        "kind": Text("hermitian"),
    },
    "operators.require_memory": {
        "needed": Real(8.0),
        "what": Text("A matrix", fixed=False),
        "alternative": Text("Do less.", fixed=False),
        "available": Real(16.0, optional=True),
    },
    "operators.site_operator": {
        "axis": Text("x"),
        "site": Integer(1),
        "dims": Integers([3, 2, 2]),
    },
    "operators.spin_operator": {
        "pauli": ComplexMatrix([[0.0, 1.0], [1.0, 0.0]]),
        "site": Integer(1),
        "spins": Integer(3),
    },
}

TABLE |= {
    "theory.avalanche.AvalancheChain": {
        "length": Integer(100),
        "epsilon": Real(0.25),
        "K": Real(1.0),
        "cells": Text("sites"),
        "ring": Flag(True),
        "next_cell": Text("l"),
        "fusion": Text("gap"),
        "between": Text("cores"),
        "gap_in_bath": Flag(False),
        "reach": Text("own"),
        "bath": Text("grown"),
        "treated": Text("halted"),
        "order": Text("core"),
        "ties": Text("left"),
        "step": Text("cell"),
        "disorder": Text("smooth"),
        "width": Real(0.25),
        "correlation": Integer(5),
        "thermal_fraction": Real(0.5),
        "strengthening": Real(0.75),
    },
    "theory.avalanche.simulate_chain": {
        "length": Integer(100),
        "epsilon": Real(0.25),
        "K": Real(1.0),
        "seed": Integer(1),
        "realisation": Integer(2),
        "cells": Text("bonds"),
        "ring": Flag(True),
        "disorder": Text("random"),
        "width": Real(0.25),
    },
    "theory.avalanche.critical_epsilon": {
        "K": Numbers([1.0, 2.0]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
    },
    "theory.avalanche.critical_seed": {
        "zeta": Real(0.25),
        "dimension": Integer(2),
        "exponent": Real(0.75),
        "coupling": Text("stretched"),
        "strengthening": Real(0.75),
    },
    "theory.avalanche.critical_zeta": {
        "epsilon": Numbers([0.1, 0.2]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
    },
    "theory.avalanche.exponents": {
        "K": Numbers([1.0, 2.0]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
    },
    "theory.avalanche.fit_exponents": {
        "K": Real(1.0),
        "lower": Real(1e-6),
        "upper": Real(1e-2),
        "points": Integer(4),
        "zeta_treated": Real(4.0),
        "strengthening": Real(0.75),
    },
    "theory.avalanche.flow": {
        "epsilon": Numbers([0.1, 0.3]),
        "K": Numbers([1.0, 2.0]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
    },
    "theory.avalanche.least_probability": {"course": Made(COURSE)},
    "theory.avalanche.log_rate": {"distance": Numbers([1.0, 2.0]), "zeta": Widths([0.5, 0.7])},
    "theory.avalanche.log_resistance": {"course": Made(COURSE), "length": Numbers([9.0, 1e9])},
    "theory.avalanche.mean_entropy": {"course": Made(COURSE), "length": Numbers([9.0, 1e9])},
    "theory.avalanche.near_critical_flow": {
        "distance": Numbers([1e-3, -1e-3]),
        "K": Numbers([1.0, 2.0]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
    },
    "theory.avalanche.probability_of": {
        "course": Made(COURSE),
        "length": Numbers([9.0, 1e9]),
        "logarithm": Flag(False),
    },
    "theory.avalanche.scales": {"course": Made(COURSE)},
    "theory.avalanche.thermal_probability": {
        "epsilon": Numbers([0.1, 0.3]),
        "K": Numbers([1.0, 2.0]),
        "length": Numbers([9.0, 1e9]),
        "zeta_treated": ACROSS,
        "strengthening": ADDED,
        "logarithm": Flag(True),
    },
    "theory.resonance_model.Floquet": RESONANT,
    "theory.resonance_model.Hamiltonian": RESONANT,
    "theory.resonance_model.LossDiffusion": {
        "lam": Real(20.0),
        "xi": Real(-10.0),
        "kappa": Real(0.5),
        "power": Real(0.25),
        "sign": Integer(1),
    },
    "theory.resonance_model.correlation_length": {"zeta": Numbers([1.0, 2.0])},
    "theory.resonance_model.critical_drift": {
        "lengths": Numbers([8.0, 16.0]),
        "W_c": Real(8.0),
        "delta": Real(0.25),
        "J": Real(0.5),
        "bounded": Flag(True),
    },
    "theory.resonance_model.floquet_resonance_length": {
        "frequency": Numbers([10.0, 20.0]),
        "J": Numbers([1.0, 2.0]),
    },
    "theory.resonance_model.hamiltonian_resonance_length": {
        "W": Numbers([10.0, 20.0]),
        "J": Numbers([1.0, 2.0]),
    },
    "theory.resonance_model.is_consistent": POINT,
    "theory.resonance_model.region": POINT,
    "theory.backreaction": {
        "omega": Array(OMEGA),
        "v": Array(K),
        "k": Array(K),
        "field": Real(1.0),
        "weight": Real(0.25),
        "halfwidth": Real(0.5),
    },
    "theory.backreaction_amplitude": {
        "omega": Array(OMEGA),
        "v": Array(K),
        "g": Real(0.25),
        "field": Real(1.0),
        "cut": Real(0.5),
    },
    "theory.lamb_shift": {
        "omega": Array(OMEGA),
        "v": Array(K),
        "g": Real(0.25),
        "field": Real(1.0),
        "cut": Real(0.5),
    },
    "theory.backreaction_shape": {
        "omega": Array(OMEGA),
        "v": Array(K),
        "k": Array(K),
        "field": Real(1.0),
        "halfwidth": Real(0.5),
    },
    "theory.backreaction_weight": {"g": Real(0.25), "xi": Real(2.0), "field": Real(1.0)},
    "theory.broadened": {"omega": Array(OMEGA), "v": Array(K), "k": Array(K)},
    "theory.two_peaks": {"omega": Array(OMEGA), "k": Array(K), "field": Real(1.0)},
    "theory.rotation_peaks": {
        "omega": Numbers(OMEGA),
        "halfwidth": Real(0.5),
        "field": Real(1.0),
    },
    "theory.chain_structure_factor": {
        "omega": Numbers([0.3, 0.7]),
        "fields": Fields([0.4, 0.9]),
        "g": Real(0.25),
        "bath": Function(flat),
        "law": Text("lorentzian"),
    },
    "theory.chain_widths": {
        "fields": Fields([0.4, 0.9]),
        "g": Real(0.25),
        "bath": Function(flat),
        "law": Text("lorentzian"),
    },
    "theory.chain_second_moment": {
        "spins": Integer(4),
        "field": Real(1.0),
        "disorder": Real(0.25),
        "transverse": Real(0.5),
        "coupling": Real(1.0),
    },
    "theory.chain_third_moment": {
        "spins": Integer(4),
        "transverse": Real(0.5),
        "coupling": Real(1.0),
    },
    "theory.curvature_exponent": {"a": Real(0.4)},
    "theory.curvature_origin": {"a": Real(0.4)},
    "theory.fidelity_origin": {"a": Real(0.4)},
    "theory.ratio_at": {"coupling": Real(0.03)},
    "theory.fidelity_exponent": {"a": Real(0.4)},
    "theory.largest_scale": {"coupling": Real(0.02)},
    "theory.least_scale": {"a": Real(0.4), "sites": Integer(8)},
    "theory.participation_threshold": {"a": Real(0.4)},
    "theory.scale_density": {"Omega": Numbers([0.1, 0.2]), "a": Real(0.4), "sites": Integer(8)},
    "theory.spin_amplitude": {"a": Real(0.4)},
    "theory.crossover_length": {"bath_spins": Real(6.0), "alpha": Real(0.5)},
    "theory.naive_crossover_length": {"bath_spins": Real(6.0), "alpha": Real(0.5)},
    "theory.crossover_radius": {
        "bath_radius": Real(2.0),
        "zeta": Real(0.5),
        "dimension": Real(2.0),
        "unit_volume": Real(1.0, optional=True),
    },
    "theory.g_flow": {"first": Real(2.0), "couplings": Array([0.4, 0.2, 0.1])},
    "theory.fading_exponent": {"alpha": Real(0.8), "axis": Text("z")},
    "theory.golden_rule_width": {"g": Real(0.25), "structure_factor": Real(0.5)},
    "theory.hybridised_spins": {
        "widths": Widths([2.0, 0.5]),
        "densities": Widths([4.0, 8.0]),
    },
    "theory.core_log_ipr": {
        "dimension": Real(64.0),
        "variance": Real(2.0),
        "bandwidth": Real(4.0),
    },
    "theory.decay_log_ipr": {"density": Real(64.0), "rate": Real(0.25)},
    "theory.liom_log_ipr": {
        "dimension": Real(64.0),
        "g": Real(0.25),
        "bandwidth": Real(4.0),
    },
    "theory.printed_log_ipr": {
        "dimension": Real(64.0),
        "g": Real(0.25),
        "bandwidth": Real(4.0),
    },
    "theory.profile_slope": {"alpha": Real(0.5)},
    "theory.whole_variance": {
        "bandwidth": Real(4.0),
        "fields": Array([1.0, 0.5]),
        "couplings": Array([0.2, 0.1]),
    },
    "theory.semicircle_structure_factor": {"omega": Numbers(OMEGA), "bandwidth": Real(4.0)},
    "theory.spin_structure_factor": {
        "omega": Numbers([0.3, 0.7]),
        "field": Numbers([0.4, 0.9]),
        "width": Widths([0.5, 0.25]),
        "law": Text("resolved"),
    },
    "theory.thermalised_lioms": {
        "first": Real(4.0),
        "law": Function(lambda r: -r),
        "far": Integer(50),
    },
    "theory.typical_decay": {"g": Real(0.25), "disorder": Real(2.0), "law": Text("resolved")},
}

RNG = np.random.default_rng(5)
VALUES, LABELS = RNG.standard_normal(6), list(range(6))
CURVES = [K * scale for scale in np.linspace(0.9, 1.1, 6)]
ROWS = pd.DataFrame(
    {
        "case": ["a"] * 6 + ["b"] * 6,
        "spins": [3] * 6 + [4] * 6,
        "realisation": LABELS * 2,
        "x": RNG.standard_normal(12),
        "omega": [OMEGA] * 12,
        "k": CURVES * 2,
        "halfwidth": RNG.uniform(0.4, 0.5, 12),
    }
)
SWEEP = pd.DataFrame(
    [
        {"bath": "a", "realisation": r, "g": g, "y": r + g**2 + 0.1 * r * g}
        for r in range(5)
        for g in (0.5, 1.0, 2.0)
    ]
)
MEANS = pd.DataFrame(
    {
        "bath": ["a"] * 3 + ["b"] * 3,
        "g": [1.0, 2.0, 4.0] * 2,
        "y": [3.0, 2.0, 1.0, 2.9, 2.1, 1.2],
        "y_error": 0.1,
        "realisations": 9,
    }
)
SAMPLED = statistics.sampled_curve(SWEEP, "g", "g", "y")
PAIR = statistics.curves_of(MEANS, "bath", "g", "y")
COLLAPSING = {
    size: statistics.Curve([1.0, 2.0, 3.0], np.array([-1.0, 0.0, 1.0]) * size, [0.1, 0.1, 0.1])
    for size in (8.0, 10.0, 12.0)
}
LINES = pd.DataFrame(
    [
        {
            "spins": 4,
            "ratio": ratio,
            "spin": spin,
            "realisation": r,
            **{name: 0.5**spin * (1 + 0.1 * r) for name in ("width", "lorentzian", "resolved")},
            "density": 2.0 * 2**spin,
            "entropy": 0.6 * ratio / spin,
        }
        for ratio in (0.4, 0.8)
        for spin in (1, 2)
        for r in range(5)
    ]
)


def column(name):
    return Column(name)


def on(table, **more):
    return {"table": Table(table), **more}


TABLE |= {
    "statistics.Curve": {
        "x": Array([1.0, 2.0, 4.0]),
        "y": Array([3.0, 2.0, 1.0]),
        "error": Uncertainty([0.5, 0.25, 0.5]),
    },
    "statistics.SampledCurve": {
        "x": Array([[1.0, 2.0, 4.0], [1.5, 2.5, 4.0], [1.0, 2.0, 3.0]]),
        "y": Array([[3.0, 2.0, 1.0], [3.5, 2.0, 1.0], [3.0, 2.5, 1.0]]),
        "labels": Labels([0, 1, 2]),
    },
    "statistics.sampled_curve": on(
        SWEEP, point=column("g"), x=column("g"), y=column("y"), cluster=column("realisation")
    ),
    "statistics.shared_distance": {
        "curve": Made(SAMPLED),
        "others": Made([SAMPLED]),
        "level": Real(0.5),
    },
    "statistics.bend": on(SWEEP, x=column("g"), y=column("y"), at=Real(1.0)),
    "statistics.by_place": {"values": Uncertainty(VALUES), "realisations": Labels(LABELS)},
    "statistics.collapse_distance": {"curve": Made(PAIR["a"]), "pool": Made([PAIR["b"]])},
    "statistics.monotone_distance": {
        "x": Array([1.0, 2.0, 3.0]),
        "y": Array([0.1, 0.3, 0.2]),
    },
    "statistics.crossing": {
        "numbers": Array([1.0, 2.0, 3.0]),
        "values": Array([0.9, 0.6, 0.2]),
        "level": Real(0.5),
        "inside": Real(1.0),
    },
    "statistics.curve_distance": {
        "curves": Made({"k": CURVES}),
        "difference": Function(lambda means: means["k"] - K),
        "step": Real(0.25),
    },
    "statistics.curves_of": {
        "means": Table(MEANS),
        "by": column("bath"),
        "x": column("g"),
        "y": column("y"),
    },
    "statistics.distances_from_others": {
        "curves": Made(PAIR),
        "pool": Made(["a", "b"], more={"text": 5, "empty": 3.0}),
    },
    "statistics.scaling_fit": {
        "curves": Made(COLLAPSING),
        "degree": Integer(2),
        "resamples": Integer(3),
        "seed": Integer(1),
        "nu": Real(1.0, optional=True),
    },
    "statistics.estimate": {
        "values": Samples(VALUES),
        "clusters": Labels(LABELS),
        "interval": Real(0.5, optional=True),
    },
    "statistics.estimate_of": {
        "function": Function(lambda x: x**2),
        "*columns": Samples(VALUES),
        "clusters": Labels(LABELS),
    },
    "statistics.fitted_widths": on(ROWS, by=Names(["case"]), halfwidths=Real(4.0)),
    "statistics.independent": {
        "function": Function(lambda x: x**2),
        "*estimates": Made([bl.estimate(VALUES, LABELS)]),
    },
    "statistics.jackknife": {
        "samples": Stack(VALUES),
        "statistic": Function(lambda mean: mean**2),
    },
    "statistics.long_form": {
        "means": Table(bl.summarise(ROWS, ["case"], ["x"])),
        "by": column("case"),
        "abscissae": Made({"x": ""}),
    },
    "statistics.lorentzian_fit": {
        "omega": Array(OMEGA),
        "curves": Curves(np.array(CURVES)),
        "window": Real(2.0),
    },
    "statistics.overlap_curve": on(LINES, by=Names(["ratio"])),
    "statistics.overlap_threshold": on(LINES),
    "statistics.spins_taken_in": on(LINES),
    "statistics.peak_width_over": on(
        ROWS.assign(spin=[theory.two_peaks(OMEGA, K, 1.0)] * 12),
        column=column("spin"),
        place=Real(2.0),
        window=Real(1.0),
    ),
    "statistics.fit_line": {
        "x": Array([1.0, 2.0, 4.0]),
        "y": Array([1.0, 3.0, 9.0]),
        "error": Array([0.1, 0.1, 0.2]),
        "realisations": Integer(9),
    },
    "statistics.generalised_line": {
        "x": Array([1.0, 2.0, 4.0]),
        "y": Array([1.0, 3.0, 9.0]),
        "covariance": Array(np.diag([0.1, 0.1, 0.2])),
        "realisations": Integer(9),
        "freedom": Integer(9),
    },
    "statistics.power_law": {
        "x": Array([1.0, 2.0, 4.0]),
        "y": Array([1.0, 3.0, 9.0]),
        "error": Array([0.1, 0.1, 0.2]),
        "realisations": Integer(9),
    },
    "statistics.ratio": {
        "numerators": Samples(VALUES),
        "denominators": Samples(VALUES + 3),
        "clusters": Labels(LABELS),
    },
    "statistics.slope": on(SWEEP, x=column("g"), y=column("y"), cluster=column("realisation")),
    "statistics.slopes": on(SWEEP, x=column("g"), y=column("y"), cluster=column("realisation")),
    "statistics.summarise": on(
        ROWS,
        by=Names(["case"]),
        columns=Names(["x"]),
        cluster=column("realisation"),
        interval=Real(0.5, optional=True),
        missing=Flag(False),
    ),
    "statistics.summarise_curves": on(
        ROWS,
        by=Names(["case"]),
        x=column("omega"),
        columns=Names(["k"]),
        missing=Flag(False),
    ),
    "statistics.summarise_steps": on(SWEEP, by=column("bath"), x=column("g"), y=column("y")),
    "statistics.width_law": {
        "widths": Table(
            pd.DataFrame(
                {"xi": [1.0, 2, 4], "fitted": [4.0, 2, 1], "fitted_error": 0.1}
            ).assign(realisations=9)
        ),
        "x": column("xi"),
    },
    "statistics.width_over": on(ROWS, column=column("halfwidth"), window=Real(2.0)),
}

GOE = bl.RandomMatrixBath(3, bandwidth=4.0)
SEEDS = {"seed": Integer(1), "realisation": Integer(0)}
WAYS = dict(window=2.0, step=0.25, reach=3.0, curves=True)


def coupling():
    return Backreaction(CHAIN, 4.0, 0.5, 1.0, **WAYS)


def sweep_of(states=1):
    return experiments.Sweep("chain", CHAIN, (0.25, 0.5), 1.0, 0.5, states)


TABLE |= {
    "experiments.Comparison": {
        "sweep": Made(sweep_of()),
        "g": Real(0.25),
        "window": Real(4.0),
        "energy_range": Real(4.0),
        "shift_range": Real(4.0),
        "bins": Integer(8),
    },
    "experiments.Coupling": {
        "group": Text("one", fixed=False),
        "bath": Made(GOE),
        "bandwidth": Real(4.0),
        "g": Real(0.25),
        "field": Real(1.0),
    },
    "experiments.CrossingPicture": {
        "circuit": Made(bl.BrickworkCircuit(4, 0.1)),
        "reach": Real(0.5),
        "steps": Integer(4),
    },
    "experiments.FieldSweep": {
        "circuit": Made(bl.BrickworkCircuit(4, 0.1)),
        "steps": Integer(4),
    },
    "experiments.FieldChange": {
        "circuit": Made(bl.BrickworkCircuit(4, 0.1)),
        "step": Real(1e-4),
        "least": Real(1e-4),
        "below": Real(0.1),
    },
    "experiments.Growth": {
        "label": Text("one", fixed=False),
        "bath": Made(CHAIN),
        "chain": Made(LIOMS),
    },
    "experiments.Interface": {
        "bath": Made(CHAIN),
        "chain": Made(LIOMS),
        "axes": Text("xz"),
        "seen": Integer(1, optional=True),
        "states": Integer(2),
    },
    "experiments.Line": {
        "bath": Made(GOE),
        "count": Integer(2),
        "ratio": Real(0.5),
        "disorder": Real(1.0),
        "states": Integer(2),
        "zz": Real(0.5),
    },
    "experiments.Surrounded": {
        "bath": Made(GOE),
        "couplings": Array((0.25, 0.5)),
        "stages": Integers((1, 2)),
        "field": Real(1.0),
        "disorder": Real(0.5),
        "sites": Sites((0, 1), optional=True),
        "interactions": Array((0.5,), optional=True),
        "strings": Array((0.5,), optional=True),
        "states": Integer(2),
        "more": Names(("G",)),
    },
    "experiments.FirstCoupling": {
        "bath": Made(GOE),
        "g": Real(0.25),
        "field": Real(1.0),
        "disorder": Real(0.5),
    },
    "experiments.FreeGrain": {
        "modes": Integer(3),
        "bandwidth": Real(4.0),
        "couplings": Array((0.25, 0.5)),
        "field": Real(1.0),
        "disorder": Real(0.5),
        "states": Integer(2),
    },
    "experiments.ExpandedContact": {"chain": Made(CHAIN)},
    "experiments.condition_rows": {
        "spec": Made(experiments.FirstCoupling(GOE)),
        **SEEDS,
    },
    "experiments.Profile": {"bath": Made(CHAIN), "chain": Made(LIOMS)},
    "experiments.Relaxation": {
        "bath": Made(CHAIN),
        "chain": Made(LIOMS),
        "times": Array((0.0, 1.0, 2.0)),
        "states": Integer(2),
        "width": Real(0.5),
    },
    "experiments.Spin": {"bath": Made(CHAIN), "g": Real(0.25), "field": Real(1.0)},
    "experiments.SpinPair": {
        "label": Text("one", fixed=False),
        "bath": Made(GOE),
        "strengths": Array((0.1, 0.5)),
        "field": Real(0.25),
        "disorder": Real(0.125),
        "states": Integer(4),
        "contacts": Text("ends"),
        "moment": Real(2.0),
        "one_sided": Flag(True),
    },
    "experiments.memory_rows": {
        "surroundings": Made(experiments.Surroundings(GOE, bl.LiomChain(1))),
        **SEEDS,
    },
    "experiments.spin_pair_rows": {
        "pair": Made(experiments.SpinPair("a", GOE, (0.1,), 0.15, 0.05, 4)),
        **SEEDS,
    },
    "experiments.StateWindow": {
        "circuit": Made(bl.BrickworkCircuit(4, 0.1)),
        "states": Integer(4),
        "quasienergy": Real(0.5),
        "below": Real(0.1),
    },
    "experiments.Surroundings": {
        "bath": Made(GOE),
        "chain": Made(bl.LiomChain(1)),
        "sides": Integer(1),
    },
    "experiments.FadingSun": {
        "sun": Made(bl.QuantumSun(2, 2)),
        "states": Integer(4),
        "solved": Integer(16),
    },
    "experiments.fading_rows": {
        "fading": Made(experiments.FadingSun(bl.QuantumSun(2, 2), 4)),
        **SEEDS,
    },
    "experiments.FadingDepth": {
        "sun": Made(bl.QuantumSun(2, 2)),
        "states": Integer(2),
        "axes": Made(("z", "x")),
    },
    "experiments.depth_rows": {
        "depth": Made(experiments.FadingDepth(bl.QuantumSun(2, 2))),
        **SEEDS,
    },
    "experiments.far_spin_rows": {
        "spec": Made(experiments.FadingDepth(bl.QuantumSun(2, 2))),
        **SEEDS,
    },
    "experiments.ElementSweep": {"sweep": Made(sweep_of()), "window": Real(4.0)},
    "experiments.element_sweep_rows": {
        "elements": Made(experiments.ElementSweep(sweep_of(), 4.0)),
        **SEEDS,
    },
    "experiments.Sweep": {
        "label": Text("one", fixed=False),
        "bath": Made(CHAIN),
        "couplings": Array([0.25, 0.5]),
        "field": Real(1.0),
        "disorder": Real(0.5),
        "states": Integer(2),
    },
    "experiments.attachment": {
        "bath": Made(CHAIN),
        "g": Real(0.5),
        "field": Real(1.0),
        "edges": Array(EDGES),
        "window": Real(4.0),
        **SEEDS,
    },
    "experiments.driven_rows": {"sweep": Made(sweep_of()), **SEEDS},
    "experiments.SpinCurve": {
        "label": Text("one", fixed=False),
        "bath": Made(CHAIN),
        "couplings": Array([0.25, 0.5]),
        "field": Real(1.0),
        "transverse": Real(0.5),
        "states": Integer(2),
    },
    "experiments.CatchUp": {
        "label": Text("one", fixed=False),
        "core": Made(CHAIN),
        "lioms": Made(LIOMS),
        "couplings": Array([0.25, 0.5]),
        "field": Real(1.0),
        "states": Integer(2),
    },
    "experiments.curve_variant_rows": {
        "spec": Made(experiments.SpinCurve("one", CHAIN, (0.25,), 1.0)),
        **SEEDS,
    },
    "experiments.SkewedBath": {
        "label": Text("one", fixed=False),
        "bath": Made(CHAIN),
        "thirds": Array([0.0, 1.0]),
        "relative": Flag(True),
        "g": Real(0.5),
        "field": Real(1.0),
        "states": Integer(2),
    },
    "experiments.skewed_rows": {
        "case": Made(experiments.SkewedBath("one", CHAIN, (0.0, 1.0), True, 0.5, 1.0, 2)),
        **SEEDS,
    },
    "experiments.thermalisation_rows": {"sweep": Made(sweep_of()), **SEEDS},
    "experiments.comparison_rows": {
        "comparison": Made(experiments.Comparison(sweep_of(), 0.25, 4.0, 4.0, 4.0, 8)),
        **SEEDS,
    },
    "experiments.growth_rows": {"growth": Made(experiments.Growth("a", CHAIN, LIOMS)), **SEEDS},
    "experiments.interface_rows": {
        "interface": Made(experiments.Interface(CHAIN, LIOMS, "xz", 1, 2)),
        **SEEDS,
    },
    "experiments.profile_rows": {"profile": Made(experiments.Profile(CHAIN, LIOMS)), **SEEDS},
    "experiments.relaxation_rows": {
        "relaxation": Made(experiments.Relaxation(CHAIN, LIOMS, (0.0, 1.0), 2, 0.5)),
        **SEEDS,
    },
    "experiments.crossover_rows": {
        "spec": Made(Crossover(GOE, LIOMS)),
        **SEEDS,
    },
    "experiments.curve_rows": {"spin": Made(experiments.Spin(CHAIN, 0.25, 1.0)), **SEEDS},
    "experiments.width_rows": {
        "coupling": Made(experiments.Coupling("a", GOE, 4.0, 0.5, 0.5)),
        **SEEDS,
    },
    "experiments.line_rows": {"line": Made(experiments.Line(GOE, 1, 0.5, 1.0, 1)), **SEEDS},
    "experiments.Thresholds": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        "searched": Integer(2),
        "followed": Integer(3),
    },
    "experiments.threshold_rows": {
        "thresholds": Made(
            experiments.Thresholds(bl.avalanche.AvalancheChain(40, 0.2, 1.0), 2, 3)
        ),
        "seed": Integer(1),
        "realisation": Integer(0),
    },
    "experiments.avalanche_rows": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        **SEEDS,
    },
    "experiments.EpsilonSweep": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        "epsilons": Array((0.1, 0.2)),
    },
    "experiments.epsilon_rows": {
        "sweep": Made(
            bl.experiments.EpsilonSweep(bl.avalanche.AvalancheChain(40, 0.2, 1.0), (0.1, 0.2))
        ),
        **SEEDS,
    },
    "experiments.backreaction_rows": {"coupling": Made(coupling()), **SEEDS},
    "experiments.drift_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.1)), **SEEDS},
    "experiments.polarisation_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.1)), **SEEDS},
    "experiments.scale_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.1)), **SEEDS},
    "experiments.susceptibility_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.1)), **SEEDS},
    "experiments.triple_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.1)), **SEEDS},
    "experiments.crossing_rows": {"circuit": Made(bl.BrickworkCircuit(4, 0.05)), **SEEDS},
    "experiments.CoreLine": {
        "powers": Array((0.5, 2.0)),
        "lengths": Array((1.0, 10.0)),
        "spacing": Text("random"),
    },
    "experiments.BondLine": {
        "epsilon": Real(0.6),
        "K": Real(1.0),
        "lengths": Array((1.0, 10.0)),
    },
    "experiments.SiteMemory": {
        "chain": Made(bl.SpinChain(4)),
        "first": Integer(2),
        "times": Array((0.5, 2.0)),
    },
    "experiments.LightCone": {
        "chain": Made(bl.SpinChain(4)),
        "first": Integer(2),
        "times": Array((0.5, 2.0)),
        "starts": Integer(2),
    },
    "experiments.LevelTimes": {
        "chain": Made(bl.SpinChain(10)),
        "first": Integer(2),
        "times": Array((0.5, 2.0)),
    },
    "experiments.Portrait": {"chain": Made(bl.SpinChain(4)), "first": Integer(2)},
    "experiments.Perturbed": {
        "chain": Made(bl.SpinChain(4, fields="all")),
        "first": Integer(2),
        "strength": Real(1.0),
    },
    "experiments.chain_rows": {"spec": Made(experiments.Portrait(bl.SpinChain(4))), **SEEDS},
    "experiments.FloquetStates": {
        "model": Made(bl.BrickworkCircuit(4, 0.1)),
        "first": Integer(2),
    },
    "experiments.ChainStates": {
        "chain": Made(bl.SpinChain(6)),
        "states": Integer(4),
        "axis": Text("own"),
    },
    "experiments.chain_state_rows": {
        "spec": Made(experiments.ChainStates(bl.SpinChain(6))),
        **SEEDS,
    },
    "experiments.TimedChain": {
        "chain": Made(bl.avalanche.AvalancheChain(60, 0.4, 1.0)),
        "passed": Integer(2),
    },
    "experiments.time_rows": {"spec": Made(experiments.CoreLine((1.0,), (10.0,))), **SEEDS},
    "experiments.Transition": {
        "K": Real(1.0),
        "treated": Real(-0.5),
        "departures": Array((-0.1, 0.1)),
    },
    "experiments.Hypotheses": {
        "chain": Made(bl.avalanche.AvalancheChain(12, 0.1, 1.0)),
        "epsilons": Array((0.1, 0.2)),
        "count": Integer(3),
        "raised": Real(1.02),
        "varied": Names(("reach",)),
        "search": Integer(4),
    },
    "experiments.hypothesis_rows": {
        "given": Made(
            experiments.Hypotheses(bl.avalanche.AvalancheChain(12, 0.1, 1.0), (0.1,), 3)
        ),
        **SEEDS,
    },
    "experiments.PlantedSpot": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.1, 1.0)),
        "place": Text("end"),
        "orders": Integers((1, 2)),
        "decays": Array((0.5, 1.5)),
        "lengths": Integers((20, 40)),
        "paired": Real(1.5),
    },
    "experiments.planted_rows": {
        "planted": Made(
            experiments.PlantedSpot(
                bl.avalanche.AvalancheChain(40, 0.1, 1.0), "end", (1,), (1.5,), (40,)
            )
        ),
        **SEEDS,
    },
    "experiments.tail_rows": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        **SEEDS,
    },
    "experiments.Evolution": {
        "chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        "traced": Flag(True),
    },
    "experiments.evolution_rows": {
        "evolution": Made(experiments.Evolution(bl.avalanche.AvalancheChain(40, 0.2, 1.0))),
        **SEEDS,
    },
    "experiments.Turning": {"chain": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0))},
    "experiments.strengthened_rows": {
        "spec": Made(bl.avalanche.AvalancheChain(40, 0.2, 1.0)),
        **SEEDS,
    },
    "experiments.transition_rows": {
        "transition": Made(experiments.Transition(1.0, 0.0, (-0.1, 0.1))),
        **SEEDS,
    },
}


def rows_of(measure, spec, count=5):
    rows = [{**row, "realisation": r} for r in range(count) for row in measure(spec, 1, r)]
    return pd.DataFrame(rows).assign(case="a")


FIGURE = Figure()
AXES = FIGURE.subplots()


def drawn_on(**more):
    return {"axes": Made(AXES), **more}


CURVED = pd.DataFrame(
    {"bath": ["a", "b"], "omega": [OMEGA] * 2, "k": [K, 2 * K], "k_error": [0.1 * K] * 2}
)
POINTS = MEANS.assign(y_open=[True, False] * 3, step=0.5)
WEIGHTS = pd.DataFrame({"paper": [0.1, 0.2], "W": [0.1, 0.2], "W_error": 0.01, "scan": "g"})
WEIGHTS = WEIGHTS.assign(W_theory=[0.1, 0.21])
TWO = pd.DataFrame(
    {"shape": [0.7, 0.6], "shape_error": 0.1, "gap_ratio": [0.5, 0.4], "gap_ratio_error": 0.1}
)
SWEPT_POINTS = pd.DataFrame(
    {
        "bath": ["a"] * 3,
        "G": [0.1, 0.2, 0.4],
        "G_error": 0.01,
        "delta_log_ipr": [0.1, 0.2, 0.4],
        "delta_log_ipr_error": 0.01,
        "proximity": [False, False, True],
    }
)
ONE_CURVE = {"omega": OMEGA, "step": 0.3, "field": 1.0, "case": "a", "spin": K, "spin_error": K}

THEORIES = Made({"log 2": 0.7, "line": np.cosh}, optional=True)
SPOTS = pd.DataFrame({"first": [2, 1], "last": [2, 4], "since": [1.0, 3.0]})
SPOTS = SPOTS.assign(until=[3.0, np.inf], generation=[0, 1], rest=[0, 1])

TABLE |= {
    "plotting.band_panel": drawn_on(
        means=Table(CURVED), x=column("omega"), y=column("k"), by=column("bath")
    ),
    "plotting.crossed_points": drawn_on(
        means=Table(TWO), x=column("shape"), y=column("gap_ratio")
    ),
    "plotting.curve_style": {"index": Integer(3)},
    "plotting.dotted_curves": drawn_on(means=Table(CURVED), x=column("omega"), y=column("k")),
    "plotting.curves": {
        "table": Table(POINTS),
        "x": column("g"),
        "y": column("y"),
        "by": Column("bath", optional=True),
        "axes": Made(AXES, optional=True),
        "open_where": Column("y_open", optional=True),
        "order": Made(["a", "b"], optional=True, more={"text": 5, "empty": 3.0}),
        "hero": Made("a", optional=True),
        "theory": THEORIES,
        "legend": Flag(True),
    },
    "plotting.structure_factors": {
        "table": Table(CURVED),
        "omega": column("omega"),
        "v": column("k"),
        "by": Column("bath", optional=True),
        "axes": Made(AXES, optional=True),
        "hero": Made("a", optional=True),
        "theory": THEORIES,
        "legend": Flag(True),
    },
    "plotting.collapse": {
        "table": Table(POINTS),
        "x": column("g"),
        "y": column("y"),
        "by": column("bath"),
        "axes": Made(AXES, optional=True),
        "factors": Made({"a": 2.0}, optional=True),
        "hero": Made("a", optional=True),
        "theory": THEORIES,
        "legend": Flag(True),
    },
    "plotting.densities": {
        "table": Table(CURVED),
        "x": column("omega"),
        "p": column("k"),
        "by": Column("bath", optional=True),
        "axes": Made(AXES, optional=True),
        "levels": Array(OMEGA, optional=True),
    },
    "plotting.levels": {
        "table": Table(POINTS.assign(z=0.5)),
        "x": column("g"),
        "y": column("y"),
        "by": column("bath"),
        "axes": Made(AXES, optional=True),
        "colour": Column("z", optional=True),
        "name": Text("levels", fixed=False, optional=True),
        "thick": Flag(True),
        "jump": Real(0.1, optional=True),
    },
    "plotting.evolution": {
        "table": Table(SPOTS),
        "axes": Made(AXES, optional=True),
        "cores": Array([[1.0, 2.0]], optional=True),
    },
    "plotting.note": {
        "figure": Made(FIGURE),
        "text": Text("N = 5", fixed=False),
    },
    "plotting.figure": {
        "path": Made(Path("figure.png"), more={"text": 5}),
        "width": Real(4.0, optional=True),
        "height": Real(3.0, optional=True),
    },
    "plotting.density_points": drawn_on(
        x=Array(OMEGA),
        p=Array(K),
        p_error=Uncertainty(0.1 * K),
        index=Integer(0),
        label=Text("L = 8", fixed=False),
        factor=Real(2.0),
    ),
    "plotting.legend_above": {
        "figure": Made(FIGURE),
        "axes": Made(AXES),
        "title": Text("curves", fixed=False),
        "columns": Integer(2),
    },
    "plotting.point_panel": drawn_on(table=Table(ROWS), column=column("x")),
    "plotting.predicted_panel": drawn_on(
        mean=Made(ONE_CURVE), which=Text("spin"), lines=Made({"eq. (8)": K})
    ),
    "plotting.reference_curve": drawn_on(
        x=Array(OMEGA), y=Array(K), name=Text("theory", fixed=False)
    ),
    "plotting.reference_line": drawn_on(value=Real(0.5), name=Text("log 2", fixed=False)),
    "plotting.upright_line": drawn_on(value=Real(0.5), name=Text("log 2", fixed=False)),
    "plotting.slope_line": drawn_on(
        x=Array([1.0, 2.0]),
        y=Array([1.0, 2.0]),
        slope=Real(1.0),
        label=Text("slope", fixed=False),
        style=Text("-"),
    ),
    "plotting.statistics_panel": drawn_on(means=Table(TWO)),
    "plotting.stepped_curves": {
        "figure": Made(Figure()),
        "means": Table(POINTS.assign(step_error=0.1)),
        "x": column("g"),
        "y": column("y"),
        "by": column("bath"),
        "hero": Made("a", optional=True),
    },
    "plotting.sweep_panel": drawn_on(
        table=Table(SWEEP), x=column("g"), column=column("y"), by=column("bath")
    ),
    "plotting.thermalisation_panel": drawn_on(points=Table(SWEPT_POINTS)),
    "plotting.weights_panel": drawn_on(points=Table(WEIGHTS)),
}


def measure(spec, seed, realisation):
    return [{"x": float(realisation)}]


CASE = bl.Case("a", 1, 5)
STUDY = bl.Study("s", measure, (CASE,))
STORE = Path(tempfile.mkdtemp()) / "store"
bl.run(STUDY, STORE, progress=False)

TABLE |= {
    "ensemble.Case": {
        "name": Text("a", fixed=False),
        "spec": Anything(1),
        "realisations": Integer(5),
        "cost": Real(2.0),
        "columns": Made({"g": 0.5}),
    },
    "ensemble.Study": {
        "name": Text("s", fixed=False),
        "measure": Function(measure),
        "cases": Made([CASE]),
        "seed": Integer(1),
        "watch": Text("x", fixed=False),
        "version": Text("2", fixed=False),
    },
    "ensemble.load": {
        "path": Folder(STORE),
        "columns": Names(["x"], optional=True),
        "circumstances": Flag(False),
        "provenance": Flag(False),
    },
    "ensemble.provenance": {"path": Folder(STORE)},
    "workbench.to_xarray": {
        "table": Table(pd.DataFrame({"a": [1.0, 2.0], "x": [3.0, 4.0]})),
        "over": Names(["a"]),
        "columns": Names(["x"], optional=True),
        "parameters": Made(None, optional=True),
    },
    "ensemble.status": {"path": Folder(STORE)},
    "ensemble.verify": {"path": Folder(STORE)},
    "report.report_of": {
        "path": Folder(STORE),
        "target_error": Real(0.25, optional=True),
        "baths": Flag(False),
        "empty": Flag(False),
    },
    "report.html_of": {
        "reports": Made([report.report_of(STORE)]),
        "reload": Integer(5, optional=True),
        "scripts": Text("vega.js", fixed=False),
        "made": Text("on a day", fixed=False),
    },
    "workbench.Curve": {
        "x": Text("G", fixed=False),
        "y": Text("share", fixed=False),
        "error": Text("off", fixed=False),
        "by": Made(["bath"], more={"text": 5, "empty": [""]}),
        "panel": Text("kind", fixed=False),
        "log_x": Flag(True),
        "log_y": Flag(False),
        "x_title": Text("coupling", fixed=False),
        "y_title": Text("part", fixed=False),
        "level": Real(0.5, optional=True),
        "level_title": Text("half", fixed=False),
        "title": Text("all", fixed=False),
        "where": Made({"kind": "grown"}, more={"dict": 5}),
    },
}

FOUND = bl.estimate(VALUES, LABELS)
WORDS = {"claim": Text("it holds", fixed=False), "paper": Text("log 2", fixed=False)}
TABLE |= {
    "workbench.compare": {**WORDS, "expected": Real(0.5), "found": Made(FOUND)},
    "workbench.state": {**WORDS, "found": Made(FOUND)},
    "workbench.apart": {
        **WORDS,
        "reference": Real(0.5),
        "name": Text("the GOE", fixed=False),
        "found": Made(FOUND),
    },
    "workbench.collapse": {
        **WORDS,
        "far": Made(statistics.collapse_distance(PAIR["a"], [PAIR["b"]])),
    },
}

TABLE |= {
    "statistics.bin_counts": {"values": Numbers(VALUES), "edges": Array(EDGES)},
    "statistics.log_edges": {"lower": Real(0.5), "upper": Real(8.0), "per_decade": Real(5.0)},
}

CIRCUIT = bl.BrickworkCircuit(4, 0.1).sample(1)
PAIRS = bl.analysis.resonances(CIRCUIT, 1)
CIRCUIT_STATES = list(bl.eigenstates_near(CIRCUIT, 0.5, 2))

TAIL = {
    "sizes": Array([4.0, 6.0, 9.0, 13.0, 20.0, 30.0]),
    "counts": Array([50.0, 30.0, 22.0, 9.0, 4.0, 2.0]),
    "widths": Array([2.0, 3.0, 4.0, 6.0, 9.0, 14.0], optional=True),
}
FORMS = {
    "null": Made(statistics.TailForm(1.0, 1.0)),
    "other": Made(statistics.TailForm(1.0, None)),
}
TABLE |= {
    "model.Circuit": {
        "u": ComplexMatrix(np.array([np.eye(2)] * 4)),
        "v": ComplexMatrix(np.array([[[0.0, 1.0], [1.0, 0.0]]] * 4)),
        "coupling": Real(0.25),
        "on_site": Made(model.fields.Fields(np.ones(4), np.eye(3)[[0] * 4]), optional=True),
    },
    "operators.sectors_of": {
        "H": system(),
        "symmetry": Operator(np.eye(len(H)), hermitian=False, optional=True),
    },
    "analysis.pair_spectrum": {
        "energies": Array(np.sort(LEVELS)),
        "rows": Made(np.arange(len(LEVELS))),
        "elements": Made([ELEMENTS]),
        "edges": Array([0.0, 0.5, 2.0]),
        "whole": Flag(True),
    },
    "analysis.pair_ranges": {
        "polarisations": Curves(np.linspace(-1, 1, 12).reshape(4, 3)),
        "site": Integer(2),
        "change": Real(0.5),
    },
    "analysis.resonances": {
        "circuit": Made(CIRCUIT),
        "site": Integer(1),
        "states": Made(CIRCUIT_STATES, optional=True),
        "backend": Text("cpu", optional=True),
    },
    "analysis.spin_elements": {
        "vectors": ComplexMatrix(np.eye(4)),
        "pauli": ComplexMatrix([[0.0, 1.0], [1.0, 0.0]]),
        "site": Integer(2),
        "backend": Text("cpu"),
    },
    "analysis.autocorrelator": {"found": Made(PAIRS), "times": Array([0.0, 1.0, 2.5])},
    "analysis.autocorrelator_plateau": {"found": Made(PAIRS)},
    "analysis.evolved_autocorrelator": {
        "circuit": Made(CIRCUIT),
        "site": Integer(1),
        "periods": Integer(2),
        "vectors": Integer(3, optional=True),
        "seed": Integer(1),
    },
    "analysis.predicted_crossing": {"omega": Real(0.25), "y": Real(0.5), "z": Real(0.125)},
    "analysis.scale_derivative": {"found": Made(PAIRS)},
    "analysis.sweep_levels": {
        "found": Made(PAIRS),
        "steps": Integer(4),
        "reach": Real(0.5),
    },
    "analysis.track_crossing": {
        "found": Made(PAIRS),
        "n": Integer(1),
        "m": Integer(2),
        "shifts": Array([-0.01, 0.01]),
        "refinements": Integer(1),
    },
    "statistics.log_histogram": {
        "realisations": Made(
            [VALUES**2, VALUES**4], more={"number": 0.5, "array": [[math.nan]]}
        ),
        "edges": Array([0.1, 1.0, 10.0]),
    },
    "statistics.misfit": {
        "points": Made(
            statistics.jackknife(
                np.random.default_rng(5).uniform(0.1, 10.0, (6, 4)), lambda mean: mean
            )
        ),
        "design": Array(np.vander([1.0, 2.0, 3.0, 5.0], 2)),
        "weights": Array((1.0, 2.0, 1.0, 2.0)),
    },
    "statistics.density_law": {
        "histogram": Made(
            statistics.log_histogram(
                np.random.default_rng(3).uniform(0.1, 10.0, (4, 99)),
                statistics.log_edges(0.5, 8.0, 5),
            )
        ),
        "lower": Real(0.5),
        "upper": Real(8.0),
    },
    "statistics.TailForm": {
        "power": Real(2.0, optional=True),
        "stretch": Real(1.0, optional=True),
    },
    "statistics.fit_tail": {**TAIL, "form": Made(statistics.TailForm(2.0, 1.0))},
    "statistics.likelihood_ratio": {**TAIL, **FORMS},
    "statistics.null_ratios": {**TAIL, **FORMS, "draws": Integer(2), "seed": Integer(1)},
    "statistics.share_curve": {
        "x": Array([0.1, 0.2, 0.3, 0.4]),
        "shares": Array([0.1, 0.3, 0.6, 0.8]),
        "trials": Numbers([20.0, 20.0, 30.0, 30.0]),
        "degree": Integer(2),
    },
    "statistics.share_crossing": {
        "x": Array([0.1, 0.2, 0.3, 0.4]),
        # Curves that do not cross: all is NaN.
        "few": Array([[0.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]]),
        "many": Array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]),
        "seed": Integer(1),
    },
    "statistics.share_power": {
        "lengths": Array([10.0, 100.0]),
        "hits": Array([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]),
        "seed": Integer(1),
    },
    "statistics.power_tail": {
        "first": Integers([1, 2, 4, 8, 16]),
        "counts": Array([[40.0, 20.0, 9.0, 4.0], [38.0, 22.0, 10.0, 5.0]]),
        "lower": Real(1.0),
        "upper": Real(16.0),
    },
}

COMPARED = pd.concat(
    [
        rows_of(
            experiments.comparison_rows,
            experiments.Comparison(sweep_of(), 0.25, 4.0, 4.0, 4.0, 8),
        ).assign(bath=label)
        for label in ("one", "two")
    ]
)
COMPARED_MEANS = experiments.compared_means(COMPARED)
BACKREACTED = rows_of(experiments.backreaction_rows, coupling())
BACKREACTED_MEANS = experiments.backreacted_means(BACKREACTED)
SCANS = {"g": "coupling", "field": "field"}

TABLE |= {
    "experiments.compared_means": on(COMPARED),
    "experiments.compared_data": {"means": Table(COMPARED_MEANS)},
    "experiments.compared_baths": {
        **on(COMPARED),
        "means": Table(COMPARED_MEANS),
        "classes": Made({}, more={"empty": 3.0, "dict": {"one": Path()}}),
    },
    "experiments.backreacted_means": on(BACKREACTED),
    "experiments.backreacted_data": {
        "means": Table(BACKREACTED_MEANS),
        "points": Rows(experiments.scan_points(BACKREACTED_MEANS, SCANS)),
    },
    "experiments.backreacted_cases": {
        **on(BACKREACTED),
        "means": Table(BACKREACTED_MEANS),
    },
    "experiments.scan_points": {
        "means": Table(BACKREACTED_MEANS),
        "scans": Made(SCANS, more={"dict": {"nowhere": "none"}}),
    },
    "plotting.bath_panels": {"figure": Made(Figure()), "means": Table(COMPARED_MEANS)},
}

OTHER_HOST = STORE.with_name("other")
shutil.copytree(STORE, OTHER_HOST)
WATCHED = bl.Study("s", measure, (CASE,), watch="x")
WATCHED_STORE = STORE.with_name("watched")

TABLE |= {
    "ensemble.run": {
        "study": Made(STUDY),
        "store": NewFolder(STORE),
        "workers": Integer(2),
        "progress": Flag(False),
        "cluster": Text(None, fixed=False, optional=True),
        "retry_failed": Flag(False),
        "target_error": Argument(None, optional=True),
        "most_realisations": Integer(100),
        "accept_code": Flag(False),
        "timeout": Real(60.0, optional=True),
        "cluster_wait": Real(60.0),
    },
    "ensemble.run/target": {
        "study": Made(WATCHED),
        "store": NewFolder(WATCHED_STORE),
        "progress": Flag(False),
        "target_error": Real(8.0, optional=True),
        "most_realisations": Integer(100),
    },
    "ensemble.merge": {
        "first": Folder(STORE),
        "*others": Folder(OTHER_HOST),
        "into": NewFolder(STORE, optional=True),
        "accept_code": Flag(False),
    },
    "ensemble.repair": {"path": Folder(STORE)},
}


class Numbered(workbench.LiomParameters):
    """Parameters of a study."""

    realisations: tuple[int, ...] = workbench.parameter((5,), "of each case", ge=1)


TABLE |= {
    "workbench.LiomParameters": {
        "seed": Integer(3),
        "g1": Real(0.25),
        "alpha": Real(0.5),
        "field": Real(1.0),
        "disorder": Real(0.5),
    },
    "workbench.Script": {
        "name": Text("one", fixed=False),
        "question": Text("Is it so?", fixed=False),
        "presets": Made({"default": Numbered()}),
        "cases": Function(lambda parameters: [CASE]),
        "measure": Function(measure),
        "watch": Text("x", fixed=False),
        "by": Made(["case"], more={"text": 5, "empty": [""]}),
        "average": Function(lambda table, parameters: table, optional=True),
        "claims": Function(lambda outcome: ()),
        "draw": Function(lambda figure, outcome: None, optional=True),
        "size": Array([6.0, 4.0], optional=True),
        "data": Function(lambda outcome: outcome.means, optional=True),
        "cells": Made(["omega"], more={"text": 5, "empty": [""]}),
        "version": Text("2", fixed=False),
        "curve": Made(workbench.Curve("x", "y"), more={"empty": 5}),
    },
    "workbench.from_toml": {
        "kind": Made(Numbered),
        "text": Text("alpha = 0.5", fixed=False),
    },
    "workbench.to_toml": {"parameters": Made(Numbered())},
    "workbench.parameter": {
        "default": Anything(0.5),
        "description": Text("a number", fixed=False),
        "unit": Text("field", fixed=False),
        "at_least": Integer(1, optional=True),
        "ge": Real(0.25),
    },
}
