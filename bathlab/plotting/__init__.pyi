from .figures import (
    band_curves as band_curves,
)
from .figures import (
    curve_style as curve_style,
)
from .figures import (
    error_curves as error_curves,
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
from .panels import point_panel as point_panel
from .panels import sweep_panel as sweep_panel
from .references import reference_curve as reference_curve
