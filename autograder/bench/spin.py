"""SPIN on the automata that the explorer has extracted: a Promela model, and what its search says.

SPIN (Holzmann) is a development tool here, from the system's packages; nothing needs it to run.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kernel_model.explore.closure import BEYOND, Closed, Closure
from kernel_model.explore.minimise import Minimal, minimise
from kernel_model.explore.operations import READING

COMPILED = ("-O2", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=12000")  # all states, none left out
DEPTH = 20_000_000  # steps that its depth-first search may go deep
HASHED = 25  # the size of its hash table, as a power of two
STOPPED = ("Search not completed", "max search depth too small")
FOUND = re.compile(r"(\d+) states, stored.*?(\d+) transitions .*?elapsed time ([\d.]+)", re.DOTALL)


def missing() -> str | None:
    """Why SPIN cannot be run here; None: it can."""
    lacking = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    return f"{' and '.join(lacking)} missing: apt-get install spin gcc" if lacking else None


@dataclass(frozen=True, slots=True)
class Searched:
    """What SPIN says of a model."""

    states: int
    transitions: int
    seconds: float  # of the search alone


class Spin:
    """A model, made into a program in a folder."""

    def __init__(self, closure: Closure, folder: Path, depth: int = DEPTH) -> None:
        self.folder, self.depth = folder, depth
        (folder / "model.pml").write_text(promela(closure), "utf-8")
        self._run("spin", "-a", "model.pml")
        self._run("gcc", *COMPILED, "-w", "-o", "pan", "pan.c")

    def search(self) -> Searched:
        """All states; raises RuntimeError if SPIN did not come to the end."""
        said = self._run("./pan", f"-m{self.depth}", f"-w{HASHED}", "-E", "-n")
        found = FOUND.search(said)
        if (
            found is None
            or "Search not completed" in said
            or "errors: 0" not in said
            or "max search depth" in said
        ):
            raise RuntimeError(f"SPIN did not come to the end of its search:\n{said}")
        return Searched(int(found[1]), int(found[2]), float(found[3]))

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
        return done.stdout


def promela(closure: Closure) -> str:
    """A process for each processor and a byte for each cell; a class of states is a label."""
    cells = [f"byte x{cell} = 0;" for cell in range(len(closure.domains))]
    processes = [
        line
        for p, closed in enumerate(closure.closed)
        for line in _process(p, closed, minimise(closed), closure)
    ]
    return "\n".join([*cells, *processes, ""])


def _process(p: int, closed: Closed, minimal: Minimal, closure: Closure) -> Iterator[str]:
    yield f"active proctype P{p}() {{"
    for number, state in enumerate(minimal.one):
        doing = closed.pending(state)
        yield f"C{number}: if"
        for found, (to, new) in closed.moves[state].items():
            leads = f"goto C{minimal.of[to]}"
            if doing.cell is None:
                yield f"  :: skip -> {leads}"
                continue
            codes, x = closure.domains[doing.cell], f"x{doing.cell}"
            if to == BEYOND:
                yield f"  :: ({x} == {codes[found]}) -> assert(false)"
                continue
            if doing.kind in READING or codes[new] == codes[found]:
                yield f"  :: ({x} == {codes[found]}) -> {leads}"
            else:
                yield f"  :: d_step {{ ({x} == {codes[found]}) -> {x} = {codes[new]} }} -> {leads}"
        yield "  fi;"
    yield "}"
