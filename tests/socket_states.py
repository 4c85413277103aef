"""Every call of sockets in every state of a socket, of each domain and kind: what comes of it.

    python -m tests.socket_states            compares the model with this machine in all cases
    python -m tests.socket_states listening  in the states whose names have this in them

A case is a state, to which a few calls lead, one call more, and questions to the socket and its
other end afterwards. A call that sleeps is interrupted by a signal.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from kernel_model.scenario.arguments import arguments
from kernel_model.scenario.names import Names
from kernel_model.scenario.steps import Json
from kernel_model.targets import Setup, Target
from kernel_model.targets.linux import LinuxTarget
from kernel_model.targets.model import ModelTarget
from tests.differential_sockets import THEMES, plain

NOWAIT = ["MSG_DONTWAIT", "MSG_NOSIGNAL"]
BACKLOG = 2
FIRST_PORT = 10000
STEM, MANY = "s", 3000


@dataclass
class Room:
    """Two processes of one target, and the sockets that the first has open for a case."""

    target: Target
    domain: str
    kind: str
    fresh: Iterator[int] = field(default_factory=lambda: count(FIRST_PORT))
    open: list[int] = field(default_factory=list)
    came: int = 0  # SIGPIPEs, all in all

    def __post_init__(self) -> None:
        self.target.start(Setup({"A": 0, "B": 0}))
        self.names = Names(self.target.resolve, self.target.constants())
        for name in ("SIGUSR1", "SIGPIPE"):
            self.call("signal", name, "catch")

    @property
    def circuit(self) -> bool:
        return self.kind != "SOCK_DGRAM"

    def name(self) -> str:
        """A name that nobody has had before."""
        number = next(self.fresh)
        return f"@n{number}" if self.domain == "AF_UNIX" else f"127.0.0.1:{number}"

    def call(self, call: str, *args: Any) -> Json:
        """A call of the first process; one that sleeps is interrupted."""
        outcome = self.target.call("A", call, arguments(list(args), call, self.names))
        if "blocks" in outcome:
            pid = self.target.resolve("pid", "A")
            self.target.call("B", "kill", arguments([pid, "SIGUSR1"], "kill", self.names))
            outcome = {"slept": True} | (self.target.finished("A") or {"lost": True})
        if call in ("socket", "accept", "dup") and "ret" in outcome:
            self.open.append(outcome["ret"])
        return outcome

    def told(self, call: str, *args: Any) -> Json:
        """A call, and what came of it in words that compare."""
        kept = self.call(call, *args)
        return plain(call, {key: kept[key] for key in kept if key not in ("why", "on", "line")})

    def socket(self) -> int:
        made: int = self.call("socket", self.domain, self.kind, 0)["ret"]
        return made

    def bound(self) -> tuple[int, str]:
        fd, name = self.socket(), self.name()
        self.call("bind", fd, name)
        return fd, name

    def listener(self, backlog: int = BACKLOG) -> tuple[int, str]:
        """A socket that others can be connected to: that listens, or takes datagrams."""
        fd, name = self.bound()
        if self.circuit:
            self.call("listen", fd, backlog)
        return fd, name

    def close(self, fd: int) -> Json:
        self.open.remove(fd)
        return self.told("close", fd)

    def signals(self) -> int:
        """How many SIGPIPEs have come since the last time."""
        before, self.came = self.came, self.call("sigcount", "SIGPIPE")["ret"]
        return int(self.came - before)

    def end(self) -> None:
        for fd in self.open[:]:
            self.close(fd)


Case = tuple[str, str]  # a state and a call, by their names
Ends = tuple[int, int | None]  # the socket that is looked at, and its other end, if there is one


def fresh(r: Room) -> Ends:
    return r.socket(), None


def bound(r: Room) -> Ends:
    return r.bound()[0], None


def listening(r: Room) -> Ends:
    return r.listener()[0], None


def listening_with_one_waiting(r: Room) -> Ends:
    client, listener = not_accepted_yet(r)
    assert listener is not None
    return listener, client


def listening_shut_for_reading(r: Room) -> Ends:
    fd, _ = r.listener()
    r.call("shutdown", fd, 0)
    return fd, None


def connecting(r: Room) -> Ends:
    """The queue is full, and the socket does not wait."""
    listener, name = r.listener(0)
    r.call("connect", r.socket(), name)
    fd = r.socket()
    r.call("fcntl", fd, "F_SETFL", ["O_NONBLOCK"])
    r.call("connect", fd, name)
    r.call("fcntl", fd, "F_SETFL", 0)
    return fd, listener


def refused(r: Room) -> Ends:
    """Nobody listened there, which no call has told."""
    fd = r.socket()
    r.call("fcntl", fd, "F_SETFL", ["O_NONBLOCK"])
    r.call("connect", fd, r.name())
    r.call("send", fd, "lost", NOWAIT)
    r.call("fcntl", fd, "F_SETFL", 0)
    return fd, None


def refused_and_told(r: Room) -> Ends:
    fd = r.socket()
    r.call("connect", fd, r.name())
    return fd, None


def connected(r: Room) -> Ends:
    listener, name = r.listener()
    fd = r.socket()
    r.call("connect", fd, name)
    if not r.circuit:
        return fd, listener
    return fd, r.call("accept", listener)["ret"]


def accepted(r: Room) -> Ends:
    one, other = connected(r)
    assert other is not None
    return other, one


def not_accepted_yet(r: Room) -> Ends:
    listener, name = r.listener()
    fd = r.socket()
    r.call("connect", fd, name)
    return fd, listener


def never_accepted(r: Room) -> Ends:
    fd, listener = not_accepted_yet(r)
    assert listener is not None
    r.close(listener)
    return fd, None


def paired(r: Room) -> Ends:
    made = r.call("socketpair", r.domain, r.kind, 0)
    if "0" not in made:
        return fresh(r)
    r.open += [made["0"], made["1"]]
    return made["0"], made["1"]


def both(r: Room) -> tuple[int, int]:
    """Two ends that send to each other."""
    one, other = paired(r) if r.domain == "AF_UNIX" else connected(r)
    assert other is not None
    if not r.circuit and r.domain == "AF_INET":
        r.call("connect", other, r.call("getsockname", one)["name"])
    return one, other


def after(*steps: tuple[Any, ...]) -> Callable[[Room], Ends]:
    """Two ends that send to each other, after these calls: "one" and "other" stand for them."""

    def state(r: Room) -> Ends:
        one, other = both(r)
        ends = {"one": one, "other": other}
        for call, end, *args in steps:
            if call == "close":
                r.close(ends.pop(end))
            else:
                r.call(call, ends[end], *args)
        left = [ends[end] for end in ("one", "other") if end in ends]
        return left[0], left[1] if len(left) > 1 else None

    return state


def full(r: Room) -> Ends:
    one, other = both(r)
    for _ in range(MANY):
        if "errno" in r.call("send", one, {"rep": "x", "n": 60000}, NOWAIT):
            break
    return one, other


GIVEN, SENT = ("send", "other", "hello", 0), ("send", "one", "mine", 0)
LINGERING = ("setsockopt", "one", "SOL_SOCKET", "SO_LINGER", [1, 0])
OTHERS = ("setsockopt", "other", "SOL_SOCKET", "SO_LINGER", [1, 0])
STATES: dict[str, Callable[[Room], Ends]] = {
    "fresh": fresh,
    "bound": bound,
    "listening": listening,
    "listening, one waits": listening_with_one_waiting,
    "listening, shut for reading": listening_shut_for_reading,
    "connecting": connecting,
    "refused": refused,
    "refused and told": refused_and_told,
    "connected": connected,
    "accepted": accepted,
    "not accepted yet": not_accepted_yet,
    "never accepted": never_accepted,
    "paired": paired,
    "something has come": after(GIVEN),
    "shut for reading": after(("shutdown", "one", 0)),
    "shut for reading, something has come": after(GIVEN, ("shutdown", "one", 0)),
    "shut for writing": after(("shutdown", "one", 1)),
    "shut": after(("shutdown", "one", 2)),
    "other shut for reading": after(("shutdown", "other", 0)),
    "other shut for writing": after(GIVEN, ("shutdown", "other", 1)),
    "other shut": after(("shutdown", "other", 2)),
    "both shut": after(("shutdown", "one", 1), ("shutdown", "other", 1)),
    "closed by the other": after(GIVEN, ("close", "other")),
    "reset": after(SENT, ("close", "other")),
    "reset, something has come": after(SENT, GIVEN, ("close", "other")),
    "reset and told": after(SENT, ("close", "other"), ("recv", "one", 9, NOWAIT)),
    "broken": after(("close", "other"), ("send", "one", "a", NOWAIT), ("send", "one", "b", NOWAIT)),
    "shut for writing, closed by the other": after(("shutdown", "one", 1), ("close", "other")),
    "accepted, reset": after(GIVEN, ("close", "one")),
    "to be reset at the close": after(SENT, LINGERING),
    "to be reset, something has come": after(GIVEN, LINGERING),
    "to be reset, shut for writing": after(("shutdown", "one", 1), LINGERING),
    "to be reset, both shut": after(("shutdown", "one", 1), ("shutdown", "other", 1), LINGERING),
    "reset at the close": after(GIVEN, OTHERS, ("close", "other")),
    "full": full,
}

NAME, HEARD, NOBODY = object(), object(), object()  # a new name, of one who listens, of nobody
CALLS: dict[str, tuple[Any, ...]] = {
    "bind": ("bind", NAME),
    "bind to another's name": ("bind", HEARD),
    "listen": ("listen", BACKLOG),
    "accept": ("accept",),
    "connect": ("connect", HEARD),
    "connect to nobody": ("connect", NOBODY),
    "connect to no name": ("connect", ""),
    "connect to no domain": ("connect", "AF_UNSPEC"),
    "bind to no domain": ("bind", "AF_UNSPEC"),
    "sendto no domain": ("sendto", "abc", NOWAIT, "AF_UNSPEC"),
    "send": ("send", "abc", 0),
    "send nothing": ("send", "", 0),
    "send out of band": ("send", "o", ["MSG_OOB", *NOWAIT]),
    "sendto": ("sendto", "abc", NOWAIT, HEARD),
    "sendto nobody": ("sendto", "abc", NOWAIT, NOBODY),
    "write": ("write", "abc"),
    "recv": ("recv", 3, 0),
    "recv nothing": ("recv", 0, ["MSG_DONTWAIT"]),
    "recv out of band": ("recv", 3, ["MSG_OOB", "MSG_DONTWAIT"]),
    "recv all": ("recv", 9, ["MSG_WAITALL"]),
    "recvfrom": ("recvfrom", 20, ["MSG_DONTWAIT"]),
    "peek": ("recvfrom", 20, ["MSG_DONTWAIT", "MSG_PEEK"]),
    "read": ("read", 20),
    "shutdown for reading": ("shutdown", 0),
    "shutdown for writing": ("shutdown", 1),
    "shutdown": ("shutdown", 2),
    "shutdown wrongly": ("shutdown", 3),
    "getsockname": ("getsockname",),
    "getpeername": ("getpeername",),
    "SO_ERROR": ("getsockopt", "SOL_SOCKET", "SO_ERROR"),
    "SO_ACCEPTCONN": ("getsockopt", "SOL_SOCKET", "SO_ACCEPTCONN"),
    "SO_REUSEADDR": ("setsockopt", "SOL_SOCKET", "SO_REUSEADDR", 1),
    "SO_LINGER": ("getsockopt", "SOL_SOCKET", "SO_LINGER"),
    "SO_LINGER, set": ("setsockopt", "SOL_SOCKET", "SO_LINGER", [1, 1000]),
    "dup": ("dup",),
    "close": ("close",),
}
QUESTIONS: tuple[tuple[Any, ...], ...] = (
    ("getsockopt", "SOL_SOCKET", "SO_ERROR"),
    ("getpeername",),
    ("recv", 20, NOWAIT),
    ("send", "after", NOWAIT),
    ("recv", 20, NOWAIT),
)


def case(r: Room, state: str, call: str) -> list[Json]:
    """What comes of a call in a state, and of the questions afterwards."""
    fd, other = STATES[state](r)
    heard = r.listener()[1] if HEARD in CALLS[call] else ""
    given = {NAME: r.name(), HEARD: heard, NOBODY: r.name()}
    name, *args = (given.get(one, one) if not isinstance(one, list) else one for one in CALLS[call])
    found = [r.close(fd) if name == "close" else r.told(name, fd, *args)]
    ends = [end for end in (None if name == "close" else fd, other) if end is not None]
    found += [r.told(what, end, *rest) for end in ends for what, *rest in QUESTIONS]
    found += [r.told("connect", fd, r.listener()[1])] if name != "close" else []
    found.append({"SIGPIPE": r.signals()})
    r.end()
    return found


def cases(theme: str, wanted: str = "", share: int = 1) -> list[Case]:
    """States and calls of a theme; of a `share` of 5 every fifth, others of each theme.

    A state that a theme has not got is another one of its own. How much a circuit of the Internet
    domain takes is another matter each time, and a receiver of datagrams there never is full.
    """
    filled = not theme.startswith("internet")
    states = [state for state in STATES if wanted in state and (filled or state != "full")]
    first = sorted(THEMES).index(theme) % share
    return [(state, call) for state in states for call in CALLS][first::share]


def run(target: Target, theme: str, chosen: list[Case]) -> dict[Case, list[Json]]:
    """What comes of cases of a theme on a target."""
    room = Room(target, *THEMES[theme])
    try:
        return {one: case(room, *one) for one in chosen}
    finally:
        target.close()


def differences(theme: str, linux: Target, chosen: list[Case]) -> list[str]:
    """Where the model does not do what the machine does, in words."""
    ours, theirs = run(ModelTarget("linux"), theme, chosen), run(linux, theme, chosen)
    return [
        f"{theme}, {state}: {call}\n   model {ours[state, call]}\n   Linux {theirs[state, call]}"
        for state, call in ours
        if ours[state, call] != theirs[state, call]
    ]


if __name__ == "__main__":
    machine = LinuxTarget("namespace")
    for chosen in THEMES:
        wanted_cases = cases(chosen, *sys.argv[1:])
        parted = differences(chosen, machine, wanted_cases)
        print(*parted, sep="\n")
        print(f"{chosen}: {len(wanted_cases)} cases, {len(parted)} differences")
