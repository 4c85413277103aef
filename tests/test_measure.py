"""Copy or map: what is measured arrives whole, is told rightly, and leaves nothing behind.

No test says how long anything takes.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import cli
from autograder.measure import Crossover, Measured, Row, channels, copy_or_map, crossover, libc
from autograder.measure.channels import HEAD, WAYS, Place, Private
from autograder.measure.command import lines_of
from autograder.measure.figure import svg, words
from autograder.measure.plan import Plan, clean
from autograder.measure.result import BEST, in_units
from autograder.measure.run import made_place, processors
from tests.needs import require

SIZES = (64, 20_000, 300_000)


def ipc_is_there() -> bool:
    try:
        libc.objects(1)
    except RuntimeError:
        return False
    return True


@pytest.fixture
def place() -> Iterator[Place]:
    require(ipc_is_there(), "this machine has no System V IPC")
    with made_place() as made:
        yield made


def keys_of(producers: set[int]) -> set[int]:
    """Keys of the objects that these processes make: other tests make objects of their own."""
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in producers]
    return {Plan.of(line[3].decode()).key for line in lines if len(line) > 3}


def children() -> set[int]:
    """The processes that this one has started and not waited for, whoever else needs them."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            _, parent, *_ = path.read_text().rpartition(")")[2].split()
            found |= {int(path.parent.name)} if int(parent) == os.getpid() else set()
    return found


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("size", SIZES)
def test_every_byte_that_is_produced_arrives(place: Place, name: str, size: int) -> None:
    ours, theirs = Private(size + HEAD), Private(size + HEAD)
    sender, taker = WAYS[name](place, size, ours), WAYS[name](place, size, theirs)
    sender.make()
    opening = threading.Thread(target=taker.open)
    opening.start()
    sender.join()
    opening.join()
    child = os.fork()  # the libraries' calls keep the interpreter's lock: no thread could wait
    if child == 0:
        sender.send()
        sender.send()
        os._exit(0)
    taker.take()
    taker.take()
    os.waitpid(child, 0)
    if isinstance(taker, channels.Memory):
        got = ctypes.string_at(taker.segment, size)
    else:
        start = HEAD if name == "message queue" else 0
        got = bytes(theirs.view[start : start + size])
    for side in (sender, taker):
        side.close()
    sender.remove()
    assert got == bytes([channels.MADE]) * size


def test_a_run_has_each_way_in_each_use_at_each_size_and_leaves_no_object() -> None:
    require(ipc_is_there(), "this machine has no System V IPC")
    others, keys = children(), set()
    told: list[tuple[int, int, str]] = []

    def progress(*now: Any) -> None:
        told.append(now)
        keys.update(keys_of(children() - others))

    run = copy_or_map(quick=True, sizes=(64, 9000), progress=progress)
    assert len(keys) == 1
    assert [libc.objects(key) for key in keys] == [[]]
    found = {(row.way, row.use, row.size) for row in run.rows}
    assert found == {(w, u, s) for w in WAYS for u in ("many", "once") for s in (64, 9000)}
    assert [done for done, _, _ in told] == list(range(1, len(run.rows) + 1))
    assert all(0 < row.low <= row.seconds <= row.high and row.setup > 0 for row in run.rows)
    assert "both on one processor" in run.about["processes"]
    assert run.about["scheduling"] == "as usual"


def test_a_producer_that_is_told_to_end_removes_what_it_made(place: Place) -> None:
    plan = Plan(place.key, place.folder, ("shared memory",), ("many",), (1 << 20,), 10_000, 1.0,
                processors(two=False))  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-m", "autograder.measure.producer", plan.to_text()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    json.loads(child.stdout.readline())  # it has begun
    while len(libc.objects(place.key)) < 2 and child.poll() is None:
        os.sched_yield()
    child.send_signal(signal.SIGTERM)
    child.stdout.close()
    assert child.wait() != 0
    assert libc.objects(place.key) == []


def test_a_run_that_is_interrupted_leaves_no_object_and_no_process() -> None:
    require(ipc_is_there(), "this machine has no System V IPC")
    others = children()
    begun: set[int] = set()
    keys: set[int] = set()

    def interrupt(done: int, total: int, what: str) -> None:
        begun.update(children() - others)
        keys.update(keys_of(begun))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_or_map(quick=True, sizes=(64,), progress=interrupt)
    assert begun
    assert len(keys) == 1
    assert [libc.objects(key) for key in keys] == [[]]
    assert not begun & children()


def test_what_a_killed_producer_leaves_is_removed(place: Place) -> None:
    flags = libc.IPC_CREAT | libc.PRIVATE
    libc.shmget(place.key, 4096, flags)
    libc.semget(place.key, 2, flags)
    libc.msgget(place.key, flags)
    Path(place.folder, "pipe").touch()
    clean(place)
    assert libc.objects(place.key) == []
    assert list(Path(place.folder).iterdir()) == []


def test_without_system_v_ipc_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: int) -> int:
        ctypes.set_errno(38)
        return -1

    monkeypatch.setattr(libc, "_shmget", refused)
    with pytest.raises(RuntimeError, match="no System V IPC"):
        copy_or_map(quick=True)


def test_one_processor_is_the_default_and_two_must_be_there() -> None:
    one = processors(two=False)
    assert one[0] == one[1]
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        with pytest.raises(RuntimeError, match="one processor only"):
            processors(two=True)
    finally:
        os.sched_setaffinity(0, before)


def test_the_crossover_lies_where_the_lines_cross_on_logarithmic_scales() -> None:
    assert crossover([(1, 1.0, 4.0), (16, 16.0, 4.0)]) == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(8, 1.0, 2.0), (16, 2.0, 3.0)], None),  # copying is always cheaper
        ([(8, 2.0, 1.0), (16, 4.0, 1.0)], 8.0),  # mapping always is
        ([(8, 2.0, 1.0), (16, 4.0, 5.0)], None),  # at the largest size copying is
        ([(8, 2.0, 2.0)], 8.0),
    ],
)
def test_there_is_a_crossover_only_where_mapping_stays_cheaper(
    points: list[tuple[int, float, float]], expected: float | None
) -> None:
    assert crossover(points) == expected


def test_of_several_crossings_the_last_one_counts() -> None:
    points = [(1, 3.0, 2.0), (2, 2.0, 8.0), (8, 8.0, 2.0)]
    found = crossover(points)
    assert found is not None
    assert 2 < found < 8


def given() -> Measured:
    """Copies take a microsecond a KiB, mapping ten for any size once set up, else copies + 50."""
    rows = []
    for size in (1024, 4096, 65536):
        kib = size / 1024
        for way, many in (("pipe", kib), ("socket", 2 * kib), ("shared memory", 10.0)):
            for use, more in (("many", 0.0), ("once", 50 if way == "shared memory" else 0)):
                seconds = ((many if use == "many" or way != "shared memory" else kib) + more) * 1e-6
                rows.append(Row(way, use, size, 1e-5, seconds, seconds / 2, seconds * 2, 9, 100))
    return Measured(tuple(rows), {"machine": "one of two processors"})


def test_crossovers_are_told_for_each_use_against_each_copy_and_the_best() -> None:
    told = {(c.use, c.copy): str(c) for c in given().crossovers()}
    assert told["many", "pipe"] == told["many", BEST] == "cheaper from 10 KiB on"
    assert told["many", "socket"] == "cheaper from 5 KiB on"
    assert told["once", BEST] == "no crossover up to 64 KiB"
    assert str(Crossover("many", "shared memory", BEST, 64.0, 64, 128)) == (
        "cheaper from 64 bytes on, the smallest size"
    )


def test_a_run_survives_its_csv_file(tmp_path: Path) -> None:
    run = given()
    run.write(tmp_path / "run.csv")
    again = Measured.read(tmp_path / "run.csv")
    assert again.about == run.about
    assert again.csv() == run.csv()
    assert [row.size for row in again.rows] == [row.size for row in run.rows]


def test_a_file_that_is_no_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("name,value\na,1\n")
    with pytest.raises(ValueError, match="is no run of copy-or-map"):
        Measured.read(tmp_path / "other.csv")


def test_the_figure_shows_every_use_and_says_both_crossovers_in_words() -> None:
    run = given()
    assert len(run.figure().axes) == 2
    text = svg(run)
    assert text == svg(run)  # the same bytes
    assert "Set up once, used many times" in text
    assert "cheaper from 10 KiB on" in words(run)
    assert "no crossover up to 64 KiB" in words(run)
    assert words(run).split(":")[0] in text


def test_the_figure_takes_the_width_that_there_is() -> None:
    stored = Measured.read(Path(__file__).parents[1] / "notebooks/01_copy_or_map.csv")

    panels = stored.figure().axes
    shown = svg(stored).partition(">")[0]
    assert [one.get_subplotspec().colspan.start for one in panels] == [0, 1, 0]
    assert "max-width:100%;height:auto" in shown
    assert ' height="' not in shown
    assert ' viewBox="' in shown


def test_the_table_has_a_line_for_each_size_of_each_use() -> None:
    lines = lines_of(given())
    assert "machine: one of two processors" in lines
    assert sum(line.strip().startswith("4 KiB") for line in lines) == 2


def test_the_command_writes_a_table_and_a_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require(ipc_is_there(), "this machine has no System V IPC")
    monkeypatch.setattr("autograder.measure.run.FEW_SIZES", (64, 4096))
    assert cli.main(["measure", "copy-or-map", "--quick", "--to", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"copy-or-map.csv", "copy-or-map.svg"}
    assert len(Measured.read(tmp_path / "copy-or-map.csv").rows) == 2 * 2 * len(WAYS)
    assert "crossovers" in capsys.readouterr().out


def test_sizes_are_written_as_people_write_them() -> None:
    assert [in_units(size) for size in (64, 1536, 1 << 20, 64 << 20)] == [
        "64 bytes",
        "1.5 KiB",
        "1 MiB",
        "64 MiB",
    ]
