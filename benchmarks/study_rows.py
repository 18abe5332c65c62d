"""Rows and CPU seconds of the first realisations of a study, by the code of any checkout.

    python benchmarks/study_rows.py ROOT NAME COUNT FILE

A process of its own on one thread, for :mod:`studies`. FILE, a pickle, maps (case, realisation)
to (rows, seconds); what it holds already is not computed again.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")


def main(root: Path, name: str, count: int, file: Path) -> None:
    study = load(root, name)
    found: dict[tuple[str, int], Any] = {}
    if file.exists():
        found = pickle.loads(file.read_bytes())
    tasks = [(case, number) for case in study.cases for number in range(count)]
    missing = [(case, number) for case, number in tasks if (case.name, number) not in found]
    if missing:
        warm_up()
    for case, number in missing:
        start = time.process_time()
        rows = study.measure(case.spec, study.seed, number)
        found[case.name, number] = rows, time.process_time() - start
        fresh = file.with_suffix(".new")
        fresh.write_bytes(pickle.dumps(found))
        fresh.replace(file)


def load(root: Path, name: str) -> Any:
    """The study of the default preset, with the library and the script of ``root``."""
    sys.path.insert(0, str(root))
    path = root / "studies" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    import bathlab

    if not Path(bathlab.__file__).resolve().is_relative_to(root.resolve()):
        raise ImportError(f"bathlab comes from {bathlab.__file__}; expected one in {root}")
    return module.build(module.PRESETS["default"])


def warm_up() -> None:
    """Compile what is compiled when first used, so that no realisation pays for it."""
    import bathlab as bl

    for bath in (bl.RandomMatrixBath(4, bandwidth=4.0), bl.LocalChainBath(5)):
        for lioms in (1, 5):
            system = bl.couple(bath, bl.LiomChain(lioms)).sample(seed=1)
            for method in ("dense", "sparse", "lanczos"):
                state = bl.eigenstate_near(system, 0.0, method)
            bl.spectral_measure(system, system.operator("probe"), state, "lanczos")


if __name__ == "__main__":
    os.environ |= {f"{name}_NUM_THREADS": "1" for name in THREADS} | {"BATHLAB_QUIET": "1"}
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
