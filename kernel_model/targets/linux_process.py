"""The driver's side of one real process: what it was asked, what it answered, how it looks.

A call is asleep when the process has been in state S (or T) in the same system call, by its
entry under /proc, over several looks in a row, and has not answered.
"""

import contextlib
import fcntl
import os
import struct
import time
from typing import Any

from .linux_channel import Channel, ready

PATIENCE = 3.0  # seconds for what must come, on however busy a machine
LOOKS = 4  # alike in a row
_GIVE_UP = 30.0  # seconds after which a call that neither sleeps nor returns is a fault of ours
_TURNS = ("State:", "voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:")
_RECVMSG = ("47", "212")  # on x86-64 and on the newer machines: waiting for the next command
_PIDFD_GET_INFO, _PIDFD_INFO, _PIDFD_INFO_EXIT = 0xC040FF0B, struct.Struct("=Q52xi"), 1 << 3


class Lost(Exception):
    """A process behaves as none can: an error of the target, not of the scenario."""


class RealProcess:
    """`pid` is its id as the scenario sees it, `outer` the same process's id here."""

    def __init__(self, name: str, channel: Channel) -> None:
        received = channel.receive()
        if received is None or "pid" not in received[0]:
            raise Lost(f"process {name} did not start: {received}")
        self.name = name
        self.pid: int = received[0]["pid"]
        self.outer = channel.sender
        self.asked: tuple[str, list[Any]] | None = None  # the call under way
        self.execed = False
        self.waited: int | None = None  # the status that its parent was told
        self._channel = channel
        self._channel_there = hex(received[0]["channel"])
        self._pidfd = os.pidfd_open(self.outer)

    def close(self) -> None:
        self._channel.close()
        os.close(self._pidfd)

    def ask(self, call: str, args: list[Any]) -> None:
        """Begins a call."""
        self.asked = call, args
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # noticed by `answer`
            self._channel.send([call, args])

    def answered(self, seconds: float = 0) -> bool:
        """An answer, or the end of the image that could give one, has come."""
        return self._channel.ready(seconds)

    def answer(self) -> tuple[dict[str, Any], list[int]] | None:
        """The answer to the call; None when there is no one any more who could give it."""
        received = self._channel.receive()
        self.asked = None
        return received

    def asleep(self, looks: int = LOOKS) -> bool:
        """Looks until the call is certainly asleep (True) or has been answered (False)."""
        deadline = time.monotonic() + _GIVE_UP
        before, alike = None, 0
        while not self.answered():
            state = self.stat()[0]
            here = state, self._entry() if state in "StT" else ""
            waits = state in "tT" or (state == "S" and not self._idle(here[1]))
            alike = alike + 1 if waits and here == before else 0
            if alike == looks:
                return True
            before = here
            if time.monotonic() > deadline:
                raise Lost(f"{self.name}'s call {self.asked} neither returns nor sleeps: {here}")
            time.sleep(0.0002)
        return False

    def _entry(self) -> str:
        """The system call it is in: number, arguments, stack pointer, program counter."""
        try:
            with open(f"/proc/{self.outer}/syscall") as file:
                return file.read()
        except (FileNotFoundError, ProcessLookupError):
            return ""

    def _idle(self, entry: str) -> bool:
        """It has not yet begun the call it was told to make."""
        number, *arguments = entry.split() or [""]
        return not number or (number in _RECVMSG and arguments[:1] == [self._channel_there])

    def stat(self) -> list[str]:
        """The fields of /proc/PID/stat from the state on; ["X"] when it is gone."""
        try:
            with open(f"/proc/{self.outer}/stat") as file:
                return file.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ["X"]

    def turns(self) -> list[str]:
        """Its state and how often it has left a processor; [] when it is gone.

        At rest and the same twice: it has slept all the time in between.
        """
        try:
            with open(f"/proc/{self.outer}/status") as file:
                return [line for line in file if line.startswith(_TURNS)]
        except (FileNotFoundError, ProcessLookupError):
            return []

    def rests(self, reaper: int, idle: set[int]) -> bool:
        """It is neither on its way anywhere nor about to be reaped by `reaper`.

        While it has a tracer, who is told of its end first, nobody else can reap it; one of those
        who are `idle`, with no call under way, is not about to.
        """
        state, *rest = self.stat()
        if state != "Z":
            return state in "StTX"
        return int(rest[0]) != reaper or self._tracer() in idle

    def _tracer(self) -> int:
        """Whoever traces it, by the id here; 0 for nobody."""
        try:
            with open(f"/proc/{self.outer}/status") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("TracerPid:"))
        except (FileNotFoundError, ProcessLookupError):
            return 0

    def dead(self, seconds: float = 0) -> bool:
        return ready(self._pidfd, seconds)

    def status(self, reaped: dict[int, int]) -> int:
        """How it ended, as a wait status, whoever has or has not waited for it."""
        fields = self.stat()
        if fields[0] == "Z":
            return int(fields[49])
        if self.pid in reaped:
            return reaped[self.pid]
        if self.waited is not None:
            return self.waited
        info = bytearray(_PIDFD_INFO.pack(_PIDFD_INFO_EXIT, 0))  # its parent ignores SIGCHLD
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._pidfd, _PIDFD_GET_INFO, info)
            mask, status = _PIDFD_INFO.unpack(info)
            if mask & _PIDFD_INFO_EXIT:
                return int(status)
        raise Lost(f"{self.name} ended, and this kernel does not tell how (Linux 6.15 would)")
