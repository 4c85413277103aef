"""A server is clean and quick, serves many, dies with its grader, is replaced if it dies."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.sandbox import (
    BadAnswer,
    ChildDied,
    Limits,
    Sandbox,
    SandboxError,
    SandboxLost,
)
from autograder.sandbox.jail import watch
from tests.sandbox_room import room, run


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("walls")) as sandbox:
        yield sandbox


SEARCH = """
import gc
mark = mark_reversed[::-1]
gc.unfreeze()
found, seen, queue = False, set(), gc.get_objects()
while queue:
    thing = queue.pop()
    if id(thing) in seen:
        continue
    seen.add(id(thing))
    if isinstance(thing, str) and thing == mark and thing is not mark:
        found = True
    queue += gc.get_referents(thing)
result = found
"""


def test_nothing_of_the_grader_or_of_another_child_is_in_memory(sandbox: Sandbox) -> None:
    secret = "".join(["hidden ", "expectation ", str(time.time_ns())])
    given = {"mark_reversed": secret[::-1]}
    planted = "keep = ''.join(list(mark_reversed[::-1]))\n"
    with sandbox.child() as other:
        other.ask({"code": "import inside; inside.kept = text", "given": {"text": secret}})

        assert any(secret is thing for thing in gc.get_referents(given | {"it": secret}))
        assert run(sandbox, SEARCH, **given) is False
        assert run(sandbox, planted + SEARCH, **given) is True


def test_what_one_child_changes_no_other_sees(sandbox: Sandbox) -> None:
    spoil = "import inside, math\ninside.handle = math.pi = 3\n__builtins__['len'] = None"
    with contextlib.suppress(ChildDied):  # it spoils itself
        run(sandbox, spoil)

    assert run(sandbox, "import math; result = len([math.pi > 3])") == 1


def test_the_same_code_draws_the_same_numbers_and_orders(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import random; result = [random.random(), list({str(n) for n in range(50)})]"

    with room(tmp_path) as another:
        assert run(sandbox, code) == run(sandbox, code) == run(another, code)


def test_many_threads_with_a_child_each_get_their_own_answers(sandbox: Sandbox) -> None:
    def converse(number: int) -> list[object]:
        with sandbox.child() as child:
            return [
                child.ask({"code": "result = n", "given": {"n": number * 100 + turn}})
                for turn in range(20)
            ]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(converse, range(16)))

    assert answers == [[number * 100 + turn for turn in range(20)] for number in range(16)]


def test_threads_that_share_a_child_take_turns(sandbox: Sandbox) -> None:
    with sandbox.child() as child, ThreadPoolExecutor(4) as pool:
        asked = [{"code": "result = n", "given": {"n": n}} for n in range(100)]

        assert list(pool.map(child.ask, asked)) == list(range(100))


def test_closing_a_child_ends_it_in_the_middle_of_a_question(sandbox: Sandbox) -> None:
    child = sandbox.child()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(child.ask, {"code": "while True: pass", "given": {}})
        while not answer.running():
            time.sleep(0.001)
        child.close()

        with pytest.raises(ChildDied):
            answer.result(60)


def test_a_closed_child_answers_no_more(sandbox: Sandbox) -> None:
    child = sandbox.child()
    child.close()

    with pytest.raises(ChildDied, match="was closed"):
        child.ask({"code": "result = 1", "given": {}})


def processor_time(pid: int) -> float:
    """Seconds that a process and its children that have ended, and this one, have computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + time.process_time()


def test_a_child_takes_at_most_four_bare_forks(tmp_path: Path) -> None:
    """In processor time: what else runs on the machine is not its doing."""
    before = set(servers())
    with room(tmp_path) as sandbox:
        server = [pid for pid in servers() if pid not in before][-1]

        def seconds(*parts: Callable[[], object]) -> float:
            start = processor_time(server)
            for part in parts:
                part()
            return processor_time(server) - start

        forks = seconds(*[sandbox.bare_fork] * 4) / 4
        with_forks = seconds(*[lambda: sandbox.child().close()] * 120, sandbox.bare_fork)

    assert forks > 0
    assert (with_forks - forks) / 120 < 4 * forks / watch._BARE_FORKS


def descendants(pid: int) -> list[int]:
    """Its running children and theirs."""
    below = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text().splitlines()
        except OSError:
            continue  # it ended while we looked
        fields = dict(line.split(":", 1) for line in lines)
        if int(fields["PPid"]) == pid and "Z" not in fields["State"].split()[0]:
            below += [int(fields["Pid"]), *descendants(int(fields["Pid"]))]
    return below


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: list[int]) -> list[int]:
    """Those that still run after a minute."""
    until = time.monotonic() + 60
    while (left := [pid for pid in pids if runs(pid)]) and time.monotonic() < until:
        time.sleep(0.01)
    return left


GRADER = """
    import os, sys, time
    from autograder.sandbox import Sandbox
    sandbox = Sandbox(sys.argv[1])
    child = sandbox.child()
    if sys.argv[2] == "with a helper":
        if os.fork() == 0:
            os.close(1)
            time.sleep(60)
            os._exit(0)
    print("ready", flush=True)
    child.ask({"code": "while True: pass", "given": {}})
"""


@pytest.mark.parametrize("way", ["alone", "with a helper"])
def test_server_and_children_die_with_the_grader(way: str, tmp_path: Path) -> None:
    """Even killed, and even if a process forked from it still holds its sockets."""
    with room(tmp_path):
        pass
    command = [sys.executable, "-c", textwrap.dedent(GRADER), str(tmp_path), way]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"ready\n"
        below = [pid for pid in descendants(grader.pid) if b"server.py" in command_of(pid)]
        helper = [pid for pid in descendants(grader.pid) if pid not in below]
        grader.kill()
        grader.wait()
        left = wait_until_gone(below)
        for pid in helper:
            os.kill(pid, signal.SIGKILL)

    assert len(below) >= 2
    assert left == []


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def servers() -> list[int]:
    return [pid for pid in descendants(os.getpid()) if b"server.py" in command_of(pid)]


def test_closing_leaves_no_process(tmp_path: Path) -> None:
    before = set(servers())
    with room(tmp_path) as sandbox, sandbox.child():
        started = [pid for pid in servers() if pid not in before]

    assert started
    assert wait_until_gone(started) == []


def test_a_server_that_died_is_reported_and_replaced(tmp_path: Path) -> None:
    before = set(servers())
    with room(tmp_path) as sandbox:
        child = sandbox.child()
        started = [pid for pid in servers() if pid not in before]
        os.kill(started[0], signal.SIGKILL)
        assert wait_until_gone(started) == []
        with child, pytest.raises(SandboxLost, match="the next child gets a new one"):
            child.ask({"code": "result = 1", "given": {}})

        assert run(sandbox, "result = 1") == 1


def test_a_server_that_died_unnoticed_is_replaced(tmp_path: Path) -> None:
    before = set(servers())
    with room(tmp_path) as sandbox:
        started = [pid for pid in servers() if pid not in before]
        os.kill(started[-1], signal.SIGKILL)
        wait_until_gone(started)

        assert run(sandbox, "result = 1") == 1


def test_a_server_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    with room(tmp_path):
        sandbox = Sandbox(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(sandbox.__enter__).result()
    with sandbox:
        first = run(sandbox, "import os; result = os.getppid()")

        assert run(sandbox, "import os; result = os.getppid()") == first


def test_a_forked_grader_gets_a_server_of_its_own(tmp_path: Path) -> None:
    with room(tmp_path) as sandbox:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writer, str(run(sandbox, "result = 5")).encode())
                sandbox.close()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)

        assert os.read(reader, 10) == b"5"
        assert run(sandbox, "result = 6") == 6
    os.close(reader)
    os.close(writer)


def test_a_root_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="nowhere is not a folder"):
        Sandbox(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "No module named 'inside'"),
        ("def handle(request:", "SyntaxError"),
        ("", "handle"),
        ("raise ValueError('broken')", "ValueError: broken"),
    ],
)
def test_a_root_that_cannot_be_loaded_says_why(
    text: str | None, words: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "inside.py").write_text(text)

    with pytest.raises(SandboxLost, match=words), Sandbox(tmp_path):
        pass


def test_what_is_preloaded_is_there_and_was_closed_in(tmp_path: Path) -> None:
    (tmp_path / "early.py").write_text(
        "import os\ntry:\n  open('/etc/passwd')\n  saw = True\nexcept OSError:\n  saw = False\n"
    )
    (tmp_path / "other.py").write_text(
        "import sys\ndef handle(request): return [sys.modules['early'].saw, request]\n"
    )
    with Sandbox(tmp_path, module="other", preload=["early"]) as sandbox, sandbox.child() as child:
        assert child.ask({"n": 1}) == [False, {"n": 1}]


def test_a_child_that_cannot_be_shut_in_runs_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="could not be shut in: OverflowError"):
        sandbox.child(Limits(memory=1 << 63))

    assert run(sandbox, "result = 1") == 1


def test_a_question_that_is_not_json_is_the_graders_own_mistake(sandbox: Sandbox) -> None:
    with sandbox.child() as child:
        with pytest.raises(TypeError):
            child.ask({"code": object()})

        assert child.ask({"code": "result = 1", "given": {}}) == 1


def test_a_hundred_children_leave_no_descriptor_behind(sandbox: Sandbox) -> None:
    run(sandbox, "result = 1")
    gc.collect()  # what earlier tests have left open is not closed meanwhile
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        with sandbox.child() as child, pytest.raises(BadAnswer):
            child.ask({"code": "1 / 0", "given": {}})

    assert len(os.listdir("/proc/self/fd")) == before
