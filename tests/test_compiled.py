"""Dataclasses of cells that run again are compiled once (autograder/compiled.py)."""

import dataclasses

import pytest

from autograder import compiled, oracle

CELL = """
from dataclasses import dataclass, field
@dataclass(order=True)
class Place:
    at: int
    names: list = field(default_factory=list)
"""
MSGRCV = """
from dataclasses import dataclass
@dataclass
class Kept:
    count: int = 0
def msgrcv(*args):
    Kept.count += 1
    raise ValueError(f"call {Kept.count}")
"""


def test_a_dataclass_made_again_is_another_class_that_does_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    monkeypatch.setitem(vars(dataclasses), "exec", compiled.run)
    compiled.code_of.cache_clear()
    for _ in range(3):
        names: dict[str, type] = {"__name__": "cell"}
        exec(CELL, names)
        made.append(names["Place"])
    first, *others = made

    assert len({*made}) == 3
    assert compiled.code_of.cache_info().misses * 3 == sum(
        [compiled.code_of.cache_info().misses, compiled.code_of.cache_info().hits]
    )
    assert first(1) < first(2)
    assert first(1) != others[0](1)
    assert repr(others[1](1)) == "Place(at=1, names=[])"
    assert first(1).names is not first(1).names


def test_what_a_dataclass_keeps_is_gone_in_the_next_kernel() -> None:
    made = oracle.grade("msgrcv", [MSGRCV])

    assert {case.message.rpartition(": ")[2].split(",")[0] for case in made.cases} <= {
        f"call {count}" for count in range(1, 4)
    }
    assert sum("call 1," in case.message for case in made.cases) > len(made.cases) / 2
