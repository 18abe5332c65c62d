from .baths import (
    Bath as Bath,
)
from .baths import (
    CoreBath as CoreBath,
)
from .baths import (
    EnlargedBath as EnlargedBath,
)
from .baths import (
    GivenBath as GivenBath,
)
from .baths import (
    LocalChainBath as LocalChainBath,
)
from .baths import (
    RandomMatrixBath as RandomMatrixBath,
)
from .circuit import BrickworkCircuit as BrickworkCircuit
from .circuit import Circuit as Circuit
from .coupled import CoupledSystem as CoupledSystem
from .coupled import Grain as Grain
from .coupler import (
    CoupledModel as CoupledModel,
)
from .coupler import (
    couple as couple,
)
from .disordered import DisorderedBath as DisorderedBath
from .disordered import check_bath as check_bath
from .kicked_chain import KickedChain as KickedChain
from .kicked_chain import KickedChainSystem as KickedChainSystem
from .line import ChainSystem as ChainSystem
from .line import LocalisedChain as LocalisedChain
from .lioms import LiomChain as LiomChain
from .lioms import Lioms as Lioms
from .matrices import BathMatrices as BathMatrices
from .quantum_sun import QuantumSun as QuantumSun
from .random_unitaries import RandomUnitary as RandomUnitary
from .spin_chain import SpinChain as SpinChain
from .spin_chain import SpinChainSystem as SpinChainSystem
from .structured import IntegrableChainBath as IntegrableChainBath
from .structured import RosenzweigPorterBath as RosenzweigPorterBath
from .structured import UltrametricBath as UltrametricBath
