from .claims import Claims as Claims
from .command import Request as Request
from .command import study_command as study_command
from .parameters import from_toml as from_toml
from .parameters import to_toml as to_toml
