"""Playing a random scenario on a target, and telling what came of it in words that compare."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from kernel_model import Kernel, Process
from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.names import Names
from kernel_model.scenario.steps import Json
from kernel_model.targets import Setup, Target
from kernel_model.targets.model import ModelTarget
from tests.differential_held import Held
from tests.differential_moves import scenario
from tests.differential_sockets import plain as plain_names

PIDS = {"fork", "getpid", "wait", "waitpid"}  # what these return is a process id
TIMES = ("stime", "rtime", "ctime", "otime", "atime", "dtime")
WHO = ("lspid", "lrpid", "cpid", "lpid")
SENDS, RECEIVES = {"send", "sendto", "write"}, {"recv", "recvfrom", "read"}
NOWHERE = 2**20 + 4096  # stands for an address at which nothing was attached
NO_QUEUE = 2**30  # stands for the identifier of a queue that was not made


class Choices:
    """Who goes on first where Linux may let anybody: as the script says, then the first.

    Linux keeps receivers in line. But senders for whom a receive made room, receivers whom IPC_SET
    woke, readers of one circuit, and whomever a signal set going run at the same time. So do those
    whom `kill` or `ptrace` has set going, beside the caller: what they send it comes before it is
    back from that call (death of child stops a caller that is traced itself), or after it.
    And whom the end of its tracer lets go finds the tracer still there as a zombie, or not.
    """

    def __init__(self, script: tuple[int, ...] = ()) -> None:
        self.script = script
        self.met: list[tuple[int, int]] = []  # the step of each choice, and how many there were
        self.step, self.call = 0, ""  # what is being done

    def attach(self, kernel: Kernel) -> None:
        kernel.choose = self.choose
        for name in ("kill", "ptrace"):
            kernel.install(self.overtaken(kernel.sysent[name]), name)
        kernel.install(self.seen_dead(kernel.algorithms["bury"]), "bury")

    def overtaken(self, entry: Callable[..., Any]) -> Callable[..., Any]:
        """The call, from which those whom it set going may be faster than its way back."""

        async def call(u: Process, *args: Any) -> Any:
            result = await entry(u, *args) if waits else entry(u, *args)
            if u.k.runq and self.pick(2):
                u.k.run()
            return result

        waits = iscoroutinefunction(entry)
        return call

    def seen_dead(self, entry: Callable[..., Any]) -> Callable[..., Any]:
        """bury, before which those whom it let go may still meet the zombie in their calls."""

        def bury(u: Process) -> None:
            calls = {p.current.name for p in u.k.runq if p.current is not None}
            if calls & {"kill", "ptrace"} and self.pick(2):
                u.k.run()
            entry(u)

        return bury

    def choose(self, ready: list[Process]) -> int:
        calls = {p.current.name if p.current is not None else "" for p in ready}
        readers = self.call in SENDS and calls <= RECEIVES  # of one circuit, of whom all look
        sets_going = self.call in ("msgctl", "kill", "pthread_cond_broadcast")
        if not readers and not sets_going and calls != {"msgsnd"}:
            return 0
        return self.pick(len(ready))

    def pick(self, many: int) -> int:
        """One of so many ways to go on, which are noted."""
        self.met.append((self.step, many))
        place = len(self.met) - 1
        return min(self.script[place], many - 1) if place < len(self.script) else 0

    def others(self, last: int) -> list[tuple[int, ...]]:
        """Scripts that choose otherwise at one place more, in the steps up to `last`."""
        found = []
        for place in range(len(self.script), len(self.met)):
            step, many = self.met[place]
            if step <= last:
                before = self.script + (0,) * (place - len(self.script))
                found += [(*before, other) for other in range(1, many)]
        return found


def play(given: Json, target: Target, choices: Choices | None = None) -> list[Json]:
    """What came of every step: the outcome, who came back, and how everyone is.

    A step that cannot be done (its process is gone, asleep or never was) gives {}.
    """
    choices = choices or Choices()
    target.start(Setup(given["uids"], given["gids"], given["limits"]))
    try:
        if target.name == "linux":
            isolation = getattr(target, "isolation", "")
            assert isolation == "namespace", f"kill(-1) would leave the scenario: {isolation}"
        elif isinstance(target, ModelTarget):
            choices.attach(target.kernel)
        game, story = _Game(target, list(given["uids"])), []
        for choices.step, step in enumerate(given["steps"]):
            choices.call = step["call"]
            story.append(game.step(step))
        return story
    finally:
        target.close()


def prepared(seed: int, steps: int = 80, made: Callable[[int, int], Json] = scenario) -> Json:
    """The scenario of this seed without what cannot be done, and most of what is in vain."""
    given = made(seed, steps)
    done = play(given, ModelTarget("linux"))
    pairs = enumerate(zip(given["steps"], done, strict=True))
    return given | {"steps": [step for at, (step, story) in pairs if story and worth(at, story)]}


def worth(at: int, story: Json) -> bool:
    """Is a step to be kept? One in ten of those on a descriptor that stands for nothing is."""
    return at % 10 == 0 or story["outcome"].get("errno") != "EBADF"


class _Game:
    """A scenario under way on one target."""

    def __init__(self, target: Target, procs: list[str]) -> None:
        self.target = target
        self.procs = procs
        self.asleep: dict[str, Json] = {}  # the step of each call that sleeps
        self.gone: set[str] = set()
        self.pids = {target.resolve("pid", name): name for name in procs}
        self.keys = {target.resolve("key", number): number for number in (1, 2, 3)}
        self.names = Names(target.resolve, target.constants())
        self.names.saved |= {f"q{number}": NO_QUEUE for number in range(100)}
        self.names.saved |= {f"{one}{number}": NO_QUEUE for one in "sm" for number in range(3)}
        self.held = Held(procs)
        self.places = dict.fromkeys(procs, NOWHERE)  # where each process attached last

    def step(self, step: Json) -> Json:
        if not self.can(step):
            return {}
        proc, call = step["proc"], step["call"]
        self.names.saved |= {"at": self.places[proc]} | self.held.named(proc)
        outcome = self.target.call(proc, call, arguments(step["args"], call, self.names))
        if "save" in step and "ret" in outcome:
            self.names.saved[step["save"]] = outcome["ret"]
            if call == "shmat":
                self.places[proc] = outcome["ret"]
                outcome = outcome | {"ret": "attached"}
            elif call == "word_alloc":
                outcome = outcome | {"ret": "allocated"}
        self.held.note(step, outcome)
        self.forked(step, outcome)
        if "blocks" in outcome:
            self.asleep[proc] = step
        if "execs" in outcome:
            self.gone.add(proc)
        if call == "sem_open" and "ret" in outcome:
            outcome = outcome | {"ret": "opened"}
        story = {"outcome": self.plain(step, outcome)}
        return story | {name: self.look(name) for name in [*self.procs]}

    def forked(self, step: Json, outcome: Json) -> None:
        if step["call"] == "fork" and "ret" in outcome:
            self.procs.append(step["args"][0])
            self.places[step["args"][0]] = self.places[step["proc"]]
            self.held.fork(step["proc"], step["args"][0])
            self.pids[outcome["ret"]] = step["args"][0]

    def can(self, step: Json) -> bool:
        named = [arg["pid"] for arg in step["args"] if isinstance(arg, dict) and "pid" in arg]
        free = set(self.procs) - self.asleep.keys() - self.gone
        if step["proc"] in free and self.held.lacks(step):
            return False
        new = step["call"] != "fork" or step["args"][0] not in self.procs
        return step["proc"] in free and set(named) <= set(self.procs) and new

    def look(self, name: str) -> Any:
        """How a process is; its sleeping call may have come back."""
        target = self.target
        state: Any = target.state(name)
        if state == "ended":
            self.gone.add(name)
            state = target.ended(name)
        if state == "asleep" and self.asleep.get(name, {}).get("call") == "exec":
            state = "runs"  # it was stopped before it replaced its image
        if name in self.asleep and (state == "runs" or isinstance(state, dict)):
            outcome = target.finished(name)
            if outcome is not None:
                step = self.asleep.pop(name)
                if step["call"] == "exec" and isinstance(state, dict):
                    return state  # ended before its exec or after it: Linux does not tell which
                if "execs" in outcome:
                    self.gone.add(name)
                self.forked(step, outcome)
                self.held.note(step, outcome)
                return {"now": state, step["call"]: self.plain(step, outcome)}
        if state == "asleep" and name not in self.asleep:
            return "runs"  # in the image that exec gave it
        return state

    def plain(self, step: Json, outcome: Json) -> Json:
        """The outcome with names for what differs from machine to machine."""
        call = "getpid" if "GETPID" in step["args"] else step["call"]
        kept = {key: outcome[key] for key in outcome if key not in ("why", "on", "line")}
        kept = plain_names(call, kept) if self.held.sockets else kept
        if call in PIDS and "ret" in kept:
            kept["ret"] = self.pids.get(kept["ret"], kept["ret"])
        if "fields" in kept:
            kept["fields"] = fields = dict(kept["fields"])
            for name in TIMES:
                if name in fields:
                    fields[name] = "nonzero" if fields[name] else 0
            for name in WHO:
                if name in fields:
                    fields[name] = self.pids.get(fields[name], fields[name])
            if "key" in fields:
                fields["key"] = self.keys.get(fields["key"], fields["key"])
        return kept
