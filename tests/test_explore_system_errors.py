"""What is wrong with a system file is told in words, and what hides from the search is caught."""

import json
import textwrap
from pathlib import Path

import pytest

from autograder.cli import main
from kernel_model.explore import check_system, system

SYSTEMS = Path(__file__).parent / "systems"
FILE = """
from kernel_model.explore import *
from kernel_model.explore.structures import LinkedList, Queue

def memory(n):
    return Shared(val=[0] * n, lock=0, chan=(), list=LinkedList(3, [0, 1]), buf=[Record(busy=0)])

async def program(mem, i, n):
{body}
"""


def of(body: str, before: str = "", after: str = "") -> str:
    body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return textwrap.dedent(before) + FILE.format(body=body) + textwrap.dedent(after)


WRONG = {  # what a program does: what the report says
    "await load(mem.val[n])": "val[2] is outside the array, which is val[0] to val[1] (line 9)",
    "await load(mem.other)": "the memory has no cell other: it has val, lock, chan, list, buf",
    "await load(mem.list.tail)": "list has no cell tail: it has head, next",
    "await load(mem.buf[0].free)": "buf[0] has no cell free: it has busy",
    "await load(mem.buf[1].busy)": "buf[1] is outside the array",
    "await mem.list.insert(7)": "list.next[7] is outside the array",
    "mem.buf[0].busy = 1; await load(mem.lock)": ".busy = ... writes nothing",
    "await store(mem.lock, [i])": "lock cannot hold a list: a cell holds numbers",
    "await load(Shared(other=0).other)": "this cell belongs to another memory",
    "while True: pass": "line 9 runs on without end",
    "while load(mem.lock): pass": "load(lock) is used without await",
    "sleep(mem.chan); await load(mem.lock)": "sleep' is never awaited",
    "enter(); await load(mem.lock)": "enter() is never awaited",
    "await sleep(mem.lock)": "sleep finds 0, which is no sleep queue: it begins as ()",
    "await enqueue(mem.chan); await enqueue(mem.chan)": "enqueue: processor 0 is in the queue",
    "await P(mem.chan)": "P finds () in the cell, which is no number",
    "await store(mem.lock, 2); await Pprim(mem.lock)": "Pprim finds 2, which is no lock",
    "await Vprim(mem.lock)": "Vprim finds the lock free: nobody has taken it",
    "await enter(); await enter()": "enter() between enter() and leave()",
    "await leave()": "leave() without enter()",
    "await enter()": "ends between enter() and leave()",
    "vars(mem)['kept'] = i; await load(mem.lock)": "was changed: what is kept in it, beside its",
    "vars(mem.list)['head'] = mem.lock; await mem.list.take()": "list(head, next) was changed",
    "1 / await load(mem.lock)": "ZeroDivisionError: division by zero (line 9)",
    "import random; await load(mem.val[random.randrange(n)])": "random.randrange: what a lock",
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_use_is_told(line: str) -> None:
    report = check_system(of(line))

    assert report.error is not None
    assert WRONG[line] in report.error
    assert not report.holds()


REMEMBERS = {
    "a global": ("taken = 0", "global taken\ntaken += 1"),
    "a list of the module's": ("taken = []", "taken.append(i)"),
    "an attribute of a function": ("def note(): pass", "note.taken = True"),
    "an attribute of a class": ("class Taken: count = 0", "Taken.count += 1"),
}


@pytest.mark.parametrize("kind", REMEMBERS)
def test_what_a_program_remembers_outside_cells_is_caught(kind: str) -> None:
    before, body = REMEMBERS[kind]

    report = check_system(of(f"await load(mem.lock)\n{body}\nawait load(mem.lock)", before))

    assert report.error is not None
    assert "processor 0 changes" in report.error


def test_a_structure_of_the_files_own_remembers_nothing_either() -> None:
    own = """
        from kernel_model.explore import Record, load, store

        seen = []

        class Pair(Record):
            async def fill(self, given):
                seen.append(given)
                await store(self.first, given)
                await store(self.second, len(seen))
        """
    text = of("await mem.pair.fill(i)", own).replace("chan=()", "pair=Pair(first=0, second=0)")

    report = check_system(text)

    assert report.error is not None
    assert "processor 0 changes" in report.error


def test_values_kept_on_the_stack_are_seen() -> None:
    told = ["x = await load(mem.val[0])", "x += 2 * await load(mem.val[1])"]
    kept = ["x = await load(mem.val[0]) + 2 * await load(mem.val[1])"]
    end = ["await store(mem.val[i], 1)", "await store(mem.lock, x)"]

    reports = [check_system(of("\n".join(way + end))) for way in (told, kept)]

    assert reports[0].holds()
    assert reports[0].states == reports[1].states > 30


NO_SYSTEM = {  # what is replaced: by what: what the report says
    ("def memory", "def recall"): "the file defines no memory(...)",
    ("return Shared", "return dict"): "memory(2) gives {",
    ("async def program", "def program"): "this is no Python",
    ("await load(mem.lock)", "return 7"): None,
    ("    await load(mem.lock)", "    pass\n1 / 0"): "ZeroDivisionError",
    ("async def program(mem, i, n)", "async def program(mem)"): "takes 1 positional argument",
    ("async def program", "programs = 3\nasync def run"): "the file defines no program(...)",
    ("async def program", "def programs(n): return []\nasync def run"): "programs(2) gives []",
    ("async def program", "PROCESSORS = 0\nasync def program"): "PROCESSORS = 0: a number",
    ("async def program", "invariants = 7\nasync def program"): "invariants = 7: a tuple",
}


@pytest.mark.parametrize("change", NO_SYSTEM, ids=str)
def test_a_file_that_is_no_system_is_told(change: tuple[str, str]) -> None:
    report = check_system(of("await load(mem.lock)").replace(*change))

    told = NO_SYSTEM[change]
    assert (report.error is None) if told is None else told in str(report.error)


CHECKS = {  # an invariant's body: the error, or what is wrong
    "return m.lock < 1 or 'taken'": (None, "taken"),
    "return not m.lock": (None, "always does not hold"),
    "assert m.lock == 0, 'taken'": (None, "taken"),
    "return m.list.head == 0 and m.buf[0].busy == 0": (None, None),
    "return m.lokc": ("always: memory has no cell lokc: it has val, lock, chan, list, buf", None),
    "return m.val[2]": ("always: val[2] is outside the array", None),
    "return 1 / m.lock": ("always: ZeroDivisionError", None),
    "while m.lock:\n        pass": ("always: line 13 runs on without end", None),
}


@pytest.mark.parametrize("body", CHECKS)
def test_an_invariant_holds_is_broken_or_is_wrong_itself(body: str) -> None:
    error, why = CHECKS[body]
    check = f"\ndef always(m):\n    {body}\n\ninvariants = (always,)\n"

    report = check_system(of("await store(mem.lock, 1)", after=check), 1)

    assert report.why == why
    assert (report.error is None) if error is None else str(report.error).startswith(error)
    assert report.invariants == {"always": None if error else why is None}


def test_queues_that_are_awaited_are_a_dict() -> None:
    sleeps = of("await sleep(mem.chan)", after="\ndef awaited(m): return True\n")

    assert check_system(sleeps).error == "awaited(m) gives True, not a dict of queues"


def test_who_is_left_asleep_has_lost_a_wakeup_and_who_all_sleep_are_deadlocked() -> None:
    left = check_system(of("if i == 0: await sleep(mem.chan)"))
    all_ = check_system(of("await sleep(mem.chan)"))

    assert (left.lost_wakeup, left.deadlock_free) == (True, True)
    assert left.why == "processor 0 sleeps in chan for ever, and nobody will wake it"
    assert (all_.lost_wakeup, all_.deadlock_free) == (False, False)


def test_who_waits_for_ever_while_others_run_on_is_deadlocked() -> None:
    report = check_system(
        of("await Pprim(mem.lock)\nwhile i == 0: await load(mem.val[0])\nawait Vprim(mem.lock)")
    )

    assert report.deadlock_free is False
    assert report.why == "processor 1 waits in Pprim(lock)"


def test_a_program_that_runs_for_ever_without_marks_is_not_asked_for_progress() -> None:
    unmarked = check_system(of("while True: await store(mem.lock, i)"))
    marked = check_system(of("while True:\n    await store(mem.lock, i)\n    await progress()"))

    assert (unmarked.livelock_free, marked.livelock_free) == (None, True)
    assert unmarked.holds()
    assert marked.holds()


def test_beyond_the_limit_nothing_is_claimed() -> None:
    text = (SYSTEMS / "stack_counted.py").read_text("utf-8")

    for engine in ("plain", "numpy"):
        report = check_system(text, limit=50, engine=engine)
        assert report.error is not None
        assert report.error.startswith("not finished: there are more than 50 states")
        assert report.deadlock_free is report.lost_wakeup is report.livelock_free is None
        assert set(report.invariants.values()) == {None}
        assert not report.holds()


def test_progress_is_told_level_by_level() -> None:
    told: list[int] = []

    report = check_system(of("await store(mem.lock, i)"), engine="plain", progress=told.append)

    assert told == sorted(told)
    assert told[-1] == report.states


def test_what_grows_without_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "FEW", 2000)

    report = check_system(of("while True: await fetch_and_add(mem.lock, 1)"))

    assert report.error is not None
    assert report.error.startswith("lock: more different values than are looked at (32")


@pytest.mark.parametrize("name", ["semaphore", "sleep_lock_lost_wakeup", "polite", "list_locked"])
def test_with_many_states_the_verdict_is_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond FEW states the automata are closed over all values: larger, and minimised further."""
    text = (SYSTEMS / f"{name}.py").read_text("utf-8")
    by_states = check_system(text)
    monkeypatch.setattr(system, "FEW", 10)

    by_values = check_system(text)

    assert by_values.states <= by_states.states
    assert by_values.why == by_states.why
    assert by_values.holds() == by_states.holds()
    steps = [str(one.counterexample).count("Step(") for one in (by_values, by_states)]
    assert steps[0] == steps[1]


def test_a_queue_may_hold_its_sleepers_in_every_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "FEW", 10)

    report = check_system((SYSTEMS / "semaphore.py").read_text("utf-8"), 4)

    assert report.holds()
    assert report.states > 1000


def test_the_command_takes_a_system_and_prints_more_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["explore", str(SYSTEMS / "list_unlocked.py"), "--json"])

    shown = json.loads(capsys.readouterr().out)
    assert status == 1
    assert list(shown)[-4:] == ["invariants", "lost_wakeup", "livelock_free", "why"]
    assert shown["invariants"] == {"well_formed": None, "nothing_lost": False}
    assert shown["counterexample"]["property"] == "final"
    assert set(shown["counterexample"]["stem"][0]) == {"processor", "op", "cell", "value", "line"}


def test_the_command_takes_as_many_processors_as_the_file_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explore", str(SYSTEMS / "semaphore.py")]) == 0
    three = capsys.readouterr().out
    assert main(["explore", str(SYSTEMS / "semaphore.py"), "--processors", "2"]) == 0

    assert "396 states" in three
    assert "396 states" not in capsys.readouterr().out


def test_a_property_is_asked_of_locks_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explore", str(SYSTEMS / "polite.py"), "--property", "mutex"]) == 2
    assert "is a system, and is asked everything" in capsys.readouterr().err
