from . import crossover as crossover
from . import lines as lines
from . import polarised as polarised
from . import scales as scales
from .bands import structure_factors as structure_factors
from .baths import band_panel as band_panel
from .baths import bath_panels as bath_panels
from .baths import crossed_points as crossed_points
from .baths import dotted_curves as dotted_curves
from .baths import statistics_panel as statistics_panel
from .baths import thermalisation_panel as thermalisation_panel
from .baths import upright_line as upright_line
from .binned import densities as densities
from .binned import density_points as density_points
from .evolutions import evolution as evolution
from .figures import (
    curve_style as curve_style,
)
from .figures import (
    figure as figure,
)
from .figures import (
    reference_line as reference_line,
)
from .figures import (
    slope_line as slope_line,
)
from .finishing import note as note
from .legends import legend_above as legend_above
from .level_lines import levels as levels
from .panels import point_panel as point_panel
from .panels import sweep_panel as sweep_panel
from .predicted import predicted_panel as predicted_panel
from .predicted import weights_panel as weights_panel
from .references import reference_curve as reference_curve
from .steps import stepped_curves as stepped_curves
from .tidy_curves import collapse as collapse
from .tidy_curves import curves as curves
