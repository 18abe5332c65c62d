"""bathlab: does an ergodic grain thermalise the localised spins attached to it?

Spec -> sample -> operator -> eigen-data -> analyser -> row in the store -> table -> figure.
The names here are what a first script needs; the rooms (``bathlab.analysis``,
``bathlab.theory``, ``bathlab.statistics``, ...) list the rest. Everything is imported when it
is first used.
"""

import lazy_loader

_lazy, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from bathlab.version import version

        return version()
    return _lazy(name)
