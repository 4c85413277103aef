"""The memory that processors share: named cells, `Shared(val=[0] * n, lastid=0)`."""

from __future__ import annotations

from collections.abc import Iterator

Value = int | str | None | tuple["Value", ...]
Contents = Value | list["Contents"]


class LockError(Exception):
    """Wrong use of cells or of the explorer; its text says what, and goes into the report."""


class Cell:
    """One cell: it is named in `load`, `store`, ... and never read or written otherwise."""

    __slots__ = ("name", "number")

    def __init__(self, name: str, number: int) -> None:
        self.name = name  # as in Python, without the object: val[2], lastid
        self.number = number  # among all cells of the memory

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

    def __init__(self, name: str, items: tuple[Cell | Array, ...]) -> None:
        self.name = name
        self._items = items

    def __getitem__(self, index: int) -> Cell | Array:
        if not isinstance(index, int):
            raise LockError(f"{self.name}[{index!r}]: the index is not a number")
        if not 0 <= index < len(self._items):
            held = f"{self.name}[0] to {self.name}[{len(self._items) - 1}]"
            raise LockError(f"{self.name}[{index}] is outside the array, which is {held}")
        return self._items[index]

    def __setitem__(self, index: int, value: object) -> None:
        raise LockError(f"{self.name}[{index}] = ... writes nothing: write await store(...)")

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Cell | Array]:
        return iter(self._items)

    def __repr__(self) -> str:
        return self.name


class Shared:
    """A memory: every keyword names a cell with its first value, or an array by a list of them."""

    def __init__(self, **contents: Contents) -> None:
        cells: list[Cell] = []
        first: list[Value] = []

        def lay(name: str, held: Contents) -> Cell | Array:
            if isinstance(held, list):
                return Array(name, tuple(lay(f"{name}[{i}]", x) for i, x in enumerate(held)))
            first.append(value(held, name))
            cells.append(Cell(name, len(cells)))
            return cells[-1]

        made = {name: lay(name, held) for name, held in contents.items()}
        self.__dict__.update(made)
        self.__dict__["_cells"] = tuple(cells)
        self.__dict__["_first"] = tuple(first)

    def __getattr__(self, name: str) -> Cell:
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


def value(given: object, name: str) -> Value:
    """What a cell holds after `given` was put in: True is 1; raises LockError for an object."""
    if isinstance(given, int):
        return int(given)
    if given is None or type(given) is str:
        return given
    if type(given) is tuple:
        return tuple(value(one, name) for one in given)
    raise LockError(f"{name} cannot hold a {type(given).__name__}: a cell holds numbers")
