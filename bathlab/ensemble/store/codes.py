"""The codes that a store's rows were made by, as its study.json lists them, the oldest first.

Each is a dict: ``name``, ``digest`` and ``parts`` of :class:`bathlab.ensemble.code.Code`, and
the ``version`` that the study says. Rows of bathlab 0.1 have one whose digest is "unknown".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Collection, Mapping, Sequence

from bathlab.ensemble.store.parts import UNKNOWN
from bathlab.ensemble.study import Study
from bathlab.errors import OtherCode

Entry = Mapping[str, Any]
#: Digest and version: equal for rows of the same code.
Key = tuple[str, str]
#: So many changed parts are named.
MOST_NAMED = 8


def entry(study: Study) -> dict[str, Any]:
    """The code of a study, as study.json lists it."""
    code = study.code
    return {
        "name": code.name,
        "digest": code.digest,
        "version": study.version,
        "parts": dict(code.parts),
    }


def unknown(name: str) -> dict[str, Any]:
    """What stands for the code of rows that do not tell."""
    return {"name": name, "digest": UNKNOWN[0], "version": UNKNOWN[1], "parts": {}}


def key(code: Entry) -> Key:
    return code["digest"], code["version"]


def joined(
    listed: Sequence[Entry],
    in_rows: Collection[Key],
    new: Entry,
    accepted: bool,
    path: Path,
) -> list[Entry]:
    """The codes of a store to which a study adds: those listed, those that only rows tell of,
    and the study's own, unless that is one of them.

    Raises
    ------
    OtherCode
        (a ValueError) If there are rows of other code, and the study's own is not listed or
        theirs is not, and the user has not accepted that.
    """
    known = {key(code) for code in listed}
    others = set(in_rows) - {key(new)}
    unlisted = [
        {**unknown(new["name"]), "digest": digest, "version": version}
        for digest, version in sorted(others - known)
    ]
    found = [*listed, *unlisted]
    if accepted or not others or (key(new) in known and not unlisted):
        return found if key(new) in known else [*found, new]
    other = next(code for code in reversed(found) if key(code) in others)
    raise OtherCode(
        f"The store {path} holds rows of another measure than this one: "
        f"{_difference(other, new)}. Rows of both would mean different things in one table. "
        "Choose a new folder with --store; or keep the old rows and add to them with "
        "--accept-code (accept_code=True): the column code_digest of each row tells which "
        "code made it."
    )


def _difference(there: Entry, here: Entry) -> str:
    """What tells two codes apart, in words."""
    words = []
    if there["name"] != here["name"]:
        words.append(f"measure is {there['name']!r} there and {here['name']!r} here")
    if there["version"] != here["version"]:
        words.append(f"version is {there['version']!r} there and {here['version']!r} here")
    if not there["parts"]:
        known = "is unknown" if key(there) == UNKNOWN else f"has digest {there['digest']}"
        words.append(f"the code of the rows {known}, this one has digest {here['digest']}")
    elif there["digest"] != here["digest"]:
        words += _changed(there["parts"], here["parts"])
    return "; ".join(words)


def _changed(there: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    parts = {
        "edited": [name for name in here if name in there and here[name] != there[name]],
        "added": [name for name in here if name not in there],
        "removed": [name for name in there if name not in here],
    }
    return [f"{how}: {_listed(names)}" for how, names in parts.items() if names]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
