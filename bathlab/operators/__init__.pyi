from .memory import require_memory as require_memory
from .spins import spin_operator as spin_operator
from .system import Eigensystem as Eigensystem
from .system import System as System
from .system import as_system as as_system
from .table import RowBasis as RowBasis
from .table import TableForm as TableForm
from .table import row_basis as row_basis
