"""Random calls of sockets, by processes that have ends in common or meet by name.

    python -m tests.differential_sockets 1000 2000   plays the scenarios of these seeds
    python -m tests.differential_sockets 1234        that of one

`$n0` is the last socket that a process has got, `$n1` the one before it. Queues of the Internet
domain are never full here: Linux sends the first packet of a connection again after a second. And
its circuits are bound at the beginning only: Linux keeps a port for a minute when they have ended.
None is shut down that may be full, nor sent to out of band: both come there behind the bytes that
have no room yet.
"""

import re
import sys
from random import Random
from typing import Any

from kernel_model.scenario.steps import Json

SETUP = {"socket": 4, "bind": 4, "listen": 2, "connect": 5, "accept": 5}
TALK = {"send": 8, "recv": 8, "sendto": 3, "recvfrom": 3, "read": 2, "write": 2, "shutdown": 3,
        "close": 3, "getsockname": 1, "getpeername": 2, "getsockopt": 2, "setsockopt": 1,
        "fcntl": 2, "dup": 1, "dup2": 0.5, "fork": 2, "socketpair": 0.5}  # fmt: skip
FILES = {"open": 0.4, "stat": 0.4, "fstat": 0.4, "unlink": 0.6, "umask": 0.3, "lseek": 0.2}
SIGNALS = {"kill": 2, "signal": 2, "sigcount": 1, "exit": 0.3}
THEMES = {
    "circuits": ("AF_UNIX", "SOCK_STREAM"),
    "datagrams": ("AF_UNIX", "SOCK_DGRAM"),
    "records": ("AF_UNIX", "SOCK_SEQPACKET"),
    "internet circuits": ("AF_INET", "SOCK_STREAM"),
    "internet datagrams": ("AF_INET", "SOCK_DGRAM"),
}
KINDS = ("SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET")
NAMES = ("@a", "@a", "@b", {"path": "f"})
PORTS = ("127.0.0.1:5000", "127.0.0.1:5000", "127.0.0.1:5001", "0.0.0.0:5002")
ODD_NAMES = ("", None, "127.0.0.1:5000", {"path": "g"}, {"path": "f"}, {"path": "h"}, "@b",
             "AF_UNSPEC")  # fmt: skip
ODD_PORTS = ("", None, "@a", "@abcdefghijklmnop", {"path": "f"}, "10.9.9.9:5000", "127.0.0.1:80",
             "127.0.0.2:5000", "127.0.0.1:0", "AF_UNSPEC")  # fmt: skip
TEXTS = ("a", "bc", "defgh", "", {"rep": "x", "n": 3000})
SIZES = (0, 1, 3, 20, 20, 5000)
NOT_WAITING = (["MSG_DONTWAIT"], ["MSG_DONTWAIT"], [])
FLAGS = (*NOT_WAITING, ["MSG_PEEK", "MSG_DONTWAIT"], ["MSG_TRUNC", "MSG_DONTWAIT"],
         ["MSG_WAITALL"], ["MSG_WAITALL", "MSG_DONTWAIT"], ["MSG_PEEK"],
         ["MSG_OOB"], ["MSG_OOB", "MSG_DONTWAIT"], ["MSG_OOB", "MSG_PEEK"],
         ["MSG_TRUNC", "MSG_PEEK"], ["MSG_PEEK", "MSG_WAITALL"], ["MSG_ERRQUEUE"],
         ["MSG_CMSG_CLOEXEC", "MSG_DONTWAIT"], ["MSG_TRUNC"])  # fmt: skip
SENT = (*NOT_WAITING, ["MSG_NOSIGNAL"], ["MSG_DONTWAIT", "MSG_NOSIGNAL"], ["MSG_OOB"],
        ["MSG_OOB", "MSG_DONTWAIT"], ["MSG_DONTROUTE"], ["MSG_EOR"], ["MSG_CONFIRM"])  # fmt: skip
CORKED = ["MSG_MORE"], ["MSG_MORE", "MSG_DONTWAIT"]  # not of circuits: they wait for 0.2 s only
OPTIONS = ("SO_ERROR", "SO_ERROR", "SO_TYPE", "SO_ACCEPTCONN", "SO_RCVLOWAT", "SO_OOBINLINE",
           "SO_DOMAIN", "SO_PROTOCOL", "SO_REUSEADDR", "SO_KEEPALIVE", "SO_SNDLOWAT",
           "SO_LINGER", 99)  # fmt: skip
SET = ("SO_RCVLOWAT", "SO_RCVLOWAT", "SO_OOBINLINE", "SO_REUSEADDR", "SO_KEEPALIVE", "SO_TYPE",
       "SO_PASSCRED", "SO_PRIORITY", "SO_DEBUG", "SO_BROADCAST",
       "SO_LINGER", "SO_LINGER")  # fmt: skip
LINGER = ([1, 0], [1, 1000], [1, 1000], [0, 5])
LEVELS = ("IPPROTO_TCP", "IPPROTO_UDP", 500)
BIG, MANY = {"rep": "y", "n": 400000}, 0.1  # more than a circuit's receiver holds, and how often
FULL = 0.5  # how many scenarios of circuits send so much
ODD = 0.05  # how often something unusual is done
STEPS = 120  # of which about a third are left when what cannot be done is taken out
SOCKETS = 6  # that a process may name
GIVEN = re.compile(r"(\d+\.\d+\.\d+\.\d+):([3-6]\d{4})|@[0-9a-f]{5}")  # names the kernel chose


def scenario(seed: int, steps: int = STEPS) -> Json:
    """The scenario of this seed: JSON as in a file, but for what is expected."""
    return _Writer(seed).write(steps)


def plain(call: str, kept: Json) -> Json:
    """An outcome of a call on sockets with names for what differs from machine to machine."""
    kept = {key: kept[key] for key in kept if key not in ("0", "1")}
    if call in ("socket", "accept", "dup", "dup2") and "ret" in kept:
        kept["ret"] = "descriptor"
    if call == "recv":
        kept.pop("from", None)  # the model tells it, the real call does not
    for key in ("name", "from"):
        if isinstance(kept.get(key), str):
            found = GIVEN.fullmatch(kept[key])
            kept[key] = f"{found[1]}:chosen" if found else kept[key].rpartition("/")[2]
    return kept


class _Writer:
    """One scenario being made up."""

    def __init__(self, seed: int) -> None:
        self.seed, self.pick = seed, Random(seed)
        self.procs = list("ABC"[: self.pick.randint(1, 3)])
        self.theme = self.pick.choice(sorted(THEMES))
        self.domain, self.kind = THEMES[self.theme]
        self.full = self.theme == "internet circuits" and self.pick.random() < FULL
        self.names = NAMES if self.domain == "AF_UNIX" else PORTS
        self.odd_names = ODD_NAMES if self.domain == "AF_UNIX" else ODD_PORTS

    def write(self, steps: int) -> Json:
        made = [self.call(p, "signal", "SIGPIPE", "catch") for p in self.procs]
        first = self.procs[0]
        if self.domain == "AF_UNIX":
            made.append(self.call(first, "socketpair", self.domain, self.kind, 0))
        made.append(self.call(first, "socket", self.domain, self.kind, 0))
        if self.pick.random() < 0.8:
            made.append(self.call(first, "bind", "$n0", self.names[0]))
            made.append(self.call(first, "listen", "$n0", self.backlog()))
            if self.theme == "internet circuits":
                made += self.lingering(first)
        calls, weights = zip(*(SETUP | TALK | FILES | SIGNALS).items(), strict=True)
        while len(made) < steps:
            name = self.pick.choices(calls, weights)[0]
            if name == "bind" and self.theme == "internet circuits" and len(made) > steps // 4:
                continue
            if name == "shutdown" and self.full:
                continue
            proc = self.pick.choice(self.procs)
            made.append(self.call(proc, name, *getattr(self, f"_{name}")()))
        uids = {name: self.odd(0, 1000) for name in "ABC" if name in self.procs}
        return {
            "id": f"sockets-{self.seed}", "topic": self.theme, "uids": uids, "gids": {},
            "limits": {}, "steps": made,
        }  # fmt: skip

    def lingering(self, proc: str) -> list[Json]:
        """A circuit with SO_LINGER at both ends, perhaps a full one."""
        mine, others = self.pick.choice(LINGER), self.pick.choice(LINGER)
        calls: list[tuple[Any, ...]] = [
            ("setsockopt", "$n0", "SOL_SOCKET", "SO_LINGER", others),
            ("socket", self.domain, self.kind, 0), ("connect", "$n0", self.names[0]),
            ("setsockopt", "$n0", "SOL_SOCKET", "SO_LINGER", mine),
            ("send", "$n0", BIG if self.full else "abc", ["MSG_DONTWAIT"]), ("accept", "$n1", 0),
        ]  # fmt: skip
        return [self.call(proc, *call) for call in calls]

    @staticmethod
    def call(proc: str, name: str, *args: Any) -> Json:
        return {"proc": proc, "call": name, "args": list(args)}

    def odd(self, usual: Any, *unusual: Any) -> Any:
        return self.pick.choice(unusual) if self.pick.random() < ODD else usual

    def fd(self) -> Any:
        return self.odd(f"$n{min(int(self.pick.expovariate(0.6)), SOCKETS - 1)}", 99, "$r0")

    def name(self) -> Any:
        return self.odd(self.pick.choice(self.names), *self.odd_names)

    def text(self) -> Any:
        if self.full and self.pick.random() < MANY:
            return BIG
        return self.odd(self.pick.choice(TEXTS), None)

    def backlog(self) -> int:
        return self.pick.choice((0, 1, 2, 5, -1) if self.domain == "AF_UNIX" else (9, 20))

    def sent(self) -> list[str]:
        circuit = self.kind == "SOCK_STREAM" and self.domain == "AF_INET"
        found = self.pick.choice(SENT if circuit else (*SENT, *CORKED))
        return [flag for flag in found if flag != "MSG_OOB" or not self.full]

    def level(self) -> Any:
        return self.odd("SOL_SOCKET", *LEVELS)

    def _socket(self) -> list[Any]:
        odd = self.pick.random() < 0.1 and self.domain == "AF_UNIX"
        kind = self.pick.choice(KINDS) if odd else self.kind
        return [self.odd(self.domain, "AF_UNSPEC"), self.odd(kind, [kind, "SOCK_NONBLOCK"], 0, 11),
                self.odd(0, 1, "IPPROTO_TCP", "IPPROTO_UDP")]  # fmt: skip

    def _socketpair(self) -> list[Any]:
        return self._socket()

    def _bind(self) -> list[Any]:
        return [self.fd(), self.name()]

    def _listen(self) -> list[Any]:
        return [self.fd(), self.backlog()]

    def _connect(self) -> list[Any]:
        name = self.name()
        return [self.fd(), "@a" if name == "127.0.0.1:0" else name]

    def _accept(self) -> list[Any]:
        return [self.fd(), self.odd(0, ["SOCK_NONBLOCK"], 1)]

    def _send(self) -> list[Any]:
        return [self.fd(), self.text(), self.sent()]

    def _sendto(self) -> list[Any]:
        return [*self._send(), self.name()]

    def _recv(self) -> list[Any]:
        fd, size, flags = self.fd(), self.pick.choice(SIZES), self.pick.choice(FLAGS)
        return [fd, max(size, 1) if "MSG_PEEK" in flags else size, flags]  # see docs/unsupported.md

    def _recvfrom(self) -> list[Any]:
        return self._recv()

    def _read(self) -> list[Any]:
        return [self.fd(), self.pick.choice(SIZES)]

    def _write(self) -> list[Any]:
        return [self.fd(), self.text()]

    def _shutdown(self) -> list[Any]:
        return [self.fd(), self.pick.choice((0, 1, 1, 2, 3, -1))]

    def _close(self) -> list[Any]:
        return [self.fd()]

    def _dup(self) -> list[Any]:
        return [self.fd()]

    def _dup2(self) -> list[Any]:
        return [self.fd(), self.fd()]

    def path(self) -> Any:
        return {"path": self.odd("f", "g", "h")}

    def _open(self) -> list[Any]:
        return [{"path": self.pick.choice("fh")}, ["O_RDWR", "O_CREAT"], "0o644"]

    def _stat(self) -> list[Any]:
        return [self.path()]

    def _fstat(self) -> list[Any]:
        return [self.fd()]

    def _unlink(self) -> list[Any]:
        return [self.path()]

    def _umask(self) -> list[Any]:
        return [self.pick.choice(("0o022", "0o077", 0))]

    def _lseek(self) -> list[Any]:
        return [self.fd(), 0, 0]

    def _getsockname(self) -> list[Any]:
        return [self.fd()]

    def _getpeername(self) -> list[Any]:
        return [self.fd()]

    def _getsockopt(self) -> list[Any]:
        level, option = self.level(), self.pick.choice(OPTIONS)
        return [self.fd(), level, option if level == "SOL_SOCKET" else 99]

    def _setsockopt(self) -> list[Any]:
        option = self.pick.choice(SET)
        level = self.odd("SOL_SOCKET", 500, "IPPROTO_UDP" if option == "SO_TYPE" else 500)
        pair = (option == "SO_LINGER") != (self.odd(0, 1) == 1)
        value = self.pick.choice(LINGER) if pair else self.pick.choice((0, 1, 2, 4, -1))
        return [self.fd(), level, option, value]

    def _fcntl(self) -> list[Any]:
        set_ = [self.fd(), "F_SETFL", self.pick.choice(([], ["O_NONBLOCK"]))]
        return self.odd(set_, [set_[0], "F_GETFL"], [set_[0], "F_GETFD"])

    def _fork(self) -> list[Any]:
        name = f"P{self.pick.randrange(10**6)}"
        if len(self.procs) < 4:
            self.procs.append(name)
        return [name]

    def _exit(self) -> list[Any]:
        return [0]

    def _kill(self) -> list[Any]:
        return [{"pid": self.pick.choice(self.procs)}, "SIGUSR1"]

    def _signal(self) -> list[Any]:
        return ["SIGUSR1", self.pick.choice(("catch", "catch_restart", "SIG_IGN"))]

    def _sigcount(self) -> list[Any]:
        return [self.pick.choice(("SIGUSR1", "SIGPIPE"))]


if __name__ == "__main__":
    from tests.differential import played
    from tests.differential_play import prepared

    played(lambda seed: prepared(seed, STEPS, scenario), *map(int, sys.argv[1:]))
