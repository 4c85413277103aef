"""Which engine searches: plain Python always works, NumPy pays off where there is much to do."""

from __future__ import annotations

from kernel_model.explore.cells import LockError
from kernel_model.explore.plain import Found, Plain, Progress
from kernel_model.explore.tables import Tables

Engine = Plain
FEW = 20_000  # states for which it does not pay to load NumPy
__all__ = ["Engine", "Found", "Progress", "engine_for"]
ENGINES = ("auto", "plain")


def engine_for(
    tables: Tables, wanted: str, limit: int, progress: Progress | None
) -> tuple[Engine, Found]:
    """The engine, and what its search has found."""
    if wanted not in ENGINES:
        raise LockError(f"no engine {wanted}: there are {', '.join(ENGINES)}")
    engine = Plain(tables)
    return engine, engine.search(limit, progress=progress)
