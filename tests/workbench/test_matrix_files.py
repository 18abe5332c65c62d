"""Matrices from files of strangers: right, or a ValueError with the file's name; no crash."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from scipy import sparse

import bathlab as bl
from bathlab.errors import DoesNotFit
from bathlab.workbench.baths import Given
from bathlab.workbench.matrix_files import arrays, sparse_matrix


def example(kind="csr", size=6):
    random = np.random.default_rng(5)
    dense = random.integers(0, 2, (size, size)) * random.standard_normal((size, size))
    return sparse.csr_array(dense + dense.T).asformat(kind)


def altered(kind, **changes):
    """The arrays of a stored matrix, some replaced; each change is an array or a function."""
    stored = io.BytesIO()
    sparse.save_npz(stored, example(kind))
    found = dict(np.load(io.BytesIO(stored.getvalue())))
    for name, change in changes.items():
        found[name] = change(found[name]) if callable(change) else change
    return {name: value for name, value in found.items() if value is not None}


def put(place, value):
    def change(array):
        array = array.copy()
        array.flat[place] = value
        return array

    return change


@pytest.mark.parametrize("kind", ["csr", "csc", "bsr", "coo", "dia"])
@pytest.mark.parametrize(
    "make", [lambda m: m, lambda m: getattr(sparse, f"{m.format}_matrix")(m)]
)
def test_every_format_is_read_as_scipy_reads_it(tmp_path, kind, make):
    matrix = make(example(kind))
    sparse.save_npz(tmp_path / "m.npz", matrix)
    found = sparse_matrix(tmp_path / "m.npz")
    assert found.format == kind and np.array_equal(found.toarray(), example().toarray())


def test_coordinates_in_one_array_are_read_too(tmp_path):
    both = altered("coo", row=None, col=None) | {"coords": np.array(example("coo").coords)}
    np.savez(tmp_path / "m.npz", **both)
    assert np.array_equal(sparse_matrix(tmp_path / "m.npz").toarray(), example().toarray())


HOSTILE = {
    "index beyond": ("csr", {"indices": put(3, 6)}),
    "index far beyond": ("csr", {"indices": put(-1, 2**31 - 1)}),
    "index of 64 bits": ("csr", {"indices": lambda a: put(0, 2**40)(a.astype(np.int64))}),
    "index wrapping to 32 bits": ("csr", {"indices": lambda a: put(0, 2**32)(a.astype(int))}),
    "index without a sign": (
        "csr",
        {"indices": lambda a: put(0, 2**64 - 1)(a.astype(np.uint64))},
    ),
    "negative index": ("csc", {"indices": put(0, -1)}),
    "fractional indices": ("csr", {"indices": lambda a: a + 0.5}),
    "true indices": ("csr", {"indices": lambda a: a.astype(bool)}),
    "fewer indices": ("csr", {"indices": lambda a: a[:-1]}),
    "indices in a square": ("csr", {"indices": lambda a: np.zeros((2, len(a)), int)}),
    "pointer beyond": ("csr", {"indptr": put(-1, 10**6)}),
    "pointers descending": ("csr", {"indptr": put(2, 10**6)}),
    "negative pointer": ("csc", {"indptr": put(1, -5)}),
    "first pointer": ("csr", {"indptr": put(0, 1)}),
    "fewer pointers": ("csr", {"indptr": lambda a: a[:-1]}),
    "a larger shape": ("csr", {"shape": np.array([7, 6])}),
    "a huge shape": ("csr", {"shape": np.array([2**40, 6])}),
    "a shape of four": ("csr", {"shape": np.array([6, 6, 6, 6])}),
    "a negative shape": ("csr", {"shape": np.array([-6, 6])}),
    "an empty shape": ("coo", {"shape": np.array([0, 0])}),
    "text": ("csr", {"data": lambda a: a.astype(str)}),
    "bytes": ("coo", {"data": lambda a: a.astype(bytes)}),
    "dates": ("coo", {"data": lambda a: a.astype(int).astype("M8[s]")}),
    "no format": ("csr", {"format": None}),
    "no indices": ("csr", {"indices": None}),
    "an unknown format": ("csr", {"format": np.array(b"lil")}),
    "a format of numbers": ("csr", {"format": np.arange(3)}),
    "block index beyond": ("bsr", {"indices": put(0, 6)}),
    "block pointer beyond": ("bsr", {"indptr": put(1, 99)}),
    "flat blocks": ("bsr", {"data": lambda a: a.ravel()}),
    "empty blocks": ("bsr", {"data": lambda a: a[:, :0]}),
    "blocks that do not fit": ("bsr", {"data": lambda a: np.ones((len(a), 4, 4))}),
    "coordinate beyond": ("coo", {"row": put(0, 6)}),
    "negative coordinate": ("coo", {"col": put(-1, -2)}),
    "three coordinates": ("coo", {"coords": np.zeros((3, 36), int)}),
    "fewer coordinates": ("coo", {"row": lambda a: a[1:]}),
    "offset beyond": ("dia", {"offsets": put(0, 6)}),
    "offset twice": ("dia", {"offsets": lambda a: 0 * a}),
    "fewer offsets": ("dia", {"offsets": lambda a: a[1:]}),
    "one diagonal, flat": ("dia", {"data": lambda a: a[0]}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_matrices_are_refused_by_name(tmp_path, name):
    kind, changes = HOSTILE[name]
    np.savez(tmp_path / "stranger.npz", **altered(kind, **changes))
    with pytest.raises(ValueError, match="stranger.npz|stranger|needs about"):
        sparse_matrix(tmp_path / "stranger.npz")


def test_a_hostile_matrix_is_refused_as_a_bath(tmp_path):
    for name in ("hamiltonian", "contact", "probe"):
        sparse.save_npz(tmp_path / f"{name}.npz", example())
    assert Given(file=str(tmp_path)).bath() == bl.GivenBath(*[example()] * 3)
    np.savez(tmp_path / "probe.npz", **altered("csr", indices=put(0, 10**9)))
    with pytest.raises(ValueError, match="In .*: .*probe.npz holds no sparse matrix.*indices"):
        Given(file=str(tmp_path)).bath()


@pytest.mark.parametrize("compressed", [False, True])
def test_archives_damaged_anywhere_are_refused_or_right(tmp_path, compressed):
    """Cut at every length and with every byte replaced, one at a time."""
    stored = io.BytesIO()
    sparse.save_npz(stored, example(size=3), compressed=compressed)
    content, expected = stored.getvalue(), example(size=3).toarray()
    file = tmp_path / "damaged.npz"
    harmed = [content[:length] for length in range(0, len(content), 3)]
    harmed += [
        content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        for place in range(len(content))
    ]
    refused = 0
    for each in harmed:
        file.write_bytes(each)
        try:
            assert np.array_equal(sparse_matrix(file).toarray(), expected)
        except ValueError as error:
            assert "damaged.npz" in str(error)
            refused += 1
    assert refused > len(harmed) / 2  # the rest is in what nobody reads, such as dates


class Trap:
    """Runs as soon as it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def test_nothing_is_ever_unpickled(tmp_path):
    np.savez(tmp_path / "object.npz", hamiltonian=np.array([Trap()], dtype=object))
    (tmp_path / "pickle.npz").write_bytes(pickle.dumps(Trap()))
    for name in ("object.npz", "pickle.npz"):
        with pytest.raises(ValueError, match=f"{name} cannot be read"):
            Given(file=str(tmp_path / name)).bath()
        with pytest.raises(ValueError, match=f"{name} cannot be read"):
            sparse_matrix(tmp_path / name)


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "link.npz").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty.npz").touch()
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with zipfile.ZipFile(tmp_path / "array.npz", "w") as archive:
        archive.writestr("data.npy", b"\x93NUMPY\x01\x00\xff\xff")
    for name in ("folder", "link", "empty", "other", "array", "none"):
        with pytest.raises(ValueError, match=f"{name}.npz"):
            sparse_matrix(tmp_path / f"{name}.npz")


def test_what_unpacks_to_more_than_the_memory_is_refused_before(tmp_path, monkeypatch):
    from bathlab.operators import memory

    class Small:
        available = 1000

    np.savez_compressed(tmp_path / "bomb.npz", hamiltonian=np.zeros(10**5))
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: Small)
    with pytest.raises(ValueError, match="bomb.npz.*needs about") as error:
        arrays(tmp_path / "bomb.npz")
    assert isinstance(error.value.__cause__, DoesNotFit)
