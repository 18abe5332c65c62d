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
