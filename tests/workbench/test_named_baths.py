"""Baths named in words and numbers, and those of the user's own files."""

import re

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import sparse

import bathlab as bl
from bathlab.theory.random_matrices import GOE, GUE
from bathlab.workbench.baths import AnyBath, Chain, Given, RandomMatrix


def matrices(spins=5, seed=3):
    grain = bl.LocalChainBath(spins).sample(seed)
    return {"hamiltonian": grain.hamiltonian, "contact": grain.contact, "probe": grain.probe}


def test_a_named_bath_is_the_one_it_names():
    assert Chain(spins=8).bath() == bl.LocalChainBath(8)
    assert Chain(
        spins=8, field=0.9, disorder=0.1, transverse=0.2, coupling=0.3
    ).bath() == bl.LocalChainBath(8, 0.9, 0.1, 0.2, 0.3)
    assert RandomMatrix(spins=6, bandwidth=4.2).bath() == bl.RandomMatrixBath(6, 4.2)
    assert RandomMatrix(spins=6, level_spacing=0.1).bath() == bl.RandomMatrixBath(
        6, level_spacing=0.1
    )
    assert RandomMatrix(spins=6, bandwidth=4.2, symmetry="unitary").bath() == (
        bl.RandomMatrixBath(6, 4.2, symmetry="unitary")
    )
    assert Chain(
        spins=7, lioms=2, alpha=0.6, g1=0.3, liom_field=0.8, liom_disorder=0.1
    ).bath() == bl.EnlargedBath(bl.LocalChainBath(7), bl.LiomChain(2, 0.6, 0.3, 0.8, 0.1))
    assert Chain(spins=7, lioms=0).bath() == bl.LocalChainBath(7)
    for kind, more, made in (
        ("ultrametric", {"decay": 0.9, "grain": 2}, bl.model.UltrametricBath(5, 8.0, 0.9, 2)),
        ("rosenzweig-porter", {"gamma": 1.2}, bl.model.RosenzweigPorterBath(5, 8.0, 1.2)),
        (
            "integrable chain",
            {"anisotropy": 0.4, "boundary": 2.0},
            bl.model.IntegrableChainBath(5, 8.0, 0.4, 2.0),
        ),
    ):
        table = {"kind": kind, "spins": 5, "bandwidth": 8.0, **more}
        named = TypeAdapter(AnyBath).validate_python(table)
        assert named.bath() == made and "5" in named.label
        assert TypeAdapter(AnyBath).dump_python(named) == table


def test_labels_say_what_differs():
    for choice, label in (
        (Chain(spins=8), "8-chain"),
        (
            Chain(spins=8, coupling=0.1, field=1.0),
            "8-chain, coupling = 0.1",
        ),
        (Chain(spins=7, lioms=1), "7-chain + 1 LIOM"),
        (
            RandomMatrix(spins=6, bandwidth=4.2, lioms=2),
            "6-spin GOE + 2 LIOMs",
        ),
        (RandomMatrix(spins=6, bandwidth=4.2, symmetry="unitary"), "6-spin GUE"),
        (Given(file="data/mine.npz"), "mine"),
        (Given(file="data/mine.npz", name="my own"), "my own"),
    ):
        assert choice.label == label


@pytest.mark.parametrize(
    "given, words",
    [
        ({"kind": "chian", "spins": 3}, "'chian'.*'random matrix', 'chain', 'given'"),
        ({"spins": 3}, "kind"),
        ({"kind": "chain"}, "spins"),
        ({"kind": "given"}, "file"),
        ({"kind": "chain", "spins": 3, "bandwidth": 2.0}, "bandwidth"),
        ({"kind": "random matrix", "spins": 3, "coupling": 1.0}, "coupling"),
        ({"kind": "random matrix", "spins": 3, "symmetry": "unitry"}, "orthogonal.*unitary"),
        ({"kind": "given", "file": "a.npz", "spins": 3}, "spins"),
        ({"kind": "chain", "spins": 3, "g1": 0.2}, "g1 = 0.2.*lioms = NUMBER"),
        ({"kind": "chain", "spins": 3, "lioms": -1}, "lioms = -1"),
        ({"kind": "chain", "spins": 0}, "spins = 0"),
        ({"kind": "chain", "spins": 3, "lioms": 1, "alpha": -1.0}, "alpha = -1"),
        ({"kind": "chain", "spins": 3, "field": float("nan")}, "field"),
    ],
)
def test_what_does_not_belong_or_is_out_of_range_is_refused(given, words):
    with pytest.raises(ValueError, match=re.compile(words, re.DOTALL)):
        TypeAdapter(AnyBath).validate_python(given)


def test_a_random_matrix_has_one_scale():
    with pytest.raises(ValueError, match="exactly one"):
        RandomMatrix(spins=3).bath()


def test_a_bath_from_a_file_is_that_bath(tmp_path):
    own = matrices()
    np.savez(tmp_path / "mine.npz", **own)
    for name, matrix in own.items():
        sparse.save_npz(tmp_path / f"{name}.npz", sparse.csr_array(matrix))
    expected = bl.GivenBath(**own)
    assert Given(file=str(tmp_path / "mine.npz")).bath() == expected
    assert Given(file=str(tmp_path)).bath() == expected
    enlarged = Given(file=str(tmp_path), lioms=1).bath()
    assert enlarged == bl.EnlargedBath(expected, bl.LiomChain(1))


def test_a_complex_bath_from_a_file_is_held_against_the_unitary_class(tmp_path):
    grain = bl.RandomMatrixBath(3, bandwidth=4.2, symmetry="unitary").sample(1)
    own = {name: getattr(grain, name) for name in ("hamiltonian", "contact", "probe")}
    np.savez(tmp_path / "mine.npz", **own)
    for name, matrix in own.items():
        sparse.save_npz(tmp_path / f"{name}.npz", sparse.csr_array(matrix))
    for file in (tmp_path / "mine.npz", tmp_path):
        named = Given(file=str(file))
        assert named.bath() == bl.GivenBath(**own)
        assert named.symmetry_class(1) is GUE
    for named in (Chain(spins=3), RandomMatrix(spins=3, bandwidth=1.0, lioms=1)):
        assert named.symmetry_class(1) is GOE
    assert RandomMatrix(spins=2, bandwidth=1.0, symmetry="unitary").symmetry_class(1) is GUE


def test_bad_files_are_refused(tmp_path):
    own = matrices()
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "one.npy", own["hamiltonian"])
    np.savez(
        tmp_path / "typo.npz",
        hamiltonan=own["hamiltonian"],
        contact=own["contact"],
        probe=own["probe"],
    )
    np.savez(tmp_path / "size.npz", **own | {"contact": np.eye(3)})
    np.savez(tmp_path / "object.npz", **own | {"contact": np.array([{}])})
    np.savez(tmp_path / "skew.npz", **own | {"probe": np.triu(np.ones((32, 32)))})
    for name, words in (
        ("none.npz", "none.npz.*No such file"),
        ("text.npz", "numpy.savez"),
        ("one.npy", "numpy.savez"),
        ("typo.npz", "Is 'hamiltonan' meant"),
        ("size.npz", r"contact of shape \(3, 3\)"),
        ("object.npz", "Object array"),
        ("skew.npz", "Hermitian"),
        ("", "hamiltonian.npz"),
    ):
        with pytest.raises(ValueError, match=words):
            Given(file=str(tmp_path / name)).bath()
