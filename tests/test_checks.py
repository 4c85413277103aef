"""check, hint and progress in a notebook (autograder/checks.py)."""

import sys
from typing import Any

import pytest

import autograder
from autograder import checks
from autograder.exercise import exercise


def function(source: str, name: str = "msgrcv") -> Any:
    """The function that a cell leaves."""
    names: dict[str, Any] = {}
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner who has not begun."""
    monkeypatch.setattr(checks, "_states", {})
    monkeypatch.setattr(checks, "_hints", {})


def test_a_right_function_passes_and_is_told_that_the_grader_runs_more() -> None:
    made = autograder.check(function(exercise("msgrcv").accepted()["classes"]))

    assert made.passed
    made.require()
    assert "6 of 6 visible cases pass. The grader runs more." in repr(made)


def test_a_wrong_one_is_told_which_case_and_what_differed() -> None:
    made = autograder.check(function(exercise("msgrcv").mutants()["eagain"]))

    assert not made.passed
    assert "expected A's msgrcv to fail with ENOMSG, got EAGAIN" in repr(made)
    with pytest.raises(checks.CheckFailed, match="ENOMSG"):
        made.require()


def test_the_page_shows_passes_in_words_and_escapes_what_is_shown() -> None:
    def msgrcv(*args: Any) -> int:
        raise ValueError("<script>")

    page = autograder.check(msgrcv)._repr_html_()

    assert 'role="status"' in page
    assert "not yet" in page
    assert "<script>" not in page


def test_a_function_that_is_not_written_is_told_so_once() -> None:
    made = autograder.check(function(exercise("msgrcv").stub))

    assert repr(made) == "msgrcv is not written yet. Write it, then run its check again."
    with pytest.raises(checks.CheckFailed, match="is not written yet") as caught:
        made.require()
    assert caught.value._render_traceback_() == [repr(made)]


def test_an_endless_loop_is_stopped_at_its_line_even_if_it_catches_everything() -> None:
    loop = (
        "async def msgrcv(u, msqid, size, mtype, flags=0, msgp=0):\n"
        "    while True:\n"
        "        try:\n"
        "            x = 1\n"
        "        except Exception:\n"
        "            x = 2\n"
    )
    before = sys.gettrace()
    made = autograder.check(function(loop))

    assert not made.passed
    assert "did not come to an end" in repr(made)
    assert sys.gettrace() is before


def test_hints_come_one_after_another_and_the_last_one_stays() -> None:
    hints = [autograder.hint("msgrcv") for _ in range(4)]

    assert [text[:11] for text in hints] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]
    assert len(set(hints)) == 3


def test_progress_tells_the_state_of_every_exercise() -> None:
    assert set(autograder.progress().values()) == {"not attempted"}
    autograder.check(function(exercise("msgrcv").mutants()["eagain"]))
    assert autograder.progress()["msgrcv"] == "not yet"
    autograder.check(function(exercise("msgrcv").accepted()["classes"]))
    assert autograder.progress()["msgrcv"] == "visible cases pass"


def test_a_function_of_another_name_is_told_the_names_there_are() -> None:
    def msgrecv() -> None:
        """No exercise is called so."""

    with pytest.raises(ValueError, match=r"did you mean msgrcv\?"):
        autograder.check(msgrecv)
    with pytest.raises(TypeError, match="takes the function itself"):
        autograder.check("msgrcv")
