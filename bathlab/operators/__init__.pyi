from .hermitian import as_hermitian as as_hermitian
from .memory import require_memory as require_memory
from .spins import spin_operator as spin_operator
from .table import TableForm as TableForm
from .table import table_form as table_form
