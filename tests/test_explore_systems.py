"""Kernel code on several processors: what is wrong with it is found, and what is right passes."""

from pathlib import Path

import pytest

from kernel_model import explore
from kernel_model.explore import SystemReport, check_system

SYSTEMS = Path(__file__).parent / "systems"
RIGHT = None

# system: (states, transitions), what is shown, what is said of it, how many steps lead there
KNOWN = {
    "busy_wait": ((31, 46), RIGHT, None, 0),
    "busy_wait_apart": ((53, 86), "mutex", None, 8),
    "free_lists": ((441, 840), RIGHT, None, 0),
    "list_compare_and_swap": ((25, 32), RIGHT, None, 0),
    "list_locked": ((21, 20), RIGHT, None, 0),
    "list_unlocked": ((23, 28), "final", "node 1 is lost", 6),
    "polite": ((28, 44), "livelock", None, 6),
    "ring_unlocked": ((96, 150), "final", "node 2 is lost", 12),
    "semaphore": ((396, 590), RIGHT, None, 0),
    "semaphore_apart": (
        (494, 821),
        "lost_wakeup",
        "processor 0 sleeps in queue for ever, although what it waits for holds",
        15,
    ),
    "semaphore_asleep_with_lock": (
        (236, 332),
        "deadlock",
        "processor 0 waits in swtch(queue); processor 1 waits in Pprim(lock); "
        "processor 2 waits in Pprim(lock)",
        10,
    ),
    "semaphore_no_retest": ((643, 960), "mutex", None, 28),
    "semaphores_in_opposite_order": (
        (19, 22),
        "deadlock",
        "processor 0 waits in P(s[1]); processor 1 waits in P(s[0])",
        2,
    ),
    "sleep_lock": ((78, 98), RIGHT, None, 0),
    "sleep_lock_apart": ((42, 58), "mutex", None, 6),
    "sleep_lock_lost_wakeup": (
        (51, 72),
        "lost_wakeup",
        "processor 0 sleeps in chan for ever, although what it waits for holds",
        7,
    ),
    "stack_aba": (
        (164, 264),
        "invariant",
        "node 1 is free, and somebody has it",
        15,
    ),
    "stack_counted": ((172, 283), RIGHT, None, 0),
}


def checked(system: str, n: int | None = None, engine: str = "plain") -> SystemReport:
    file = SYSTEMS / f"{system}.py"
    return check_system(file.read_text("utf-8"), n, file=str(file), engine=engine)


@pytest.mark.parametrize("system", KNOWN)
def test_a_known_system_gets_its_verdict_and_counts(system: str) -> None:
    counts, shown, why, steps = KNOWN[system]

    report = checked(system)

    assert report.error is None
    assert (report.states, report.transitions) == counts
    assert report.holds() == (shown is RIGHT)
    assert report.why == why
    if report.counterexample is None:
        assert shown is RIGHT
    else:
        assert report.counterexample.property == shown
        assert len(report.counterexample.stem + report.counterexample.cycle) == steps


def test_every_system_of_the_folder_is_known() -> None:
    assert {path.stem for path in SYSTEMS.glob("*.py")} == set(KNOWN)


@pytest.mark.parametrize("system", KNOWN)
def test_both_engines_say_the_same(system: str) -> None:
    reports = [checked(system, engine=engine).to_json() for engine in ("plain", "numpy")]
    for report in reports:
        del report["seconds"], report["engine"]

    assert reports[0] == reports[1]


@pytest.mark.parametrize("system", ["list_locked", "list_compare_and_swap", "sleep_lock"])
def test_what_is_right_for_two_is_right_for_three(system: str) -> None:
    report = checked(system, 3)

    assert report.holds()
    assert report.states > 2 * KNOWN[system][0][0]


def test_the_example_of_the_documentation_is_a_system() -> None:
    page = (SYSTEMS.parents[1] / "docs" / "systems.md").read_text("utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]

    report = check_system(example)

    assert report.error is None
    assert report.mutual_exclusion is False
    assert report.states == KNOWN["sleep_lock_apart"][0][0]


def test_every_step_is_in_the_documentation() -> None:
    page = (SYSTEMS.parents[1] / "docs" / "systems.md").read_text("utf-8")
    steps = [name for name in explore.__all__ if "eport" not in name and name != "check"]

    assert [one for one in steps if f"{one}(" not in page and f"`{one}`" not in page] == []


def test_one_processor_corrupts_nothing() -> None:
    report = checked("list_unlocked", 1)

    assert report.holds()
    assert (report.states, report.transitions) == (4, 3)


def test_the_list_is_corrupted_by_two_that_have_read_the_same_head() -> None:
    shown = checked("list_unlocked").counterexample

    assert shown is not None
    assert [step.op for step in shown.stem].count("load") == 2
    loads = [i for i, step in enumerate(shown.stem) if step.op == "load"]
    heads = [i for i, one in enumerate(shown.stem) if (one.op, one.cell) == ("store", "list.head")]
    assert max(loads) < min(heads)


def test_the_wakeup_that_is_lost_falls_between_the_test_and_the_sleep() -> None:
    shown = checked("sleep_lock_lost_wakeup").counterexample

    assert shown is not None
    told = [(step.processor, step.op) for step in shown.stem]
    test, woken, asleep = told.index((0, "swap")), told.index((1, "wakeup")), len(told) - 1
    assert told[asleep] == (0, "sleep")
    assert test < woken < asleep


def test_in_aba_a_node_is_taken_and_given_back_under_a_processor_that_has_read_it() -> None:
    shown = checked("stack_aba").counterexample

    assert shown is not None
    heads = [step.value for step in shown.stem if step.op == "compare_and_swap"]
    assert heads == [1, 2, 0, 1]


def test_who_rests_for_ever_is_no_failure_where_the_file_says_so() -> None:
    taken_for_good = (
        "from kernel_model.explore import *\nRESTS = {}\n"
        "def memory(n): return Shared(sem=1)\n"
        "async def program(mem, i, n):\n    await P(mem.sem)\n"
    )

    asked, free = (check_system(taken_for_good.format(rests)) for rests in (False, True))

    assert (asked.deadlock_free, asked.holds()) == (False, False)
    assert (free.deadlock_free, free.lost_wakeup, free.holds()) == (None, None, True)
    assert free.counterexample is None


def test_who_waits_for_ever_in_pprim_tries_and_does_not_rest() -> None:
    kept = (
        "from kernel_model.explore import *\nRESTS = True\n"
        "def memory(n): return Shared(lock=0, queue=())\n"
        "async def program(mem, i, n):\n    await progress()\n    {}\n"
    )

    tries = check_system(kept.format("await Pprim(mem.lock)"))
    sleeps = check_system(kept.format("await sleep(mem.queue)"))

    assert (tries.livelock_free, sleeps.livelock_free) == (False, True)
    assert tries.why == "processor 1 waits in Pprim(lock) for ever, and does not sleep"
    assert tries.counterexample is not None
    assert (tries.counterexample.property, tries.counterexample.cycle) == ("livelock", [])
