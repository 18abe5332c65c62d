from . import (
    analysis as analysis,
)
from . import (
    ensemble as ensemble,
)
from . import (
    errors as errors,
)
from . import (
    experiments as experiments,
)
from . import (
    model as model,
)
from . import (
    operators as operators,
)
from . import (
    plotting as plotting,
)
from . import (
    report as report,
)
from . import (
    spectrum as spectrum,
)
from . import (
    statistics as statistics,
)
from . import (
    streams as streams,
)
from . import (
    theory as theory,
)
from . import (
    workbench as workbench,
)
from .analysis.entanglement import entanglement_entropy as entanglement_entropy
from .analysis.level_pairs import resonances as resonances
from .analysis.levels import mean_gap_ratio as mean_gap_ratio
from .analysis.participation import log_ipr as log_ipr
from .analysis.spectral_correlations import spectral_form_factor as spectral_form_factor
from .analysis.spreading import hybridisation as hybridisation
from .ensemble.runner import run as run
from .ensemble.standing import status as status
from .ensemble.store.reader import load as load
from .ensemble.study import Case as Case
from .ensemble.study import Study as Study
from .model.baths import (
    EnlargedBath as EnlargedBath,
)
from .model.baths import (
    GivenBath as GivenBath,
)
from .model.baths import (
    LocalChainBath as LocalChainBath,
)
from .model.baths import (
    RandomMatrixBath as RandomMatrixBath,
)
from .model.circuit import BrickworkCircuit as BrickworkCircuit
from .model.coupler import (
    couple as couple,
)
from .model.line import LocalisedChain as LocalisedChain
from .model.lioms import LiomChain as LiomChain
from .model.quantum_sun import QuantumSun as QuantumSun
from .model.spin_chain import SpinChain as SpinChain
from .spectrum.dense import diagonalise as diagonalise
from .spectrum.eigenstates import (
    eigenstate_near as eigenstate_near,
)
from .spectrum.eigenstates import (
    eigenstates_near as eigenstates_near,
)
from .spectrum.every_level import levels as levels
from .spectrum.interval import eigenstates_between as eigenstates_between
from .spectrum.measure import spectral_measure as spectral_measure
from .statistics.estimates import estimate as estimate
from .statistics.estimates import summarise as summarise
from .theory import avalanche as avalanche
from .theory import resonance_model as resonance_model
from .theory.grain.crossover import crossover_length as crossover_length
from .workbench.sweeps import sweep as sweep

__version__: str
