"""Eight doubles at a time inside numba: a thin layer over the vector instructions of LLVM.

numba has no vector type, and its compiler keeps a tile of accumulators in memory, which costs a
factor of four in a small matrix product. Here a formula is written once with :class:`Lanes` and
becomes vector instructions of whatever width the processor has. The order of every sum is the
written one, so the bits do not depend on how the compiler inlines.
"""

from __future__ import annotations

import platform
from typing import Any, Callable, Sequence

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

#: Doubles per vector: one register of AVX-512, two of AVX2, four of NEON.
LANES = 8

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_INTEGERS = ir.VectorType(ir.IntType(64), LANES)
#: This less the bits of x, as an integer, has those of 1 / x to an eighth.
_TURN = 0x7FDE623822FC16E6
#: Whether the processor multiplies and adds with one rounding.
FUSES = "aarch64" in platform.machine() or bool(get_host_cpu_features().get("fma"))
_UNDEFINED = ir.Constant(_VECTOR, ir.Undefined)


class Lanes:
    """A vector of ``LANES`` doubles while code is generated; + - and * act lane by lane."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def __add__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fadd(self.value, other.value))

    def __sub__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fsub(self.value, other.value))

    def __mul__(self, other: Lanes) -> Lanes:
        return Lanes(self.builder, self.builder.fmul(self.value, other.value))

    def plus_product(self, left: Lanes, right: Lanes) -> Lanes:
        """self + left * right, fused where the processor can."""
        return self._call("fmuladd", left, right, self)

    def fused(self, left: Lanes, right: Lanes) -> Lanes:
        """self + left * right with one rounding."""
        return self._call("fma", left, right, self)

    def size(self) -> Lanes:
        """|self|."""
        return self._call("fabs", self)

    def over(self, other: Lanes) -> Lanes:
        """self / other."""
        return Lanes(self.builder, self.builder.fdiv(self.value, other.value))

    def reciprocal(self, divided: bool = not FUSES) -> Lanes:
        """1 / self, ``divided`` or made of multiplications, with the same bits.

        The exponent is turned round as an integer, which leaves an eighth open. Each refinement
        squares or cubes that; the last one rounds correctly (Markstein, IBM J. Res. Dev. 34
        (1990) 111), but for one of 2^52 mantissas. Not for zero, infinity or what is nearer to
        them than a factor of four.
        """
        one = Lanes.constant(self.builder, 1.0)
        if divided or not FUSES:
            return one.over(self)
        bits = self.builder.bitcast(self.value, _INTEGERS)
        turned = self.builder.sub(ir.Constant(_INTEGERS, [_TURN] * LANES), bits)
        found = Lanes(self.builder, self.builder.bitcast(turned, _VECTOR))
        minus = Lanes(self.builder, self.builder.fneg(self.value))
        for order in (3, 3, 2, 2):
            error = one.fused(minus, found)
            if order == 3:
                error = error.fused(error, error)
            found = found.fused(found, error)
        return found

    def where_equal(self, numbers: Sequence[float], other: Lanes, otherwise: Lanes) -> Lanes:
        """``other`` in the lanes of self that hold one of the numbers, else ``otherwise``."""
        chosen = otherwise.value
        for number in numbers:
            wanted = Lanes.constant(self.builder, number)
            same = self.builder.fcmp_ordered("==", self.value, wanted.value)
            chosen = self.builder.select(same, other.value, chosen)
        return Lanes(self.builder, chosen)

    def where(self, bits: Any) -> Lanes:
        """self in the lanes whose bit of a byte is set, zero in the others."""
        chosen = self.builder.bitcast(bits, ir.VectorType(ir.IntType(1), LANES))
        zero = Lanes.constant(self.builder, 0.0)
        return Lanes(self.builder, self.builder.select(chosen, self.value, zero.value))

    @staticmethod
    def constant(builder: Any, number: float) -> Lanes:
        return Lanes(builder, ir.Constant(_VECTOR, [number] * LANES))

    def _call(self, name: str, *values: Lanes) -> Lanes:
        signature = ir.FunctionType(_VECTOR, [_VECTOR] * len(values))
        function = cgutils.get_or_insert_function(
            self.builder.module, signature, f"llvm.{name}.v{LANES}f64"
        )
        return Lanes(self.builder, self.builder.call(function, [each.value for each in values]))

    def exchanged(self, mask: int) -> Lanes:
        """Lane l takes what lane l XOR mask held."""
        return self._shuffled([lane ^ mask for lane in range(LANES)])

    def first_to_all(self) -> Lanes:
        return self._shuffled([0] * LANES)

    def total(self) -> Any:
        """The sum over the lanes, a scalar of LLVM."""
        folded = self
        for bit in reversed(range(LANES.bit_length() - 1)):
            folded = folded + folded.exchanged(1 << bit)
        return self.builder.extract_element(folded.value, ir.Constant(ir.IntType(32), 0))

    def _shuffled(self, places: Sequence[int]) -> Lanes:
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), places)
        return Lanes(self.builder, self.builder.shuffle_vector(self.value, _UNDEFINED, mask))


class Block:
    """The code being generated: arrays by name, vectors in and out of them, loops."""

    def __init__(
        self, context: Any, builder: Any, records: Sequence[Any], values: Sequence[Any]
    ) -> None:
        self.builder = builder
        self._arguments: dict[str, Any] = {}
        for record, value in zip(records, values):
            self._add_fields(context, record, value)

    def _add_fields(self, context: Any, record: Any, value: Any) -> None:
        """The fields of a named tuple, and those of the ones inside it."""
        values = cgutils.unpack_tuple(self.builder, value, len(record.fields))
        for name, kind, field in zip(record.fields, record.types, values):
            if isinstance(kind, types.BaseNamedTuple):
                self._add_fields(context, kind, field)
            elif isinstance(kind, types.Array):
                array = context.make_array(kind)(context, self.builder, field)
                self._arguments[name] = array.data
            else:
                self._arguments[name] = field

    def __getitem__(self, name: str) -> Any:
        return self._arguments[name]

    def __contains__(self, name: str) -> bool:
        return name in self._arguments

    def index(self, value: int) -> Any:
        return ir.Constant(ir.IntType(64), value)

    def scalar(self, array: str, place: Any) -> Any:
        return self.builder.load(self.builder.gep(self[array], [place]))

    def integer(self, array: str, place: Any) -> Any:
        return self.builder.sext(self.scalar(array, place), ir.IntType(64))

    def splat(self, scalar: Any) -> Lanes:
        single = self.builder.insert_element(_UNDEFINED, scalar, ir.Constant(ir.IntType(32), 0))
        return Lanes(self.builder, single).first_to_all()

    def load(self, array: str, place: Any) -> Lanes:
        return Lanes(self.builder, self.builder.load(self._address(array, place), align=8))

    def store(self, vector: Lanes, array: str, place: Any) -> None:
        self.builder.store(vector.value, self._address(array, place), align=8)

    def zero(self) -> Lanes:
        return Lanes(self.builder, ir.Constant(_VECTOR, [0.0] * LANES))

    def place(self, vector: Lanes) -> Any:
        """Where a vector that changes in a loop lives; LLVM keeps it in a register."""
        return cgutils.alloca_once_value(self.builder, vector.value)

    def accumulators(self, count: int) -> list[Any]:
        return [self.place(self.zero()) for _ in range(count)]

    def accumulate(self, place: Any, left: Lanes, right: Lanes) -> None:
        self.store_in(place, self.read(place).plus_product(left, right))

    def add_to(self, place: Any, term: Lanes) -> None:
        self.store_in(place, self.read(place) + term)

    def store_in(self, place: Any, vector: Lanes) -> None:
        self.builder.store(vector.value, place)

    def number(self, integer: Any) -> Any:
        """An integer as a double."""
        return self.builder.sitofp(integer, ir.DoubleType())

    def read(self, place: Any) -> Lanes:
        return Lanes(self.builder, self.builder.load(place))

    def loop(self, count: Any, start: Any = None) -> Any:
        return cgutils.for_range(self.builder, count, start=start, intp=ir.IntType(64))

    def _address(self, array: str, place: Any) -> Any:
        address = self.builder.gep(self[array], [place])
        return self.builder.bitcast(address, _VECTOR.as_pointer())


def kernel(body: Callable[[Block], Any], returns: Any = types.void, records: int = 1) -> Any:
    """A function callable from numba whose code ``body`` generates.

    It takes one or two named tuples (``records``). Their fields, flat arrays (of float64 or
    integers), int64, float64 or named tuples of these, are what the body knows by name.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        result = body(Block(context, builder, signature.args, values))
        return context.get_dummy_value() if returns == types.void else result

    def one(typing_context: Any, record: Any) -> Any:
        return returns(record), generate

    def two(typing_context: Any, record: Any, other: Any) -> Any:
        return returns(record, other), generate

    return intrinsic(one if records == 1 else two)
