"""Study scripts as modules, for tests of any room."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def load_study(name):
    """A study script as a module; registered, so that its measure can be pickled by name."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"studies/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
