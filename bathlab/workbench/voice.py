"""Errors and warnings in a plain voice, for whoever runs a command."""

from __future__ import annotations

import io
import logging
import signal
import sys
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import Iterator

import click
from tqdm import tqdm

from bathlab.errors import EngineMissing


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors and warnings in a plain voice; SIGTERM (a batch system's time limit) as Ctrl-C."""
    before, formatted = None, warnings.formatwarning
    _speak_any_alphabet()
    warnings.formatwarning = _plain_warning
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except (ValueError, RuntimeError, EngineMissing) as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError:  # the reader has seen enough
        raise
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or 'A file'} cannot be read or written: {error.strerror}."
        ) from error
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. Finished realisations are in the store; "
            "the same command goes on from there."
        ) from None
    finally:
        warnings.formatwarning = formatted
        if before is not None:
            signal.signal(signal.SIGTERM, before)


class _Aloud(logging.Handler):
    """Records on stderr, above the bars that may be drawn there."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):  # a reader that has left stops no run
            tqdm.write(self.format(record), file=sys.stderr)


@contextmanager
def spoken(aloud: bool) -> Iterator[None]:
    """What the library logs is told on stderr, if it is to be."""
    if not aloud:
        yield
        return
    logger, handler = logging.getLogger("bathlab"), _Aloud()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def _speak_any_alphabet() -> None:
    """What a screen cannot show is shown by its number, and stops nothing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _plain_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """Without the line of code, which says nothing to who runs a study."""
    return f"{category.__name__}: {message}\n"
