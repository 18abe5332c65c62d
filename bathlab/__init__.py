"""bathlab: does an ergodic grain thermalise the localised spins attached to it?

Spec -> sample -> operator -> eigen-data -> analyser -> row in the store -> table -> figure.
The public names are those listed here; each docstring gives shapes, units and sources.
"""

from importlib.metadata import version as _version

from bathlab.analysis.entanglement import entanglement_entropy, reduced_density
from bathlab.analysis.eth import (
    ProductState,
    flip_structure_factor,
    g_parameter,
    matrix_elements,
    product_state_near,
    structure_factor,
)
from bathlab.analysis.hybridisation import (
    Hybridisation,
    hybridisation,
    hybridisation_row,
    hybridisations,
    lorentzian,
)
from bathlab.analysis.levels import (
    density_of_states,
    mean_gap_ratio,
    smooth_density_of_states,
)
from bathlab.analysis.participation import (
    eth_log_ipr,
    log_ipr,
    log_ipr_bounds,
    participation_row,
)
from bathlab.analysis.peaks import peak_place, peak_share, peak_weight
from bathlab.analysis.stability import Stability, stability_criterion
from bathlab.ensemble.runner import run
from bathlab.ensemble.status import Status, status
from bathlab.ensemble.store.reader import load
from bathlab.ensemble.study import Case, Study
from bathlab.errors import (
    DamagedStore,
    DoesNotFit,
    FailedRealisations,
    NotConverged,
    TooFewRealisations,
)
from bathlab.experiments.attachment import Attachment, attachment
from bathlab.model.baths import (
    Bath,
    CoupledModel,
    EnlargedBath,
    GivenBath,
    LocalChainBath,
    RandomMatrixBath,
    couple,
)
from bathlab.model.choice import BathChoice
from bathlab.model.coupled import CoupledSystem
from bathlab.model.grain import Grain
from bathlab.model.line import ChainSystem, LocalisedChain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import Eigensystem, diagonalise
from bathlab.spectrum.eigenstates import Eigenstate, eigenstate_near, eigenstates_near
from bathlab.spectrum.measure import SpectralMeasure, spectral_measure
from bathlab.statistics.crossing import Flow, crossing, fit_flow
from bathlab.statistics.estimates import (
    CurveDistance,
    Estimate,
    PowerLaw,
    curve_distance,
    estimate,
    power_law,
    ratio,
    slope,
    summarise,
)
from bathlab.statistics.fits import LorentzianFit, lorentzian_fit
from bathlab.statistics.jackknife import Jackknife, jackknife
from bathlab.theory.grain.crossover import (
    crossover_length,
    crossover_radius,
    g_flow,
    naive_crossover_length,
    thermalised_lioms,
)
from bathlab.theory.grain.golden_rule import golden_rule_width
from bathlab.theory.grain.localised_chain import (
    chain_structure_factor,
    chain_widths,
    hybridised_spins,
    semicircle_structure_factor,
    spin_structure_factor,
    typical_decay,
)
from bathlab.theory.grain.structure_factors import (
    backreaction,
    backreaction_amplitude,
    backreaction_shape,
    broadened,
    lamb_shift,
    rotation_peaks,
    two_peaks,
)
from bathlab.workbench.parameters import from_toml, to_toml

__version__ = _version("bathlab")

__all__ = [
    "Attachment",
    "Bath",
    "BathChoice",
    "Case",
    "ChainSystem",
    "CoupledModel",
    "CoupledSystem",
    "CurveDistance",
    "DamagedStore",
    "DoesNotFit",
    "Eigenstate",
    "Eigensystem",
    "EnlargedBath",
    "Estimate",
    "FailedRealisations",
    "Flow",
    "GivenBath",
    "Grain",
    "Hybridisation",
    "Jackknife",
    "LiomChain",
    "LocalChainBath",
    "LocalisedChain",
    "LorentzianFit",
    "NotConverged",
    "PowerLaw",
    "ProductState",
    "RandomMatrixBath",
    "SpectralMeasure",
    "Stability",
    "Status",
    "Study",
    "TooFewRealisations",
    "attachment",
    "backreaction",
    "backreaction_amplitude",
    "backreaction_shape",
    "broadened",
    "chain_structure_factor",
    "chain_widths",
    "couple",
    "crossing",
    "crossover_length",
    "crossover_radius",
    "curve_distance",
    "density_of_states",
    "diagonalise",
    "eigenstate_near",
    "eigenstates_near",
    "entanglement_entropy",
    "estimate",
    "eth_log_ipr",
    "fit_flow",
    "flip_structure_factor",
    "from_toml",
    "g_flow",
    "g_parameter",
    "golden_rule_width",
    "hybridisation",
    "hybridisation_row",
    "hybridisations",
    "hybridised_spins",
    "jackknife",
    "lamb_shift",
    "load",
    "log_ipr",
    "log_ipr_bounds",
    "lorentzian",
    "lorentzian_fit",
    "matrix_elements",
    "mean_gap_ratio",
    "naive_crossover_length",
    "participation_row",
    "peak_place",
    "peak_share",
    "peak_weight",
    "power_law",
    "product_state_near",
    "ratio",
    "reduced_density",
    "rotation_peaks",
    "run",
    "semicircle_structure_factor",
    "slope",
    "smooth_density_of_states",
    "spectral_measure",
    "spin_structure_factor",
    "stability_criterion",
    "status",
    "structure_factor",
    "summarise",
    "thermalised_lioms",
    "to_toml",
    "two_peaks",
    "typical_decay",
]
