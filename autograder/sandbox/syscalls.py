"""The system calls that code in the sandbox may make, as a seccomp filter built by libseccomp.

It is built in the grader and handed to the server as bytes, so that the server needs nothing but
the standard library. What is not named here is refused with EPERM; a call of another architecture
(i386, x32) ends the process.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib
import os
from types import ModuleType

_NAMES = """
    read readv write writev lseek pread64 close close_range dup dup2 dup3
    stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat
    getdents getdents64 getcwd
    brk mmap munmap mremap mprotect madvise
    rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
    futex sched_yield sched_getaffinity getcpu
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    getrusage getrlimit getrandom uname sysinfo
    getpid getppid gettid getpgrp getpgid getsid
    getuid geteuid getgid getegid getgroups getresuid getresgid
    exit exit_group
"""
ALLOWED = _NAMES.split()

# Flags of open that write, create, or only name a file: the same numbers on x86_64 and aarch64.
_PATH, _TMPFILE = 0o10000000, 0o20000000
NOT_READING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | _PATH | _TMPFILE

# fcntl can also have signals sent to any process of the same user (F_SETOWN): F_DUPFD, F_GETFD,
# F_SETFD, F_GETFL, F_SETFL and F_DUPFD_CLOEXEC cannot.
FCNTL = (0, 1, 2, 3, 4, 1030)

# Refused as if the process table were full, so that Python's own messages fit. The C library asks
# for clone when clone3 is unknown.
REFUSED = {
    "fork": errno.EAGAIN,
    "vfork": errno.EAGAIN,
    "clone": errno.EAGAIN,
    "clone3": errno.ENOSYS,
}

_UNKNOWN = -1  # libseccomp's number for a name that it does not know
_TREE = 2  # its way to lay out a filter as a tree instead of a list


class NoFilter(Exception):
    """The filter cannot be built here; the text says what to install."""


@functools.cache
def program(architecture: str = "NATIVE") -> bytes:
    """The filter for an architecture by libseccomp's name (X86_64, AARCH64), as classic BPF."""
    seccomp = binding()
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    if architecture != "NATIVE":
        rules.remove_arch(seccomp.Arch.NATIVE)
        rules.add_arch(getattr(seccomp.Arch, architecture))
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    with contextlib.suppress(OSError):  # before libseccomp 2.5 it stays a list, only slower
        rules.set_attr(seccomp.Attr.CTL_OPTIMIZE, _TREE)

    def rule(action: int, name: str, *conditions: object) -> None:
        number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        if number != _UNKNOWN:  # newer than this libseccomp: stays refused
            rules.add_rule(action, number, *conditions)

    for name in ALLOWED:
        rule(seccomp.ALLOW, name)
    for name, flags in (("open", 1), ("openat", 2)):
        reading = seccomp.Arg(flags, seccomp.MASKED_EQ, NOT_READING, 0)
        rule(seccomp.ALLOW, name, reading)
    for command in FCNTL:
        rule(seccomp.ALLOW, "fcntl", seccomp.Arg(1, seccomp.EQ, command))
    rule(seccomp.ALLOW, "prlimit64", seccomp.Arg(2, seccomp.EQ, 0))  # reading limits, not setting
    for name, number in REFUSED.items():
        rule(seccomp.ERRNO(number), name)
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def binding() -> ModuleType:
    """libseccomp's Python binding. NoFilter if it or the library is missing."""
    try:
        return importlib.import_module("pyseccomp")
    except ImportError as error:
        raise NoFilter("pyseccomp is missing: pip install pyseccomp") from error
    except (RuntimeError, OSError) as error:
        raise NoFilter("libseccomp.so.2 is missing: install the package libseccomp2") from error
