"""The system calls that code in the sandbox may make, as a seccomp filter built by libseccomp.

Built in the grader and handed to the server as bytes, so that the server needs nothing but the standard library.
Everything not named here is refused with EPERM; another architecture's calls (i386, x32) end the process.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib
import os
from types import ModuleType

ALLOWED = ["read", "readv", "write", "writev", "lseek", "pread64", "close", "dup", "dup2", "dup3", "stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "futex", "sched_yield", "sched_getaffinity", "getcpu", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage", "getrlimit", "getpid", "getppid", "gettid", "getpgrp", "getpgid", "getsid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid", "getrandom", "uname", "sysinfo", "exit", "exit_group"]

# Flags of open that write, create or only name a file; the numbers are the same on x86_64 and aarch64.
_TMPFILE = 0o20000000
NOT_READING = (
    os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_PATH", 0) | _TMPFILE
)

# fcntl can also have signals sent to any process of the same user (F_SETOWN), so only these:
_DUPFD, _GETFD, _SETFD, _GETFL, _SETFL, _DUPFD_CLOEXEC = 0, 1, 2, 3, 4, 1030

# Refused as a full process table is, so that Python's own messages fit; glibc asks for clone if clone3 is unknown.
REFUSED = {
    "fork": errno.EAGAIN,
    "vfork": errno.EAGAIN,
    "clone": errno.EAGAIN,
    "clone3": errno.ENOSYS,
}


_UNKNOWN = -1  # libseccomp's number for a name it does not know


class NoFilter(Exception):
    """The filter cannot be built here; the text says what to install."""


@functools.cache
def program(architecture: str = "NATIVE") -> bytes:
    """The filter for an architecture that libseccomp knows ("X86_64", "AARCH64"), as classic BPF."""
    seccomp = _binding()
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    if architecture != "NATIVE":
        rules.add_arch(getattr(seccomp.Arch, architecture))
        for other in ("X86_64", "AARCH64"):
            if other != architecture:
                with contextlib.suppress(OSError):  # was not the native one
                    rules.remove_arch(getattr(seccomp.Arch, other))
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    with contextlib.suppress(
        OSError
    ):  # before libseccomp 2.5: a list instead of a tree, only slower
        rules.set_attr(seccomp.Attr.CTL_OPTIMIZE, 2)

    def rule(action: int, name: str, *arguments: object) -> None:
        number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        if number != _UNKNOWN:  # newer than this libseccomp: stays refused
            rules.add_rule(action, number, *arguments)

    allow = seccomp.ALLOW
    for name in ALLOWED:
        rule(allow, name)
    for name, position in (("open", 1), ("openat", 2)):
        rule(allow, name, seccomp.Arg(position, seccomp.MASKED_EQ, NOT_READING, 0))
    for command in (_DUPFD, _GETFD, _SETFD, _GETFL, _SETFL, _DUPFD_CLOEXEC):
        rule(allow, "fcntl", seccomp.Arg(1, seccomp.EQ, command))
    rule(allow, "prlimit64", seccomp.Arg(2, seccomp.EQ, 0))  # reading limits, not setting them
    for name, number in REFUSED.items():
        rule(seccomp.ERRNO(number), name)
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _binding() -> ModuleType:
    try:
        return importlib.import_module("pyseccomp")
    except ImportError as error:
        raise NoFilter("pyseccomp is missing: pip install pyseccomp") from error
    except (RuntimeError, OSError) as error:
        raise NoFilter("libseccomp.so.2 is missing: install the package libseccomp2") from error
