"""How progress is drawn: bars on a terminal and in a notebook, lines in a pipe and a log."""

from __future__ import annotations

import sys
import threading
import warnings
from typing import Any, Protocol, Sequence

from bathlab.ensemble.pace import Pace

#: A pipe or a log gets a line so often; a terminal is drawn five times a second.
LINE_SECONDS, TERMINAL_SECONDS = 60.0, 0.2
#: Bars of tqdm; times are put in the place of the unit, since tqdm's own follow the wall clock.
WHOLE = "{desc} {percentage:3.0f}%|{bar}| {unit}{postfix}"
OF_CASE = "{desc} {n_fmt:>6}/{total_fmt}{postfix}"


class Display(Protocol):
    """What shows how far a run is."""

    #: Whether every case has a line of its own.
    by_case: bool

    def expect(self, case: str, count: int) -> None:
        """So many more realisations of a case will come."""

    def show(self, case: str, words: str, more: Sequence[str]) -> None:
        """A realisation of the case has ended: how its case stands, and what else there is."""

    def close(self) -> None:
        """Nothing more will come."""


class Silent:
    """Nothing is shown."""

    by_case = True

    def expect(self, case: str, count: int) -> None:
        pass

    def show(self, case: str, words: str, more: Sequence[str]) -> None:
        pass

    def close(self) -> None:
        pass


class Lines:
    """A line at the start, one a minute while the run lasts, and one at its end.

    Parameters
    ----------
    name : str
        Of the study.
    standing : str
        What the store holds at the start.
    pace : Pace
        How far the run is.
    seconds : float, optional
        Between two lines.
    """

    by_case = False

    def __init__(
        self, name: str, standing: str, pace: Pace, seconds: float = LINE_SECONDS
    ) -> None:
        self._name, self._pace, self._words = name, pace, standing
        self._stream = sys.stderr  # a measure may put another in its place
        self._ended = threading.Event()
        self._ticking = threading.Thread(target=self._tick, args=(seconds,), daemon=True)
        self._begun = False

    def expect(self, case: str, count: int) -> None:
        if not self._begun and count:
            self._begun = True
            self._say()
            self._ticking.start()

    def show(self, case: str, words: str, more: Sequence[str]) -> None:
        self._words = ", ".join([*more, f"{case}: {words}" if words else case])

    def close(self) -> None:
        self._ended.set()
        if self._begun:
            self._ticking.join()
            self._say()

    def _tick(self, seconds: float) -> None:
        while not self._ended.wait(seconds):
            self._say()

    def _say(self) -> None:
        share = int(100 * self._pace.share)  # 100 % only at the end
        try:
            line = f"{self._name}: {share}%, {self._pace.words}, {self._words}"
            print(line, file=self._stream, flush=True)
        except (OSError, ValueError):  # the reader of the pipe has left: the run goes on
            self._ended.set()


class Bars:
    """A bar over all work, and on a terminal a line for each case.

    Parameters
    ----------
    name, standing, pace
        As of :class:`Lines`.
    held : dict
        Realisations of each case that the store has.
    made : callable
        The class of bars, ``tqdm.auto.tqdm``.
    by_case : bool
        Whether every case has a line.
    """

    def __init__(
        self,
        name: str,
        standing: str,
        pace: Pace,
        held: dict[str, int],
        made: Any,
        by_case: bool,
    ) -> None:
        self.by_case, self._pace = by_case, pace
        often = {"mininterval": TERMINAL_SECONDS, "miniters": 0, "delay": 1e-9}
        self._bar = made(total=100, desc=name, bar_format=WHOLE, unit=pace.words, **often)
        self._bar.set_postfix_str(standing, refresh=False)
        width = max(map(len, held))
        cases = held.items() if by_case else ()
        self._cases = {
            case: made(
                total=count,
                initial=count,
                desc=f"  {case:{width}}",
                position=position,
                bar_format=OF_CASE,
                **often,
            )
            for position, (case, count) in enumerate(cases, start=1)
        }

    def expect(self, case: str, count: int) -> None:
        if case in self._cases:
            self._cases[case].total += count
        self._draw()
        self._bar.refresh()  # however soon

    def show(self, case: str, words: str, more: Sequence[str]) -> None:
        if case in self._cases:
            self._cases[case].set_postfix_str(words, refresh=False)
            self._cases[case].update()
        else:
            more = [*more, f"{case}: {words}" if words else case]
        self._bar.set_postfix_str(", ".join(more), refresh=False)
        self._draw()

    def close(self) -> None:
        self._draw()
        self._bar.refresh()
        for line in [self._bar, *self._cases.values()]:
            line.close()

    def _draw(self) -> None:
        self._bar.unit = self._pace.words
        self._bar.update(100 * self._pace.share - self._bar.n)


def display(
    name: str, standing: str, pace: Pace, held: dict[str, int], shown: bool = True
) -> Display:
    """What suits where stderr goes: a terminal, a notebook with widgets, a pipe or a file."""
    if not shown:
        return Silent()
    terminal = sys.stderr.isatty()
    bars = None if terminal else _notebook_bars()
    if terminal:
        from tqdm.auto import tqdm as bars
    return (
        Lines(name, standing, pace)
        if bars is None
        else Bars(name, standing, pace, held, bars, by_case=terminal)
    )


def _notebook_bars() -> Any:
    """The bars of a notebook; None where there is no notebook, or none with widgets."""
    if "ipykernel" not in sys.modules:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without ipywidgets there are lines
        from tqdm.auto import tqdm
        from tqdm.notebook import tqdm_notebook
    return tqdm if issubclass(tqdm, tqdm_notebook) else None
