"""Code in the sandbox makes no process, signals none, talks to none, and asks the kernel little."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox
from tests.sandbox_room import WALLS, gains, libseccomp, room, run


@pytest.fixture(scope="module", params=WALLS)
def walls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("walls"), request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def open_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("open"), "none") as sandbox:
        yield sandbox


MAKING = {
    "a fork": "import os; pid = os.fork() or os._exit(0); result = pid > 0",
    "a fork that leaves the session": """
        import os
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os._exit(0)
        result = True
    """,
    "a fork by number": """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        SIGCHLD = 17
        pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, SIGCHLD, 0, 0, 0, 0)
        if pid < 0: raise OSError(ctypes.get_errno())
        if pid == 0: os._exit(0)
        result = True
    """,
    "a thread": """
        import threading
        thread = threading.Thread(target=print)
        thread.start()
        thread.join()
        result = True
    """,
    "a program": """
        import subprocess, sys
        result = subprocess.run([sys.executable, "-c", ""]).returncode == 0
    """,
    "a program in a shell": "import os; result = os.system('exit 7') >> 8 == 7",
    "a spawned program": """
        import os, sys
        pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})
        result = os.waitpid(pid, 0)[1] == 0
    """,
    "a worker": """
        import multiprocessing
        worker = multiprocessing.get_context("fork").Process(target=int)
        worker.start()
        worker.join()
        result = worker.exitcode == 0
    """,
}


@pytest.mark.parametrize("what", MAKING)
def test_no_process_is_made_inside_but_outside(
    what: str, walls: Sandbox, open_air: Sandbox
) -> None:
    assert not gains(walls, MAKING[what])
    assert gains(open_air, MAKING[what])


def test_a_program_cannot_replace_the_child(walls: Sandbox) -> None:
    code = """
        import os, sys
        os.execve(sys.executable, [sys.executable, "-c", "while True: pass"], {})
    """

    assert "It raised" in str(run(walls, code))


def test_a_fork_bomb_makes_nothing(walls: Sandbox) -> None:
    code = """
        import os
        made = 0
        for _ in range(1000):
            try:
                made += os.fork() > 0
            except OSError:
                pass
        result = made
    """

    assert run(walls, code) == 0


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user that waits."""
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


HARMING = {
    "a signal": "import os, signal; os.kill(victim, signal.SIGKILL); result = True",
    "a signal by number": """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.kill(victim, 9) < 0: raise OSError(ctypes.get_errno())
        result = True
    """,
    "a handle on it": """
        import os, signal
        signal.pidfd_send_signal(os.pidfd_open(victim), signal.SIGKILL)
        result = True
    """,
    "a signal that a socket sends": """
        import fcntl, os, socket, time
        F_SETSIG = 10
        a, b = socket.socketpair() if outside else (3, 3)
        fcntl.fcntl(b, fcntl.F_SETOWN, victim)
        fcntl.fcntl(b, F_SETSIG, 9)
        fcntl.fcntl(b, fcntl.F_SETFL, os.O_ASYNC)
        os.write(a if isinstance(a, int) else a.fileno(), b"x")
        result = True
    """,
}


@pytest.mark.parametrize("what", HARMING)
def test_no_process_outside_is_harmed_but_by_others(
    what: str, walls: Sandbox, open_air: Sandbox, victim: subprocess.Popen[bytes]
) -> None:
    assert not gains(walls, HARMING[what], victim=victim.pid, outside=False)
    assert victim.poll() is None
    assert gains(open_air, HARMING[what], victim=victim.pid, outside=True)
    assert victim.wait(60) == -signal.SIGKILL


def test_neither_server_nor_grader_nor_siblings_can_be_signalled(walls: Sandbox) -> None:
    code = """
        import os
        refused = 0
        targets = [os.getppid(), 0, -1, -os.getppid(), grader, -grader, *range(1, 40)]
        for pid in targets:
            for deliver in (os.kill, os.killpg):
                try:
                    deliver(pid, 9)
                except OSError:
                    refused += 1
        result = refused == 2 * len(targets)
    """
    with walls.child() as sibling:
        assert run(walls, code, grader=os.getpid()) is True
        assert sibling.ask({"code": "result = 1", "given": {}}) == 1


def test_a_sibling_cannot_be_traced_or_read(walls: Sandbox) -> None:
    code = """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE = 0, 16, 0x4206
        local = ctypes.create_string_buffer(8)
        piece = (ctypes.c_size_t * 2)(ctypes.addressof(local), 8)
        result = [libc.ptrace(PTRACE_TRACEME, 0, 0, 0)]
        for pid in (sibling, os.getppid(), grader):
            result += [libc.ptrace(how, pid, 0, 0) for how in (PTRACE_ATTACH, PTRACE_SEIZE)]
            result += [libc.process_vm_readv(pid, piece, 1, piece, 1, 0)]
            result += [libc.process_vm_writev(pid, piece, 1, piece, 1, 0)]
    """
    with walls.child() as sibling:
        pid = sibling.ask({"code": "import os; result = os.getpid()", "given": {}})

        assert run(walls, code, sibling=pid, grader=os.getpid()) == [-1] * 13


def test_a_tracer_would_be_had_outside(open_air: Sandbox) -> None:
    code = "import ctypes; result = ctypes.CDLL(None).ptrace(0, 0, 0, 0)"

    assert run(open_air, code) == 0


def test_the_limits_and_bonds_of_a_child_stay(walls: Sandbox) -> None:
    code = """
        import ctypes, os, resource
        libc = ctypes.CDLL(None, use_errno=True)
        PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
        result = [libc.prctl(PR_SET_PDEATHSIG, 0), libc.prctl(PR_SET_DUMPABLE, 1)]
        for change in (
            lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1)),
            lambda: os.setpriority(os.PRIO_PROCESS, 0, 5),
            lambda: os.sched_setaffinity(0, {0}),
            lambda: os.setsid(),
            lambda: os.setuid(os.getuid()),
            lambda: os.umask(0),
        ):
            try:
                change()
                result.append(0)
            except (OSError, ValueError):
                result.append(-1)
    """

    assert run(walls, code) == [-1] * 8


TALKING = {
    "TCP": """
        import socket
        result = socket.create_connection(("127.0.0.1", port), 2) is not None
    """,
    "UDP": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))
        result = True
    """,
    "an abstract UNIX socket": r"""
        import socket
        socket.socket(socket.AF_UNIX).connect("\0" + name)
        result = True
    """,
    "a UNIX socket": """
        import socket
        socket.socket(socket.AF_UNIX).connect(path)
        result = True
    """,
    "listening": """
        import socket
        result = socket.create_server(("127.0.0.1", 0)).getsockname()[1] > 0
    """,
    "a pair of sockets": "import socket; result = bool(socket.socketpair())",
    "a pipe": "import os; result = bool(os.pipe())",
    "a name": "import socket; result = bool(socket.gethostbyname('localhost'))",
}


@pytest.mark.parametrize("what", TALKING)
def test_nobody_can_be_talked_to_from_inside_but_outside(
    what: str, walls: Sandbox, open_air: Sandbox, tmp_path: Path
) -> None:
    name, path = f"kernelbook-{os.getpid()}", str(tmp_path / "socket")
    with contextlib.ExitStack() as listeners:
        tcp = listeners.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in ("\0" + name, path):
            unix = listeners.enter_context(socket.socket(socket.AF_UNIX))
            unix.bind(address)
            unix.listen()
        given = {"port": tcp.getsockname()[1], "name": name, "path": path}

        assert not gains(walls, TALKING[what], **given)
        assert gains(open_air, TALKING[what], **given)


CALLS = """
    add_key bpf chroot clock_settime clone3 delete_module eventfd2 execveat fsopen fallocate
    init_module inotify_init1 io_setup io_uring_setup keyctl landlock_create_ruleset memfd_create
    mount move_mount mq_open msgget name_to_handle_at open_by_handle_at open_tree perf_event_open
    personality pidfd_getfd pidfd_open pivot_root process_madvise process_vm_readv ptrace
    recvmsg reboot request_key rt_sigqueueinfo seccomp semget sendmsg sethostname setns
    shmget signalfd4 splice swapon syslog tgkill timer_create timerfd_create tkill umount2
    unshare userfaultfd vmsplice
"""


def test_dangerous_calls_are_refused_whatever_their_arguments(walls: Sandbox) -> None:
    seccomp = libseccomp()
    numbers = {name: seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) for name in CALLS.split()}
    code = """
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        result = {}
        for name, number in numbers.items():
            result[name] = []
            for value in (0, 1, -1):
                done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value)] * 6)
                result[name].append([done, errno.errorcode.get(ctypes.get_errno())])
    """
    known = {name: number for name, number in numbers.items() if number >= 0}

    assert len(known) > 40
    assert run(walls, code, numbers=known) == {
        name: [[-1, "ENOSYS" if name == "clone3" else "EPERM"]] * 3 for name in known
    }
