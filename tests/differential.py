"""The model against the machine: the same stimuli on both, and every outcome alike.

    python -m tests.differential 1000 2000     plays the scenarios of these seeds
    python -m tests.differential 1234          one of them, with the whole story

A difference is shrunk to the shortest scenario that still shows it, and printed as one.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kernel_model import Kernel
from kernel_model.errno import Errno, KernelError
from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.names import Names
from kernel_model.scenario.steps import Json
from kernel_model.targets import Setup, Target
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential_moves import scenario

PIDS = {"fork", "getpid", "wait", "waitpid"}  # what these return is a process id
TIMES = ("stime", "rtime", "ctime")
NO_QUEUE = 2**30  # stands for the identifier of a queue that was not made
AGAIN = 6  # times that Linux is asked again where the two differ
CAP_SYS_RESOURCE = 24


def play(given: Json, target: Target) -> list[Json]:
    """What came of every step: the outcome, who came back, and how everyone is.

    A step that cannot be done (its process is gone, asleep or never was) gives {}.
    """
    target.start(Setup(given["uids"], given["gids"], given["limits"]))
    try:
        if target.name == "linux":
            isolation = getattr(target, "isolation", "")
            assert isolation == "namespace", f"kill(-1) would leave the scenario: {isolation}"
        game = _Game(target, list(given["uids"]))
        game.names.saved |= {f"q{number}": NO_QUEUE for number in range(100)}
        return [game.step(step) for step in given["steps"]]
    finally:
        target.close()


class _Game:
    def __init__(self, target: Target, procs: list[str]) -> None:
        self.target = target
        self.procs = procs
        self.asleep: dict[str, Json] = {}  # the step of each call that sleeps
        self.gone: set[str] = set()
        self.pids = {target.resolve("pid", name): name for name in procs}
        self.keys = {target.resolve("key", number): number for number in (1, 2, 3)}
        self.names = Names(target.resolve, target.constants())

    def step(self, step: Json) -> Json:
        if not self.can(step):
            return {}
        proc, call = step["proc"], step["call"]
        outcome = self.target.call(proc, call, arguments(step["args"], call, self.names))
        if "save" in step and "ret" in outcome:
            self.names.saved[step["save"]] = outcome["ret"]
        self.forked(step, outcome)
        if "blocks" in outcome:
            self.asleep[proc] = step
        if "execs" in outcome:
            self.gone.add(proc)
        story = {"outcome": self.plain(call, outcome)}
        return story | {name: self.look(name) for name in [*self.procs]}

    def forked(self, step: Json, outcome: Json) -> None:
        if step["call"] == "fork" and "ret" in outcome:
            self.procs.append(step["args"][0])
            self.pids[outcome["ret"]] = step["args"][0]

    def can(self, step: Json) -> bool:
        named = [arg["pid"] for arg in step["args"] if isinstance(arg, dict) and "pid" in arg]
        free = set(self.procs) - self.asleep.keys() - self.gone
        new = step["call"] != "fork" or step["args"][0] not in self.procs
        return step["proc"] in free and set(named) <= set(self.procs) and new

    def look(self, name: str) -> Any:
        """How a process is; its sleeping call may have come back."""
        target = self.target
        state: Any = target.state(name)
        if state == "ended":
            self.gone.add(name)
            state = target.ended(name)
        if name in self.asleep and (state == "runs" or isinstance(state, dict)):
            outcome = target.finished(name)
            if outcome is not None:
                step = self.asleep.pop(name)
                self.forked(step, outcome)
                return {"now": state, step["call"]: self.plain(step["call"], outcome)}
        if state == "asleep" and name not in self.asleep:
            return "runs"  # in the image that exec gave it
        return state

    def plain(self, call: str, outcome: Json) -> Json:
        """The outcome with names for what differs from machine to machine."""
        kept = {key: outcome[key] for key in outcome if key not in ("why", "on", "line")}
        if call in PIDS and "ret" in kept:
            kept["ret"] = self.pids.get(kept["ret"], kept["ret"])
        if "fields" in kept:
            kept["fields"] = fields = dict(kept["fields"])
            for name in TIMES:
                if name in fields:
                    fields[name] = "nonzero" if fields[name] else 0
            for name in ("lspid", "lrpid"):
                if name in fields:
                    fields[name] = self.pids.get(fields[name], fields[name])
            if "key" in fields:
                fields["key"] = self.keys.get(fields["key"], fields["key"])
        return kept


def prepared(seed: int, steps: int = 80) -> Json:
    """The scenario of this seed without the steps that cannot be done."""
    given = scenario(seed, steps)
    done = play(given, ModelTarget("linux"))
    return given | {
        "steps": [step for step, story in zip(given["steps"], done, strict=True) if story]
    }


def first_difference(model: list[Json], linux: list[Json]) -> int | None:
    """The first step at which the two stories part; None: they are the same."""
    for index, (ours, theirs) in enumerate(zip(model, linux, strict=True)):
        if ours != theirs:
            return index
    return None


def difference(
    given: Json, model: Target, linux: Target, unsteady: list[Any] | None = None
) -> tuple[int, Json, Json] | None:
    """The first step at which the model does what Linux never does, and what each did.

    Where Linux itself may do one thing or another (who of several awake comes first), the model
    is right when Linux does the same in one of a few runs.
    """
    ours, found = play(given, model), None
    for _ in range(AGAIN):
        theirs = play(given, linux)
        index = first_difference(ours, theirs)
        if index is None:
            if found is not None and unsteady is not None:
                unsteady.append((given, *found))
            return None
        if found is None or index > found[0]:
            found = index, ours[index], theirs[index]
    return found


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


def model_like_this_machine() -> ModelTarget:
    """The model, with its superuser as powerless as ours where a right is withheld from us."""

    def prepare(kernel: Kernel) -> None:
        msgctl = kernel.sysent["msgctl"]

        def without_the_right(u: Any, msqid: int, cmd: int, *arg: Any) -> Any:
            """Only a process that has CAP_SYS_RESOURCE may set qbytes above MSGMNB."""
            if cmd == 1 and arg and isinstance(arg[0], dict) and msqid >= 0:
                qbytes = arg[0].get("qbytes", 0) % 2**32
                if qbytes > kernel.limits.MSGMNB and u.euid == 0:
                    msgctl(u, msqid, cmd, {})
                    raise KernelError(Errno.EPERM, "nobody has CAP_SYS_RESOURCE here")
            return msgctl(u, msqid, cmd, *arg)

        if not may_raise_qbytes():
            kernel.install(without_the_right, "msgctl")

    return ModelTarget("linux", prepare)


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


def main(first: int, last: int) -> None:
    model, linux = model_like_this_machine(), LinuxTarget()
    calls: Counter[str] = Counter()
    unsteady: list[Any] = []
    bad = 0
    for seed in range(first, last):
        given = prepared(seed)
        try:
            found = difference(given, model, linux, unsteady)
        except Exception as error:
            print(f"seed {seed}: {type(error).__name__}: {error}")
            raise
        calls.update(step["call"] for step in given["steps"])
        if found is not None:
            bad += 1
            least = shrunk(given, lambda fewer: difference(fewer, model, linux) is not None)
            again = difference(least, model, linux)
            print(told(least, again) if again else f"seed {seed}: unsteady\n{told(given, found)}")
            print("-" * 70, flush=True)
    print(f"{last - first} scenarios, {sum(calls.values())} steps, {bad} differences")
    for given, *found in unsteady:
        print("Linux did the same only when asked again:", told(given, tuple(found)))


if __name__ == "__main__":
    begin = int(sys.argv[1])
    main(begin, int(sys.argv[2]) if len(sys.argv) > 2 else begin + 1)
