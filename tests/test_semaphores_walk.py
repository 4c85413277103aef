"""Random walks over semaphores, with fork, exit, signals and removal between: nothing ever breaks.

After each call the invariants hold, a call that failed has changed nothing that it should not, and
nobody sleeps on a condition that holds. The values are those of a ledger that knows nothing of
the kernel: what was set, plus every operation of every array that was done, plus what was undone.
In the end the same calls are made again on a fresh kernel, and give the same bytes.
"""

import json
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kernel_model import (
    GETALL,
    GETNCNT,
    GETPID,
    GETVAL,
    GETZCNT,
    IPC_CREAT,
    IPC_EXCL,
    IPC_NOWAIT,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    SEM_UNDO,
    SEMVMX,
    SETALL,
    SETVAL,
    Kernel,
    Process,
    SemaphoreSet,
    semaphores_of,
)
from kernel_model.invariants import broken
from kernel_model.process import Call
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import outcome

LIMITS = {"SEMMNI": 3, "SEMMSL": 3, "SEMMNS": 5, "SEMOPM": 3, "SEMMNU": 2, "SEMUME": 2}
USERS = {"A": (0, 0), "B": (0, 0), "C": (1001, 50), "D": (1000, 51), "E": (1000, 50)}
SIGUSR1, SIGKILL, SIGSTOP, SIGCONT = 10, 9, 19, 18

who = st.integers(0, 9)
flags = st.sampled_from([0, 0, IPC_NOWAIT, SEM_UNDO, SEM_UNDO | IPC_NOWAIT])
one = st.tuples(
    st.integers(-1, 3), st.sampled_from([-3, -2, -1, -1, 0, 0, 1, 1, 2, SEMVMX]), flags
).map(list)
arrays = st.one_of(st.none(), st.lists(one, max_size=4), st.lists(one, min_size=1, max_size=2))
good = st.tuples(st.integers(0, 1), st.integers(-2, 2), flags).map(list)
values = st.sampled_from([0, 0, 1, 2, 5, 2, 3, SEMVMX, SEMVMX + 1, -1])
ids = st.one_of(st.integers(0, 9), st.sampled_from([-1, 2**31 - 1]))
able = precondition(lambda self: self.free())


def play(k: Kernel, proc: str, call: str, args: list[Any]) -> dict[str, Any]:
    """One call as a record tells it, with every table after it."""
    return {"outcome": outcome(k.proc(proc).call(call, *args)), "view": show(snapshot(k))}


class Walk(RuleBasedStateMachine):
    """Processes that make calls with odd arguments on a kernel with few semaphores."""

    personality = "classic"

    @initialize()
    def begin(self) -> None:
        self.k = self.fresh()
        self.log: list[tuple[str, str, list[Any]]] = []
        self.records: list[dict[str, Any]] = []
        self.made: list[int] = []  # descriptors there ever were
        self.asleep: dict[str, Call] = {}
        self.names = iter(f"P{n}" for n in range(10_000))
        semaphores_of(self.k)
        for key, nsems in ((1, 2), (2, 1)):
            self.made.append(self.do(0, "semget", key, nsems, IPC_CREAT | 0o666)["ret"])

    def fresh(self) -> Kernel:
        k = Kernel(self.personality, LIMITS)
        for name, (uid, gid) in USERS.items():
            k.spawn(name, uid, gid)
        semaphores_of(k)
        return k

    def free(self) -> list[Process]:
        """The processes that can make a call now."""
        return [p for p in self.k.procs.values() if p.task is None and p.state == "user"]

    def ledger(self) -> dict[tuple[int, int], int]:
        """Every value by set (slot, reuse count) and number."""
        entries = semaphores_of(self.k).sets.entries
        return {(one.slot, num): sem.semval for one in entries for num, sem in enumerate(one.sems)}

    def owed(self) -> dict[tuple[int, int], int]:
        """What the exits of all processes would add to each semaphore."""
        found: dict[tuple[int, int], int] = {}
        for entries in semaphores_of(self.k).undos.values():
            for undo in entries:
                place = (undo.slot, undo.num)
                found[place] = found.get(place, 0) + undo.adjust
        return found

    def do(self, which: int, call: str, *args: Any) -> dict[str, Any]:
        """A call by one of those that can make one; checks all that holds after any call."""
        able = self.free()
        p = able[which % len(able)]
        before, values, owed = snapshot(self.k), self.ledger(), self.owed()
        sleeping = dict(self.asleep)
        self.log.append((p.name, call, list(args)))
        made_call = self.k.proc(p.name).call(call, *args)
        made = outcome(made_call)
        self.records.append({"outcome": made, "view": show(snapshot(self.k))})
        if made_call.state == "asleep" and call == "semop":
            self.asleep[p.name] = made_call
        self.asleep = {name: one for name, one in self.asleep.items() if one.state == "asleep"}

        if "errno" in made:
            assert snapshot(self.k) == before, f"{call}{args} failed with {made} and left a change"
        assert broken(self.records[-1]["view"]) == []
        self.check_sleepers()
        done = [one for one in sleeping.values() if one.state == "returned"]
        if made_call.state == "returned" and call == "semop":
            done.append(made_call)
        if call in ("semop", "semget"):
            self.check_values(values, owed, done)
        return made

    def check_values(
        self,
        before: dict[tuple[int, int], int],
        owed: dict[tuple[int, int], int],
        done: list[Call],
    ) -> None:
        """Each value, and what is owed, changed by the operations that were done, and no more."""
        expected = dict(before)
        for call in done:
            s = self.set_of(call)
            for num, op, given in call.args[1]:
                expected[s.slot, num] += op
                if given & SEM_UNDO:
                    owed[s.slot, num] = owed.get((s.slot, num), 0) - op
        now = self.ledger()
        assert {place: now[place] for place in expected} == expected
        left = {place: value for place, value in owed.items() if value}
        assert {place: value for place, value in self.owed().items() if value} == left

    def set_of(self, call: Call) -> SemaphoreSet:
        sets = semaphores_of(self.k).sets
        return sets.entries[call.args[0] % sets.size]

    def check_sleepers(self) -> None:
        """Nobody sleeps whose operations could be done.

        The classic kernel wakes for a larger value and for 0; who changes one semaphore twice may
        need the value 1, which nobody is woken for.
        """
        for call in self.asleep.values():
            numbers = [num for num, _, _ in call.args[1]]
            twice = self.personality == "classic" and len(set(numbers)) < len(numbers)
            if call.proc.state != "asleep" or twice:
                continue
            values = [sem.semval for sem in self.set_of(call).sems]
            able = True
            for num, op, _ in call.args[1]:
                able = able and (values[num] == 0 if op == 0 else values[num] + op >= 0)
                values[num] += op
            assert not able, f"{call.proc.name} sleeps, but {call.args[1]} could be done"

    def descriptor(self, which: int) -> int:
        """A descriptor that was good once, the later ones more often; or a strange one."""
        return self.made[-1 - which % len(self.made)] if 0 <= which < 10 else which

    @able
    @rule(which=who, what=st.sampled_from(["get", "query", "mode"]), data=st.data())
    def odd(self, which: int, what: str, data: Any) -> None:
        """What seldom changes anything: get calls, queries, other modes."""
        semid = self.descriptor(data.draw(ids))
        if what == "query":
            commands = [GETVAL, GETPID, GETNCNT, GETZCNT, GETALL, IPC_STAT, 77]
            num, cmd = data.draw(st.integers(-1, 3)), data.draw(st.sampled_from(commands))
            self.do(which, "semctl", semid, num, cmd)
        elif what == "mode":
            mode = data.draw(st.sampled_from([0o666, 0o666, 0o606, 0o064]))
            self.do(which, "semctl", semid, 0, IPC_SET, {"mode": mode})
        else:
            key, nsems = data.draw(st.integers(0, 4)), data.draw(st.integers(-1, 4))
            flags = data.draw(st.sampled_from([0, IPC_CREAT, IPC_CREAT, IPC_CREAT | IPC_EXCL]))
            made = self.do(which, "semget", key, nsems, flags | 0o666)
            if "ret" in made and made["ret"] not in self.made:
                self.made.append(made["ret"])

    @able
    @rule(which=who, semid=ids, ops=arrays)
    def anything(self, which: int, semid: int, ops: list[list[int]] | None) -> None:
        self.operate(which, self.descriptor(semid), ops)

    def operate(self, which: int, semid: int, ops: list[list[int]] | None) -> None:
        """A semop, unless it might leave nobody who could go on."""
        blocking = ops and any(not flags & IPC_NOWAIT for _, _, flags in ops)
        if not blocking or len(self.free()) > 1:
            self.do(which, "semop", semid, ops)

    @able
    @rule(which=who, semid=st.integers(0, 1), ops=st.lists(good, min_size=1, max_size=3))
    def array(self, which: int, semid: int, ops: list[list[int]]) -> None:
        self.operate(which, self.made[semid], ops)

    @able
    @rule(which=who, op=st.integers(-2, 2), undo=st.sampled_from([0, SEM_UNDO]))
    def simple(self, which: int, op: int, undo: int) -> None:
        self.operate(which, self.made[0], [[0, op, undo]])

    @able
    @rule(which=who, semid=who, num=st.integers(-1, 2), value=values)
    def setval(self, which: int, semid: int, num: int, value: int) -> None:
        nobody = not self.asleep
        made = self.do(which, "semctl", self.descriptor(semid), num, SETVAL, value)
        if "ret" in made and nobody:
            slot = self.descriptor(semid) % semaphores_of(self.k).sets.size
            assert (slot, num) not in self.owed()

    @able
    @rule(which=who, semid=who, given=st.one_of(st.none(), st.lists(values, max_size=3)))
    def setall(self, which: int, semid: int, given: list[int] | None) -> None:
        self.do(which, "semctl", self.descriptor(semid), 0, SETALL, given)

    @precondition(lambda self: len(self.made) > 2)
    @able
    @rule(which=who, semid=who)
    def remove(self, which: int, semid: int) -> None:
        self.do(which, "semctl", self.descriptor(semid), 0, IPC_RMID)

    @able
    @rule(which=who)
    def fork(self, which: int) -> None:
        if len(self.k.procs) < 7:
            self.do(which, "fork", next(self.names))

    @able
    @rule(which=who)
    def exit(self, which: int) -> None:
        """What it asked to be undone is owed no more."""
        if len(self.free()) > 3:
            p = self.free()[which % len(self.free())]
            self.do(which, "exit", 0)
            assert p.pid not in semaphores_of(self.k).undos

    @able
    @rule(which=who, whom=who, sig=st.sampled_from([SIGUSR1, SIGSTOP, SIGCONT, SIGKILL]))
    def kill(self, which: int, whom: int, sig: int) -> None:
        pids = list(self.k.procs)
        if sig == SIGUSR1:
            self.do(whom, "signal", SIGUSR1, "catch")
        if len(self.free()) > 3:
            self.do(which, "kill", pids[whom % len(pids)], sig)

    def teardown(self) -> None:
        if hasattr(self, "log"):
            k = self.fresh()
            again = [play(k, *entry) for entry in self.log]

            assert json.dumps(again) == json.dumps(self.records)


class LinuxWalk(Walk):
    """The same walk on a kernel that follows Linux."""

    personality = "linux"


WALKS = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestWalk = Walk.TestCase
TestWalk.settings = WALKS
TestLinuxWalk = LinuxWalk.TestCase
TestLinuxWalk.settings = WALKS
