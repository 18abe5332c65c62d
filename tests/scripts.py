"""Study scripts as modules, for tests of any room."""

import importlib.util
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]


def load_study(name):
    """A study script as a module; registered, so that its measure can be pickled by name."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"studies/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def measured(script, parameters):
    """The rows of all realisations of all cases, with what a store adds to tell them apart."""
    study = script.study.build(parameters)
    return pd.DataFrame(
        {**row, **case.columns, "case": case.name, "realisation": realisation}
        for case in study.cases
        for realisation in range(case.realisations)
        for row in study.measure(case.spec, 1, realisation)
    )


def said(script, table, parameters):
    """The claims that a study makes of these rows, by what they are about."""
    outcome = script.study.outcome(table, parameters)
    return {claim.claim: claim for claim in script.claims(outcome)}


def about(claims, *words):
    """The claims, of a list or as of :func:`said`, that are about all of these words."""
    found = claims.values() if isinstance(claims, dict) else claims
    return [claim for claim in found if all(word in claim.claim for word in words)]


def one(claims, *words):
    """The only one of them."""
    (claim,) = about(claims, *words)
    return claim
