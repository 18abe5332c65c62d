from . import avalanche as avalanche
from . import resonance_model as resonance_model
from .circuit_laws import curvature_exponent as curvature_exponent
from .circuit_laws import curvature_origin as curvature_origin
from .circuit_laws import fidelity_exponent as fidelity_exponent
from .circuit_laws import fidelity_origin as fidelity_origin
from .circuit_laws import largest_scale as largest_scale
from .circuit_laws import least_scale as least_scale
from .circuit_laws import participation_threshold as participation_threshold
from .circuit_laws import ratio_at as ratio_at
from .circuit_laws import scale_density as scale_density
from .circuit_laws import spin_amplitude as spin_amplitude
from .grain.chain_moments import chain_second_moment as chain_second_moment
from .grain.chain_moments import chain_third_moment as chain_third_moment
from .grain.crossover import (
    crossover_length as crossover_length,
)
from .grain.crossover import (
    crossover_radius as crossover_radius,
)
from .grain.crossover import (
    g_flow as g_flow,
)
from .grain.crossover import (
    naive_crossover_length as naive_crossover_length,
)
from .grain.crossover import (
    thermalised_lioms as thermalised_lioms,
)
from .grain.fading import fading_exponent as fading_exponent
from .grain.golden_rule import golden_rule_width as golden_rule_width
from .grain.localised_chain import (
    chain_structure_factor as chain_structure_factor,
)
from .grain.localised_chain import (
    chain_widths as chain_widths,
)
from .grain.localised_chain import (
    hybridised_spins as hybridised_spins,
)
from .grain.localised_chain import (
    semicircle_structure_factor as semicircle_structure_factor,
)
from .grain.localised_chain import (
    spin_structure_factor as spin_structure_factor,
)
from .grain.localised_chain import (
    typical_decay as typical_decay,
)
from .grain.profile import core_log_ipr as core_log_ipr
from .grain.profile import decay_log_ipr as decay_log_ipr
from .grain.profile import liom_log_ipr as liom_log_ipr
from .grain.profile import printed_log_ipr as printed_log_ipr
from .grain.profile import profile_slope as profile_slope
from .grain.profile import whole_variance as whole_variance
from .grain.structure_factors import (
    backreaction as backreaction,
)
from .grain.structure_factors import (
    backreaction_amplitude as backreaction_amplitude,
)
from .grain.structure_factors import (
    backreaction_shape as backreaction_shape,
)
from .grain.structure_factors import (
    backreaction_weight as backreaction_weight,
)
from .grain.structure_factors import (
    broadened as broadened,
)
from .grain.structure_factors import (
    lamb_shift as lamb_shift,
)
from .grain.structure_factors import (
    rotation_peaks as rotation_peaks,
)
from .grain.structure_factors import (
    two_peaks as two_peaks,
)
