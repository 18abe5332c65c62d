from .cross import CrossMeasure as CrossMeasure
from .cross import cross_measure as cross_measure
from .dense import Eigensystem as Eigensystem
from .dense import diagonalise as diagonalise
from .eigenstates import (
    Eigenstate as Eigenstate,
)
from .eigenstates import (
    eigenstate_near as eigenstate_near,
)
from .eigenstates import (
    eigenstates_near as eigenstates_near,
)
from .every_level import Levels as Levels
from .every_level import levels as levels
from .interval import eigenstates_between as eigenstates_between
from .measure import SpectralMeasure as SpectralMeasure
from .measure import spectral_measure as spectral_measure
from .measures.dynamics import SpectralFunction as SpectralFunction
from .targets import target_energy as target_energy
