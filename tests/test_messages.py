"""Message queues: msgget, msgsnd, msgrcv, msgctl (kernel_model/messages.py and its Linux part)."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kernel_model import (
    IPC_CREAT,
    IPC_NOWAIT,
    IPC_PRIVATE,
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    MSG_COPY,
    MSG_EXCEPT,
    MSG_NOERROR,
    MSG_STAT,
    MSG_STAT_ANY,
    SIGNALS,
    Call,
    Errno,
    Kernel,
    KernelError,
    Message,
    MessageQueue,
    Process,
    State,
    msgalloc,
    msgconv,
    msgfree,
)
from kernel_model.invariants import broken
from kernel_model.tables import show, snapshot

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])


class World:
    """A kernel with processes A, B (superuser) and C (user 1000), and a queue that all may use."""

    def __init__(self, personality: str = "classic", **limits: int) -> None:
        self.k = Kernel(personality, limits)
        self.a, self.b, self.c = (
            self.k.spawn(n, uid) for n, uid in zip("ABC", (0, 0, 1000), strict=True)
        )
        self.id = self.a.call("msgget", 1, IPC_CREAT | 0o666).ret
        self.q: MessageQueue = self.k.msgque.entries[self.id % self.k.msgque.size]

    def send(self, *messages: tuple[int, bytes]) -> None:
        for mtype, text in messages:
            assert self.a.call("msgsnd", self.id, mtype, text, IPC_NOWAIT).ret == 0

    def receive(self, size: int, mtype: int, flags: int = IPC_NOWAIT, **more: Any) -> Call:
        return self.a.call("msgrcv", self.id, size, mtype, flags, *more.values())

    def listed(self) -> list[tuple[int, bytes]]:
        assert broken(show(snapshot(self.k))) == []
        return [(message.mtype, message.text) for message in self.q.messages()]


def failed(call: Call) -> Errno:
    assert isinstance(call.error, KernelError), call
    return call.error.errno


def got(call: Call) -> tuple[Any, Any, Any]:
    return call.ret, call.out.get("mtype"), call.out.get("data")


# msgget


@PERSONALITIES
def test_msgget_makes_an_empty_queue(personality: str) -> None:
    w = World(personality, MSGMNB=100)

    q = w.q
    assert (q.first, q.last, q.qnum, q.cbytes, q.qbytes) == (None, None, 0, 0, 100)
    assert (q.lspid, q.lrpid, q.stime, q.rtime, q.ctime) == (0, 0, 0, 0, w.k.time)
    assert (q.perm.key, q.perm.mode & 0o777, q.perm.uid, q.perm.cgid) == (1, 0o666, 0, 0)


@PERSONALITIES
def test_msgget_finds_the_queue_with_the_key(personality: str) -> None:
    w = World(personality)

    assert w.c.call("msgget", 1, IPC_CREAT | 0o666).ret == w.id
    assert w.c.call("msgget", 1, 0).ret == w.id
    assert failed(w.c.call("msgget", 2, 0o666)) is Errno.ENOENT


@PERSONALITIES
def test_a_queue_made_again_starts_anew_under_another_descriptor(personality: str) -> None:
    w = World(personality, MSGMNI=1)
    w.send((1, b"old"))
    w.a.call("msgctl", w.id, IPC_RMID)

    new = w.a.call("msgget", 1, IPC_CREAT | 0o600).ret

    assert new != w.id
    assert failed(w.a.call("msgsnd", w.id, 1, b"x")) is Errno.EINVAL
    assert w.a.call("msgctl", new, IPC_STAT).out["fields"]["qnum"] == 0


# msgsnd


@PERSONALITIES
def test_msgsnd_puts_messages_at_the_end(personality: str) -> None:
    w = World(personality)

    w.send((3, b"one"), (1, b""), (2, b"three"))

    assert w.listed() == [(3, b"one"), (1, b""), (2, b"three")]
    q = w.q
    assert (q.qnum, q.cbytes, q.lspid, q.stime) == (3, 8, w.a.pid, w.k.time)


@PERSONALITIES
@pytest.mark.parametrize(
    ("text", "size", "sent"),
    [
        (b"abc", None, b"abc"),
        (b"abc", 2, b"ab"),
        (b"abc", 0, b""),
        (b"abc", 5, b"abc\0\0"),
        ("\xe9\xff", None, b"\xe9\xff"),
        (bytearray(b"abc"), None, b"abc"),
    ],
)
def test_msgsnd_sends_just_size_bytes(personality: str, text: Any, size: Any, sent: bytes) -> None:
    w = World(personality)

    w.a.call("msgsnd", w.id, 1, text, 0, size)

    assert w.listed() == [(1, sent)]


@PERSONALITIES
def test_there_is_room_as_long_as_cbytes_does_not_exceed_qbytes(personality: str) -> None:
    w = World(personality, MSGMNB=8)
    w.send((1, b"12345"), (1, b"678"), (1, b""))

    assert failed(w.a.call("msgsnd", w.id, 1, b"9", IPC_NOWAIT)) is Errno.EAGAIN
    assert w.a.call("msgsnd", w.id, 1, b"9").state == "asleep"


@PERSONALITIES
@pytest.mark.parametrize(
    ("change", "errno"),
    [
        ({"mtype": 0}, Errno.EINVAL),
        ({"mtype": -1}, Errno.EINVAL),
        ({"size": -1}, Errno.EINVAL),
        ({"size": 17}, Errno.EINVAL),
        ({"text": b"x" * 17}, Errno.EINVAL),
        ({"text": None}, Errno.EFAULT),
        ({"text": b"x" * 16}, Errno.EAGAIN),
        ({"q": -1}, Errno.EINVAL),
        ({"q": 2**31 - 1}, Errno.EINVAL),
    ],
)
def test_msgsnd_fails_and_changes_nothing(
    personality: str, change: dict[str, Any], errno: Errno
) -> None:
    w = World(personality, MSGMAX=16, MSGMNB=16)
    w.send((1, b"a"))
    before = snapshot(w.k)
    args = {"q": w.id, "mtype": 1, "text": b"x", "flags": IPC_NOWAIT, "size": None} | change

    assert failed(w.b.call("msgsnd", *args.values())) is errno
    assert snapshot(w.k) == before


def test_a_sender_without_a_header_waits_for_one_of_any_queue() -> None:
    w = World(MSGTQL=1)
    other = w.a.call("msgget", 2, IPC_CREAT | 0o600).ret
    w.send((1, b"x"))

    call = w.b.call("msgsnd", other, 1, b"y")
    before = call.state, w.b.wchan
    w.receive(10, 0)

    assert before == ("asleep", "msgpool.freed")
    assert (call.ret, w.k.msgpool.headers) == (0, 1)


def test_a_sender_without_segments_keeps_no_header() -> None:
    w = World(MSGSEG=4, MSGSSZ=4)
    w.send((1, b"123456789"))

    assert failed(w.a.call("msgsnd", w.id, 1, b"12345", IPC_NOWAIT)) is Errno.EAGAIN
    assert (w.k.msgpool.headers, w.k.msgpool.map.free) == (1, [(3, 1)])


@PERSONALITIES
def test_each_message_wakes_all_receivers_and_those_it_is_not_for_sleep_again(
    personality: str,
) -> None:
    w = World(personality)
    one, two = (p.call("msgrcv", w.id, 10, t, 0) for p, t in ((w.b, 1), (w.c, 2)))

    w.send((2, b"two"))

    assert (one.state, got(two)) == ("asleep", (3, 2, b"two"))
    assert w.k.sleepers == {w.q.arrival: [w.b]}
    assert w.q.lrpid == w.c.pid


# msgrcv


def chosen(types: list[int], mtype: int) -> int | None:
    """Which of messages of these types the manual says is taken."""
    if mtype == 0:
        fitting = list(range(len(types)))
    elif mtype > 0:
        fitting = [at for at, one in enumerate(types) if one == mtype]
    else:
        low = min((one for one in types if one <= -mtype), default=0)
        fitting = [at for at, one in enumerate(types) if one == low]
    return fitting[0] if fitting else None


@PERSONALITIES
@given(types=st.lists(st.integers(1, 5), max_size=6), mtype=st.integers(-6, 6))
def test_msgrcv_takes_what_the_type_asks_for(
    personality: str, types: list[int], mtype: int
) -> None:
    w = World(personality, MSGMNI=2)
    texts = [b"%d" % at for at in range(len(types))]
    w.send(*zip(types, texts, strict=True))
    at = chosen(types, mtype)

    call = w.receive(10, mtype)

    rest = list(zip(types, texts, strict=True))
    if at is None:
        assert failed(call) is Errno.ENOMSG
    else:
        assert got(call) == (1, types[at], texts[at])
        del rest[at]
    assert w.listed() == rest


@PERSONALITIES
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("send"), st.integers(1, 3), st.binary(max_size=6)),
            st.tuples(st.just("receive"), st.integers(-3, 3), st.integers(0, 6)),
        ),
        max_size=30,
    )
)
def test_a_queue_behaves_like_a_list(personality: str, orders: list[Any]) -> None:
    w = World(personality, MSGMNI=2, MSGMNB=16, MSGTQL=9, MSGSSZ=2, MSGSEG=40)
    model: list[tuple[int, bytes]] = []
    for order, mtype, rest in orders:
        if order == "send":
            room = sum(len(text) for _, text in model) + len(rest) <= 16
            room = room and (len(model) < 9 or (personality == "linux" and len(model) < 16))
            call = w.a.call("msgsnd", w.id, mtype, rest, IPC_NOWAIT)

            assert call.ret == 0 if room else failed(call) is Errno.EAGAIN
            if room:
                model.append((mtype, rest))
        else:
            at = chosen([one for one, _ in model], mtype)
            call = w.receive(rest, mtype, IPC_NOWAIT | MSG_NOERROR)

            if at is None:
                assert failed(call) is Errno.ENOMSG
            else:
                kind, text = model.pop(at)
                assert got(call) == (len(text[:rest]), kind, text[:rest])
        assert w.listed() == model


@PERSONALITIES
def test_msgrcv_leaves_a_message_that_does_not_fit(personality: str) -> None:
    w = World(personality)
    w.send((1, b"hello"), (1, b"x"))
    before = snapshot(w.k)

    assert failed(w.receive(4, 1)) is Errno.E2BIG
    assert snapshot(w.k) == before
    assert got(w.receive(5, 1)) == (5, 1, b"hello")


@PERSONALITIES
@pytest.mark.parametrize("size", [0, 3, 5, 9])
def test_msgrcv_may_cut_a_message_which_is_gone_whole(personality: str, size: int) -> None:
    w = World(personality)
    w.send((1, b"hello"))

    call = w.receive(size, 0, MSG_NOERROR)

    assert got(call) == (min(size, 5), 1, b"hello"[:size])
    assert (w.listed(), w.q.cbytes, w.k.msgpool.headers) == ([], 0, 0)


@PERSONALITIES
def test_msgrcv_refuses_a_negative_size(personality: str) -> None:
    w = World(personality)
    w.send((1, b"hello"))

    assert failed(w.receive(-1, 0, MSG_NOERROR)) is Errno.EINVAL
    assert w.listed() == [(1, b"hello")]


def test_the_classic_msgrcv_keeps_a_message_that_it_cannot_copy_out() -> None:
    w = World()
    w.send((1, b"hello"))

    assert failed(w.receive(10, 0, IPC_NOWAIT, msgp=None)) is Errno.EFAULT
    assert w.listed() == [(1, b"hello")]


def test_linux_loses_a_message_that_it_cannot_copy_out() -> None:
    w = World("linux")
    w.send((1, b"hello"))

    assert failed(w.receive(10, 0, IPC_NOWAIT, msgp=None)) is Errno.EFAULT
    assert (w.listed(), w.q.cbytes, w.q.lrpid) == ([], 0, w.a.pid)


@PERSONALITIES
def test_only_the_first_of_two_receivers_gets_the_message(personality: str) -> None:
    w = World(personality)
    calls = [p.call("msgrcv", w.id, 10, 0, 0) for p in (w.b, w.c)]

    w.send((1, b"x"))

    assert [call.state for call in calls] == ["returned", "asleep"]


def test_who_runs_first_is_the_runner_s_choice() -> None:
    w = World()
    w.k.choose = lambda ready: len(ready) - 1
    calls = [p.call("msgrcv", w.id, 10, 0, 0) for p in (w.b, w.c)]

    w.send((1, b"x"))

    assert [call.state for call in calls] == ["asleep", "returned"]


@PERSONALITIES
def test_a_receive_wakes_every_sender_that_now_has_room(personality: str) -> None:
    w = World(personality, MSGMNB=8)
    w.send((1, b"12345678"))
    calls = [p.call("msgsnd", w.id, 2, b"abc") for p in (w.b, w.c)]

    w.receive(10, 1)

    assert [call.ret for call in calls] == [0, 0]
    assert w.listed() == [(2, b"abc"), (2, b"abc")]


@PERSONALITIES
def test_a_signal_ends_the_wait_for_a_message(personality: str) -> None:
    w = World(personality)
    w.b.call("signal", SIGNALS["SIGUSR1"], "catch")
    call = w.b.call("msgrcv", w.id, 10, 0, 0)

    w.a.call("kill", w.b.pid, SIGNALS["SIGUSR1"])

    assert failed(call) is Errno.EINTR
    assert w.k.sleepers == {}


# msgctl


@PERSONALITIES
def test_a_query_tells_the_whole_header(personality: str) -> None:
    w = World(personality, MSGMNB=100)
    w.send((1, b"abc"))

    fields = w.c.call("msgctl", w.id, IPC_STAT).out["fields"]

    assert fields == {
        "key": 1, "uid": 0, "gid": 0, "cuid": 0, "cgid": 0, "mode": 0o666, "flags": [],
        "stime": w.q.stime, "rtime": 0, "ctime": w.q.ctime, "cbytes": 3, "qnum": 1, "qbytes": 100,
        "lspid": w.a.pid, "lrpid": 0,
    }  # fmt: skip


@PERSONALITIES
def test_a_change_is_all_or_nothing(personality: str) -> None:
    w = World(personality, MSGMNB=100)
    w.a.call("msgctl", w.id, IPC_SET, {"uid": 1000})
    before = snapshot(w.k)

    assert failed(w.c.call("msgctl", w.id, IPC_SET, {"mode": 0, "qbytes": 101})) is Errno.EPERM
    assert snapshot(w.k) == before
    assert w.c.call("msgctl", w.id, IPC_SET, {"mode": 0, "qbytes": 99}).ret == 0
    assert (w.q.perm.mode & 0o777, w.q.qbytes, w.q.ctime) == (0, 99, w.k.time)


def test_the_classic_kernel_lets_only_the_superuser_raise_qbytes() -> None:
    w = World(MSGMNB=100)
    w.a.call("msgctl", w.id, IPC_SET, {"uid": 1000, "qbytes": 50})

    assert failed(w.c.call("msgctl", w.id, IPC_SET, {"qbytes": 51})) is Errno.EPERM
    assert w.a.call("msgctl", w.id, IPC_SET, {"qbytes": 51}).ret == 0


def test_linux_lets_the_owner_raise_qbytes_to_the_limit() -> None:
    w = World("linux", MSGMNB=100)
    w.a.call("msgctl", w.id, IPC_SET, {"uid": 1000, "qbytes": 50})

    assert w.c.call("msgctl", w.id, IPC_SET, {"qbytes": 100}).ret == 0
    assert failed(w.c.call("msgctl", w.id, IPC_SET, {"qbytes": 101})) is Errno.EPERM


def test_on_linux_an_owner_can_set_nothing_while_qbytes_stays_above_the_limit() -> None:
    w = World("linux", MSGMNB=100)
    w.a.call("msgctl", w.id, IPC_SET, {"uid": 1000, "qbytes": 101})

    assert failed(w.c.call("msgctl", w.id, IPC_SET, {"mode": 0o640})) is Errno.EPERM
    assert w.c.call("msgctl", w.id, IPC_SET, {"mode": 0o640, "qbytes": 100}).ret == 0


@pytest.mark.parametrize(("personality", "state"), [("classic", "asleep"), ("linux", "returned")])
def test_only_linux_wakes_senders_when_qbytes_is_raised(personality: str, state: str) -> None:
    w = World(personality, MSGMNB=8)
    w.a.call("msgctl", w.id, IPC_SET, {"qbytes": 2})
    call = w.b.call("msgsnd", w.id, 1, b"abc")

    w.a.call("msgctl", w.id, IPC_SET, {"qbytes": 8})

    assert call.state == state


@PERSONALITIES
def test_removal_gives_everything_back_and_wakes_everyone(personality: str) -> None:
    w = World(personality, MSGMNB=8, MSGSSZ=4, MSGSEG=4)
    w.send((1, b"12345678"), (2, b""))
    calls = [w.b.call("msgrcv", w.id, 10, 7, 0), w.c.call("msgsnd", w.id, 1, b"x")]

    assert w.a.call("msgctl", w.id, IPC_RMID, None).ret == 0

    assert [failed(call) for call in calls] == [Errno.EIDRM, Errno.EIDRM]
    assert w.k.sleepers == {}
    assert w.k.msgpool.headers == 0
    assert w.k.msgpool.map.free == ([(0, 4)] if personality == "classic" else [])
    assert failed(w.a.call("msgctl", w.id, IPC_STAT)) is Errno.EINVAL


@PERSONALITIES
def test_owner_and_creator_control_a_queue_and_others_do_not(personality: str) -> None:
    w = World(personality)
    made = w.c.call("msgget", 2, IPC_CREAT | 0o600).ret
    d = w.k.spawn("D", 1001)

    for call in ((IPC_SET, {"mode": 0o666}), (IPC_RMID,)):
        assert failed(d.call("msgctl", made, *call)) is Errno.EPERM
    assert failed(d.call("msgctl", made, IPC_STAT)) is Errno.EACCES
    w.c.call("msgctl", made, IPC_SET, {"uid": 1001})
    assert d.call("msgctl", made, IPC_STAT).ret == 0
    assert w.c.call("msgctl", made, IPC_RMID).ret == 0


@PERSONALITIES
@pytest.mark.parametrize(
    ("cmd", "arg", "errno"),
    [(77, {}, Errno.EINVAL), (IPC_STAT, None, Errno.EFAULT), (IPC_SET, None, Errno.EFAULT)],
)
def test_msgctl_fails_and_changes_nothing(
    personality: str, cmd: int, arg: Any, errno: Errno
) -> None:
    w = World(personality)
    before = snapshot(w.k)

    assert failed(w.a.call("msgctl", w.id, cmd, arg)) is errno
    assert snapshot(w.k) == before


# Linux only


def test_linux_can_take_the_first_message_of_another_type() -> None:
    w = World("linux")
    w.send((1, b"a"), (2, b"b"), (1, b"c"))

    assert got(w.receive(10, 1, MSG_EXCEPT)) == (1, 2, b"b")
    assert failed(w.receive(10, 1, MSG_EXCEPT | IPC_NOWAIT)) is Errno.ENOMSG


def test_linux_can_copy_a_message_by_its_place() -> None:
    w = World("linux")
    w.send((1, b"a"), (2, b"bb"))
    before = snapshot(w.k)
    copy = MSG_COPY | IPC_NOWAIT

    assert got(w.receive(10, 1, copy)) == (2, 2, b"bb")
    assert failed(w.receive(10, 2, copy)) is Errno.ENOMSG
    assert failed(w.receive(1, 1, copy)) is Errno.E2BIG
    assert failed(w.receive(10, 1, MSG_COPY)) is Errno.EINVAL
    assert failed(w.receive(10, 1, copy | MSG_EXCEPT)) is Errno.EINVAL
    assert snapshot(w.k) == before


def test_linux_queries_by_slot() -> None:
    w = World("linux")
    w.a.call("msgctl", w.id, IPC_SET, {"mode": 0})
    slot = w.q.slot

    assert w.a.call("msgctl", slot, MSG_STAT).ret == w.id
    assert failed(w.c.call("msgctl", slot, MSG_STAT)) is Errno.EACCES
    assert w.c.call("msgctl", slot, MSG_STAT_ANY).ret == w.id
    assert failed(w.a.call("msgctl", slot + 1, MSG_STAT)) is Errno.EINVAL


def test_the_classic_kernel_does_not_know_the_commands_of_linux() -> None:
    w = World()

    for cmd in (MSG_STAT, MSG_STAT_ANY, 3, 12):
        assert failed(w.a.call("msgctl", w.id, cmd)) is Errno.EINVAL


# The parts


def test_msgalloc_and_msgfree_keep_the_pool() -> None:
    w = World(MSGTQL=2, MSGSSZ=4, MSGSEG=4)
    made = [msgalloc(w.a, 1, text) for text in (b"12345", b"")]

    assert made == [Message(1, b"12345", 0), Message(1, b"", None)]
    assert msgalloc(w.a, 1, b"") is None  # no header
    assert (w.k.msgpool.headers, w.k.msgpool.map.free) == (2, [(2, 2)])
    for message in made:
        assert message is not None
        msgfree(w.a, message)
    assert (w.k.msgpool.headers, w.k.msgpool.map.free) == (0, [(0, 4)])


def test_msgconv_gives_the_queue_or_the_error_that_is_asked_for() -> None:
    w = World()

    assert msgconv(w.a, w.id) is w.q
    with pytest.raises(KernelError, match="descriptor 7 stands for no entry of msgque") as caught:
        msgconv(w.a, 7, Errno.EIDRM)
    assert caught.value.errno is Errno.EIDRM


def test_a_program_sends_and_receives() -> None:
    k = Kernel()
    a = k.spawn("A")
    q = a.call("msgget", IPC_PRIVATE, 0o600).ret
    seen: list[tuple[int, bytes]] = []

    async def server(u: Any) -> None:
        while True:
            await u.msgrcv(q, 10, 1, 0)
            text = u.out["data"]
            seen.append((u.out["mtype"], text))
            await u.msgsnd(q, 2, text.upper())

    p = k.spawn("S", main=server)
    k.run()
    for text in (b"one", b"two"):
        a.call("msgsnd", q, 1, text)
        assert got(a.call("msgrcv", q, 10, 2, 0)) == (3, 2, text.upper())

    assert seen == [(1, b"one"), (1, b"two")]
    assert p.state is State.ASLEEP


def test_a_function_that_is_installed_takes_the_place_of_the_kernel_s() -> None:
    w = World()

    def msgfree(u: Process, message: Message) -> None:
        u.k.msgpool.headers -= 100

    w.k.install(msgfree)
    w.send((1, b"x"))
    w.receive(10, 0)

    assert w.k.msgpool.headers == 1 - 100
    assert World().k.algorithms["msgfree"] is not msgfree


def test_a_kernel_function_may_be_plain_or_a_coroutine() -> None:
    w = World()

    def msgsnd(u: Process, msqid: int, mtype: int, text: Any) -> int:
        return 41

    async def msgget(u: Process, key: int, flags: int) -> int:
        return 42

    w.k.install(msgsnd)
    w.k.install(msgget)

    assert w.a.call("msgsnd", w.id, 1, b"x").ret == 41
    assert w.a.call("msgget", 1, 0).ret == 42
