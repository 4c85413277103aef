"""Every interleaving of a lock: both engines, SPIN, and how soon there is a verdict."""

import subprocess
import sys
import tempfile
from pathlib import Path

from kernel_model.explore import check
from kernel_model.explore.closure import Closure
from kernel_model.explore.engines import engine_for
from kernel_model.explore.tables import Tables, make_tables
from kernel_model.explore.verdict import Extracted

from . import spin
from .measure import Figure, in_turns, seconds

LOCKS = Path(__file__).parents[2] / "tests" / "locks"
LARGE = 59_526_517  # of Eisenberg and McGuire's with six
STATES = {"eisenberg_mcguire": 2_299_096, "dijkstra": 8_532_304}  # with five processors


def missing() -> str | None:
    """Why this cannot be measured here; None: it can."""
    if not LOCKS.is_dir():
        return f"{LOCKS} is missing: locks are measured in a clone of the repository"
    return None


def eisenberg_mcguire() -> Figure:
    """All states with five processors, on NumPy arrays and in plain Python."""
    return engines("eisenberg_mcguire", pairs=3)


def dijkstra() -> Figure:
    """The same for Dijkstra's algorithm of 1965."""
    return engines("dijkstra", pairs=1)


def engines(lock: str, pairs: int) -> Figure:
    """One lock's states with five processors, found by both engines."""
    tables = tables_of(lock, 5)
    ours, other = in_turns(
        lambda: all_states(lock, tables, "numpy"), lambda: all_states(lock, tables, "plain"), pairs
    )
    words = f"{STATES[lock]:,} states of {lock}, NumPy against plain"
    return Figure(words, ours, other, least=3)


def numpy_and_spin() -> Figure:
    """The states of Eisenberg and McGuire's, on NumPy arrays and by SPIN."""
    return against_spin("eisenberg_mcguire", "numpy", least=4)


def numpy_and_spin_dijkstra() -> Figure:
    """The same for Dijkstra's."""
    return against_spin("dijkstra", "numpy", least=4)


def plain_and_spin() -> Figure:
    """The states of Eisenberg and McGuire's, in plain Python and by SPIN."""
    return against_spin("eisenberg_mcguire", "plain", least=0.7)


def plain_and_spin_dijkstra() -> Figure:
    """The same for Dijkstra's."""
    return against_spin("dijkstra", "plain", least=0.7)


def against_spin(lock: str, engine: str, least: float) -> Figure:
    """One lock's states with five processors, found by an engine and by SPIN: the same ones."""
    closure, states = closure_of(lock, 5), STATES[lock]
    tables = make_tables(closure)

    def by_spin() -> float:
        found = model.search()
        if found.states != states:
            raise RuntimeError(f"SPIN finds {found.states:,} states of {lock}, not {states:,}")
        return found.seconds

    with tempfile.TemporaryDirectory() as folder:
        model = spin.Spin(closure, Path(folder))
        found = in_turns(lambda: all_states(lock, tables, engine), by_spin, 1, warm_up=False)
    return Figure(f"{states:,} states of {lock}, {engine} against SPIN", *found, least=least)


def memory() -> Figure:
    """The most memory that a search for 59.5 million states takes, in a process of its own."""
    code = f"""
import resource
from autograder.bench.locks import engine_for, tables_of
found = engine_for(tables_of("eisenberg_mcguire", 6), "numpy").search({2 * LARGE})
print(found.states(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    states, most = map(int, done.stdout.split())
    if states != LARGE:
        raise RuntimeError(f"eisenberg_mcguire: {states:,} states, not {LARGE:,}")
    words = f"{LARGE:,} states of eisenberg_mcguire, six processors, NumPy"
    return Figure(words, most / (1 << 20), None, most=4, unit="GiB")


def all_states(lock: str, tables: Tables, engine: str) -> float:
    """Seconds for a search; raises RuntimeError if it does not find all states."""
    searching, found = engine_for(tables, engine), list[int]()
    took = seconds(lambda: found.append(searching.search(10**8).states()))
    if found.pop() != STATES[lock]:
        raise RuntimeError(f"{lock}: the states are not {STATES[lock]:,}; run make test")
    return took


def verdict() -> Figure:
    """A right lock checked for two and for three processors, all properties; pure seconds."""
    text = (LOCKS / "book_mended.py").read_text("utf-8")

    def both() -> None:
        if not (check(text, 2).holds() and check(text, 3).holds()):
            raise RuntimeError("the mended lock of the book does not hold; run make test")

    ours, _ = in_turns(lambda: seconds(both), lambda: 0.0, pairs=5)
    return Figure("a right lock decided for two and three processors", ours, None, most=0.5)


def closure_of(lock: str, n: int) -> Closure:
    """All processors of a lock."""
    extracted = Extracted((LOCKS / f"{lock}.py").read_text("utf-8"), lock, n)
    return Closure(extracted.locals, extracted.first, 8)


def tables_of(lock: str, n: int) -> Tables:
    """What the engines search."""
    return make_tables(closure_of(lock, n))
