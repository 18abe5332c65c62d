from .correlators import autocorrelator as autocorrelator
from .correlators import autocorrelator_plateau as autocorrelator_plateau
from .correlators import evolved_autocorrelator as evolved_autocorrelator
from .correlators import spectral_autocorrelator as spectral_autocorrelator
from .crossings import AvoidedCrossing as AvoidedCrossing
from .crossings import TwoLevels as TwoLevels
from .crossings import predicted_crossing as predicted_crossing
from .crossings import track_crossing as track_crossing
from .double_peaks import Humps as Humps
from .double_peaks import humps as humps
from .entanglement import (
    entanglement_entropy as entanglement_entropy,
)
from .entanglement import mutual_information as mutual_information
from .entanglement import (
    reduced_density as reduced_density,
)
from .eth import ElementRows as ElementRows
from .eth import (
    energy_scale as energy_scale,
)
from .eth import (
    flip_structure_factor as flip_structure_factor,
)
from .eth import (
    matrix_elements as matrix_elements,
)
from .eth import (
    structure_factor as structure_factor,
)
from .flips import (
    ProductState as ProductState,
)
from .flips import (
    g_parameter as g_parameter,
)
from .flips import (
    product_state_near as product_state_near,
)
from .g_parts import CouplingParts as CouplingParts
from .g_parts import coupling_parts as coupling_parts
from .gaussian_rows import RowStatistics as RowStatistics
from .gaussian_rows import row_statistics as row_statistics
from .kinetics import Kinetics as Kinetics
from .kinetics import golden_rule_kinetics as golden_rule_kinetics
from .level_pairs import Resonances as Resonances
from .level_pairs import resonances as resonances
from .level_pairs import spin_elements as spin_elements
from .levels import (
    density_of_states as density_of_states,
)
from .levels import (
    gap_ratios as gap_ratios,
)
from .levels import (
    mean_gap_ratio as mean_gap_ratio,
)
from .levels import (
    number_variance as number_variance,
)
from .levels import (
    smooth_density_of_states as smooth_density_of_states,
)
from .local_spectra import Tones as Tones
from .local_spectra import fidelity_susceptibility as fidelity_susceptibility
from .local_spectra import heisenberg_time as heisenberg_time
from .local_spectra import tones as tones
from .moments import ElementMoments as ElementMoments
from .moments import element_moments as element_moments
from .pair_spectra import PairSpectrum as PairSpectrum
from .pair_spectra import pair_spectrum as pair_spectrum
from .participation import (
    eth_log_ipr as eth_log_ipr,
)
from .participation import (
    log_ipr as log_ipr,
)
from .participation import (
    log_ipr_bounds as log_ipr_bounds,
)
from .participation import (
    participation_row as participation_row,
)
from .peaks import (
    peak_place as peak_place,
)
from .peaks import (
    peak_share as peak_share,
)
from .peaks import (
    peak_weight as peak_weight,
)
from .ranges import pair_ranges as pair_ranges
from .sampled_correlators import SampledAutocorrelator as SampledAutocorrelator
from .sampled_correlators import sampled_autocorrelator as sampled_autocorrelator
from .spectral_correlations import FormFactor as FormFactor
from .spectral_correlations import mean_form_factor as mean_form_factor
from .spectral_correlations import random_form_factor as random_form_factor
from .spectral_correlations import spectral_form_factor as spectral_form_factor
from .spectral_correlations import thouless_time as thouless_time
from .spreading import (
    Hybridisation as Hybridisation,
)
from .spreading import (
    hybridisation as hybridisation,
)
from .spreading import (
    hybridisation_row as hybridisation_row,
)
from .spreading import (
    hybridisations as hybridisations,
)
from .spreading import (
    lorentzian as lorentzian,
)
from .stability import Stability as Stability
from .stability import stability_criterion as stability_criterion
from .sweeps import LevelSweep as LevelSweep
from .sweeps import scale_derivative as scale_derivative
from .sweeps import sweep_levels as sweep_levels
from .unfolding import Unfolded as Unfolded
from .unfolding import unfold as unfold
