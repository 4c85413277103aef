"""One real process of a scenario: it makes the calls that it is told over its own channel.

A packet is [call, arguments]; the answer is {"ret": value, ...}, {"errno": number},
{"unsupported": why} or {"broken": why}. A child made by fork has a channel of its own from its
first moment; the driver's end of it comes with the answer to fork.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import traceback
from typing import Any

from . import linux_calls
from .linux_channel import Channel, pair
from .linux_libc import Reply, prototype
from .linux_signals import Signals

_PR_SET_DUMPABLE = 4
_QUEUE_BYTES = 819200  # of all POSIX queues of a user, unless somebody has changed it
_DESCRIPTORS = 1024  # of a process, as the linux personality has it
_CAPABILITY_VERSION = 0x20080522
_prctl = prototype("prctl", ctypes.c_int, ctypes.c_ulong)
_capset = prototype("capset", ctypes.c_char_p, ctypes.c_char_p)


class Worker:
    """The calls beside those of the C library: the ones that concern the worker itself."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._signals = Signals()
        self._calls = linux_calls.CALLS | {
            "signal": self._signals.signal,
            "sigaction": self._signals.sigaction,
            "sigcount": self._signals.sigcount,
        }

    def serve(self) -> None:
        """Makes calls until the driver is gone."""
        self._channel.send(self._hello())
        while True:
            received = self._channel.receive()
            if received is None:
                os._exit(0)
            (call, args), _ = received
            self._signals.collect()
            if call == "fork":
                self._fork()
            else:
                self._channel.send(self._make(call, args))

    def _hello(self) -> Reply:
        return {"pid": os.getpid(), "channel": self._channel.fileno()}

    def _make(self, call: str, args: list[Any]) -> Reply:
        function = self._calls.get(call)
        if function is None:
            return {"unsupported": f"the Linux target does not make the call {call}"}
        try:
            return function(*args)
        except Exception:
            return {"broken": traceback.format_exc(limit=-3)}

    def _fork(self) -> None:
        """Every signal stays blocked until parent and child each count their own."""
        theirs, ours = pair()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self._signals.collect()
        reply: Reply
        try:
            pid = os.fork()
        except OSError as error:
            pid, reply = -1, {"errno": error.errno}
        if pid == 0:
            self._channel.close()
            self._channel = Channel.from_descriptor(ours.end.detach())
            self._signals.reopen()
            reply = self._hello()
        elif pid > 0:
            reply = {"ret": pid}
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._channel.send(reply, (theirs.fileno(),) if pid > 0 else ())
        theirs.close()
        if pid:
            ours.close()


def become(uid: int, gid: int) -> None:
    """A process of this user and group, alone in its process group, with nothing inherited."""
    os.setpgid(0, 0)
    os.umask(0o022)
    with contextlib.suppress(PermissionError):  # in a user namespace groups are fixed
        os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if uid:
        _capset(struct.pack("2I", _CAPABILITY_VERSION, 0), bytes(24))
    _prctl(_PR_SET_DUMPABLE, 1)  # the driver looks at /proc/PID/syscall
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, PermissionError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    with contextlib.suppress(ValueError, PermissionError):  # less than what is wanted stays so
        resource.setrlimit(resource.RLIMIT_MSGQUEUE, (_QUEUE_BYTES, _QUEUE_BYTES))
