"""The machine's own kernel as a target: real processes that make real system calls.

A clean process of its own (linux_holder) makes a closed world for each scenario; this module asks
the processes in it, one call at a time, and watches them under /proc.
"""

import mmap
import os
import select
import socket
import sys
from contextlib import suppress
from typing import Any

from kernel_model.targets import Outcome, Setup, Skip, Unsupported

from .linux_channel import Channel
from .linux_network import crowded
from .linux_process import LOOKS, PATIENCE, Lost, RealProcess
from .linux_rest import settle, sleeps
from .linux_sockets import Limits
from .linux_words import outcome_words, status_words
from .linux_world import begin, clear, end, fresh_key, hold, own_folder, refusal, strays

_START = 20.0  # seconds for a world to begin, and to end
SHORT = 1000  # milliseconds; a longer sleep is one that somebody has to end
_LINGER = ("close", "dup2")  # may sleep until the other side answers, which takes up to 0.04 s
_STUCK = 400  # looks alike in a row (a tenth of a second at least) before a sleeper is given up
_FREE, _APART = 0x10_0000_0000, 0x1_0000_0000  # addresses where no process has anything
_MQUEUE = "/proc/sys/fs/mqueue"
_MS = {"semtimedop": 2, "mq_timedsend": 3, "mq_timedreceive": 2, "sem_timedwait": 1}
_CONSTANTS = {
    "PAGE": mmap.PAGESIZE,
    "SHMLBA": mmap.PAGESIZE,
    "SEMVMX": 32767,
    "SEMAEM": 32767,
    "PIPE_BUF": select.PIPE_BUF,
    "PIPE_CAPACITY": 65536,
}


class LinuxTarget:
    """`isolation` is auto, or namespace, user or host (linux_isolation) to insist on one."""

    name = "linux"
    personality = "linux"

    def __init__(self, isolation: str = "auto") -> None:
        self.isolation = isolation
        self._wanted = isolation
        self._holder: Channel | None = None
        self._init: Channel | None = None
        self._folder: str | None = None  # the scenario's own, made when a path is asked for
        self._clear()

    def _clear(self) -> None:
        self._processes: dict[str, RealProcess] = {}
        self._limits: dict[str, int] = {}
        self._keys: dict[Any, int] = {}
        self._reaped: dict[int, int] = {}  # status of each process that init waited for
        self._users: set[int] = set()
        self._sockets = Limits()
        self._network = False  # the scenario has one of its own

    def start(self, setup: Setup) -> None:
        self.close()
        if sys.platform != "linux":
            raise Skip(f"the Linux target needs Linux; this machine runs {sys.platform}")
        ids = {name: (uid, setup.gids.get(name, uid)) for name, uid in setup.uids.items()}
        self._users = set(setup.uids.values())
        packet = {"isolation": self._wanted, "limits": setup.limits, "processes": ids}
        try:
            self._begin(packet)
            while not self._started():
                pass
        except BaseException:
            self.close()
            raise

    def _begin(self, packet: dict[str, Any]) -> None:
        """Asks the holder for a new world; one that dies of it or before is replaced, once."""
        with suppress(OSError):
            self._init = begin(self._holding(), packet)
            if self._init.ready(_START) and not self._init.ended():
                return
            self._init.close()
        self._holder = None
        self._init = begin(self._holding(), packet)

    def _holding(self) -> Channel:
        """The holder's channel; a new holder when there is none, or not any more."""
        if self._holder is None or self._holder.ready(0):  # it never speaks: this is its end
            self._holder = hold(self)
        return self._holder

    def _started(self) -> bool:
        """One more packet from init; True when it was the last."""
        init = self._init
        assert init is not None, "_begin leaves one"
        received = init.receive() if init.ready(_START) else None
        match received:
            case [{"process": name}, [descriptor]]:
                self._adopt(name, descriptor)
                return False
            case [{"isolation": isolation, "limits": limits, "network": network}, _]:
                self.isolation, self._limits, self._network = isolation, limits, network
                return True
            case [{"skip": reason}, _]:
                raise Skip(reason)
        raise Lost(f"the scenario's processes did not start: {received}")

    def _adopt(self, name: str, descriptor: int) -> None:
        if name in self._processes:
            raise ValueError(f"there is already a process {name}: fork gives a new name")
        self._processes[name] = RealProcess(name, Channel(socket.socket(fileno=descriptor)))

    def close(self) -> None:
        if self._init is not None:
            end(self._init, _START)
            self._init = None
        for process in self._processes.values():
            process.close()
        if self._folder is not None:
            clear(self._folder)
            self._folder = None
        self._clear()

    def resolve(self, kind: str, value: Any) -> Any:
        if kind == "pid":
            return self._process(value).pid
        if kind == "key":
            if value not in self._keys:
                self._keys[value] = fresh_key(set(self._keys.values()))
            return self._keys[value]
        if kind == "free_addr":
            return _FREE + int(value) * _APART
        if kind == "path":
            self._folder = self._folder or own_folder(self)
            return os.path.join(self._folder, str(value))
        raise Unsupported(f"the Linux target does not know {kind} values yet")

    def constants(self) -> dict[str, int]:
        return _CONSTANTS | self._limits

    def view(self) -> dict[str, Any]:
        return {}

    def call(self, proc: str, call: str, args: list[Any]) -> Outcome:
        process = self._process(proc)
        if process.execed or process.asked is not None:
            raise ValueError(f"{proc} cannot call {call}: its image was replaced, or a call sleeps")
        if process.dead():
            return {"ends": self.ended(proc)}
        pids = {other.pid for other in self._processes.values()}
        if call.startswith("mq_") and not os.path.exists(_MQUEUE):
            raise Skip("this kernel has no message queues of POSIX")
        why = refusal(self.isolation, call, args, self._users, pids)
        why = why or strays(call, args, self._folder)
        if why := why or crowded(call, args, self._network):
            return {"unsupported": why}
        process.ask(call, args)
        limit = self._sockets.ms(proc, call, args)
        looks = _STUCK if call in _LINGER else LOOKS
        if not process.answered(0.001 + soon(call, args, limit)) and self._sleeps(process, looks):
            outcome: Outcome = {"blocks": True}
        else:
            outcome = self._outcome(process)
        self._settle()
        return outcome

    def finished(self, proc: str) -> Outcome | None:
        process = self._process(proc)
        if process.asked is None:
            raise ValueError(f"{proc} has no call under way that could come back")
        return None if self._sleeps(process, _STUCK) else self._outcome(process)

    def asleep(self, proc: str) -> bool:
        process = self._process(proc)
        return process.asked is not None and self._sleeps(process)

    def ended(self, proc: str) -> dict[str, Any] | None:
        process = self._process(proc)
        if not process.dead(PATIENCE):
            return None
        self._settle()
        return status_words(process.status(self._reaped))

    def state(self, proc: str) -> str:
        process = self._process(proc)
        if process.dead():
            return "ended"
        if process.stat()[0] in "tT":
            return "stopped"
        return "asleep" if self.asleep(proc) else "runs"

    def _process(self, name: str) -> RealProcess:
        if name not in self._processes:
            raise ValueError(f"no process {name}; there are {', '.join(self._processes)}")
        return self._processes[name]

    def _outcome(self, process: RealProcess) -> Outcome:
        """What the call that has been answered came to."""
        call, args = process.asked or ("", [])
        received = process.answer()
        if received is None and call == "exec":
            process.execed = True
            return {"execs": True}
        if received is None:
            return {"ends": self.ended(process.name)}
        reply, descriptors = received
        if "broken" in reply:
            raise ValueError(f"{process.name} cannot call {call}({args}): {reply['broken']}")
        if call == "fork" and descriptors:
            self._adopt(args[0], descriptors[0])
        status = reply.get("status", 0x7F)  # stopped
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            for child in self._processes.values():
                if child.pid == reply["ret"]:
                    child.waited = status
        return outcome_words(reply)

    def _sleeps(self, process: RealProcess, looks: int = LOOKS) -> bool:
        assert self._init is not None
        return sleeps(process, list(self._processes.values()), self._init.sender, looks)

    def _settle(self) -> None:
        assert self._init is not None
        settle(list(self._processes.values()), self._init.sender)
        while self._init.ready(0) and (received := self._init.receive()):
            self._reaped |= dict(received[0]["reaped"])


def soon(call: str, args: list[Any], limit: int | None) -> float:
    """Seconds in which a call that sleeps comes back by itself; 0 for one that may sleep on.

    limit  milliseconds that its socket gives it, if there is one with a limit
    """
    ms = args[_MS[call]] if len(args) > _MS.get(call, len(args)) else limit
    return max(ms, 0) / 1000 + PATIENCE if ms is not None and ms < SHORT else 0.0
