"""The memory that processors share: named cells, `Shared(val=[0] * n, lastid=0)`.

A list is an array of cells, a `Record` several under one name: `Shared(buf=[Record(busy=0)] * n)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

Value = int | str | None | tuple["Value", ...]
BITS = 4096  # of a number in a cell, and characters of a text: to keep and tell more takes long


class LockError(Exception):
    """Wrong use of cells or of the explorer; its text says what, and goes into the report."""


class TooMany(LockError):
    """More states of one processor than are looked at."""


class Cell:
    """One cell: it is named in `load`, `store`, ... and never read or written otherwise."""

    __slots__ = ("name", "number")

    name: str  # as in Python, without the object: val[2], lastid
    number: int  # among all cells of the memory

    def __init__(self, name: str, number: int) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "number", number)

    def __setattr__(self, field: str, given: object) -> None:
        raise LockError(f"{self.name}.{field} = ... writes nothing: write await store(...)")

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise LockError(f"{self.name} is a cell, not a value: write await load(...{self.name})")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cell):
            return self is other
        raise LockError(f"{self.name} is a cell, not a value: write await load(...{self.name})")

    __hash__ = object.__hash__


class Array:
    """Cells under one name, `val[0]` to `val[n - 1]`; no index counts from the end."""

    __slots__ = ("_items", "name")

    name: str
    _items: tuple[Any, ...]

    def __init__(self, name: str, items: tuple[Any, ...]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_items", items)

    def __setattr__(self, field: str, given: object) -> None:
        raise LockError(f"{self.name}.{field} = ... writes nothing: write await store(...)")

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self._items[self._within(index)]
        if not isinstance(index, int):
            raise LockError(f"{self.name}[{index!r}]: the index is not a number")
        if not 0 <= index < len(self._items):
            held = f"{self.name}[0] to {self.name}[{len(self._items) - 1}]"
            raise LockError(f"{self.name}[{index}] is outside the array, which is {held}")
        return self._items[index]

    def _within(self, index: slice) -> slice:
        """The slice; raises LockError for one that goes beyond the ends, or counts from there."""
        for bound in (index.start, index.stop):
            if bound is not None and bound not in range(len(self._items) + 1):
                told = ":".join("" if x is None else str(x) for x in (index.start, index.stop))
                raise LockError(f"{self.name}[{told}] is outside the array of {len(self._items)}")
        return index

    def __setitem__(self, index: int | slice, value: object) -> None:
        raise LockError(f"{self.name}[{index}] = ... writes nothing: write await store(...)")

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __repr__(self) -> str:
        return self.name


class Record:
    """Cells under one name that have names of their own, `buf[2].busy`: `Record(busy=0)`.

    In `Shared` it says what the cells hold first. In the memory there is one of the same class,
    whose attributes are cells; in what an invariant looks at they are values.
    """

    def __init__(self, **contents: Contents) -> None:
        self.__dict__.update(contents)

    def laid(self, name: str, lay: Callable[[str, Any], object]) -> Self:
        """The same with something else in place of each content, which is named and given."""
        made = object.__new__(type(self))
        fields = {k: held for k, held in self.__dict__.items() if not k.startswith("_")}
        made.__dict__.update({field: lay(f"{name}.{field}", x) for field, x in fields.items()})
        made.__dict__["_name"] = name
        made.__dict__["_ids"] = [*map(id, made.__dict__.values())]  # last: see `intact`
        return made

    def __getattr__(self, field: str) -> Any:
        if field.startswith("__"):
            raise AttributeError(field)
        name, held = self.__dict__.get("_name", "this"), ", ".join(self._fields())
        raise LockError(f"{name} has no cell {field}: it has {held}")

    def __setattr__(self, field: str, given: object) -> None:
        raise LockError(f".{field} = ... writes nothing: write await store(...)")

    def _fields(self) -> list[str]:
        return [name for name in self.__dict__ if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"{self.__dict__.get('_name', type(self).__name__)}({', '.join(self._fields())})"


Contents = Value | list["Contents"] | Record


class Shared:
    """A memory: every keyword names a cell with its first value, or an array by a list of them."""

    def __init__(self, **contents: Contents) -> None:
        cells: list[Cell] = []
        first: list[Value] = []

        def lay(name: str, held: Contents) -> Cell | Array | Record:
            if isinstance(held, list):
                return Array(name, tuple(lay(f"{name}[{i}]", x) for i, x in enumerate(held)))
            if isinstance(held, Record):
                return held.laid(name, lay)
            first.append(value(held, name))
            cells.append(Cell(name, len(cells)))
            return cells[-1]

        made = {name: lay(name, held) for name, held in contents.items()}
        self.__dict__.update(made)
        self.__dict__["_cells"] = tuple(cells)
        self.__dict__["_first"] = tuple(first)
        self.__dict__["_ids"] = [*map(id, self.__dict__.values())]  # last: see `intact`

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise LockError(f"the memory has no cell {name}: it has {', '.join(self._names())}")

    def __setattr__(self, name: str, given: object) -> None:
        raise LockError(f".{name} = ... writes nothing: write await store(...)")

    def _names(self) -> list[str]:
        return [name for name in self.__dict__ if not name.startswith("_")]

    def __repr__(self) -> str:
        return f"Shared({', '.join(self._names())})"


def cells_of(memory: Shared) -> tuple[tuple[Cell, ...], tuple[Value, ...]]:
    """All cells of a memory, in order, and their first values."""
    return memory.__dict__["_cells"], memory.__dict__["_first"]


def intact(x: Shared | Record) -> None:
    """Raises LockError if something was put into a memory, or a record, that is no cell of it."""
    *all_, ids = vars(x).values()
    if [*map(id, all_)] != ids:
        raise LockError(f"{x!r} was changed: what is kept in it, beside its cells, nobody sees")


def seen(memory: Shared, values: Sequence[Value]) -> Record:
    """The memory with values in place of its cells: what an invariant looks at."""

    def look(_: str, x: Any) -> object:
        if isinstance(x, Cell):
            return values[x.number]
        if isinstance(x, Array):
            return Array(x.name, tuple(look("", one) for one in x))
        return x.laid(x.__dict__["_name"], look)

    whole = Record(**{name: held for name, held in vars(memory).items() if name[0] != "_"})
    return whole.laid("memory", look)


def from_json(held: Any) -> Any:
    """A value as it was before it went through JSON: its lists were tuples."""
    return tuple(map(from_json, held)) if isinstance(held, list) else held


def value(given: object, name: str) -> Value:
    """What a cell holds after `given` was put in: True is 1; raises LockError for an object."""
    if isinstance(given, int):
        number = int(given)
        if number.bit_length() > BITS:
            raise LockError(f"{name} cannot hold a number of {number.bit_length():,} bits")
        return number
    if given is None:
        return given
    if isinstance(given, str):
        text = str.__str__(given)  # of an enum, as a number of one is a number
        if len(text) > BITS:
            raise LockError(f"{name} cannot hold a text of {len(text):,} characters")
        return text
    if type(given) is tuple:
        return tuple(value(one, name) for one in given)
    what, instead = type(given).__name__, ""
    if isinstance(given, tuple):
        instead = f"; store tuple(...), and load it as {what}(*await load(...))"
    raise LockError(
        f"{name} cannot hold a {what}: a cell holds numbers, texts, None or their tuples{instead}"
    )
