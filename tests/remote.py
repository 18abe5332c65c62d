"""Places to compute: numpy in the place of a device, arrays that refuse to leave theirs, so
that every hidden transfer is an error, and a device where there is one."""

import importlib.util
from operator import add, eq, gt, iadd, imul, isub, itruediv, matmul, mul, or_, sub
from types import SimpleNamespace

import numpy as np

from bathlab.spectrum.backend import Backend, resolve

PLENTY = 2.0**33


class Remote:
    """An array elsewhere: it meets its like and Python numbers, and cannot be read from
    here."""

    __array_ufunc__ = None  # numpy leaves its operators to this class, which refuses ndarrays
    __iter__ = None

    def __init__(self, values):
        self.values = np.asarray(values)

    def _forbidden(self, *_, **__):
        raise TypeError("an array of the device was read by the host")

    __array__ = __float__ = __bool__ = __int__ = __index__ = __len__ = _forbidden

    shape, dtype, nbytes = (
        property(lambda self, name=name: getattr(self.values, name))
        for name in ("shape", "dtype", "nbytes")
    )
    real, imag, T = (
        property(lambda self, name=name: Remote(getattr(self.values, name)))
        for name in ("real", "imag", "T")
    )

    def conj(self):
        return Remote(self.values.conj())

    def diagonal(self):
        return Remote(self.values.diagonal())

    def max(self):
        return Remote(self.values.max())

    def reshape(self, shape):
        view = self.values.reshape(shape)
        assert np.shares_memory(view, self.values)
        return Remote(view)

    def sum(self, axis):
        return Remote(self.values.sum(axis=axis))

    def __getitem__(self, where):
        return Remote(self.values[local(where)])

    def __setitem__(self, where, value):
        self.values[local(where)] = local(value)


def _in_place(function):
    def method(self, other):
        function(self.values, local(other))
        return self

    return method


for _name, _function in (
    ("__add__", add),
    ("__sub__", sub),
    ("__mul__", mul),
    ("__rsub__", lambda one, other: other - one),
    ("__matmul__", matmul),
    ("__gt__", gt),
    ("__eq__", eq),
    ("__or__", or_),
):
    setattr(
        Remote, _name, lambda self, other, act=_function: Remote(act(self.values, local(other)))
    )
for _function in (iadd, isub, imul, itruediv):
    setattr(Remote, f"__{_function.__name__}__", _in_place(_function))


def local(value):
    """The values behind what may meet a Remote; everything else is refused."""
    if isinstance(value, tuple):
        return tuple(local(part) for part in value)
    if isinstance(value, Remote):
        return value.values
    if (
        value is None
        or isinstance(value, (int, float, complex, slice))
        and not isinstance(value, bool)
    ):
        return value
    raise TypeError(f"{type(value).__name__} of the host met an array of the device")


def _remote(function):
    def call(*arguments, **named):
        result = function(*map(local, arguments), **named)
        return tuple(map(Remote, result)) if isinstance(result, tuple) else Remote(result)

    return call


def _shaped(function):
    return lambda *shape, **named: Remote(function(*shape, **named))


class Link:
    """The backend of Remote arrays. ``sent`` and ``fetched`` are how many numbers each transfer
    moved there and back."""

    def __init__(self, free=PLENTY):
        self.sent, self.fetched = [], []
        names = SimpleNamespace(
            empty=_shaped(np.empty),
            zeros=_shaped(np.zeros),
            zeros_like=_remote(np.zeros_like),
            take=_remote(np.take),
            abs=_remote(np.abs),
            triu_indices=_remote(np.triu_indices),
            argsort=_remote(np.argsort),
            flatnonzero=_remote(np.flatnonzero),
            searchsorted=_remote(np.searchsorted),
            bincount=_remote(np.bincount),
            minimum=_remote(np.minimum),
            maximum=_remote(np.maximum),
            vdot=_remote(np.vdot),
            sqrt=_remote(np.sqrt),
            log10=_remote(np.log10),
            linalg=SimpleNamespace(eigh=_remote(np.linalg.eigh)),
        )
        self.backend = Backend("remote", names, self._send, self._fetch, lambda: free)

    @property
    def up(self):
        return len(self.sent)

    @property
    def down(self):
        return len(self.fetched)

    def _send(self, values):
        assert isinstance(values, np.ndarray)
        self.sent.append(values.size)
        return Remote(values.copy())

    def _fetch(self, remote):
        assert isinstance(remote, Remote)
        self.fetched.append(remote.values.size)
        return remote.values.copy()


NUMPY = Backend("numpy", np, np.asarray, np.asarray, lambda: PLENTY)
BACKENDS = {"numpy": lambda: NUMPY, "remote": lambda: Link().backend}
if importlib.util.find_spec("cupy") is not None:
    try:
        resolve("cuda")
        BACKENDS["cuda"] = lambda: resolve("cuda")
    except ValueError:  # no device
        pass
