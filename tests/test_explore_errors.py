"""Wrong use of cells, and code that does more than its cells show, is told; nothing crashes."""

import json
import textwrap
from pathlib import Path

import pytest

from autograder.cli import main
from kernel_model.explore import check

LOCKS = Path(__file__).parent / "locks"
LOCK = """
from kernel_model.explore import Shared, compare_and_swap, fetch_and_add, load, store, swap

def semaphore(n):
    return Shared(val=[0] * n, lock=0)

async def Pprim(sem, me, n):
{body}

async def Vprim(sem, me, n):
    await store(sem.lock, 0)
"""
TAKE = """
while await swap(sem.lock, 1):
    pass
"""


def lock(body: str, before: str = "") -> str:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return textwrap.dedent(before) + LOCK.format(body=body)


WRONG = {  # what stands in Pprim, before the lock is taken: what the report says
    "await load(sem.val[n])": "val[2] is outside the array, which is val[0] to val[1] (line 8)",
    "await load(sem.val[me - 1])": "val[-1] is outside the array",
    "await load(sem.other)": "the memory has no cell other: it has val, lock",
    "await load(sem.lock); await Pprim(sem, me, n)": "its calls are nested 60 deep",
    "await store(sem.lock, [me])": "lock cannot hold a list: a cell holds numbers",
    "await store(sem.lock, object())": "lock cannot hold a object: a cell holds numbers",
    "await store(sem.lock, 0.5)": "lock cannot hold a float",
    "await store(sem.lock, 1 << 80_000_000)": "lock cannot hold a number of 80,000,001 bits",
    "await store(sem.lock, 'x' * 9_000_000)": "lock cannot hold a text of 9,000,000 characters",
    "sem.lock = 1": ".lock = ... writes nothing: write await store(...)",
    "sem.lock.number = 1": "lock.number = ... writes nothing",
    "sem.val.name = 'x'": "val.name = ... writes nothing",
    "sem.val[me] = 1": "val[0] = ... writes nothing: write await store(...)",
    "if sem.lock == 1: pass": "lock is a cell, not a value: write await load(...lock)",
    "while sem.lock: pass": "lock is a cell, not a value",
    "while load(sem.lock): pass": "load(lock) is used without await",
    "await load(sem.val)": "load(val): this is no cell of the shared memory",
    "await fetch_and_add(sem.lock, None)": "only a number can be added",
    "await store(sem.lock, 'a'); await fetch_and_add(sem.lock, 1)": "which is no number (line 8)",
    "1 / await load(sem.lock)": "ZeroDivisionError: division by zero (line 8)",
    "raise SystemExit": "SystemExit",
    "await sem": "TypeError",
    "while True: pass": "line 8 runs on without end",
    "for _ in iter(int, 1): pass": "line 8 runs on without end",
    "store(sem.lock, 1); await load(sem.lock)": "store(lock) is never awaited",
    "import time; await load(sem.val[time.time_ns() % n])": "time.time_ns: what a lock does may",
    "import random; await load(sem.val[random.randrange(n)])": "random.randrange: what a lock",
    "await load(sem.val[id(object()) % n])": "id(): where an object lies differs",
    "import no_such_module": "ModuleNotFoundError",
    "from kernel_model.explore import P; await P(sem.lock)": "P: a lock is made of load, store",
    "vars(sem)['taken'] = me; await load(sem.lock)": "Shared(val, lock, taken) was changed",
    "import threading": None,
    "import time": None,
    "print('who reads this?')": None,
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_use_is_told_with_its_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = check(lock(f"{line}\n{TAKE}"))

    if WRONG[line] is None:
        assert report.error is None
        assert report.mutual_exclusion is True
    else:
        assert report.error is not None
        assert WRONG[line] in report.error
        assert not report.holds()
    assert capsys.readouterr() == ("", "")


REMEMBERS = {
    "a global": ("taken = 0", "global taken\ntaken += 1"),
    "a list of the module's": ("taken = []", "taken.append(me)"),
    "a default argument": ("def note(me, taken=[]): taken.append(me)", "note(me)"),
    "an attribute of a function": ("def note(): pass", "note.taken = True"),
    "an attribute of a function beside a list": (
        "seen = []\ndef note(): pass",
        "note.taken = True",
    ),
    "a closure": (
        """
        def make():
            taken = 0
            def note():
                nonlocal taken
                taken += 1
            return note
        note = make()
        """,
        "note()",
    ),
    "an attribute of a class": ("class Taken: count = 0", "Taken.count += 1"),
    "an attribute of an object": ("class Taken: pass\ntaken = Taken()", "taken.by = me"),
    "a generator of the module's": ("turns = (i for i in range(9))", "next(turns)"),
    "an iterator of the module's": ("turns = iter(range(9))", "next(turns)"),
    "a new global": ("", "globals()['taken'] = me"),
}


@pytest.mark.parametrize("kind", REMEMBERS)
def test_state_outside_cells_is_caught(kind: str) -> None:
    before, body = REMEMBERS[kind]

    report = check(lock(f"{body}\n{TAKE}", before))

    assert report.error is not None
    assert "processor 0 changes" in report.error or "None changes" in report.error
    assert report.mutual_exclusion is None


def test_what_cannot_be_replayed_is_caught() -> None:
    """A coroutine that does something else each time that it is replayed."""
    sneaky = """
        import kernel_model.explore as library
        library.times = getattr(library, "times", 0) + 1
        times = library.times
        await load(sem.lock)
        await store(sem.val[me], times)
    """

    report = check(lock(sneaky + textwrap.indent(TAKE, " " * 8)))

    import kernel_model.explore as library

    del library.times  # type: ignore[attr-defined]
    assert report.error is not None
    assert "does not do the same again after reading the same values" in report.error


@pytest.mark.parametrize("name", ["ticket_unbounded", "bakery_unbounded"])
def test_values_that_grow_without_bound_are_told(name: str) -> None:
    report = check((LOCKS / f"{name}.py").read_text("utf-8"))

    assert report.error is not None
    assert "grow without bound?" in report.error
    assert report.mutual_exclusion is report.deadlock_free is report.starvation_free is None


def test_a_variable_that_grows_without_bound_is_told() -> None:
    report = check(lock("i = 0\nwhile await swap(sem.lock, 1):\n    i += 1"))

    assert report.error is not None
    assert "does a variable or a cell grow without bound?" in report.error


def test_a_wait_in_vprim_is_told() -> None:
    report = check((LOCKS / "waits_in_vprim.py").read_text("utf-8"))

    assert report.error == "processor 0 can wait in Vprim for ever"
    assert report.mutual_exclusion is True


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("async def Vprim", "async def release", "the file defines no Vprim(...)"),
        (
            "async def Pprim",
            "from kernel_model.explore import *\nasync def claim",
            "the file defines no Pprim(...)",
        ),
        ("def semaphore", "def memory", "the file defines no semaphore(...)"),
        ("async def Vprim", "def Vprim", "this is no Python"),
        ("Pprim(sem, me, n)", "Pprim(sem)", "Pprim: TypeError: Pprim() takes 1 positional"),
        ("store(sem.lock, 0)", "store(sem.lock, 0)\ndef Vprim(sem, me, n): pass", "no coroutine"),
        ("return Shared(val=[0] * n, lock=0)", "return [0]", "semaphore(2) gives [0], not Shared"),
        ("return Shared(val=[0] * n, lock=0)", "return 1 / 0", "ZeroDivisionError"),
        ("return Shared(val=[0] * n, lock=0)", "while True: pass", "runs on without end"),
        ("Shared(val=[0] * n, lock=0)", "Shared(val=[{}], lock=0)", "cannot hold a dict"),
        (
            "def semaphore",
            "def processors(n): return [1]\ndef semaphore",
            "not 2 different numbers",
        ),
        ("def semaphore", "1 / 0\ndef semaphore", "ZeroDivisionError"),
    ],
)
def test_a_file_that_is_no_lock_is_told(old: str, new: str, told: str) -> None:
    report = check(lock(TAKE).replace(old, new))

    assert report.error is not None
    assert told in report.error


def test_a_failure_that_no_schedule_reaches_is_none() -> None:
    report = check(lock(TAKE + "if await load(sem.val[0]) == 1:\n    raise ValueError"))

    assert report.error is None
    assert report.mutual_exclusion is True


def test_the_way_to_a_failure_is_shown() -> None:
    report = check(lock(TAKE + "if await load(sem.lock) == 1 == me:\n    raise ValueError(7)"))

    assert report.error == "processor 1: ValueError: 7 (line 11)"
    assert report.counterexample is not None
    assert report.counterexample.property == "error"
    assert [str(step) for step in report.counterexample.stem] == [
        "processor 1: swap lock, which becomes 1   (line 8)",
        "processor 1: load lock, which is 1   (line 10)",
    ]


def test_true_and_one_are_the_same_in_a_cell() -> None:
    numbers = check(lock(TAKE))
    words = check(lock(TAKE.replace("1", "True")))

    assert numbers.states == words.states


def test_beyond_the_limit_nothing_is_claimed() -> None:
    report = check((LOCKS / "eisenberg_mcguire.py").read_text("utf-8"), 3, limit=1000)

    assert report.error is not None
    assert report.error.startswith("not finished: there are more than 1,000 states")
    assert report.mutual_exclusion is report.deadlock_free is report.starvation_free is None


def test_what_fails_within_the_limit_is_told_all_the_same() -> None:
    report = check((LOCKS / "book_from_0.py").read_text("utf-8"), 3, limit=9000)

    assert report.mutual_exclusion is False
    assert report.counterexample is not None


def test_only_what_is_asked_for_is_answered() -> None:
    text = (LOCKS / "dijkstra.py").read_text("utf-8")

    report = check(text, 2, ["deadlock"])

    assert report.verdicts() == {"mutex": None, "deadlock": True, "starvation": None}
    assert report.bypass is None
    assert report.counterexample is None
    assert report.holds()


def test_the_command_prints_what_the_fixed_point_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["explore", str(LOCKS / "flag.py"), "--json"])

    shown = json.loads(capsys.readouterr().out)
    assert status == 1
    assert list(shown) == [
        "states",
        "transitions",
        "seconds",
        "engine",
        "mutual_exclusion",
        "deadlock_free",
        "starvation_free",
        "bypass",
        "counterexample",
        "error",
    ]
    assert shown["counterexample"]["property"] == "mutex"
    assert shown["counterexample"]["cycle"] == []
    assert shown["counterexample"]["stem"][0] == {
        "processor": 0,
        "op": "load",
        "cell": "val[0]",
        "value": 0,
        "line": 11,
    }


def test_the_command_succeeds_for_a_right_lock(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--processors", "2", "--property", "mutex"]

    assert main(["explore", str(LOCKS / "peterson.py"), *asked]) == 0
    assert "mutual exclusion     yes" in capsys.readouterr().out


def test_the_command_cannot_explore_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", "nowhere.py"]) == 2
    assert "nowhere.py" in capsys.readouterr().err


def test_the_command_ends_what_hangs_in_one_instruction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel_model.explore.budget.SECONDS", 1)
    file = tmp_path / "hangs.py"
    file.write_text(lock("sum(iter(int, 1))"))

    assert main(["explore", str(file), "--json"]) == 1
    assert "stopped after 1 seconds" in json.loads(capsys.readouterr().out)["error"]


def test_the_command_outlives_its_lock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "dies.py"
    file.write_text(lock("import enum; enum.sys.modules['os']._exit(3)"))

    assert main(["explore", str(file), "--json"]) == 1
    assert "ended without an answer" in json.loads(capsys.readouterr().out)["error"]
