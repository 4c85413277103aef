"""Every interleaving of a lock: the engines against each other, and how soon there is a verdict."""

from pathlib import Path

from kernel_model.explore import check
from kernel_model.explore.closure import Closure
from kernel_model.explore.engines import engine_for
from kernel_model.explore.tables import Tables, make_tables
from kernel_model.explore.verdict import Extracted

from .measure import Figure, in_turns, seconds

LOCKS = Path(__file__).parents[2] / "tests" / "locks"
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

    def all_states(engine: str) -> float:
        searching = engine_for(tables, engine)
        took = seconds(lambda: found.append(searching.search(10**8).states()))
        if found.pop() != STATES[lock]:
            raise RuntimeError(f"{lock}: the states are not {STATES[lock]:,}; run make test")
        return took

    found: list[int] = []
    ours, other = in_turns(lambda: all_states("numpy"), lambda: all_states("plain"), pairs)
    words = f"{STATES[lock]:,} states of {lock}, NumPy against plain"
    return Figure(words, ours, other, least=3)


def verdict() -> Figure:
    """A right lock checked for two and for three processors, all properties; pure seconds."""
    text = (LOCKS / "book_mended.py").read_text("utf-8")

    def both() -> None:
        if not (check(text, 2).holds() and check(text, 3).holds()):
            raise RuntimeError("the mended lock of the book does not hold; run make test")

    ours, _ = in_turns(lambda: seconds(both), lambda: 0.0, pairs=5)
    return Figure("a right lock decided for two and three processors", ours, None, most=0.5)


def tables_of(lock: str, n: int) -> Tables:
    """What the engines search."""
    extracted = Extracted((LOCKS / f"{lock}.py").read_text("utf-8"), lock, n)
    return make_tables(Closure(extracted.locals, extracted.first, 8))
