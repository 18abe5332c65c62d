"""Records of the realisations that raised, ``failures/CASE-REALISATION.json``.

CASE stands for the first digits of the SHA-256 of the case's name; up to format 3 it was the
place of the case in the study. What a record is about, it says itself. One that cannot be read
costs nothing: its realisation is computed again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from bathlab.ensemble.store.files import is_lost, make_folder, write_atomically
from bathlab.ensemble.store.parts import Origin

FOLDER = "failures"
#: (case, realisation).
Key = tuple[str, int]


@dataclass(frozen=True)
class Failures:
    """Records by their file, and what is wrong with other files."""

    records: dict[Path, dict[str, Any]]
    faults: dict[Path, str]

    def paths(self) -> dict[Key, list[Path]]:
        """The files about each realisation: one, unless stores were copied together."""
        found: dict[Key, list[Path]] = {}
        for path, record in self.records.items():
            found.setdefault(key(record), []).append(path)
        return found


def read(store: Path, origin: Origin, seed: int) -> Failures:
    """Every record of a store, in the order of cases and realisations."""
    records, faults = {}, {}
    for path in sorted((store / FOLDER).glob("*.json")):
        try:
            records[path] = _record(path, origin, seed)
        except OSError as error:
            if not is_lost(path):  # else a retry has just succeeded
                faults[path] = f"{path.name}: cannot be read ({error.strerror})"
        except (ValueError, RecursionError) as error:
            faults[path] = f"{path.name}: no record of a failure ({error})"
    order = {name: place for place, name in enumerate(origin.cases)}
    ordered = sorted(
        records.items(), key=lambda item: (order[item[1]["case"]], item[1]["realisation"])
    )
    return Failures(dict(ordered), faults)


def write(
    store: Path, origin: Origin, case: str, realisation: int, record: Mapping[str, Any]
) -> Path:
    """Record that a realisation of ``origin`` raised; where."""
    label = hashlib.sha256(case.encode()).hexdigest()[:8]
    path = store / FOLDER / f"{label}-{realisation:07d}.json"
    signed = {**record, "study_identity": origin.study, "case_identity": origin.cases[case]}
    make_folder(path.parent)
    write_atomically(path, json.dumps(signed, indent=1).encode())
    return path


def key(record: Mapping[str, Any]) -> Key:
    """What a record is about."""
    return record["case"], record["realisation"]


def _record(path: Path, origin: Origin, seed: int) -> dict[str, Any]:
    record = json.loads(path.read_text(encoding="utf-8"))
    kinds = {"case": str, "realisation": int, "error": str, "message": str}
    for name, kind in kinds.items():
        if not isinstance(record, dict) or not isinstance(record.get(name), kind):
            raise ValueError(f"it does not say the {name}")
    case = origin.cases.get(record["case"])
    signed = record.get("study_identity", origin.study), record.get("case_identity", case)
    told = (*signed, str(record.get("seed")))
    if case is None or told != (origin.study, case, str(seed)):
        raise ValueError("it belongs to another study")
    return record
