"""Random walks over every message call, with signals, fork and exit between: nothing ever breaks.

After each call the invariants hold, whoever sleeps has a reason to, and a call that failed or went
to sleep has changed nothing. In the end the same calls are made again on a fresh kernel, and give
the same bytes.
"""

import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from autograder.exercise import SCENARIOS, exercises
from kernel_model import (
    IPC_CREAT,
    IPC_EXCL,
    IPC_NOWAIT,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    MSG_COPY,
    MSG_EXCEPT,
    MSG_NOERROR,
    SIG_BLOCK,
    SIG_SETMASK,
    SIGNALS,
    WNOHANG,
    Kernel,
    MessageQueue,
    Process,
)
from kernel_model.invariants import broken
from kernel_model.scenario import load, run
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import ModelTarget, outcome

LIMITS = {
    "MSGMAX": 12,
    "MSGMNB": 16,
    "MSGMNI": 3,
    "MSGTQL": 4,
    "MSGSSZ": 4,
    "MSGSEG": 6,
    "NPROC": 7,
}
USERS = {"A": (0, 0), "B": (1000, 50), "C": (1001, 50), "D": (1002, 51)}
SIGS = [
    SIGNALS[name] for name in ("SIGUSR1", "SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT", "SIGCHLD")
]

who = st.integers(0, 9)
modes = st.sampled_from([0, 0o600, 0o666, 0o640, 0o062, 0o777])
get_flags = st.sampled_from([0, IPC_CREAT, IPC_CREAT | IPC_EXCL, IPC_EXCL])
ids = st.one_of(st.integers(0, 9), st.sampled_from([-1, -7, 2**31 - 1]))
texts = st.one_of(st.none(), st.integers(0, 14).map(lambda n: bytes(range(97, 97 + n))))
sizes = st.one_of(st.none(), st.integers(-1, 14))
wait_flags = st.sampled_from([0, 0, IPC_NOWAIT])
types = st.one_of(st.integers(-4, 4), st.just(-(2**63)))
good = st.sampled_from([[], [], [None]])  # the address of the buffer
receive_flags = st.sampled_from([0, MSG_NOERROR, MSG_EXCEPT, MSG_COPY, MSG_NOERROR | MSG_EXCEPT])
settable = {"uid": st.sampled_from([0, 1000, 1001]), "gid": st.sampled_from([50, 51]),
            "mode": st.integers(0, 0o1777), "qbytes": st.integers(0, 20)}  # fmt: skip
changes = st.one_of(st.none(), st.fixed_dictionaries({}, optional=settable))
users = st.sampled_from([0, 1000])
some = st.lists(st.sampled_from(SIGS), max_size=2)
CALLS = ["fork", "exit", "waitpid", "setresuid", "sigprocmask"]
ACTIONS = ["SIG_DFL", "SIG_IGN", "catch", "catch_once"]
able = precondition(lambda self: self.free())


def play(k: Kernel, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
    """One call as a record tells it, with every table after it; or a new process by `spawn`."""
    made = {}
    if call == "spawn":
        k.spawn(proc, *args)
    else:
        made = outcome(k.proc(proc).call(call, *args))
    return {"outcome": made, "view": show(snapshot(k))}


def bytes_of(record: Any) -> bytes:
    return json.dumps(record, default=lambda value: value.decode("latin-1")).encode()


def fits(q: MessageQueue, mtype: int, flags: int) -> bool:
    """Is there a message on the queue that such a receiver takes?"""
    if flags & MSG_COPY:
        return 0 <= mtype < q.qnum
    types = [message.mtype for message in q.messages()]
    if mtype > 0 and flags & MSG_EXCEPT:
        return any(one != mtype for one in types)
    return any(mtype in (0, one) or one <= -mtype for one in types)


class Walk(RuleBasedStateMachine):
    """Processes that make calls with odd arguments on a kernel whose limits are small."""

    personality = "classic"

    @initialize()
    def begin(self) -> None:
        self.k = self.fresh()
        self.log: list[tuple[str, str, list[Any]]] = []
        self.records: list[dict[str, Any]] = []
        self.made: list[int] = []  # descriptors there ever were
        self.excused: set[str] = set()  # asleep for room while qbytes was raised
        self.names = iter(f"P{n}" for n in range(10_000))
        for which in (0, 1):
            self.made.append(self.do(which, "msgget", 1 + which, IPC_CREAT | 0o666)["ret"])

    def fresh(self) -> Kernel:
        k = Kernel(self.personality, LIMITS)
        for name, (uid, gid) in USERS.items():
            k.spawn(name, uid, gid)
        return k

    # What may happen

    def free(self) -> list[Process]:
        """The processes that can make a call now."""
        return [p for p in self.k.procs.values() if p.task is None and p.state == "user"]

    def do(self, which: int, call: str, *args: Any) -> dict[str, Any]:
        """A call by one of those that can make one; checks all that holds after any call."""
        able = self.free()
        p = able[which % len(able)]
        before, pending = snapshot(self.k), set(p.sig)
        cbytes = {q.slot: q.cbytes for q in self.k.msgque.entries}
        self.log.append((p.name, call, list(args)))
        record = play(self.k, p.name, call, list(args))
        self.records.append(record)
        made, after = record["outcome"], snapshot(self.k)

        if "errno" in made and not pending and not self.loses(call, made):
            assert after == before, f"{call}{args} failed with {made} and changed a table"
        if "blocks" in made and not pending:
            assert after[1:] == before[1:], f"{call}{args} went to sleep and changed a queue"
        assert broken(record["view"]) == []
        for q in self.k.msgque.entries:
            assert q.cbytes <= max(q.qbytes, cbytes.get(q.slot, 0)), "sent without room"
        self.check_sleepers()
        return made

    def loses(self, call: str, made: dict[str, Any]) -> bool:
        """Linux takes the message off the queue before it finds that the address is bad."""
        return (self.personality, call, made["errno"]) == ("linux", "msgrcv", "EFAULT")

    def check_sleepers(self) -> None:
        """Who sleeps is on the queue of its event, and what it waits for is not there."""
        k = self.k
        assert k.runq == []
        asleep = {p.name: p.wchan for p in k.procs.values() if p.state == "asleep"}
        assert {p.name: event for event, queue in k.sleepers.items() for p in queue} == asleep
        self.excused &= asleep.keys()
        for p in k.procs.values():
            if p.state != "asleep" or p.current is None:
                continue
            name, args = p.current.name, p.current.args
            if name not in ("msgsnd", "msgrcv"):
                continue
            q = k.msgque.entries[args[0] % k.msgque.size]
            if name == "msgrcv":
                flags = args[3] if self.personality == "linux" else 0
                assert not fits(q, args[2], flags), f"{p.name} sleeps, but there is a message"
            elif p.name not in self.excused and q.perm.seq == args[0] // k.msgque.size:
                size = len(args[2]) if args[4] is None else args[4]
                assert not self.room(q, size), f"{p.name} sleeps, but there is room"

    def room(self, q: MessageQueue, size: int) -> bool:
        k, limits = self.k, self.k.limits
        if self.personality == "linux":
            return q.cbytes + size <= q.qbytes and q.qnum < q.qbytes
        longest = max((units for _, units in k.msgpool.map.free), default=0)
        return (
            q.cbytes + size <= q.qbytes
            and k.msgpool.headers < limits.MSGTQL
            and -(-size // limits.MSGSSZ) <= longest
        )

    def queue(self, which: int) -> int:
        """A descriptor that is good, if there is one."""
        table = self.k.msgque
        used = [q for q in table.entries if q.perm.mode]
        found = [q.perm.seq * table.size + q.slot for q in used]
        return found[which % len(found)] if found else 0

    def descriptor(self, which: int) -> int:
        """A descriptor that was good once, or a strange one."""
        return self.made[-1 - which % len(self.made)] if 0 <= which < 10 else which

    @able
    @rule(which=who, key=st.integers(0, 3), flags=get_flags, mode=modes)
    def msgget(self, which: int, key: int, flags: int, mode: int) -> None:
        made = self.do(which, "msgget", key, flags | mode)
        if "ret" in made and made["ret"] not in self.made:
            self.made.append(made["ret"])

    @able
    @rule(which=who, q=who, mtype=st.integers(1, 4), text=st.binary(max_size=5), flags=wait_flags)
    def send(self, which: int, q: int, mtype: int, text: bytes, flags: int) -> None:
        self.do(which, "msgsnd", self.queue(q), mtype, text, flags, None)

    @able
    @rule(which=who, q=who, text=st.binary(min_size=5, max_size=12), flags=wait_flags)
    def send_much(self, which: int, q: int, text: bytes, flags: int) -> None:
        self.do(which, "msgsnd", self.queue(q), len(text) % 4 + 1, text, flags, None)

    @able
    @rule(which=who, q=ids, mtype=st.integers(-1, 4), text=texts, flags=wait_flags, size=sizes)
    def send_oddly(self, which: int, q: int, mtype: int, text: Any, flags: int, size: Any) -> None:
        self.do(which, "msgsnd", self.descriptor(q), mtype, text, flags, size)

    @able
    @rule(which=who, q=who, mtype=st.integers(-4, 4), flags=wait_flags)
    def receive(self, which: int, q: int, mtype: int, flags: int) -> None:
        self.do(which, "msgrcv", self.queue(q), 12, mtype, flags)

    @able
    @rule(which=who, q=who, size=st.integers(0, 12), mtype=st.integers(-4, 4), more=receive_flags)
    def receive_in_part(self, which: int, q: int, size: int, mtype: int, more: int) -> None:
        self.do(which, "msgrcv", self.queue(q), size, mtype, more)

    @able
    @rule(which=who, q=ids, size=st.integers(-1, 14), mtype=types, flags=wait_flags, address=good)
    def receive_oddly(
        self, which: int, q: int, size: int, mtype: int, flags: int, address: list[Any]
    ) -> None:
        self.do(which, "msgrcv", self.descriptor(q), size, mtype, flags, *address)

    @able
    @rule(which=who, q=ids, cmd=st.sampled_from([IPC_STAT, IPC_STAT, 77]), address=good)
    def query(self, which: int, q: int, cmd: int, address: list[Any]) -> None:
        self.do(which, "msgctl", self.descriptor(q), cmd, *address)

    @able
    @rule(which=who, q=who, address=good)
    def remove(self, which: int, q: int, address: list[Any]) -> None:
        self.do(which, "msgctl", self.queue(q), IPC_RMID, *address)

    @able
    @rule(which=who, q=who, wanted=changes)
    def change(self, which: int, q: int, wanted: dict[str, int] | None) -> None:
        waiting = {p.name for p in self.k.procs.values() if p.state == "asleep"}
        raised = self.personality == "classic" and "qbytes" in (wanted or {})
        self.excused |= waiting if raised else set()  # IPC_SET of the classic kernel wakes nobody
        self.do(which, "msgctl", self.queue(q), IPC_SET, wanted)

    @able
    @rule(which=who, whom=who, sig=st.sampled_from([0, *SIGS]))
    def kill(self, which: int, whom: int, sig: int) -> None:
        pids = list(self.k.procs)
        self.do(which, "kill", pids[whom % len(pids)], sig)

    @able
    @rule(which=who, sig=st.sampled_from(SIGS), action=st.sampled_from(ACTIONS))
    def signal(self, which: int, sig: int, action: str) -> None:
        self.do(which, "signal", sig, action)

    @able
    @rule(which=who, call=st.sampled_from(CALLS), uid=users, sigs=some)
    def process(self, which: int, call: str, uid: int, sigs: list[int]) -> None:
        args = {
            "fork": [next(self.names)],
            "exit": [0],
            "waitpid": [-1, WNOHANG if uid else 0],
            "setresuid": [-1, uid, -1],
            "sigprocmask": [SIG_SETMASK if uid else SIG_BLOCK, sigs],
        }
        if call != "exit" or len(self.free()) > 2:
            self.do(which, call, *args[call])

    @precondition(lambda self: len(self.free()) < 2)
    @rule(uid=users)
    def newcomer(self, uid: int) -> None:
        self.log.append((next(self.names), "spawn", [uid]))
        self.records.append(play(self.k, *self.log[-1]))

    # In the end

    def teardown(self) -> None:
        if hasattr(self, "log"):
            k = self.fresh()
            again = [play(k, *entry) for entry in self.log]

            assert bytes_of(again) == bytes_of(self.records)


class LinuxWalk(Walk):
    """The same walk on a kernel that follows Linux."""

    personality = "linux"


WALKS = settings(max_examples=100, stateful_step_count=50)
TestWalk = Walk.TestCase
TestWalk.settings = WALKS
TestLinuxWalk = LinuxWalk.TestCase
TestLinuxWalk.settings = WALKS


# Files of scenarios

FILES = [
    *sorted(Path(__file__).parent.glob("scenarios/*.json")),
    *(one.folder / "hidden.json" for one in exercises() if one.kind == SCENARIOS),
]


@pytest.mark.parametrize("personality", ["classic", "linux"])
@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_a_scenario_gives_the_same_record_each_time_and_keeps_the_invariants(
    file: Path, personality: str
) -> None:
    for scenario in load(file):
        first, second = (run(scenario, ModelTarget(personality)).record for _ in range(2))

        assert bytes_of(first) == bytes_of(second)
        for entry in first["steps"]:
            assert broken(entry["view"]) == [], (scenario.id, entry["step"])
