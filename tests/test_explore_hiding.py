"""A lock that remembers anything outside of cells is never taken for a right one, wherever it does.

All of them are Eisenberg and McGuire's lock, but for one call that walks in (tests/hidden_places).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kernel_model.explore import check
from kernel_model.explore.canonical import Canonical
from kernel_model.explore.lock import lock
from kernel_model.explore.noted import Noted
from kernel_model.smp import locks
from tests.hidden_places import KEPT, LOCK, SYSTEM, VARYING
from tests.hidden_within import REFUSED, WITHIN, within

GUARDS = {"the fortieth": "tick(sem) == 40", "the ten thousandth": "tick(sem) == 10_000"}
RUN = """
import gc, json, os, sys
from kernel_model.explore import check, check_system
from kernel_model.explore.systemfile import is_system

gc.freeze()  # as where submissions are graded

def said(text):
    reading, writing = os.pipe()
    if os.fork() == 0:
        report = check_system(text) if is_system(text) else check(text)
        told = "it holds" if report.holds() else report.error or "two are inside"
        os.write(writing, told.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        return file.read()

print(json.dumps({name: said(text) for name, text in json.load(sys.stdin).items()}))
"""


def said(texts: dict[str, str]) -> dict[str, str]:
    """What `check` says of each lock, in a process of its own that has looked at none before."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
        env={"PATH": os.environ.get("PATH", "")},
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("guard", GUARDS)
def test_what_counts_its_calls_is_caught_wherever_it_keeps_the_count(guard: str) -> None:
    texts = {name: head + LOCK.replace("GUARD", GUARDS[guard]) for name, head in KEPT.items()}

    told = said(texts | {"nowhere": LOCK.replace("GUARD", "procid == 40")})

    assert len(KEPT) >= 50
    assert told.pop("nowhere") == "it holds"
    assert {name for name, words in told.items() if words == "it holds"} == set()


PLACES = (
    "closure", "method attribute", "module attribute two levels", "container in a library",
    "generator frame", "exception traceback", "recursion limit", "memory's ids", "name of a cell",
    "items of an array", "frames of the callers",
)  # fmt: skip


CACHED = """
import functools
@functools.lru_cache
def other(procid, n): return (procid + 1) % n
@functools.cache
def named(*, procid): return "low", procid
"""
MISUSED = {  # what a cache would remember, or what hangs on its function
    "a list": "@functools.cache\ndef box(): return []\ndef tick(sem):\n    box().append(0)\n"
    "    return len(box())\n",
    "asked by an object": "@functools.cache\ndef seen(x): return 1\ndef tick(sem):\n"
    "    return seen(sem)\n",
    "statistics": "def tick(sem):\n    other(1, 3)\n    return other.cache_info().hits\n",
    "an attribute": "def tick(sem):\n    other.n = getattr(other, 'n', 0) + 1\n"
    "    return other.n\n",
    "an attribute of what is cached": "def tick(sem):\n    f = other.__closure__[0].cell_contents\n"
    "    f.n = getattr(f, 'n', 0) + 1\n    return f.n\n",
    "a default": "@functools.cache\ndef many(x=[]):\n    x.append(0)\n    return len(x)\n"
    "def tick(sem): return many()\n",
    "within a class": "class A:\n    @functools.cache\n    def b(): return 4\n"
    "def tick(sem): return A.b()\n",
}


def test_a_cache_of_values_may_be_used_and_remembers_nothing() -> None:
    right = CACHED + "def tick(sem): return other(0, 3) + len(named(procid=4))\n"
    texts = {name: CACHED + head + LOCK.replace("GUARD", "tick(sem) == 40") for name, head in
             MISUSED.items()}  # fmt: skip

    told = said(texts | {"right": right + LOCK.replace("GUARD", "tick(sem) == 40")})

    assert told.pop("right") == "it holds"
    assert {name for name, words in told.items() if words == "it holds"} == set()
    assert "box: its cache keeps a list, and no number or text" in told["a list"]


def test_what_a_lock_may_not_keep_is_told_with_what_to_do_instead() -> None:
    two = "import typing\nclass Two(typing.NamedTuple):\n    a: int\n    b: int\n"
    stores = LOCK.replace("if GUARD:", "await store(sem.turn, Two(1, 2))\n    if procid == 40:")
    texts = {
        "tuple": two + stores,
        "dispatch": KEPT["singledispatch"] + LOCK.replace("GUARD", "tick(sem) == 40"),
    }

    told = said(texts)

    assert "store tuple(...), and load it as Two(*await load(...))" in told["tuple"]
    assert "in place of singledispatch, ask by isinstance" in told["dispatch"]


def test_a_system_that_remembers_anything_outside_of_cells_is_caught() -> None:
    texts = {
        f"{name}, {when}": KEPT[name] + SYSTEM.replace("GUARD", guard)
        for name in PLACES
        for when, guard in GUARDS.items()
    }

    told = said(texts | {"nowhere": SYSTEM.replace("GUARD", "procid == 40")})

    assert told.pop("nowhere") == "it holds"
    assert {name for name, words in told.items() if words == "it holds"} == set()


def test_what_is_kept_within_a_call_counts_wherever_it_is_kept() -> None:
    told = said({name: within(*how) for name, how in WITHIN.items()})
    refused = "may differ in it", "cannot be seen", "may be one object or two"

    assert {name for name in told if any(one in told[name] for one in refused)} == REFUSED
    assert {told[name] for name in told.keys() - REFUSED} == {"two are inside"}


def test_what_a_right_lock_may_keep_within_a_call_is_seen() -> None:
    more = """
        import abc, collections, contextlib, dataclasses, enum, functools, heapq, operator, types
        class Some(abc.ABC):
            @functools.cached_property
            def n(self): return 0
        def given(f):
            @functools.wraps(f)
            async def g(*a):
                return await f(*a)
            return g
        @given
        async def look(cell): return await load(cell)
        """
    before = """
        @dataclasses.dataclass(slots=True, order=True)
        class Pair:
            one: int
            other: list = dataclasses.field(default_factory=list)
        class Other(abc.ABC): pass
        pair, some, other = Pair(t), Some(), Other()
        isinstance(pair, Some), isinstance(other, Some), some.n
        made = collections.namedtuple("made", "x y")(t, 1), eval("lambda: 0")
        place, counts = enum.Flag("place", "A B").A, collections.Counter("ab")
        functions = operator.add, max, heapq.heappush, str.upper, given, functools.partial(load)
        classes = int, collections.OrderedDict, contextlib.ExitStack, enumerate, types.ModuleType
        try:
            (lambda x: {}[x])(t)
        except KeyError as error:
            t = await look(sem.turn)
            kept = error
        """
    text = within(before, "some.n or kept.args[0] > 9 or not place", more)

    assert said({"it": text}) == {"it": "it holds"}


STYLES = """
from enum import StrEnum
from operator import itemgetter
from typing import Generic, Protocol, TypeVar, runtime_checkable
T = TypeVar("T")
class Place(StrEnum):
    OUT = "out"
    IN = "in"
@runtime_checkable
class Gives(Protocol[T]):
    def get(self) -> T: ...
class Box(Generic[T]):
    def __init__(self, held: T) -> None:
        self.held = held
    def get(self) -> T:
        return self.held
class Sign: pass
FREE, TAKEN, NOBODY, second = Sign(), Sign(), object(), itemgetter(1)
"""


def test_a_right_lock_may_use_generic_classes_protocols_and_signs_of_its_own() -> None:
    before = """
        sign, found = (FREE, TAKEN)[t], NOBODY
        box = Box[int](t)
        for cell in sem.val[:procid]:
            found = await load(cell)
        await store(sem.said, Place.IN)
        """
    bad = " or ".join(
        (
            "not isinstance(box, Gives)",
            "sign is not FREE and sign is not TAKEN",
            "(found is NOBODY) != (procid == 0)",
            "await load(sem.said) != Place.IN",
            "second((0, box.get())) > 2",
        )
    )
    text = within(before, bad, STYLES).replace("turn=0)", "turn=0, said=Place.OUT)")

    assert said({"it": text}) == {"it": "it holds"}


def test_to_look_at_a_function_of_a_library_leaves_it_as_it_is() -> None:
    names: dict[str, Any] = {"__name__": "kernel_model.explore.made"}
    exec("def step(cell: int) -> int: return cell", names)
    noted = Noted([names["step"]])

    key = Canonical("lock").key(names["step"])

    assert [*noted.changed()] == []
    assert key == Canonical("lock").key(names["step"])


def test_another_name_for_the_same_is_caught() -> None:
    head = """
import math
def tick(sem):
    names = vars(math)
    last = [*names][-1]
    names[last + "x"] = names.pop(last)
    return len([*names][-1]) - len(last)
"""
    told = said({"it": head + LOCK.replace("GUARD", "tick(sem) == 10_000")})

    assert told["it"].startswith("the code changes the module math")


def test_what_varies_from_one_run_to_the_next_is_caught() -> None:
    guard = "tick(sem) % 7 == 6"
    told = said({name: head + LOCK.replace("GUARD", guard) for name, head in VARYING.items()})

    assert {name for name, words in told.items() if words == "it holds"} == set()


def test_it_is_said_what_has_been_changed() -> None:
    guard = GUARDS["the ten thousandth"]
    places = ("module attribute two levels", "container in a library", "recursion limit")
    told = said({name: KEPT[name] + LOCK.replace("GUARD", guard) for name in places})

    assert [words.partition(":")[0] for words in told.values()] == [
        "the code changes collections.abc.Sized",
        "the code changes _collections_abc.__all__",
        "the code changes a setting of the interpreter",
    ]


def test_a_long_run_of_the_code_is_held_against_what_was_found_out() -> None:
    text = "class A: pass\nkept = []\n" + LOCK.replace(
        "GUARD", "len(kept) == 40 or [kept.append(0) for _ in range(1)] is None"
    )

    assert "outlives the call" in (check(text).error or "")


def test_what_code_may_do_with_a_library_changes_nothing() -> None:
    text = """
import collections, contextlib, dataclasses, enum, functools, itertools, typing
from collections.abc import Iterable
class Place(enum.IntEnum):
    OUT = 0
    IN = 1
@dataclasses.dataclass(frozen=True)
class Pair:
    one: int
    other: typing.Optional[int] = None
@contextlib.contextmanager
def nothing():
    yield
def used():
    with nothing():
        pair = dataclasses.replace(Pair(1), other=2)
    many = collections.Counter(itertools.chain("ab", "c")), functools.reduce(max, [1, 2])
    return isinstance([], Iterable) and pair.one == Place.IN and len(many) == 2
""" + LOCK.replace("GUARD", "not used()")

    assert said({"it": text}) == {"it": "it holds"}
    assert check(lock(locks.semaphore, locks.Pprim, locks.Vprim)).holds()
