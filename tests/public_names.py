"""Every public callable, by room and name."""

import importlib
import types

ROOMS = ("analysis", "ensemble", "experiments", "model", "operators", "plotting", "report")
ROOMS += ("spectrum", "statistics", "theory", "theory.avalanche", "theory.resonance_model")
ROOMS += ("workbench",)


def public():
    for room in ROOMS:
        module = importlib.import_module(f"bathlab.{room}")
        for name in module.__all__:
            value = getattr(module, name)
            if callable(value) and not isinstance(value, types.ModuleType):
                yield f"{room}.{name}", value


NAMES = dict(public())
