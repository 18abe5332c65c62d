from .attachments import Attachment as Attachment
from .attachments import attachment as attachment
from .comparison import Comparison as Comparison
from .comparison import portrait as portrait
from .thermalisation import Sweep as Sweep
from .thermalisation import thermalisation_rows as thermalisation_rows
