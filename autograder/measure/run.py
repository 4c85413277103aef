"""Starts the two processes, follows their progress, and leaves nothing behind."""

import contextlib
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from typing import Any

from autograder.measure import libc
from autograder.measure.channels import WAYS, Place
from autograder.measure.plan import Plan, clean
from autograder.measure.result import Measured, Row

KIB, MIB = 1 << 10, 1 << 20
ALL_SIZES = tuple(1 << n for n in range(6, 27))  # 64 bytes to 64 MiB
FEW_SIZES = (64, KIB, 8 * KIB, 64 * KIB, 512 * KIB, 4 * MIB)
USES = ("many", "once", "fresh")
Progress = Callable[[int, int, str], None]  # how many are done, of how many, and what is next
PATIENCE = 5.0  # seconds to clean up in, before it is ended


def copy_or_map(
    quick: bool = False,
    two: bool = False,
    sizes: tuple[int, ...] | None = None,
    progress: Progress | None = None,
) -> Measured:
    """Times every way at every size between two processes of this machine.

    `quick` takes few sizes and repeats, and less than three seconds. Both processes run on one
    processor; with `two` each has its own. Raises RuntimeError where there is no System V IPC or
    no second processor, OSError where the machine refuses (no memory, no more objects).
    """
    sizes = sizes or (FEW_SIZES if quick else ALL_SIZES)
    uses = ("many", "once") if quick else USES
    with made_place() as place:
        plan = Plan(
            place.key,
            place.folder,
            tuple(WAYS),
            uses,
            tuple(sorted(sizes)),
            repeats=5 if quick else 9,
            batch=0.005 if quick else 0.03,
            processors=processors(two),
        )
        with contextlib.closing(measured(plan, progress)) as lines:
            python = next(lines)
            rows = tuple(Row.of(line) for line in lines)
    return Measured(rows, about(plan, python))


def processors(two: bool) -> tuple[int, int]:
    """Where the producer and the consumer run: not on the first, which has most interrupts."""
    allowed = sorted(os.sched_getaffinity(0))
    if two and len(allowed) < 2:
        raise RuntimeError("this process may use one processor only")
    return allowed[-1], allowed[-2] if two else allowed[-1]


@contextlib.contextmanager
def made_place() -> Iterator[Place]:
    """A key that nobody uses and an empty folder; what is there afterwards is removed."""
    while libc.objects(key := 1 + secrets.randbelow((1 << 31) - 1)):
        pass
    with tempfile.TemporaryDirectory(prefix="copy-or-map-") as folder:
        place = Place(key, folder)
        try:
            yield place
        finally:
            clean(place)


def measured(plan: Plan, progress: Progress | None) -> Generator[dict[str, Any], None, None]:
    """What the producer prints, as it comes; the producer is ended with whoever stops asking."""
    command = [sys.executable, "-m", "autograder.measure.producer", plan.to_text()]
    total, done = len(plan.sizes) * len(plan.uses) * len(plan.ways), 0
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # an interrupt comes here only, and is passed on as SIGTERM
    )
    assert child.stdout is not None, "the pipe was asked for"
    assert child.stderr is not None, "the pipe was asked for"
    try:
        for line in child.stdout:
            found = json.loads(line)
            if "way" in found:
                done += 1
                if progress is not None:
                    progress(done, total, f"{found['way']}, {found['size']} bytes")
            yield found
        said = child.stderr.read()
        if child.wait() or done < total:
            last = said.strip().splitlines()[-1:] or ["it said nothing"]
            raise OSError(f"the measurement broke off: {last[0]}")
    finally:
        ended(child)


def ended(child: "subprocess.Popen[str]") -> None:
    """Ends the producer, and with it the consumer; waits until it has cleaned up."""
    child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def about(plan: Plan, python: dict[str, float]) -> dict[str, str]:
    """What a reader has to know of a run, without the name of any machine."""
    one = plan.processors[0] == plan.processors[1]
    return {
        "machine": f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "scheduling": "in real time" if os.sched_getscheduler(0) else "as usual",
        "processes": "both on one processor" if one else "each on a processor of its own",
        "hand-over of shared memory": "System V semaphores, one slot",
        "python adds to a message": f"{python['nothing'] * 1e6:.2f} us to produce and consume",
        "python adds to a call": f"{python['call'] * 1e6:.2f} us",
    }
