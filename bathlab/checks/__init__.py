"""The one door for arrays and numbers: each either passes, converted, or is refused by name.

What people have is taken: lists, tuples, ranges, numpy scalars and arrays of any precision,
pandas columns, kets and columns where a state is meant. What would give a wrong number without
a word is refused: NaN, masked entries, an imaginary part where a real number is meant, text,
truth values as numbers, objects, ragged lists, other shapes. Public functions check what they
are given once; what they call does not check it again.
"""

from bathlab.checks.arrays import as_array as as_array
from bathlab.checks.arrays import as_edges as as_edges
from bathlab.checks.arrays import as_labels as as_labels
from bathlab.checks.arrays import as_levels as as_levels
from bathlab.checks.arrays import is_qobj as is_qobj
from bathlab.checks.paths import as_path as as_path
from bathlab.checks.refusals import refusal as refusal
from bathlab.checks.refusals import shown as shown
from bathlab.checks.scalars import as_flag as as_flag
from bathlab.checks.scalars import as_integer as as_integer
from bathlab.checks.scalars import as_list as as_list
from bathlab.checks.scalars import as_names as as_names
from bathlab.checks.scalars import as_real as as_real
from bathlab.checks.scalars import as_text as as_text
from bathlab.checks.scalars import require_callable as require_callable
from bathlab.checks.scalars import require_choice as require_choice
from bathlab.checks.scalars import require_distinct as require_distinct
from bathlab.checks.scalars import require_finite as require_finite
from bathlab.checks.scalars import require_integer as require_integer
from bathlab.checks.scalars import require_kind as require_kind
from bathlab.checks.scalars import require_mapping as require_mapping
from bathlab.checks.scalars import settle as settle
from bathlab.checks.states import as_state as as_state
from bathlab.checks.tables import require_numbers as require_numbers
from bathlab.checks.tables import require_table as require_table
from bathlab.checks.tables import select as select
