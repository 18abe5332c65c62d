"""The resonance model of Crowley & Chandran: a probe spin and its strongest resonance.

"A constructive theory of the numerically accessible many-body localized to thermal crossover".
One site is the unit of length, J, the norm of the probe's coupling, that of energy; hbar = 1.
zeta_c = 1/log 2, 1/xi = 1/zeta - 1/zeta_c, xi < 0 on the thermal side.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
