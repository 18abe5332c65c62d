from .runner import run as run
from .standing import Status as Status
from .standing import status as status
from .store.reader import load as load
from .study import Case as Case
from .study import Study as Study
