"""POSIX message queues: limits that real machines seldom show, views, costs, and walks."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kernel_model import IPC_CREAT, Kernel, KernelError, Process
from kernel_model.constants import O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR
from kernel_model.invariants import broken
from kernel_model.process import Call, State
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import ModelTarget, outcome

SMALL = {"maxmsg": 2, "msgsize": 8}
SIGUSR1, SIGKILL, SIGSTOP, SIGCONT = 10, 9, 19, 18


def opened(k: Kernel, *names: str, flags: int = 0) -> list[tuple[Process, int]]:
    """Processes that have one small queue open, each with its descriptor."""
    procs = [k.spawn(name, 1000) for name in names]
    return [(p, p.call("mq_open", "/q", O_CREAT | O_RDWR | flags, 0o600, SMALL).ret) for p in procs]


def errno(call: Call) -> str:
    """How it failed."""
    assert isinstance(call.error, KernelError), call
    return call.error.errno.name


def test_a_view_shows_messages_by_priority_and_who_waits_in_order() -> None:
    k = Kernel("linux")
    (a, q), (b, qb), (c, qc) = opened(k, "A", "B", "C")
    a.call("mq_send", q, b"low", 1)
    a.call("mq_send", q, b"high", 7)
    b.call("mq_notify", qb, SIGUSR1)
    b.call("mq_send", qb, b"later", 9)
    (queue,) = show(snapshot(k))["mqueues"]

    assert [(one["prio"], one["text"]) for one in queue["messages"]] == [(7, "high"), (1, "low")]
    assert queue["senders"] == [{"proc": "B", "prio": 9, "size": 5}]
    assert queue["notify"] == {"proc": "B", "sig": SIGUSR1}
    assert (queue["name"], queue["maxmsg"], queue["opens"]) == ("/q", 2, 3)
    for _ in range(3):
        c.call("mq_receive", qc, 8)
    c.call("mq_receive", qc, 8)
    assert show(snapshot(k))["mqueues"][0]["receivers"] == ["C"]


def test_a_message_costs_a_copy_into_the_kernel_and_one_out_of_it() -> None:
    k = Kernel("linux")
    (a, q), (b, qb) = opened(k, "A", "B")
    sent = a.call("mq_send", q, b"12345", 1).cost
    received = b.call("mq_receive", qb, 8).cost

    assert (sent.calls, sent.crossings, sent.copies, sent.copied) == (1, 1, 1, 5)
    assert (received.crossings, received.copies, received.copied) == (1, 1, 5)


def test_the_superuser_may_ask_for_more_than_the_limits_up_to_the_hard_ones() -> None:
    root = Kernel("linux").spawn("R", 0)
    over = {"maxmsg": 11, "msgsize": 8}

    assert root.call("mq_open", "/a", O_CREAT | O_RDWR, 0o600, over).state == "returned"
    more = root.call("mq_open", "/b", O_CREAT, 0o600, {"maxmsg": 65537, "msgsize": 1})
    assert errno(more) == "EINVAL"
    bytes_of_all = root.call("mq_open", "/b", O_CREAT, 0o600, {"maxmsg": 65536, "msgsize": 1})
    assert errno(bytes_of_all) == "EMFILE"


def test_a_process_without_a_free_descriptor_gets_emfile_and_leaves_no_queue_behind() -> None:
    k = Kernel("linux")
    ((a, q),) = opened(k, "A")
    while a.call("dup", q).state == "returned":
        pass
    before = show(snapshot(k))
    assert errno(a.call("mq_open", "/new", O_CREAT | O_RDWR, 0o600, SMALL)) == "EMFILE"
    after = show(snapshot(k))

    assert len(after["mqueues"]) == 1 or not after["mqueues"][1]["linked"]
    assert after == before


def test_the_classic_kernel_has_none_and_says_who_has() -> None:
    target = ModelTarget("classic")
    target.kernel.spawn("A")

    for call in ("mq_open", "sem_open", "pthread_mutex_lock"):
        told = target.call("A", call, ["/q", 0])
        assert told == {"unsupported": f"the classic kernel has no {call}; Linux has"}


class Walk(RuleBasedStateMachine):
    """Queues and semaphores under random calls, with fork, exit and signals between.

    A ledger that knows nothing of the kernel holds what was sent and received: no message is lost,
    none is received twice, and of those there were nobody receives one while a better one waits.
    """

    @initialize()
    def begin(self) -> None:
        self.k = Kernel("linux")
        self.keeper = self.k.spawn("keeper")
        (_, self.q), *_ = opened(self.k, "A", "B", "C")
        self.k.proc("A").call("sem_open", "/s", O_CREAT, 0o600, 1)
        self.at = self.k.proc("A").call("sem_open", "/s", 0).ret
        for name in ("B", "C"):
            assert self.k.proc(name).call("sem_open", "/s", 0).ret == self.at
        self.value = 1
        self.sleeping: list[Call] = []
        self.sent: list[tuple[int, bytes]] = []  # in the queue, as the calls that returned tell it
        self.count = 0

    def free(self) -> list[Process]:
        """The processes that can make a call now."""
        return [p for p in self.k.procs.values()
                if p is not self.keeper and p.task is None and p.state is State.USER]  # fmt: skip

    def do(self, which: int, call: str, *args: Any) -> Call | None:
        """A call by one of those who can make one; then all that holds after any call."""
        able = self.free()
        if not able:
            return None
        before = snapshot(self.k)
        made = able[which % len(able)].call(call, *args)
        if made.state == "failed":
            assert snapshot(self.k) == before, f"{call}{args} failed and left a change"
        self.sleeping.append(made)
        self.settle()
        return made

    def settle(self) -> None:
        """Books what came back, and compares the ledger with the tables."""
        done = [one for one in reversed(self.sleeping) if one.state != "asleep"]
        self.sleeping = [one for one in self.sleeping if one.state == "asleep"]
        for one in done:  # what was called now, then those that it woke
            if one.name == "mq_send" and one.state == "returned":
                self.sent.append((one.args[2], one.args[1]))
            if one.name == "mq_receive" and one.state == "returned":
                got = outcome(one)
                message = (got["prio"], got["data"].encode())
                assert message in self.sent, "received what nobody sent, or twice"
                assert message[0] == max(prio for prio, _ in self.sent), "a better one was there"
                self.sent.remove(message)
        calls = [one.name for one in done if one.state == "returned"]
        taken = calls.count("sem_wait") + calls.count("sem_trywait")
        self.value += calls.count("sem_post") - taken
        view = show(snapshot(self.k))
        assert broken(view) == []
        (queue,), (semaphore,) = view["mqueues"], view["semaphores"]
        there = [(one["prio"], one["text"].encode()) for one in queue["messages"]]
        assert there == sorted(self.sent, key=lambda one: -one[0]), "priority, then age"
        assert semaphore["value"] == self.value >= 0

    @rule(which=st.integers(0, 4), prio=st.sampled_from([0, 1, 1, 5, 32768]), null=st.booleans())
    def send(self, which: int, prio: int, null: bool) -> None:
        self.count += 1
        text = None if null and prio == 5 else str(self.count).encode()
        self.do(which, "mq_send", self.q, text, prio)

    @rule(which=st.integers(0, 4), size=st.sampled_from([8, 8, 8, 7]))
    def receive(self, which: int, size: int) -> None:
        self.do(which, "mq_receive", self.q, size)

    @rule(which=st.integers(0, 4), flag=st.sampled_from([0, O_NONBLOCK]))
    def setattr(self, which: int, flag: int) -> None:
        self.do(which, "mq_setattr", self.q, flag)

    @rule(which=st.integers(0, 4), sig=st.sampled_from([SIGUSR1, 0, None, 99]))
    def notify(self, which: int, sig: int | None) -> None:
        self.do(which, "signal", SIGUSR1, "catch")
        self.do(which, "mq_notify", self.q, sig)

    @rule(which=st.integers(0, 4), call=st.sampled_from(["wait", "trywait", "post", "post"]))
    def semaphore(self, which: int, call: str) -> None:
        if call != "wait" or len(self.free()) > 1:
            self.do(which, f"sem_{call}", self.at)

    @precondition(lambda self: len(self.k.procs) < 7 and self.free())
    @rule(which=st.integers(0, 4))
    def fork(self, which: int) -> None:
        self.count += 1
        self.do(which, "fork", f"P{self.count}")

    @precondition(lambda self: len(self.free()) > 2)
    @rule(which=st.integers(0, 4))
    def exit(self, which: int) -> None:
        self.do(which, "exit", 0)

    @rule(whom=st.integers(0, 9), sig=st.sampled_from([SIGUSR1, SIGSTOP, SIGCONT, SIGKILL]))
    def kill(self, whom: int, sig: int) -> None:
        procs = [p for p in self.k.procs.values()
                 if p is not self.keeper and p.state is not State.ZOMBIE]  # fmt: skip
        p = procs[whom % len(procs)]
        if sig != SIGKILL or len(procs) > 2:
            p.actions.setdefault(SIGUSR1, "catch")
            p.flags.setdefault(SIGUSR1, 0)
            self.keeper.call("kill", p.pid, sig)
            self.settle()


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_closing_the_last_descriptor_of_a_queue_without_a_name_frees_it() -> None:
    k = Kernel("linux")
    (a, q), (b, _) = opened(k, "A", "B")
    a.call("mq_unlink", "/q")
    a.call("mq_close", q)
    assert len(show(snapshot(k))["mqueues"]) == 1
    b.call("exit", 0)

    assert "mqueues" not in show(snapshot(k))
    assert show(snapshot(k))["inodes"] == []


def test_a_semaphore_with_a_name_is_memory_that_stays_until_nobody_has_it() -> None:
    k = Kernel("linux")
    a = k.spawn("A")
    first = a.call("sem_open", "/s", O_CREAT, 0o600, 3).ret
    shmid = a.call("shmget", 0, 4096, IPC_CREAT | 0o600).ret
    assert show(snapshot(k))["semaphores"][0]["name"] == "s"
    a.call("sem_unlink", "/s")
    assert a.call("sem_trywait", first).ret == 0
    a.call("sem_close", first)
    view = show(snapshot(k))

    assert (view.get("semaphores", []), view["inodes"]) == ([], [])
    assert broken(view) == []
    assert a.call("shmat", shmid, None, 0).ret == first  # the address is free again


def test_a_queue_that_was_opened_to_be_read_alone_gives_no_right_to_send() -> None:
    k = Kernel("linux")
    opened(k, "A")
    b = k.spawn("B", 1000)
    q = b.call("mq_open", "/q", O_RDONLY).ret

    assert errno(b.call("mq_send", q, b"x", 1)) == "EBADF"
