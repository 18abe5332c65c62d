"""Eight doubles at a time inside numba: a thin layer over the vector instructions of LLVM.

numba has no vector type, and its compiler keeps a tile of accumulators in memory, which costs a
factor of four in a small matrix product. Here a formula is written once with :class:`Lanes` and
becomes vector instructions of whatever width the processor has. The order of every sum is the
written one, so the bits do not depend on how the compiler inlines.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

#: Doubles per vector: one register of AVX-512, two of AVX2, four of NEON.
LANES = 8

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
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
        signature = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        name = f"llvm.fmuladd.v{LANES}f64"
        function = cgutils.get_or_insert_function(self.builder.module, signature, name)
        return Lanes(
            self.builder, self.builder.call(function, [left.value, right.value, self.value])
        )

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
        self.builder.store(self.read(place).plus_product(left, right).value, place)

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
