"""The model against the machine: the same stimuli on both, and every outcome alike.

    python -m tests.differential 1000 2000     plays the scenarios of these seeds
    python -m tests.differential 1234          that of one

A difference is shrunk to the shortest scenario that still shows it, and printed as one.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel_model import IPC_SET, Errno, Kernel, KernelError, msgconv
from kernel_model.scenario.steps import Json
from kernel_model.targets import Target
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential_play import Choices, play, prepared

AGAIN = 3  # times that Linux is asked where the two differ
RUNS = 100  # of the model, with different choices, for each of them
CAP_SYS_RESOURCE = 24
Found = tuple[int, Json, Json]  # a step, what the model did at it, what Linux did


def difference(
    given: Json, linux: Target, change: Callable[[Kernel], None] | None = None
) -> Found | None:
    """The first step at which Linux does what the model never does, and what each did.

    change  made to each fresh kernel of the model; default: like_this_machine
    """
    for _ in range(AGAIN):
        found = _parting(given, play(given, linux), change or like_this_machine)
        if found is None:
            return None
    return found


def _parting(given: Json, theirs: list[Json], change: Callable[[Kernel], None]) -> Found | None:
    """Where the model leaves what Linux did, whichever choices it makes; None: it need not."""
    last, todo = None, [()]
    for _ in range(RUNS):
        if not todo:
            break
        choices = Choices(todo.pop())
        ours = play(given, ModelTarget("linux", change), choices)
        pairs = enumerate(zip(ours, _supported(theirs), strict=False))
        index = next((index for index, (one, other) in pairs if one != other), None)
        if index is None:
            return None
        if last is None or index > last[0]:
            last = index, ours[index], theirs[index]
        todo += choices.others(index)
    return last


def _supported(story: list[Json]) -> list[Json]:
    """The steps before the first that cannot be made on the machine."""
    lacks = (at for at, step in enumerate(story) if "unsupported" in step.get("outcome", {}))
    return story[: next(lacks, len(story))]


def shrunk(given: Json, differs: Callable[[Json], bool]) -> Json:
    """The scenario without any step that the difference does not need."""
    size = len(given["steps"]) // 2 or 1
    while size:
        at = 0
        while at < len(given["steps"]):
            fewer = given | {"steps": given["steps"][:at] + given["steps"][at + size :]}
            if differs(fewer):
                given = fewer
            else:
                at += size
        size //= 2
    for name in list(given["uids"]):
        fewer = given | {
            key: {n: v for n, v in given[key].items() if n != name} for key in ("uids", "gids")
        }
        if len(given["uids"]) > 1 and differs(fewer):
            given = fewer
    return given


def like_this_machine(kernel: Kernel) -> None:
    """Takes from the model's superuser a right that is withheld from ours, if it is."""
    msgctl = kernel.sysent["msgctl"]

    def without_the_right(u: Any, msqid: int, cmd: int, *arg: Any) -> Any:
        """Only a process that has CAP_SYS_RESOURCE may set qbytes above MSGMNB."""
        wanted = arg[0] if cmd == IPC_SET and arg and isinstance(arg[0], dict) else {}
        if u.euid == 0 and wanted.get("qbytes", 0) % 2**32 > kernel.limits.MSGMNB:
            msgconv(u, msqid % 2**32)
            raise KernelError(Errno.EPERM, "nobody has CAP_SYS_RESOURCE here")
        return msgctl(u, msqid, cmd, *arg)

    if not may_raise_qbytes():
        kernel.install(without_the_right, "msgctl")


def may_raise_qbytes() -> bool:
    """This process has CAP_SYS_RESOURCE, which virtual machines often withhold."""
    status = Path("/proc/self/status").read_text().splitlines()
    held = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
    return bool(held >> CAP_SYS_RESOURCE & 1)


def told(given: Json, found: tuple[int, Json, Json]) -> str:
    """A difference as a person reads it: the scenario, and where the two part."""
    index, ours, theirs = found
    steps = ",\n  ".join(json.dumps(step) for step in given["steps"])
    parts = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    lines = [f"{name}: model {ours.get(name)}\n   Linux {theirs.get(name)}" for name in parts]
    head = json.dumps({key: given[key] for key in ("id", "uids", "gids", "limits")})
    return "\n".join([head, "  " + steps, f"step {index} {given['steps'][index]}", *lines])


def played(made: Callable[[int], Json], first: int, last: int | None = None) -> None:
    """Plays the scenarios that seeds make, and prints the differences, shrunk."""
    linux = LinuxTarget("namespace")
    calls: Counter[str] = Counter()
    bad, last = 0, first + 1 if last is None else last
    for seed in range(first, last):
        given = made(seed)
        calls.update(step["call"] for step in given["steps"])
        found = difference(given, linux)
        if found is not None:
            bad += 1
            least = shrunk(given, lambda fewer: difference(fewer, linux) is not None)
            print(told(least, difference(least, linux) or found))
            print("-" * 70, flush=True)
    print(f"{last - first} scenarios, {sum(calls.values())} steps, {bad} differences")


if __name__ == "__main__":
    played(prepared, *map(int, sys.argv[1:]))
