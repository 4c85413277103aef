"""Random walks over shared memory, with fork, exec, exit and faults between: nothing ever breaks.

After each call the invariants hold, a call that failed has changed nothing, and what is read
is what was written last to that byte of the segment, by whomever and at whatever address. In
the end the same calls are made again on a fresh kernel, and give the same bytes.
"""

import json
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kernel_model import (
    IPC_CREAT,
    IPC_EXCL,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    PAGE,
    SHM_LOCK,
    SHM_RDONLY,
    SHM_REMAP,
    SHM_RND,
    SHM_UNLOCK,
    Kernel,
    KernelError,
    Pregion,
    Process,
    Region,
    entries_of,
    memory_of,
)
from kernel_model.invariants import broken
from kernel_model.space import free_regions
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import outcome

LIMITS = {"SHMMNI": 4, "SHMMAX": 4 * PAGE, "SHMSEG": 2, "NREGION": 16, "FRAMES": 14, "NPROC": 6}
USERS = {"A": (0, 0), "B": (1000, 50), "C": (1001, 50)}
X = 0x10000000

who = st.integers(0, 9)
sizes = st.sampled_from([0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 4 * PAGE, 4 * PAGE + 1, -1])
modes = st.sampled_from([0, 0o600, 0o666, 0o640, 0o604, 0o777])
get_flags = st.sampled_from([0, IPC_CREAT, IPC_CREAT, IPC_CREAT | IPC_EXCL])
ids = st.one_of(st.integers(0, 9), st.sampled_from([-1, 2**31 - 1]))
pages = st.integers(0, 7)
places = st.one_of(
    st.none(),
    pages.map(lambda page: X + page * PAGE),
    st.sampled_from([0, 1, X + 1, X + PAGE - 1, -PAGE, 0x10000, 0x20000, 2**31, 2**47, 2**64 - 1]),
)
at_flags = st.sampled_from([0, 0, SHM_RDONLY, SHM_RND, SHM_RND | SHM_RDONLY, SHM_REMAP])
settable = {"uid": st.sampled_from([0, 1000, 1001]), "gid": st.sampled_from([50, 51]),
            "mode": st.integers(0, 0o1777)}  # fmt: skip
changes = st.one_of(st.none(), st.fixed_dictionaries({}, optional=settable))
texts = st.binary(min_size=1, max_size=6)
able = precondition(lambda self: self.free())


def play(k: Kernel, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
    """One call as a record tells it, with every table after it; or a new process by `spawn`."""
    made = {}
    if call == "spawn":
        try:
            k.spawn(proc, *args)
        except KernelError as error:
            made = {"errno": error.errno.name}
    else:
        made = outcome(k.proc(proc).call(call, *args))
    return {"outcome": made, "view": show(snapshot(k))}


def bytes_of(record: Any) -> bytes:
    return json.dumps(record, default=lambda value: value.decode("latin-1")).encode()


class Walk(RuleBasedStateMachine):
    """Processes that make calls with odd arguments on a kernel with little memory."""

    personality = "classic"

    @initialize()
    def begin(self) -> None:
        self.k = self.fresh()
        self.log: list[tuple[str, str, list[Any]]] = []
        self.records: list[dict[str, Any]] = []
        self.made: list[int] = []  # descriptors there ever were
        self.written: dict[Region, bytearray] = {}  # what each segment must hold
        self.unknown: set[Region] = set()  # segments that a write ran out of frames in
        self.names = iter(f"P{n}" for n in range(10_000))
        for key in (1, 2):
            self.made.append(self.do(0, "shmget", key, key * PAGE, IPC_CREAT | 0o666)["ret"])
        for which in (0, 1):
            self.do(which, "shmat", self.made[0], X + 2 * which * PAGE, 0)

    def fresh(self) -> Kernel:
        k = Kernel(self.personality, LIMITS)
        for name, (uid, gid) in USERS.items():
            k.spawn(name, uid, gid)
        return k

    def free(self) -> list[Process]:
        """The processes that can make a call now."""
        return [p for p in self.k.procs.values() if p.task is None and p.state == "user"]

    def do(self, which: int, call: str, *args: Any) -> dict[str, Any]:
        """A call by one of those that can make one; checks all that holds after any call."""
        able = self.free()
        p = able[which % len(able)]
        memory_of(self.k)
        before = snapshot(self.k)
        self.log.append((p.name, call, list(args)))
        record = play(self.k, p.name, call, list(args))
        self.records.append(record)
        made = record["outcome"]

        if "errno" in made:
            assert snapshot(self.k) == before, f"{call}{args} failed with {made} and left a change"
        assert broken(record["view"]) == []
        in_use = {one for one in memory_of(self.k).regions.entries if one.type == "shared"}
        self.written = {one: held for one, held in self.written.items() if one in in_use}
        self.unknown &= in_use
        return made

    def segment(self, which: int) -> int:
        """A descriptor that was good once, the later ones more often; or a strange one."""
        return self.made[-1 - which % len(self.made)] if 0 <= which < 10 else which

    def shared(self, p: Process) -> list[Pregion]:
        return [entry for entry in entries_of(p) if entry.type == "shared"]

    @able
    @rule(which=who, key=st.integers(0, 4), size=sizes, flags=get_flags, mode=modes)
    def shmget(self, which: int, key: int, size: int, flags: int, mode: int) -> None:
        made = self.do(which, "shmget", key, size, flags | mode)
        if "ret" in made and made["ret"] not in self.made:
            self.made.append(made["ret"])

    @able
    @rule(which=who, shmid=ids, addr=places, flags=at_flags)
    def shmat(self, which: int, shmid: int, addr: int | None, flags: int) -> None:
        self.do(which, "shmat", self.segment(shmid), addr, flags)

    @able
    @rule(which=who, shmid=who, page=pages)
    def attach(self, which: int, shmid: int, page: int) -> None:
        self.do(which, "shmat", self.segment(shmid), X + page * PAGE, 0)

    @able
    @rule(which=who, addr=places)
    def shmdt(self, which: int, addr: int | None) -> None:
        self.do(which, "shmdt", addr)

    @able
    @rule(which=who, number=who)
    def detach(self, which: int, number: int) -> None:
        able = self.free()
        p = able[which % len(able)]
        found = sorted(self.shared(p), key=lambda entry: entry.addr)
        if found:
            addr = self.origin(found[number % len(found)])[1]
            first = next(entry for entry in found if self.origin(entry)[1] == addr)
            place = self.origin(first)  # of two that began there, the lower piece goes
            assert self.do(which, "shmdt", addr)["ret"] == 0
            assert place not in [self.origin(entry) for entry in self.shared(p)]

    def origin(self, entry: Pregion) -> tuple[Region, int]:
        """The region, and where the whole of it was attached."""
        return entry.region, entry.addr - entry.first * PAGE

    @able
    @rule(which=who, shmid=who, page=pages)
    def remap(self, which: int, shmid: int, page: int) -> None:
        self.do(which, "shmat", self.segment(shmid), X + page * PAGE, SHM_REMAP)

    @able
    @rule(which=who, number=who, at=st.integers(0, 4 * PAGE), data=texts)
    def write(self, which: int, number: int, at: int, data: bytes) -> None:
        """Inside an attachment; a process that may only read ends by it."""
        able = self.free()
        found = self.shared(able[which % len(able)])
        if found and len(able) > 1:
            entry = found[number % len(found)]
            at = min(at, entry.size * PAGE - len(data))
            place = entry.first * PAGE + at
            region = entry.region
            made = self.do(which, "mem_write", entry.addr + at, data)
            if entry.readonly:
                assert made == {"ends": {"signaled": "SIGSEGV"}}
            elif "ends" in made:  # it ran out of frames, perhaps in the middle
                assert made["ends"] == {"signaled": "SIGBUS"}
                self.unknown.add(region)
            else:
                held = self.written.setdefault(region, bytearray(4 * PAGE))
                held[place : place + len(data)] = data

    @able
    @rule(which=who, number=who)
    def read(self, which: int, number: int) -> None:
        able = self.free()
        found = self.shared(able[which % len(able)])
        if found and len(able) > 1:
            entry = found[number % len(found)]
            held = self.written.get(entry.region, bytearray(4 * PAGE))
            made = self.do(which, "mem_read", entry.addr, entry.size * PAGE)
            start = entry.first * PAGE
            expected = held[start : start + entry.size * PAGE].decode("latin-1")
            assert "ends" in made or entry.region in self.unknown or made["data"] == expected

    @able
    @rule(which=who, addr=places, size=st.sampled_from([0, 1, PAGE]))
    def touch(self, which: int, addr: int | None, size: int) -> None:
        if len(self.free()) > 2:
            self.do(which, "mem_read", addr, size)

    @able
    @rule(which=who, size=st.sampled_from([0, 1, 100, PAGE, 3 * PAGE, 60 * PAGE]))
    def mem_alloc(self, which: int, size: int) -> None:
        if self.personality == "classic" or len(self.free()) > 2:  # Linux may run out at a fault
            self.do(which, "mem_alloc", b"a" * size)

    @able
    @rule(which=who, shmid=ids, cmd=st.sampled_from([IPC_STAT, SHM_LOCK, SHM_UNLOCK, 77, 13, 14]))
    def query(self, which: int, shmid: int, cmd: int) -> None:
        self.do(which, "shmctl", self.segment(shmid), cmd)

    @able
    @rule(which=who, shmid=who)
    def remove(self, which: int, shmid: int) -> None:
        self.do(which, "shmctl", self.segment(shmid), IPC_RMID)

    @able
    @rule(which=who, shmid=who, wanted=changes)
    def change(self, which: int, shmid: int, wanted: dict[str, int] | None) -> None:
        self.do(which, "shmctl", self.segment(shmid), IPC_SET, wanted)

    @able
    @rule(which=who, call=st.sampled_from(["fork", "fork", "exit", "exec", "waitpid"]))
    def process(self, which: int, call: str) -> None:
        args = {
            "fork": [next(self.names)],
            "exit": [0],
            "exec": [{"sleep": 1}],
            "waitpid": [-1, 1],
        }
        if call in ("fork", "waitpid") or len(self.free()) > 2:
            self.do(which, call, *args[call])

    @able
    @rule(which=who, whom=who)
    def kill(self, which: int, whom: int) -> None:
        pids = list(self.k.procs)
        if len(self.free()) > 3:
            self.do(which, "kill", pids[whom % len(pids)], 9)

    @precondition(lambda self: len(self.free()) < 3 and len(self.k.procs) < 5)
    @rule(uid=st.sampled_from([0, 1000]))
    def newcomer(self, uid: int) -> None:
        if memory_of(self.k).frames.left < 3 or free_regions(next(iter(self.k.procs.values()))) < 3:
            return  # the machine is too small for another process
        self.log.append((next(self.names), "spawn", [uid]))
        self.records.append(play(self.k, *self.log[-1]))

    def teardown(self) -> None:
        if hasattr(self, "log"):
            k = self.fresh()
            again = [play(k, *entry) for entry in self.log]

            assert bytes_of(again) == bytes_of(self.records)


class LinuxWalk(Walk):
    """The same walk on a kernel that follows Linux."""

    personality = "linux"


WALKS = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWalk = Walk.TestCase
TestWalk.settings = WALKS
TestLinuxWalk = LinuxWalk.TestCase
TestLinuxWalk.settings = WALKS
