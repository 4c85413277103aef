"""Pipes and named pipes (kernel_model/pipes.py, fifos.py): what scenarios do not show of them."""

from typing import Any

import pytest

from autograder.example import Example, play
from autograder.renaming import Scheme, saves
from kernel_model import File, Kernel, pipe_read, pipe_write
from kernel_model.constants import O_NONBLOCK, O_RDONLY
from kernel_model.invariants import broken
from kernel_model.process import Process
from kernel_model.scenario import Scenario
from kernel_model.tables import show, snapshot
from kernel_model.targets.model import ModelTarget


def view(k: Kernel) -> dict[str, Any]:
    return show(snapshot(k))


def piped(personality: str = "classic", **limits: int) -> tuple[Kernel, Process, Process]:
    """A process with a pipe (3 to read, 4 to write), and its child."""
    k = Kernel(personality, limits)
    a = k.spawn("A")
    a.call("pipe")
    a.call("fork", "B")
    return k, a, k.proc("B")


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_a_request_and_its_answer_by_pipes_are_four_crossings_and_four_copies(
    personality: str,
) -> None:
    k, client, server = piped(personality)
    client.call("mkfifo", "/back", 0o600)
    server.call("open", "/back", O_RDONLY | O_NONBLOCK)
    before = k.cost

    client.call("write", 4, b"how much?")
    server.call("read", 3, 100)
    server.call("write", 4, b"ten")
    client.call("read", 3, 100)

    cost = k.cost - before
    assert (cost.crossings, cost.copies, cost.copied) == (4, 4, 24)


def test_the_classic_pipe_is_a_ring_over_ten_blocks() -> None:
    k, a, _ = piped(PIPEBLK=2)
    a.call("write", 4, b"abcdefghijklmnopqr")
    a.call("read", 3, 15)
    a.call("write", 4, b"ABCDE")

    (one,) = view(k)["pipes"]

    assert (one["roff"], one["woff"], one["size"], one["text"]) == (15, 3, 8, "pqrABCDE")
    assert (one["capacity"], one["readers"], one["writers"]) == (20, 1, 1)


def test_the_pages_of_a_linux_pipe_are_filled_and_freed_in_order() -> None:
    k, a, _ = piped("linux")
    for size in (3000, 1000, 2000):
        a.call("write", 4, b"x" * size)
    a.call("read", 3, 4100)

    (one,) = view(k)["pipes"]

    assert (one["tail"], one["pages"], one["size"]) == (1, [[100, 1900]], 1900)


def test_who_shares_an_entry_of_the_file_table_is_seen() -> None:
    k, a, _ = piped()
    a.call("dup", 4)

    found = [(p["name"], [(fd["fd"], fd["entry"]) for fd in p["fds"]]) for p in view(k)["fds"]]

    assert found == [("A", [(3, 0), (4, 1), (5, 1)]), ("B", [(3, 0), (4, 1)])]


def test_a_wait_for_the_other_side_sleeps_on_an_event_of_its_own() -> None:
    k, a, _ = piped()
    a.call("mkfifo", "/f", 0o600)
    a.call("open", "/f", O_RDONLY)

    asleep = [(p["name"], p["wchan"]) for p in view(k)["procs"] if p["wchan"]]

    assert asleep == [("A", "pipe[2].writer")]
    assert broken(view(k)) == []


def test_installed_functions_are_what_read_and_write_of_a_pipe_do() -> None:
    k, a, _ = piped()
    seen = []

    async def pipe_write(u: Process, file: File, data: Any) -> int:
        seen.append(("write", data))
        return 7

    def pipe_read(u: Process, file: File, size: int, buffer: Any = None) -> int:
        seen.append(("read", size))
        return 0

    k.install(pipe_write)
    k.install(pipe_read)
    made = a.call("write", 4, b"x"), a.call("read", 3, 9)

    assert [(call.ret, call.out) for call in made] == [(7, {}), (0, {"data": b""})]
    assert seen == [("write", b"x"), ("read", 9)]


@pytest.mark.parametrize("fn", [pipe_read, pipe_write])
def test_a_trace_tells_the_steps_of_both_algorithms(fn: Any) -> None:
    k, a, b = piped()
    t = k.start_trace()
    b.call("read", 3, 9)
    a.call("write", 4, b"hello")
    t.stop()

    steps = {event.words for event in t.events if event.function == fn.__name__ and event.words}

    assert len(steps) >= 4


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"size": 9}, "its size is 9, but the offsets are 5 apart"),
        ({"size": 99999}, "it holds 0 to 5120 bytes"),
        ({"roff": 5120}, "its read offset is 5120, outside the ten blocks"),
        ({"readers": 2}, "it has 2 readers, but 1 are open"),
        ({"writers": 0}, "it has 0 writers, but 1 are open"),
    ],
)
def test_a_pipe_that_is_not_sound_is_told(damage: dict[str, int], said: str) -> None:
    k, a, _ = piped()
    a.call("write", 4, b"hello")
    seen = view(k)
    seen["pipes"][0] |= damage

    assert any(said in one for one in broken(seen)), broken(seen)


def test_a_sleeper_whose_condition_holds_is_told() -> None:
    k, _, b = piped()
    b.call("read", 3, 9)
    seen = view(k)
    seen["pipes"][0] |= {"size": 1, "woff": 1}

    assert broken(seen) == ["B is asleep on pipe[1].data, but what it waits for is there"]


def test_an_example_keeps_both_ends_of_a_pipe_also_under_another_name() -> None:
    steps = [
        {"proc": "A", "call": "pipe", "args": [], "save": "ends"},
        {"proc": "A", "call": "write", "args": ["$ends.w", "hello"]},
        {"proc": "A", "call": "read", "args": ["$ends.r", 9]},
    ]
    given = {"id": "s", "topic": "t", "uids": {"A": 0}, "steps": steps}
    example = saves(Example.of(Scenario.from_json(given)), Scheme())

    came = list(play(example, ModelTarget("classic")))

    assert [step.args[:1] for step in example.calls] == [[], ["$p.w"], ["$p.r"]]
    assert came[-1] == {"A": {"ret": 5, "data": "hello"}}
