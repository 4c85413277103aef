"""The filter, run instruction by instruction for every system call of both architectures."""

import errno
import struct
import sys

import pytest

from autograder.sandbox import syscalls
from tests.sandbox_room import libseccomp

ARCHITECTURES = {"X86_64": 0xC000003E, "AARCH64": 0xC00000B7}
I386 = 0x40000003
X32 = 0x40000000
LAST = 600  # past every call there is

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, EAGAIN, ENOSYS = (
    0x00050000 | number for number in (errno.EPERM, errno.EAGAIN, errno.ENOSYS)
)
BY_ARGUMENT = {"open", "openat", "fcntl", "prlimit64"}


@pytest.fixture(autouse=True)
def library() -> None:
    libseccomp()


def action(architecture: str, number: int, *arguments: int, asked_as: int | None = None) -> int:
    """What the filter answers to a call."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    asked_as = ARCHITECTURES[architecture] if asked_as is None else asked_as
    return execute(
        syscalls.program(architecture), struct.pack("<IIQ6Q", number, asked_as, 0, *padded)
    )


def execute(program: bytes, data: bytes) -> int:
    """A machine for classic BPF, as much of it as seccomp filters use."""
    instructions = list(struct.iter_unpack("<HBBI", program))
    a, at = 0, 0
    while True:
        code, yes, no, k = instructions[at]
        at += 1
        match code:
            case 0x20:  # ld
                (a,) = struct.unpack_from("<I", data, k)
            case 0x54:  # and
                a &= k
            case 0x05:  # ja
                at += k
            case 0x15:  # jeq
                at += yes if a == k else no
            case 0x25:  # jgt
                at += yes if a > k else no
            case 0x35:  # jge
                at += yes if a >= k else no
            case 0x45:  # jset
                at += yes if a & k else no
            case 0x06:  # ret
                return k
            case _:
                raise AssertionError(f"the filter uses instruction {code:#x}")


def number(architecture: str, name: str) -> int:
    seccomp = libseccomp()
    return int(seccomp.resolve_syscall(getattr(seccomp.Arch, architecture), name))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_call_but_those_listed_is_refused(architecture: str) -> None:
    answers = {n: action(architecture, n) for n in range(LAST)}
    listed = {number(architecture, name) for name in (*syscalls.ALLOWED, *BY_ARGUMENT)}

    assert {n for n, answer in answers.items() if answer == ALLOW} <= listed
    assert {n for n in listed if n >= 0 and answers[n] != ALLOW} <= {number(architecture, "fcntl")}
    assert set(answers.values()) == {ALLOW, EPERM, EAGAIN, ENOSYS}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_making_processes_fails_as_if_there_were_too_many(architecture: str) -> None:
    assert action(architecture, number(architecture, "clone")) == EAGAIN
    assert action(architecture, number(architecture, "clone3")) == ENOSYS


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (0o0, ALLOW),
        (0o2000000, ALLOW),  # O_CLOEXEC
        (0o1, EPERM),
        (0o2, EPERM),
        (0o3, EPERM),
        (0o100, EPERM),  # O_CREAT
        (0o1000, EPERM),  # O_TRUNC
        (0o10000000, EPERM),  # O_PATH
        (0o20000000, EPERM),  # O_TMPFILE
        (1 << 32 | 0o1, EPERM),
    ],
)
def test_files_are_only_opened_for_reading(architecture: str, flags: int, answer: int) -> None:
    assert action(architecture, number(architecture, "openat"), 0, 0, flags) == answer


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_fcntl_cannot_send_signals_nor_lock_nor_lease(architecture: str) -> None:
    allowed = [
        c for c in range(2048) if action(architecture, number(architecture, "fcntl"), 3, c) == ALLOW
    ]

    assert allowed == sorted(syscalls.FCNTL)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_limits_can_be_read_but_not_set(architecture: str) -> None:
    prlimit = number(architecture, "prlimit64")

    assert action(architecture, prlimit, 0, 7, 0) == ALLOW
    assert action(architecture, prlimit, 0, 7, 0x7FFF_0000_0000) == EPERM
    assert action(architecture, number(architecture, "setrlimit")) == EPERM


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_another_architectures_calls_end_the_process(architecture: str) -> None:
    for other in (I386, *(a for name, a in ARCHITECTURES.items() if name != architecture)):
        assert {action(architecture, n, asked_as=other) for n in range(LAST)} == {KILL}


def test_x32_calls_end_the_process() -> None:
    assert {action("X86_64", X32 | n) for n in range(LAST)} == {KILL}


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    syscalls.program.cache_clear()
    monkeypatch.setitem(sys.modules, "pyseccomp", None)

    with pytest.raises(syscalls.NoFilter, match="pip install pyseccomp"):
        syscalls.program()
