"""Whether two runs are independent: a realisation is a function of seed and number."""

from typing import Mapping

import bathlab as bl
from bathlab.workbench import Record, catalogue

INDEPENDENT = "Seeds {0} and {1}: what the two runs say is independent.\n"
NESTED = (
    "Both runs have seed {seed}, so that equal systems have equal disorder: what the two say "
    "is not independent. {what}\n"
)
CASES = (
    "Cases that both have: {both}, of {small} in the first and {large} in the second; in these "
    "the realisations of one run are the first of the other's."
)


def nested(study: str, small: Record, large: Record) -> str:
    """What a page with both runs of a study says of their disorder."""
    seeds = [found.parameters["seed"] for found in (small, large)]
    if seeds[0] != seeds[1]:
        return INDEPENDENT.format(*seeds)
    here, there = cases(study, small), cases(study, large)
    both = sum(there.get(name) == spec for name, spec in here.items())
    what = CASES.format(both=both, small=len(here), large=len(there)) if both else ""
    return NESTED.format(seed=seeds[0], what=what).replace(" \n", "\n")


def cases(study: str, found: Record) -> Mapping[str, object]:
    """The cases of a run by name: what its measure is called with."""
    module = catalogue.load_module(study)
    parameters = type(module.PRESETS["default"])(**found.parameters)
    run: bl.ensemble.Study = module.build(parameters)
    return {case.name: case.spec for case in run.cases}
