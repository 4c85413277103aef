"""What is remembered on functions, classes and modules, and not in cells, is found."""

import math
from collections.abc import Iterator

import pytest

from kernel_model.explore import Shared, check, operations
from kernel_model.explore.modules import BUILTINS

LOCK = """
import math
from kernel_model.explore import *

def f(x): return x
def g(): pass

def semaphore(n): return Shared(a=[0] * n, turn=0)

async def Pprim(sem, procid, n):
    while True:
        await store(sem.a[procid], 1)
        SET
        await load(sem.turn)
        if GET == procid:
            return
        await store(sem.a[procid], 0)

async def Vprim(sem, procid, n):
    await store(sem.a[procid], 0)
"""
WAYS = {
    "module": ("math.kept = getattr(math, 'kept', procid)", "math.kept"),
    "library class": ("Shared.kept = getattr(Shared, 'kept', procid)", "Shared.kept"),
    "library function": ("load.kept = getattr(load, 'kept', procid)", "load.kept"),
    "builtins": ("__builtins__['kept'] = procid", "__builtins__['kept']"),
    "attribute": ("f.kept = procid", "f.kept"),
    "defaults": ("f.__defaults__ = (procid,)", "f()"),
    "keyword defaults": ("f.__kwdefaults__ = {'x': procid}", "f()"),
    "words": ("f.__doc__ = str(procid)", "int(f.__doc__)"),
    "name": ("f.__name__ = str(procid)", "int(f.__name__)"),
    "annotations": ("f.__annotations__['x'] = procid", "f.__annotations__['x']"),
    "code": ("f.__code__ = g.__code__", "(f() or procid)"),
}


@pytest.fixture
def clean() -> Iterator[None]:
    yield
    BUILTINS.pop("kept", None)
    for one in (math, Shared, operations.load):
        if "kept" in vars(one):
            delattr(one, "kept")


@pytest.mark.parametrize("way", WAYS)
def test_what_hangs_on_something_that_outlives_a_call_is_told(way: str, clean: None) -> None:
    set_, get = WAYS[way]

    report = check(LOCK.replace("SET", set_).replace("GET", get))

    assert report.mutual_exclusion is None
    assert "changes an attribute of a function" in (report.error or ""), report


def test_what_is_only_read_from_them_changes_nothing() -> None:
    read = "x = len(f.__name__) + int(math.pi) + len(Shared.__doc__) + len(load.__doc__)"

    report = check(LOCK.replace("SET", read).replace("GET", "procid"))

    assert (report.error, report.mutual_exclusion) == (None, False)
