"""P, V and CP upon a lock from plain memory: each step of `Pprim` is a load or a store again.

    upon(semaphores, own, program)      the text of a system, for `check_system` and `interleave`

Elsewhere `Pprim(sem.lock)` is one step on one cell. Here that cell gives way to the memory of a
lock, and the step to the lock's own `Pprim`, which has to know whose processor calls it: so the
semaphores' code stands in a function that is called once for each processor.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from kernel_model.explore.cells import Array, Cell, LockError, Record, Shared, cells_of
from kernel_model.explore.closure import Closure
from kernel_model.explore.lock import HEADER, Lock, lock
from kernel_model.explore.system import Programs
from kernel_model.explore.verdict import WIDTHS

STEPS = {
    "Pprim",
    "Vprim",
}  # give way to the lock's own functions


def upon(semaphores: str, own: str, *others: Callable[..., Any] | str, **constants: int) -> Lock:
    """A system of semaphores whose short lock is another one, with its memory.

    semaphores  the text of `semaphore`, `P`, `V` and `CP`
    own         the text of a lock
    others      `program(sem, i, n, P, V, CP)`, `start(semaphore)`, and what they use
    constants   globals of the module, such as PROCESSORS
    """
    tree = ast.parse(semaphores)
    made = _Parts("; ".join([HEADER, *(f"{name} = {value}" for name, value in constants.items())]))
    made.add(own)
    used = lock(*others).partition("\n")[2]
    made.add(_BETWEEN.format(names=locked("\n".join([HEADER, semaphores, used, _PLAIN]))))
    made.add(semaphores, _imports(tree), indent="    ")
    made.add("    return semaphore, P, V, CP")
    made.add(lock(*others), {1: ""})
    made.add(_SYSTEM)
    return Lock(made.text(), made.steps)


def locked(text: str) -> list[str]:
    """The cells, or arrays of cells, that the programs of a system take with `Pprim`."""
    try:
        programs = Programs(text, "system")
        Closure(programs.locals, programs.first, WIDTHS[0])
    except LockError:
        return []  # the search of the system says what is wrong
    every = (one for local in programs.locals for one in local.pending)
    taken = {one.cell for one in every if one.kind in STEPS and one.cell is not None}
    names = (programs.cells[cell].name.partition("[")[0] for cell in sorted(taken))
    return list(dict.fromkeys(names))


def contents(memory: Shared) -> dict[str, Any]:
    """What makes the same memory again: `Shared(**contents(memory))`."""
    first = cells_of(memory)[1]

    def held(x: object) -> Any:
        if isinstance(x, Cell):
            return first[x.number]
        if isinstance(x, Array):
            return [held(one) for one in x]
        return Record(**fields(x))

    def fields(x: object) -> dict[str, Any]:
        return {name: held(one) for name, one in vars(x).items() if not name.startswith("_")}

    return fields(memory)


def with_locks(memory: Shared, names: list[str], lock: Shared) -> Shared:
    """The memory with a lock's memory in place of each cell, or array of cells, of these names."""
    made = contents(memory)
    for name in names:
        if name in made:
            count = len(made[name]) if isinstance(made[name], list) else None
            one = Record(**contents(lock))
            made[name] = one if count is None else [one] * count
    return Shared(**made)


class _Parts:
    """Texts put together, two empty lines between them; steps in words move along."""

    def __init__(self, head: str) -> None:
        self.lines = [head]
        self.steps: dict[int, str] = {}

    def add(self, text: str, other: Mapping[int, str] | None = None, indent: str = "") -> None:
        """One more; some of its lines, from 1, may be other ones, or none ("")."""
        told: Mapping[int, str] = getattr(text, "steps", {})
        self.lines += ["", ""]
        for number, line in enumerate(text.splitlines(), 1):
            line = line if other is None else other.get(number, line)
            if other is not None and other.get(number) == "":
                continue
            self.lines.append(f"{indent}{line}" if line else "")
            if number in told:
                self.steps[len(self.lines)] = told[number]

    def text(self) -> str:
        """All of it."""
        return "\n".join([*self.lines, ""])


def _imports(tree: ast.Module) -> dict[int, str]:
    """The lines of what code imports of the explorer, without the steps that a lock gives."""
    kept: dict[int, str] = {}
    for one in tree.body:
        if not isinstance(one, ast.ImportFrom) or not (one.module or "").startswith("kernel_model"):
            continue
        kept |= dict.fromkeys(range(one.lineno + 1, (one.end_lineno or one.lineno) + 1), "")
        names = [name for name in one.names if name.name not in {*STEPS, "*"}]
        said = [ast.unparse(ast.ImportFrom(one.module, names, 0))] if names else []
        steps = [name for name in one.names if name.name in STEPS and name.asname]
        said += [f"{name.asname} = {name.name}" for name in steps]
        kept[one.lineno] = "; ".join(filter(None, [kept.get(one.lineno, ""), *said]))
    return kept


_BETWEEN = """
from kernel_model.explore.upon import with_locks

lock_memory, lock_Pprim, lock_Vprim, LOCKS = semaphore, Pprim, Vprim, {names}


def processor(i, n):
    def Pprim(own):
        return lock_Pprim(own, i, n)

    def Vprim(own):
        return lock_Vprim(own, i, n)
""".strip("\n")

_PLAIN = """
with_steps = program


def memory(n):
    return start(semaphore)


async def program(sem, i, n):
    await with_steps(sem, i, n, P, V, CP)
"""

_SYSTEM = """
def memory(n):
    return with_locks(start(processor(0, n)[0]), LOCKS, lock_memory(n))


def programs(n):
    return [lambda sem, i, n: program(sem, i, n, *processor(i, n)[1:])] * n
""".strip("\n")
