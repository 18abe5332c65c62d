"""What study.json says, and whether a study may add to a store that has one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping

from bathlab.ensemble.description import are_same
from bathlab.ensemble.store import codes
from bathlab.ensemble.study import Case, Study
from bathlab.errors import DamagedStore, NewerStore

#: Of a store, as its study.json says. 2 is that of bathlab 0.1, which listed no codes; 3 had
#: one journal for all writers.
FORMAT, OLDEST = 4, 2
#: The first that listed the codes of rows.
LISTS_CODES = 3
SPEC_FILE = "study.json"


def read_specification(folder: Path) -> dict[str, Any]:
    """What study.json says; one of bathlab 0.1 as if it listed its unknown code.

    Raises
    ------
    NewerStore
        (a ValueError) If a newer version of this package wrote it.
    DamagedStore
        (a ValueError) If it is not there, or not what a study wrote.
    """
    file = folder / SPEC_FILE
    try:
        spec = json.loads(file.read_text(encoding="utf-8"))
        version = spec.get("format")
        if not isinstance(version, int) or version < OLDEST:
            raise ValueError(f"format {version}, not {FORMAT}")
        if version <= FORMAT:
            _require_complete(spec)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        RecursionError,
    ) as error:
        raise DamagedStore(
            f"{file} cannot be read ({error!r}); expected the JSON that the study wrote. The "
            f"rows are not touched. Run `bathlab repair {folder}`, which moves this file to "
            "set-aside/, and then the study's command again: it is written anew if all rows "
            "are of that study."
        ) from None
    if version > FORMAT:
        raise NewerStore(
            f"{file} has format {version}; expected at most {FORMAT}. A newer version of "
            "bathlab wrote this store, and nothing is wrong with it. Upgrade bathlab to use it."
        )
    return spec


def _require_complete(spec: dict[str, Any]) -> None:
    """Raise unless everything is there; list the unknown code of rows of bathlab 0.1."""
    if spec["format"] < LISTS_CODES:
        spec["codes"] = [codes.unknown(spec["measure"])]
    for code in spec["codes"]:
        codes.key(code), code["name"], code["parts"].items()
    for case in spec["cases"].values():
        if not isinstance(case["realisations"], int) or "spec" not in case:
            raise ValueError("a case without realisations or spec")
    texts = [spec["identity"], spec["study"], spec["watch"]]
    texts += [case["identity"] for case in spec["cases"].values()]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("no text where text is expected")
    spec["seed"]


def written(study: Study) -> dict[str, Any]:
    """What study.json says of a new store of this study.

    Raises
    ------
    ValueError
        If a spec cannot be written down.
    """
    return {
        "format": FORMAT,
        "identity": study.identity,
        **study.describe(),
        "watch": study.watch,
        "codes": [codes.entry(study)],
        "cases": {case.name: _entry(case) for case in study.cases},
    }


def _entry(case: Case) -> dict[str, Any]:
    return {
        "identity": case.identity,
        "realisations": int(case.realisations),
        "spec": case.described,
    }


def merged(held: Mapping[str, Any], study: Study, path: Path) -> dict[str, Any]:
    """What study.json says once ``study`` has joined; the codes are left as they are.

    The store keeps its identity and those of its cases, by which its parts know it.

    Raises
    ------
    ValueError
        If the study or seed is another, or a case of the same name has other parameters.
    """
    wanted = written(study)
    cases = dict(held["cases"])
    differences = [
        f"{key} is {held[key]!r} there and {wanted[key]!r} here"
        for key in ("study", "seed")
        if held[key] != wanted[key]
    ]
    for name, case in wanted["cases"].items():
        there = cases.setdefault(name, case)
        differences += different_cases(name, there, case)
        cases[name] = {**there, "realisations": case["realisations"]}
    if differences:
        raise ValueError(
            f"The store {path} holds rows that this study cannot join: "
            f"{'; '.join(differences)}. "
            "Rows of one store share study and seed, and a case keeps its parameters, so that "
            "its table means one thing. Choose another folder with --store, or restore these "
            "values."
        )
    kept = {key: held[key] for key in ("identity", "measure", "codes")}
    return wanted | kept | {"cases": cases}


def different_cases(name: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """In what two cases of one name, as study.json has them, differ; empty if they are one."""
    if there["identity"] == here["identity"] or are_same(there["spec"], here["spec"]):
        return []
    return _changed(name, there["spec"], here["spec"])


def _changed(name: str, there: Any, here: Any, most: int = 3) -> list[str]:
    """The first values of a spec that differ, there and here."""
    before, now = _leaves(there), _leaves(here)
    keys = {**before, **now}
    differ = [key for key in keys if not are_same(before.get(key), now.get(key))]
    return [
        f"case {name!r} has {key or 'spec'} = {before.get(key)!r} there and "
        f"{now.get(key)!r} here"
        for key in differ[:most]
    ]


def _leaves(value: Any, prefix: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {prefix: value}
    return {
        path: leaf
        for key, item in value.items()
        for path, leaf in _leaves(item, f"{prefix}.{key}" if prefix else key).items()
    }
