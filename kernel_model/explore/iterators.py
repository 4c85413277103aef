"""`itertools` for locks, as generators: where one stands can be seen, on every Python.

The interpreter's own say nothing of their place since Python 3.14. These do the same for the same
arguments; what is not here is a fault of the lock that uses it, with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any


def _from_iterable(many: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for each in many:
        yield from each


def chain(*many: Iterable[Any]) -> Iterator[Any]:
    """The elements of each, one after the other."""
    yield from _from_iterable(many)


chain.from_iterable = _from_iterable  # type: ignore[attr-defined]


def count(start: int = 0, step: int = 1) -> Iterator[int]:
    """start, start + step, ... without end."""
    while True:
        yield start
        start += step


def cycle(many: Iterable[Any]) -> Iterator[Any]:
    """The elements again and again."""
    kept = list(many)
    while kept:
        yield from kept


def repeat(one: Any, times: int | None = None) -> Iterator[Any]:
    """The same again and again, or so many times."""
    while times is None or times > 0:
        yield one
        if times is not None:
            times -= 1


def islice(many: Iterable[Any], *bounds: int | None) -> Iterator[Any]:
    """A slice: of an end, or a start, an end and a step."""
    cut = slice(*bounds)
    wanted = cut.start or 0
    for number, one in enumerate(many):
        if cut.stop is not None and number >= cut.stop:
            return
        if number == wanted:
            yield one
            wanted += cut.step or 1
            if cut.stop is not None and wanted >= cut.stop:
                return


def takewhile(test: Callable[[Any], object], many: Iterable[Any]) -> Iterator[Any]:
    """The elements up to the first that fails the test."""
    for one in many:
        if not test(one):
            return
        yield one


def dropwhile(test: Callable[[Any], object], many: Iterable[Any]) -> Iterator[Any]:
    """The elements from the first on that fails the test."""
    dropping = True
    for one in many:
        dropping = dropping and bool(test(one))
        if not dropping:
            yield one


def pairwise(many: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each element with the next."""
    before: list[Any] = []
    for one in many:
        if before:
            yield before.pop(), one
        before.append(one)


def product(*many: Iterable[Any], repeat: int = 1) -> Iterator[tuple[Any, ...]]:
    """All choices of one element of each."""
    rows: list[tuple[Any, ...]] = [()]
    for each in [tuple(one) for one in many] * repeat:
        rows = [(*row, one) for row in rows for one in each]
    yield from rows


ITERTOOLS = SimpleNamespace(
    chain=chain,
    count=count,
    cycle=cycle,
    dropwhile=dropwhile,
    islice=islice,
    pairwise=pairwise,
    product=product,
    repeat=repeat,
    takewhile=takewhile,
)
