from .drift import critical_drift as critical_drift
from .floquet import Floquet as Floquet
from .hamiltonian import Hamiltonian as Hamiltonian
from .lengths import correlation_length as correlation_length
from .lengths import floquet_resonance_length as floquet_resonance_length
from .lengths import hamiltonian_resonance_length as hamiltonian_resonance_length
from .regions import is_consistent as is_consistent
from .regions import region as region
