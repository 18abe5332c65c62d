"""Kernels compile where neither the package nor the home directory can be written."""

import os
import subprocess
import sys

import pytest

SOURCE = """
import os, warnings
warnings.simplefilter("always")
from bathlab.operators.kept import kept
@kept(nogil=True)
def one(x): return x + 1
@kept()
def two(x): return x + 2
print(one(1), two(1), os.environ.get("NUMBA_CACHE_DIR", "none"))
"""


@pytest.mark.parametrize("writable", ["home", "temporary folder", "nothing"])
def test_kernels_compile_in_a_container_that_is_read_only(tmp_path, writable):
    (tmp_path / "script.py").write_text(SOURCE)
    (tmp_path / "__pycache__").write_text("a file, where numba wants a folder")
    nowhere, temporary = "/proc/nowhere", tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {
        "HOME": str(tmp_path) if writable == "home" else nowhere,
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    program = "import runpy, sys; runpy.run_path(sys.argv[1])"
    if writable == "nothing":
        program = (
            f"import tempfile; tempfile.mkdtemp = lambda **_: open('{nowhere}'); {program}"
        )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "script.py")],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    two, three, place = done.stdout.split()
    assert (two, three) == ("2", "3")
    assert done.stderr.count("KernelsNotKept") == (writable != "home")
    assert place.startswith(str(temporary)) == (writable == "temporary folder")
    assert not os.listdir(temporary)  # nothing is left behind
