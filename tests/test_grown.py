"""What passed its check is kept, and lectures run on it (autograder/grown.py, explore/upon.py)."""

import linecache
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder import checks, grown
from autograder.exercise import exercise
from autograder.grown_calls import source_of
from kernel_model.explore import check, check_system
from kernel_model.explore.lock import Lock, lock
from kernel_model.explore.upon import upon
from kernel_model.smp import locks, semaphores, sleeplocks
from kernel_model.view import play
from kernel_model.view.interleavings.listing import rows

OWN_LOCK = (locks.semaphore, locks.Pprim, locks.Vprim)
OWN_SEMAPHORES = (semaphores.semaphore, semaphores.P, semaphores.V, semaphores.CP)
FLAG = """
def semaphore(n):
    return Shared(flag=0)

async def Pprim(sem, procid, n):
    while await load(sem.flag):
        pass
    await store(sem.flag, 1)

async def Vprim(sem, procid, n):
    await store(sem.flag, 0)
"""


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner who has tried nothing yet, with a folder."""
    monkeypatch.setenv("KERNELBOOK_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(checks, "_history", [])
    monkeypatch.setattr(grown, "_here", {})
    return tmp_path / "my_kernel"


def ran(*cells: str) -> dict[str, Any]:
    """What the cells of a notebook leave."""
    names: dict[str, Any] = {"In": ["", *cells]}
    for number, cell in enumerate(cells):
        linecache.cache[f"<cell {number}>"] = (len(cell), None, cell.splitlines(True), "")
        exec(compile(cell, f"<cell {number}>", "exec"), names)
    return names


def checked(name: str, text: str) -> Any:
    """The check of an exercise's last function."""
    return autograder.check(ran(text)[exercise(name).functions[-1]], name)


def test_what_has_passed_its_check_takes_the_place_of_the_kernels_own(learner: Path) -> None:
    before = autograder.my_kernel(*OWN_LOCK)
    assert checked("Pprim_Vprim", exercise("Pprim_Vprim").accepted()["filter"]).passed
    after = autograder.my_kernel(*OWN_LOCK)
    assert not checked("Pprim_Vprim", exercise("Pprim_Vprim").mutants()["one_flag"]).passed

    assert repr(before) == (
        "semaphore, Pprim, Vprim: the kernel's own "
        "(yours run here once check(Pprim, Vprim) of ps8 passes)"
    )
    assert (before.own, after.own) == (False, True)
    assert repr(after).startswith("semaphore, Pprim, Vprim: yours, of ")
    assert (learner / "Pprim_Vprim.py").read_text("utf-8") == str(after)
    assert str(autograder.my_kernel(*OWN_LOCK)) == str(after)
    assert autograder.my_kernel(*OWN_LOCK, on=False) == before
    assert check(after, 2).states == check(exercise("Pprim_Vprim").accepted()["filter"], 2).states
    assert check(after, 2).states != check(before, 2).states


def test_imports_helpers_and_constants_of_other_cells_are_kept_with_the_functions() -> None:
    made = ran(
        "from kernel_model.explore import *\nUP = 1; noise = print('no part of it')",
        "async def wait(cell):\n    while await swap(cell, UP):\n        pass  # again\n",
        "def buffer():\n    return Shared(locked=0, event=(), lock=0)",
        "async def sleep_lock(buf):\n    await wait(buf.lock)\n    while await load(buf.locked):\n"
        "        await enqueue(buf.event)\n        await store(buf.lock, 0)\n"
        "        await swtch(buf.event)\n        await wait(buf.lock)\n"
        "    await store(buf.locked, 1)\n    await store(buf.lock, 0)",
        "async def sleep_unlock(buf):\n    await wait(buf.lock)\n    await store(buf.locked, 0)\n"
        "    await wakeup(buf.event)\n    await store(buf.lock, 0)",
    )

    assert autograder.check(made["sleep_unlock"]).passed
    own = autograder.my_kernel(sleeplocks.buffer, sleeplocks.sleep_lock, sleeplocks.sleep_unlock)
    assert own.own
    assert "pass  # again" in own
    names: dict[str, Any] = {}
    exec(own, names)
    assert {"wait", "swap", "UP", "buffer", "sleep_lock", "sleep_unlock"} <= names.keys()


def test_with_no_history_it_lasts_as_long_as_the_notebooks_kernel(
    monkeypatch: pytest.MonkeyPatch, learner: Path
) -> None:
    monkeypatch.setenv("KERNELBOOK_PROGRESS", "off")
    assert checked("Pprim_Vprim", exercise("Pprim_Vprim").accepted()["knuth"]).passed

    assert repr(autograder.my_kernel(*OWN_LOCK)) == "semaphore, Pprim, Vprim: yours"
    assert not learner.exists()


def test_a_folder_that_cannot_be_written_still_leaves_it_for_this_notebook(learner: Path) -> None:
    learner.write_text("in the way", "utf-8")

    assert checked("Pprim_Vprim", exercise("Pprim_Vprim").accepted()["knuth"]).passed
    assert autograder.my_kernel(*OWN_LOCK).own


def test_there_is_nothing_of_functions_that_no_exercise_asks_for() -> None:
    with pytest.raises(ValueError, match="no exercise asks for check"):
        autograder.my_kernel(check)


SENDERS = exercise("msgsnd").accepted()


def test_a_call_that_has_passed_its_check_runs_in_the_kernel_of_a_lecture(learner: Path) -> None:
    text = next(iter(SENDERS.values()))
    before = autograder.my_functions("msgsnd", "msgrcv")
    fn = ran(text)["msgsnd"]
    assert autograder.check(fn).passed
    after = autograder.my_functions("msgsnd", "msgrcv")

    assert before == []
    assert repr(before).splitlines()[0] == (
        "msgsnd: the kernel's own (yours runs here once check(msgsnd) of ps2 passes)"
    )
    assert [one.__name__ for one in after] == ["msgsnd"]
    assert repr(after).startswith("msgsnd: yours, of ")
    assert (learner / "msgsnd.py").is_file()
    shown = play(["q = A.msgget(1, IPC_CREAT | 0o666)", "A.msgsnd(q, 1, 'hi')"], functions=after)
    code = shown.stories[0].functions["msgsnd"].source
    assert "\n".join(code) in text
    assert autograder.my_functions("msgsnd", on=False) == []


def test_what_was_kept_and_does_not_run_any_more_is_left_out(learner: Path) -> None:
    learner.mkdir()
    (learner / "msgsnd.py").write_text("from nowhere import msgsnd", "utf-8")

    assert repr(autograder.my_functions("msgsnd")).startswith("msgsnd: the kernel's own")


def start(semaphore: Any) -> Any:
    return semaphore(1)


async def program(sem: Any, i: Any, n: Any, P: Any, V: Any, CP: Any) -> None:
    from kernel_model.explore import enter, leave

    if i < n - 1 or n == 2:
        await P(sem)
    elif not await CP(sem):
        return
    await enter()
    await leave()
    await V(sem)


def below(semaphores: str, own: str) -> Any:
    """The report on semaphores upon a lock, for two processors."""
    return check_system(upon(semaphores, own, start, program), 2)


def test_every_accepted_semaphore_is_right_upon_the_kernels_lock() -> None:
    for name, text in exercise("P_V_CP").accepted().items():
        report = below(text, lock(*OWN_LOCK))
        held = (report.error, report.mutual_exclusion, report.lost_wakeup, report.deadlock_free)
        assert held == (None, True, False, True), name


def test_the_kernels_semaphore_is_right_upon_locks_that_are_and_wrong_upon_a_flag() -> None:
    kernels = lock(*OWN_SEMAPHORES)
    for name in ("book_from_one", "de_bruijn", "tournament"):
        report = below(kernels, exercise("Pprim_Vprim").accepted()[name])
        assert (report.mutual_exclusion, report.deadlock_free) == (True, True), name
    report = below(kernels, Lock("from kernel_model.explore import *\n" + FLAG))

    assert report.mutual_exclusion is False


def test_a_lock_below_is_explored_step_by_step_and_counts_for_what_it_is() -> None:
    report = below(lock(*OWN_SEMAPHORES), lock(*OWN_LOCK))

    assert (report.states, report.transitions) == (955, 1721)


def test_other_names_for_the_steps_and_several_locks_have_the_lock_below_too() -> None:
    text = exercise("P_V_CP").accepted()["tokens"]
    renamed = text.replace("Pprim(", "take(").replace("Vprim(", "give(")
    renamed = (
        "from kernel_model.explore import (\n    Pprim as take,\n    Vprim as give,\n)\n" + renamed
    )
    report = below(renamed, lock(*OWN_LOCK))

    assert report.error is None
    assert report.states == below(text, lock(*OWN_LOCK)).states


def test_the_functions_of_one_exercise_are_kept_with_what_any_of_them_needs() -> None:
    cells = [
        "NSIG = 64\nunused = 2",
        "def first(u):\n    return min(range(NSIG))",
        "async def issig(u):\n    return first(u)",
        "async def psig(u):\n    return None",
    ]

    kept = source_of(cells, "issig", "psig")
    assert "\n".join(kept) == (
        "NSIG = 64\ndef first(u):\n    return min(range(NSIG))\n"
        "async def issig(u):\n    return first(u)\nasync def psig(u):\n    return None"
    )


def test_the_page_lists_what_is_made_for_each_processor_and_not_how_it_is_made() -> None:
    text = upon(lock(*OWN_SEMAPHORES), lock(*OWN_LOCK), start, program)
    listed = [line for line in rows(text, lock=False) if "<b>" not in line.html]
    source = text.splitlines()
    named = [source[row.line - 1].split("(")[0].strip() for row in listed if "def" in row.html]

    assert [one.split()[-1] for one in named if one.startswith("async def")] == [
        *("Pprim", "Vprim", "P", "V", "CP", "program")
    ]
