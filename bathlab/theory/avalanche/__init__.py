"""The quantum avalanche of Thiery, Huveneers, Mueller & De Roeck: mean-field flow.

Phys. Rev. Lett. 121, 140601 (2018). One site is the unit of length, with two states: s = log 2,
zeta_c = 1/s.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
