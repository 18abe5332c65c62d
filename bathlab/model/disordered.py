"""A disordered bath of one's own: a function of (seed, realisation), and what it has to be."""

from __future__ import annotations

import inspect
import pickle
import random
import warnings
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Iterator

import numpy as np

from bathlab.checks import as_integer
from bathlab.errors import FixedBath, warn
from bathlab.model.baths import Bath, CoreBath, GivenBath
from bathlab.model.coupled import BathMatrices
from bathlab.model.lioms import NO_LIOMS, Lioms
from bathlab.operators.hermitian import to_sparse

MATRICES = ("hamiltonian", "contact", "probe")
REMEDY = (
    "Take all random numbers from bathlab.streams.stream(seed, realisation, 'purpose'), and "
    "change nothing outside."
)


@dataclass(frozen=True, eq=False)
class DisorderedBath(CoreBath):
    """A bath of your own, which a function draws anew in each realisation.

    The first draw in each process is repeated, and refused if it differs or has touched the
    global random numbers of numpy or Python; :func:`check_bath` looks closer. A store knows the
    bath by the code of the function and by the arguments: a changed function is another bath.

    Parameters
    ----------
    function
        called as ``function(seed, realisation, **arguments)``. It returns Hamiltonian,
        contact and probe, each in any form that :class:`GivenBath` takes, or
        :class:`BathMatrices`, which has the dims of the tensor factors as well. The same
        arguments give the same bits, in any process and order, and each realisation has the
        same dims. Random numbers come from :func:`bathlab.streams.stream`.
    arguments
        what else it is called with, by name: numbers, text, or lists of them.

    Raises
    ------
    ValueError
        If the function cannot be called so; and by ``sample``, if what it returns is no such
        bath.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> def two_spins(seed, realisation, disorder):
    ...     h = disorder * bl.streams.stream(seed, realisation, "my fields").uniform(-1, 1, 2)
    ...     x, z, one = np.array([[0, 1], [1, 0]]), np.diag([1, -1]), np.eye(2)
    ...     H = np.kron(x, x) + h[0] * np.kron(z, one) + h[1] * np.kron(one, z)
    ...     return H, np.kron(one, x), np.kron(x, one)
    >>> bath = bl.model.DisorderedBath(two_spins, {"disorder": 2.0})
    >>> for realisation in range(2):
    ...     print(bath.sample(seed=1, realisation=realisation).energies.round(3))
    [-2.115 -1.119  1.119  2.115]
    [-1.953 -1.683  1.683  1.953]
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not callable(self.function) or not isinstance(self.arguments, Mapping):
            raise ValueError(
                f"function = {self.function!r} and arguments = {self.arguments!r} were given; "
                "expected a function and a dict. Pass the function itself, not its result, and "
                "what else it needs as arguments={'disorder': 2.0}, say."
            )
        object.__setattr__(self, "arguments", dict(self.arguments))
        _require_arguments(self.function, self.arguments)

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        seed = as_integer("seed", seed, 0)
        realisation = as_integer("realisation", realisation, 0)
        place = f"{_name(self.function)} at seed = {seed}, realisation = {realisation}"

        def once() -> BathMatrices:
            with _at(place):  # BathMatrices check themselves
                drawn = self.function(seed, realisation, **self.arguments)
            return as_matrices(drawn, place)

        seen = vars(self)  # of this process; no part of what the bath is
        drawn = once() if "_dims" in seen else _twice(once, place)
        _require_same_dims(drawn.dims, seen.setdefault("_dims", drawn.dims), place)
        return drawn

    def __getstate__(self) -> dict[str, Any]:
        return {"function": self.function, "arguments": self.arguments}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DisorderedBath):
            return NotImplemented
        return self.function == other.function and self.arguments == other.arguments

    def __hash__(self) -> int:
        return hash((_name(self.function), tuple(sorted(self.arguments))))


def check_bath(bath: Bath, seed: int = 1, realisations: int = 3) -> None:
    """Raise ValueError, saying what is wrong, unless ``bath`` is one that studies can use.

    Draws the first ``realisations`` of ``seed`` twice, the second time in reverse order: three
    finite Hermitian matrices of one dimension, the same bits both times, the same dims in all,
    and no use of the global random numbers of numpy and Python. Warns
    (:class:`bathlab.errors.FixedBath`) if all of them, and one of the next seed, are the same.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> def careless(seed, realisation):
    ...     matrix = np.random.standard_normal((4, 4))  # the global random numbers
    ...     return matrix + matrix.T, np.eye(4), np.eye(4)
    >>> bl.model.check_bath(bl.LocalChainBath(spins=2))  # says nothing
    >>> try:
    ...     bl.model.check_bath(bl.model.DisorderedBath(careless))
    ... except ValueError as error:
    ...     print(str(error).split(";")[0])
    careless at seed = 1, realisation = 0 used the global random numbers of numpy or Python
    """
    seed = as_integer("seed", seed, 0)
    realisations = as_integer("realisations", realisations, 2, 10_000)
    if not isinstance(bath, Bath):
        raise ValueError(
            f"A bath of type {type(bath).__name__} was given; expected a bath. Derive its "
            "class from bathlab.model.CoreBath, or pass its function to DisorderedBath."
        )
    keys = [(seed, realisation) for realisation in range(realisations)] + [(seed + 1, 0)]
    drawn = {key: _twice(lambda: _sampled(bath, *key), _place(bath, key)) for key in keys}
    for key in reversed(keys):
        _require_same_dims(drawn[key].dims, drawn[keys[0]].dims, _place(bath, key))
        if not _same(_sampled(bath, *key), drawn[key]):
            raise ValueError(
                f"{_place(bath, key)} depends on what was drawn before; expected the same bits "
                f"each time. {REMEDY}"
            )
    if all(_same(drawn[key], drawn[keys[0]]) for key in keys):
        words = (
            f"{type(bath).__name__} is the same for every seed and realisation: its disorder"
        )
        warn(FixedBath(f"{words} is only that of the LIOMs."))


@dataclass(frozen=True, eq=False)
class _Sample:
    """What is drawn of any bath: its core, and the LIOMs that it holds."""

    core: BathMatrices
    lioms: Lioms

    @property
    def dims(self) -> tuple[int, ...]:
        return self.core.dims + (2,) * self.lioms.count


def as_matrices(drawn: Any, place: str) -> BathMatrices:
    """What a function returned as the matrices of a bath; ``place`` is where, for messages.

    Raises
    ------
    ValueError
        If it is neither three Hermitian matrices of one dimension nor :class:`BathMatrices`.
    """
    if isinstance(drawn, GivenBath):
        return drawn.matrices
    dims = drawn.dims if isinstance(drawn, BathMatrices) else None
    if dims is not None:
        drawn = [getattr(drawn, name) for name in MATRICES]
    if not isinstance(drawn, (tuple, list)) or len(drawn) != len(MATRICES):
        raise ValueError(
            f"{place} returned {_short(drawn)}; expected {', '.join(MATRICES)}. End the "
            "function with `return hamiltonian, contact, probe`, or with BathMatrices."
        )
    with _at(place):
        found = GivenBath(*drawn).matrices
    return found if dims is None else replace(found, dims=dims)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Says of a ValueError where it was raised."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def _sampled(bath: Bath, seed: int, realisation: int) -> _Sample:
    place = _place(bath, (seed, realisation))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FixedBath)
        if isinstance(bath, CoreBath):
            own = bath if isinstance(bath, DisorderedBath) else None
            with nullcontext() if own else _at(place):
                drawn = bath.draw(seed, realisation)
            return _Sample(as_matrices(drawn, place), NO_LIOMS)
        system = bath.sample(seed, realisation).system
    return _Sample(as_matrices(system.bath, place), system.lioms)


def _twice(draw: Callable[[], Any], place: str) -> Any:
    """What ``draw`` gives, the same bits twice, without the global random numbers."""
    before = _global_random_numbers()
    first = draw()
    if _global_random_numbers() != before:
        raise ValueError(
            f"{place} used the global random numbers of numpy or Python; expected none but its "
            f"own. {REMEDY}"
        )
    if not _same(draw(), first):
        raise ValueError(
            f"{place} differs from one call to the next; expected the same bits. {REMEDY}"
        )
    return first


def _same(one: BathMatrices | _Sample, other: BathMatrices | _Sample) -> bool:
    if isinstance(one, _Sample) and isinstance(other, _Sample):
        return one.lioms.same_as(other.lioms) and _same(one.core, other.core)
    pairs = [(getattr(one, name), getattr(other, name)) for name in MATRICES]
    return all(
        a.shape == b.shape and abs(to_sparse(a) - to_sparse(b)).count_nonzero() == 0
        for a, b in pairs
    )


def _require_same_dims(found: tuple[int, ...], others: tuple[int, ...], place: str) -> None:
    if found != others:
        raise ValueError(
            f"{place} has factors of dimensions {found}, another realisation {others}; "
            "expected the same in each. Let disorder change the entries, not the size."
        )


def _require_arguments(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # compiled, without one: it says so itself when called
        return
    try:
        signature.bind(0, 0, **arguments)
    except TypeError as error:
        raise ValueError(
            f"{_name(function)}{signature} was given with the arguments "
            f"{sorted(map(str, arguments))} ({error}); expected one that can be called as "
            "function(seed, realisation, **arguments). Give those that it names."
        ) from None


def _name(function: Any) -> str:
    inner = getattr(function, "func", function)  # of a partial function
    return str(getattr(inner, "__qualname__", type(inner).__name__))


def _place(bath: Bath, key: tuple[int, int]) -> str:
    return f"{type(bath).__name__} at seed = {key[0]}, realisation = {key[1]}"


def _short(value: Any) -> str:
    size = f" of {len(value)}" if isinstance(value, (tuple, list)) else ""
    return f"a {type(value).__name__}{size}"


def _global_random_numbers() -> bytes:
    return pickle.dumps((np.random.get_state(), random.getstate()))
