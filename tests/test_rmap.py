"""The map of free units: malloc and mfree (kernel_model/rmap.py)."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kernel_model.rmap import Map, malloc, mfree


def test_a_new_map_is_one_free_extent() -> None:
    assert Map(8).free == [(0, 8)]


def test_a_map_of_nothing_has_no_extent() -> None:
    area = Map(0)

    assert area.free == []
    assert malloc(area, 1) is None


def test_malloc_takes_the_first_extent_that_fits() -> None:
    area = Map(20, [(2, 3), (8, 5), (15, 5)])

    assert malloc(area, 4) == 8
    assert area.free == [(2, 3), (12, 1), (15, 5)]


def test_malloc_of_a_whole_extent_takes_it_off_the_list() -> None:
    area = Map(20, [(2, 3), (8, 5)])

    assert malloc(area, 3) == 2
    assert area.free == [(8, 5)]


def test_malloc_fails_when_the_free_units_do_not_lie_together() -> None:
    area = Map(20, [(2, 3), (8, 3)])

    assert malloc(area, 4) is None
    assert area.free == [(2, 3), (8, 3)]


@pytest.mark.parametrize(
    ("first", "units", "free"),
    [
        (5, 1, [(2, 2), (5, 1), (8, 2)]),
        (4, 1, [(2, 3), (8, 2)]),
        (7, 1, [(2, 2), (7, 3)]),
        (4, 4, [(2, 8)]),
        (0, 1, [(0, 1), (2, 2), (8, 2)]),
        (10, 2, [(2, 2), (8, 4)]),
    ],
)
def test_mfree_joins_with_the_neighbours(
    first: int, units: int, free: list[tuple[int, int]]
) -> None:
    area = Map(12, [(2, 2), (8, 2)])

    mfree(area, first, units)

    assert area.free == free


@pytest.mark.parametrize(("first", "units"), [(2, 1), (3, 1), (1, 2), (7, 2), (9, 1), (5, 4)])
def test_mfree_of_a_free_unit_is_a_panic(first: int, units: int) -> None:
    with pytest.raises(AssertionError, match="was free already"):
        mfree(Map(12, [(2, 2), (8, 2)]), first, units)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=40))
def test_the_map_agrees_with_a_row_of_units(orders: list[tuple[bool, int]]) -> None:
    area, row, held = Map(16), [True] * 16, list[tuple[int, int]]()
    for take, n in orders:
        if take:
            fitting = [at for at in range(17 - n) if all(row[at : at + n])]
            first = malloc(area, n)

            assert first == (fitting[0] if fitting else None)
            if first is not None:
                held.append((first, n))
                row[first : first + n] = [False] * n
        elif held:
            first, units = held.pop(n % len(held))
            mfree(area, first, units)
            row[first : first + units] = [True] * units
        free = [unit for first, units in area.free for unit in range(first, first + units)]

        assert free == [unit for unit, is_free in enumerate(row) if is_free]
        assert all(a + n < b for (a, n), (b, _) in zip(area.free, area.free[1:], strict=False))
