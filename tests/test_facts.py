"""What objects say of themselves: short, escaped, of what is there, and costing nothing."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import bathlab as bl
from bathlab.facts import Fact, as_html, html_table, in_a_line, in_bytes, of_fields

BATH = bl.LocalChainBath(spins=5)
SYSTEM = bl.couple(BATH, bl.LiomChain(count=2)).sample(seed=3, realisation=4)
STATE = bl.eigenstate_near(SYSTEM, energy=0.0)
MEASURE = bl.spectral_measure(SYSTEM, SYSTEM.operator("probe"), STATE)
CIRCUIT = bl.BrickworkCircuit(4, 0.1).sample(1)
SHOWN = {
    "system": SYSTEM,
    "grain": BATH.sample(1),
    "of a random matrix": bl.couple(bl.RandomMatrixBath(4, 4.2), bl.LiomChain(1)).sample(1),
    "chain": bl.LocalisedChain(BATH, bl.LiomChain(count=2)).sample(1),
    "sun": bl.QuantumSun(3, 2, 0.7).sample(1),
    "ring": bl.SpinChain(6, sector=0).sample(1),
    "circuit": CIRCUIT,
    "matrix": bl.operators.MatrixSystem(np.eye(5)),
    "eigensystem": bl.diagonalise(SYSTEM),
    "phases": bl.diagonalise(CIRCUIT),
    "state": STATE,
    "measure": MEASURE,
    "function": MEASURE.spectral_function([-1.0, 0.0, 1.0]),
    "levels": bl.levels(SYSTEM),
    "hybridisation": bl.hybridisation(SYSTEM, STATE, [-1.0, 0.0, 1.0]),
    "resonances": bl.resonances(CIRCUIT, 1),
    "matrices": SYSTEM.bath,
    "given bath": bl.GivenBath(np.diag([0.0, 1, 2, 3]), np.eye(4), np.eye(4), sector=0),
    "LIOMs": SYSTEM.lioms,
}


class Cells(HTMLParser):
    """The cells of a table, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.mark.parametrize("name", SHOWN)
def test_a_line_is_short_and_holds_no_array(name):
    line = repr(SHOWN[name])
    assert line.startswith(type(SHOWN[name]).__name__) and "\n" not in line
    assert len(line) < 320 and "array(" not in line and " at 0x" not in line
    assert str(SHOWN[name]) == line


@pytest.mark.parametrize("name", SHOWN)
def test_the_table_has_the_facts_of_the_line_and_is_whole(name):
    found = Cells(SHOWN[name]._repr_html_())
    assert not found.open
    assert found.rows == [[fact.name, fact.value] for fact in SHOWN[name].facts()]


def test_a_system_tells_its_spins_its_size_and_the_bytes_that_it_holds():
    bath = SYSTEM.bath
    held = sum(
        part.nbytes
        for matrix in (bath.hamiltonian, bath.contact, bath.probe)
        for part in (matrix.data, matrix.indices, matrix.indptr)
    )
    kib = (held + SYSTEM.liom_energies.nbytes) / 1024
    assert repr(SHOWN["of a random matrix"]).startswith("CoupledSystem: 4 + 1 spins, 32 states")
    known = f"CoupledSystem: 5 + 2 spins, 128 states, real, {kib:.1f} KiB, solved"
    assert repr(SYSTEM) == known
    rows = dict(Cells(SYSTEM._repr_html_()).rows)
    assert (rows["seed"], rows["realisation"]) == ("3", "4")


def test_nothing_is_built_or_solved_to_be_shown():
    system = bl.couple(BATH, bl.LiomChain(count=2)).sample(1)
    before = set(vars(system))
    repr(system), system._repr_html_(), repr(system.grain), repr(system.as_grain())
    assert "hamiltonian" not in vars(system) and "table_form" not in vars(system)
    assert set(vars(system)) == before and system.eigensystem is None
    assert "solved" not in repr(system)


def test_a_state_and_a_measure_tell_what_their_worth_rests_on():
    assert repr(STATE) == (
        f"Eigenstate: energy {STATE.energy:.6g}, residual {STATE.residual:.1e}, "
        f"nearest by {STATE.nearest}, {STATE.method}, dimension 128"
    )
    worst = max(MEASURE.sum_error, MEASURE.moment_error)
    assert repr(MEASURE) == (
        f"SpectralMeasure: {len(MEASURE.energies)} lines, D = {bl.log_ipr(MEASURE):.6g}, "
        f"{MEASURE.method}, sum rules {worst:.1e}"
    )


def test_a_window_measure_tells_the_bracket_of_d():
    probe = SYSTEM.operator("probe")
    measure = bl.spectral_measure(SYSTEM, probe, STATE, "window", tolerance=0.5)
    lower, upper = bl.analysis.log_ipr_bounds(measure)
    text = re.search(r"D = (.*?),", repr(measure)).group(1)
    bracket = f"{lower:.6g} to {upper:.6g}"
    assert text == (bracket if measure.square_bounds else f"{bl.log_ipr(measure):.6g}")


def test_text_is_escaped_in_tables():
    facts = [Fact("<b>", "a & b"), Fact("x", '<script>"')]
    text = as_html("<i>", facts)
    assert "<b>" not in text and "<script>" not in text and "<i>" not in text
    assert Cells(text).rows == [["<b>", "a & b"], ["x", '<script>"']]


def test_a_table_has_a_header_and_empty_cells():
    assert Cells(html_table([[1, None, "c"]], ["a", "b", "c"])).rows == [
        ["a", "b", "c"],
        ["1", "", "c"],
    ]


@pytest.mark.parametrize(
    "count, text",
    [
        (0, "0 B"),
        (80, "80 B"),
        (1024, "1.0 KiB"),
        (300 * 1024, "0.3 MiB"),
        (5 * 2**30, "5.0 GiB"),
        (2**60, "1048576.0 TiB"),
    ],
)
def test_bytes_come_in_a_unit_that_suits_them(count, text):
    assert in_bytes(count) == text


def test_a_line_leaves_out_what_only_the_table_tells():
    assert in_a_line("X", [Fact("a", "1"), Fact("b", "2", ""), Fact("c", "3", "3 c")]) == (
        "X: a 1, 3 c"
    )
    assert in_a_line("X", []) == "X" and of_fields(3) == []
