"""What a run shows and says: pace that no clock can spoil, bars and lines, the log."""

import io
import logging
import math
import re
import subprocess
import sys
import time

import measures
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import bathlab as bl
from bathlab.ensemble import displays
from bathlab.ensemble.displays import Bars, Lines, display
from bathlab.ensemble.pace import Pace, clock_time
from bathlab.workbench.command import main

SECONDS = st.floats(-1e9, 1e9) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0])


class Clock:
    def __init__(self, *times):
        self.times = list(times)

    def __call__(self):
        return self.times.pop(0) if len(self.times) > 1 else self.times[0]


@given(st.lists(SECONDS, min_size=2, max_size=60), st.floats(0, 1e6), st.floats(0, 1e3))
def test_no_clock_makes_a_negative_time(times, held, cost):
    pace = Pace(held, Clock(0.0, *times))
    pace.expect(20 * cost)
    elapsed = []
    for _ in range(25):  # more than was expected
        pace.saw(cost)
        elapsed.append(pace.elapsed)
        left = pace.left
        assert left >= 0 or math.isnan(left)
        assert 0 <= pace.share <= 1
        assert not re.search(r"-|nan|inf", pace.words)
    assert elapsed == sorted(elapsed) and elapsed[0] >= 0


def test_the_time_left_is_that_of_the_rest_at_this_pace():
    clock = Clock(100.0)
    pace = Pace(held=1000.0, clock=clock)  # resumed: what was there took no time
    pace.expect(40.0)
    assert math.isnan(pace.left) and pace.words == "00:00<?"
    assert pace.share == pytest.approx(1000 / 1040)
    for second in range(1, 11):
        clock.times = [100.0 + second]
        pace.saw(2.0)
    assert pace.left == pytest.approx(10.0) and pace.rate == pytest.approx(1.0)
    assert pace.words == "00:10<00:10"
    clock.times = [50.0]  # set back
    assert pace.elapsed == 10.0 and pace.words == "00:10<00:10"


def test_the_latest_realisations_tell_the_pace():
    clock = Clock(0.0)
    pace = Pace(clock=clock)
    pace.expect(1000.0)
    for place in range(101):  # the first compiles for a minute
        clock.times = [60.0 + place]
        pace.saw(1.0)
    assert pace.left == pytest.approx(899.0)


@pytest.mark.parametrize(
    "seconds, text",
    [
        (-5, "00:00"),
        (59.9, "00:59"),
        (3600, "1:00:00"),
        (47 * 3600, "47:00:00"),
        (72 * 3600, "3 days"),
        (math.inf, "11574074 days"),
    ],
)
def test_times_as_clocks_show_them(seconds, text):
    assert clock_time(seconds) == text


def sometimes(spec, seed, realisation):
    if realisation == 1:
        raise ValueError("the second fails")
    return {"x": realisation}


def failing(count):
    return bl.Study("failing", sometimes, (bl.Case("c", None, count),))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_has_a_bar_and_a_line_for_each_case(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stderr", Terminal())
    bl.run(measures.quick_study(6), tmp_path / "s")
    shown = sys.stderr.getvalue()
    assert "100%|" in shown and re.search(r"\| \d\d:\d\d<00:00, .*realisations/s", shown)
    assert re.search(r"6/6, max value = .* \(N = 6\)", shown)
    bl.run(measures.quick_study(8), tmp_path / "s")
    resumed = sys.stderr.getvalue()[len(shown) :]
    assert " 75%|" in resumed and "100%|" in resumed and "8/8" in resumed
    assert not re.search(r"<-|-\d+:|\D-\d\d:", resumed)


def test_a_pipe_has_lines_and_a_minute_between_them(capsys):
    pace = Pace(clock=Clock(0.0))
    lines = Lines("study", "no row yet", pace)
    lines.expect("c", 2)
    pace.expect(2.0)
    for _ in range(2):
        pace.saw(1.0)
        lines.show("c", "max x = 1.0", ["2 realisations/s", "1 failed"])
    lines.close()
    assert capsys.readouterr().err.splitlines() == [
        "study: 100%, 00:00<00:00, no row yet",
        "study: 100%, 00:00<00:00, 2 realisations/s, 1 failed, c: max x = 1.0",
    ]
    assert displays.LINE_SECONDS == 60


def test_lines_come_while_nothing_ends(capsys):
    lines = Lines("study", "no row yet", Pace(), seconds=0.01)
    lines.expect("c", 1)
    time.sleep(0.3)
    lines.close()
    assert len(capsys.readouterr().err.splitlines()) > 3


def test_a_run_goes_on_when_the_reader_of_its_pipe_has_left(monkeypatch, tmp_path):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    assert len(bl.run(measures.quick_study(3), tmp_path / "s")) > 0


def test_nothing_is_shown_of_a_run_that_has_nothing_to_do(tmp_path, capsys):
    bl.run(measures.quick_study(2), tmp_path / "s", progress=False)
    assert capsys.readouterr().err == ""
    bl.run(measures.quick_study(2), tmp_path / "s", retry_failed=True)
    assert capsys.readouterr().err == ""


def test_a_notebook_without_widgets_has_lines_and_no_warning(recwarn):
    code = (
        "import ipykernel, sys\nfrom bathlab.ensemble.displays import display\n"
        "from bathlab.ensemble.pace import Pace\n"
        "print(type(display('s', 'w', Pace(), {'c': 0})).__name__)"
    )
    pytest.importorskip("ipykernel")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert done.stdout.strip() == "Lines", done.stderr


def test_bars_of_a_notebook_have_no_lines_for_cases():
    made = []

    class Widget:
        def __init__(self, **options):
            made.append(options)
            self.n, self.shown = 0.0, ""

        def set_postfix_str(self, text, refresh):
            self.shown = text

        def update(self, more):
            self.n += more

        def refresh(self):
            pass

        def close(self):
            pass

    pace = Pace(clock=Clock(0.0))
    bars = Bars("s", "no row yet", pace, {"c": 0, "d": 0}, Widget, by_case=False)
    pace.expect(4.0)
    bars.expect("c", 4)
    pace.saw(1.0)
    bars.show("c", "max x = 1", ["3/s"])
    assert len(made) == 1 and bars._bar.n == 25 and bars._bar.shown == "3/s, c: max x = 1"
    bars.close()


def test_a_quiet_run_shows_nothing(capsys):
    shown = display("s", "w", Pace(), {"c": 0}, shown=False)
    shown.expect("c", 1), shown.show("c", "x", []), shown.close()
    assert capsys.readouterr().err == ""


def test_the_log_tells_start_resume_failures_and_the_end(tmp_path, caplog):
    caplog.set_level(logging.INFO, "bathlab")
    with pytest.warns(bl.errors.FailedRealisations):
        bl.run(failing(3), tmp_path / "s", progress=False)
    told = [record.getMessage() for record in caplog.records]
    assert any("start, 0 realisations there" in text for text in told)
    failures = [r for r in caplog.records if "failed:" in r.getMessage()]
    assert failures and all(r.levelno == logging.WARNING for r in failures)
    assert "rows written to" in told[-1]
    caplog.clear()
    with pytest.warns(bl.errors.FailedRealisations):
        bl.run(failing(4), tmp_path / "s", progress=False)
    assert any("resume, " in record.getMessage() for record in caplog.records)
    assert {record.name for record in caplog.records} == {"bathlab"}


def test_the_log_tells_of_a_target_error(tmp_path, caplog):
    caplog.set_level(logging.INFO, "bathlab")
    bl.run(measures.quick_study(4), tmp_path / "s", progress=False, target_error=1e3)
    told = " ".join(record.getMessage() for record in caplog.records)
    assert "target error 1000: stopped" in told


def test_the_library_prints_nothing_of_its_log(tmp_path):
    loud = [h for h in logging.getLogger("bathlab").handlers]
    assert all(isinstance(handler, logging.NullHandler) for handler in loud)


def test_verbose_runs_tell_what_they_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "mine.py"]).exit_code == 0
    command = [sys.executable, "mine.py", "--preset", "quick", "--realisations", "2"]
    command += ["--workers", "1", "--store", "s", "--figure", "f.png"]
    quiet = subprocess.run(command, capture_output=True, text=True)
    assert quiet.returncode == 0 and "INFO" not in quiet.stderr, quiet.stderr
    command[-3:] = ["t", "--figure", "g.png"]
    loud = subprocess.run([*command, "-v"], capture_output=True, text=True)
    assert loud.returncode == 0 and re.search(r"INFO .*: start, 0 realisations", loud.stderr)
