"""check, hint and progress in a notebook (autograder/checks.py)."""

import functools
import linecache
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import autograder
import kernel_model
from autograder import checks, guard, oracle, words
from autograder.exercise import exercise
from autograder.sandbox import probe
from autograder.smaller import Smaller
from kernel_model.view import predict, quiz
from tests.needs import require


def function(source: str, name: str = "msgrcv") -> Any:
    """The function that a cell leaves."""
    names: dict[str, Any] = {}
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner who has not begun."""
    monkeypatch.setattr(checks, "_history", [])
    monkeypatch.setattr(checks, "_hints", {})
    monkeypatch.setattr(checks, "_stopped", {})


def test_a_right_function_passes_and_is_told_that_the_grader_runs_more() -> None:
    made = autograder.check(function(exercise("msgrcv").accepted()["classes"]))

    assert made.passed
    made.require()
    assert "9 of 9 visible cases pass. The grader runs more." in repr(made)
    for shown in (repr(made), made._repr_html_()):
        assert "The grader tries each of these in further ways" in shown
        assert all(rule.says in shown for rule in exercise("msgrcv").rules.values())


def test_a_wrong_one_is_told_which_case_and_what_differed() -> None:
    made = autograder.check(function(exercise("msgrcv").mutants()["eagain"]))

    assert not made.passed
    assert "Expected A's msgrcv to fail with ENOMSG, got EAGAIN" in repr(made)
    with pytest.raises(checks.CheckFailed, match="ENOMSG"):
        made.require()


def test_a_case_that_fails_is_shown_small_with_its_rule_and_its_picture() -> None:
    made = autograder.check(function(exercise("msgrcv").mutants()["eagain"]))

    page = made._repr_html_()
    assert "A small example that goes wrong" in page
    assert "A: msgrcv(q, 5, 0, IPC_NOWAIT)" in page
    assert "(read Bach 11.2.1 and 6.6)" in page
    assert 'role="img"' in page
    assert "Expected the last call to fail with ENOMSG" in repr(made)


def in_a_cell(name: str, mutant: str) -> Any:
    """A wrong answer as a notebook's cell has it, with its lines."""
    source = exercise(name).mutants()[mutant]
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), names)
    return names[name]


def test_the_player_of_a_failing_check_runs_the_learner_s_own_lines() -> None:
    source = exercise("msgrcv").mutants()["always_from_the_front"]
    smaller = autograder.check(in_a_cell("msgrcv", "always_from_the_front")).smaller

    assert smaller is not None
    player = smaller.player()
    assert player is not None
    assert player.names == ["the kernel's", "yours"]
    own = player.stories[1].functions["msgrcv"]
    assert "\n".join(own.source) in source
    assert len(player.stories[1].steps) > 10


@pytest.mark.parametrize(
    ("name", "mutant", "made"),
    [
        ("pipe_read", "begins_at_the_block", "p = pipe()"),
        ("pipe_write", "no_signal", "p = pipe()"),
        ("recv", "joins_datagrams", "= socketpair("),
    ],
)
def test_what_goes_wrong_at_a_pipe_or_a_pair_of_sockets_has_its_player(
    name: str, mutant: str, made: str
) -> None:
    smaller = autograder.check(in_a_cell(name, mutant)).smaller

    assert smaller is not None
    assert made in smaller.lines()[0]
    player = smaller.player()
    assert player is not None
    assert name in player.stories[1].functions


def test_what_does_not_end_has_a_small_example_and_no_player() -> None:
    body = (
        "    while u.k.msgque.entries[msqid].first is None: pass\n"
        "    return await MSGRCV(u, msqid, size, mtype, flags, USER_BUFFER)\n"
    )
    names = "from kernel_model import messages\nMSGRCV = messages.msgrcv.entered\n"
    made = autograder.check(function(names + HEAD + body))

    assert "did not come to an end" in repr(made)
    assert made.smaller is not None
    assert made.smaller.lines()[:3] == [
        "A: q = msgget(key 1, IPC_CREAT | 0o600)",
        "B: msgrcv(q, 5, 0, 0)",
        "Expected the last call to sleep, but msgrcv ran for 20,000 lines and did not come to an "
        "end; line 5 was next.",
    ]
    assert made.smaller.player() is None


def test_after_success_the_page_tells_where_real_kernels_differ() -> None:
    right = autograder.check(function(exercise("msgrcv").accepted()["classes"]))
    wrong = autograder.check(function(exercise("msgrcv").mutants()["eagain"]))

    assert "Where real kernels do it differently" in right._repr_html_()
    assert "<code>MSG_EXCEPT</code>" in right._repr_html_()
    assert "the message is lost" in repr(right)
    assert "Where real kernels" not in wrong._repr_html_() + repr(wrong)


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


HEAD = "from kernel_model import *\nasync def msgrcv(u, msqid, size, mtype, flags=0, msgp=0):\n"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "    while True:\n        try: x = 1\n        except Exception: x = 2\n",
            "but msgrcv ran for 200,000 lines and did not come to an end; line",
        ),
        (
            "    while True:\n        try: x = 1\n        except BaseException: x = 2\n",
            "but msgrcv ran for 200,000 lines and did not come to an end; line",
        ),
        ("    import itertools\n    return sum(0 for _ in itertools.count())\n",
         "but it ran for 200,000 lines and did not come to an end; line 4 was next"),
        ("    while True: sleep(u, 'x', PMSG)\n",
         "but sleep(...) was called without await: nothing sleeps."),
        ("    while True:\n        made = sleep(u, 'x', PMSG)\n",
         "but sleep(...) was called without await: nothing sleeps."),
    ],
)  # fmt: skip
def test_an_endless_loop_is_stopped_soon_and_told_with_its_cause(body: str, words: str) -> None:
    before, started = sys.gettrace(), time.process_time()
    made = autograder.check(function(HEAD + body))

    assert not made.passed
    assert words in repr(made)
    assert time.process_time() - started < 10
    assert sys.gettrace() is before


def test_calls_without_end_are_told_with_the_function_and_a_small_example() -> None:
    made = autograder.check(function(HEAD + "    return await msgrcv(u, msqid, size, mtype)\n"))

    words = "but msgrcv calls itself without end, directly or through others, in line 3"
    assert words in " ".join(repr(made).split())
    assert made.smaller is not None
    assert len(made.smaller.found["calls"]) <= 3
    assert any(words in line for line in made.smaller.lines())


def test_a_loop_that_runs_no_lines_is_stopped_by_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard.Guard.__init__, "__defaults__", (guard.LINES, 0.05))
    made = autograder.check(function(HEAD + "    while all(iter(int, 1)): pass\n    return 9"))
    loop = HEAD + "    return sum(map(lambda n: 0 * n, iter(lambda: 1, 0)))"
    monkeypatch.setattr(guard.Guard.__init__, "__defaults__", (10**9, 0.05))
    stopped = autograder.check(function(loop))

    assert not made.passed
    assert "ran for 0.05 seconds and did not come to an end" in repr(stopped)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_lines_of_a_library_do_not_count() -> None:
    right = exercise("msgrcv").accepted()["classes"]
    busy = (
        "import statistics\ngood = msgrcv\nasync def msgrcv(*args):\n"
        "    for _ in range(300): statistics.linear_regression(range(60), range(60))\n"
        "    return await good(*args)\n"
    )

    assert autograder.check(function(right + "\n" + busy)).passed


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    sleep(u, 'x', PMSG)\n    return 0\n",
         "Expected B's msgrcv to go to sleep, got 0. sleep(...) was called without await: "
         "nothing sleeps."),
        ("    async def choose(): return 3\n    return choose()\n",
         "but it gives back a coroutine: choose(...) was called without await: "
         "nothing of it runs."),
    ],
)  # fmt: skip
def test_a_forgotten_await_is_told(body: str, words: str) -> None:
    assert words in repr(autograder.check(function(HEAD + body)))


def test_a_broken_table_fails_a_case_whose_answers_are_right() -> None:
    made = autograder.check(function(exercise("msgrcv").mutants()["leaks"]))
    words = "A table is broken: the pool: 1 message header in use, but 0 messages on the queues."

    assert not made.passed
    assert words in repr(made)


@pytest.mark.parametrize("mutant", ["leaks", "keeps_last", "eagain"])
def test_a_small_example_names_the_rule_that_the_grader_names(mutant: str) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    source = exercise("msgrcv").mutants()[mutant]
    smaller = autograder.check(function(source)).smaller
    graded = oracle.grade("msgrcv", [source]).counterexample

    assert isinstance(smaller, Smaller)
    assert graded is not None
    assert smaller.rule == graded["rule"]


def test_a_failing_case_shows_its_calls_and_who_makes_them_under_which_limits() -> None:
    made = autograder.check(function(exercise("msgsnd").mutants()["strict_room"], "msgsnd"))
    other = autograder.check(function(exercise("ipcget").mutants()["no_group"], "ipcget"))

    assert next(why for ok, _, why in made.lines() if not ok) == [
        "The limit: MSGMNB = 8.",
        "A: q = msgget(key 1, IPC_CREAT | 0o600)",
        "A: msgsnd(q, 1, 'hello', 0)",
        "A: msgsnd(q, 1, 'world', IPC_NOWAIT)",
        "A: msgsnd(q, 1, 'abc', IPC_NOWAIT)",
        "Expected A's msgsnd to return 0, got EAGAIN (no room).",
    ]
    assert "Expected msgque[0].gid to be 50, got 0." in repr(other)
    assert "A is user 1000 of group 50." in repr(other)
    assert (
        ">The limit: MSGMNB = 8.<br>A: q = msgget(key 1, IPC_CREAT | 0o600)<br>"
        in made._repr_html_()
    )


def test_one_case_passes_and_several_pass() -> None:
    one = autograder.check(mutated("msgsnd", "returns_nothing"))
    some = autograder.check(mutated("msgrcv", "leaks"))

    assert repr(one).startswith("msgsnd: 1 of 9 visible cases passes. Not yet.")
    assert 'hint("msgsnd") gives a hint' in repr(one)
    assert autograder.hint("msgsnd").startswith("The check stops at this case")
    assert repr(some).startswith("msgrcv: 2 of 9 visible cases pass. Not yet.")


def test_an_exception_is_told_with_its_line_and_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "cell_of", lambda file: "In[7]" if file == "<cell>" else None)
    source = HEAD + "    import json\n    json.loads('{')\n"

    assert "but it raised JSONDecodeError: " in repr(autograder.check(function(source)))
    assert ", in line 4 of cell In[7]." in repr(autograder.check(function(source)))


def test_a_notebooks_cell_has_the_name_that_ipython_gives_it() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        file = shell.compile.cache("x = 1", 12)

        assert words.cell_of(file) == "In[12]"
        assert words.cell_of("elsewhere.py") is None
    finally:
        InteractiveShell.clear_instance()


def test_the_kernels_own_function_is_no_answer() -> None:
    made = autograder.check(kernel_model.msgrcv)

    assert repr(made) == "This is the kernel's own msgrcv: run your own cell first."
    assert not made.passed


def test_hints_come_one_after_another_and_the_last_one_stays() -> None:
    hints = [autograder.hint("msgrcv") for _ in range(4)]

    assert [text[:11] for text in hints] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "That was th",
    ]
    assert hints[3] == f"That was the last one; here it is again. {hints[2]}"
    assert (repr(hints[0]), hints[0]._repr_markdown_()) == (hints[0], hints[0])


def test_a_hint_names_the_case_at_which_the_check_stops() -> None:
    autograder.check(mutated("msgrcv", "eagain"))
    stopped = autograder.hint("msgrcv")
    autograder.check(function(exercise("msgrcv").accepted()["classes"]))

    assert stopped.startswith("The check stops at this case: No message, no permission, no queue.")
    assert autograder.hint("msgrcv").startswith("Hint 2 of 3")


def test_progress_is_kept_for_the_next_kernel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERNELBOOK_PROGRESS", str(tmp_path / "progress.json"))
    autograder.check(function(exercise("msgrcv").mutants()["eagain"]))
    monkeypatch.setattr(checks, "_history", [])

    assert autograder.progress()["msgrcv"] == "not yet"
    assert "1 try today at" in repr(autograder.progress()).replace("     ", " ")


def test_a_function_that_is_not_written_is_no_try() -> None:
    autograder.check(function(exercise("msgrcv").stub))

    assert autograder.progress()["msgrcv"] == "not attempted"


def test_questions_that_were_answered_are_kept_with_the_quiz() -> None:
    asked = quiz("? a\nQ?\n* x\n- y\n> z\n")
    asked.commit("a", [1])
    predict("Q?", ["x", "y"], "x", "z").commit("prediction", [0])
    predict("Q?", ["x", "y"], "x", "z", name="mine").commit("mine", [0])

    rows = {row.name: row.state for row in autograder.progress().questions}

    assert rows == {
        "quiz": "0 of 1 right at the first try",
        "predictions": "1 of 1 right at the first try",
    }


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


class Receiver:
    """A right msgrcv as an object that can be called."""

    def __init__(self) -> None:
        self.receive = function(exercise("msgrcv").accepted()["classes"])

    def __call__(self, *args: Any) -> Any:
        return self.receive(*args)


def test_partial_functions_objects_and_functions_of_another_name_are_checked() -> None:
    right = Receiver().receive
    for given in (functools.partial(right), Receiver(), lambda *args: right(*args)):
        assert autograder.check(given, "msgrcv").passed
    with pytest.raises(
        TypeError, match=r'has no name; say the exercise, as in check\(fn, "msgrcv"\)'
    ):
        autograder.check(Receiver())


def mutated(name: str, mutant: str) -> Any:
    """The function of an exercise, wrong in one way."""
    return function(exercise(name).mutants()[mutant], name)


@pytest.mark.parametrize(
    ("name", "mutant", "words"),
    [
        ("msgrcv", "keeps_last", "queue 0: the list is empty, but q.last is not None"),
        ("ipcget", "not_in_use", "queue 0: its mode lacks IPC_ALLOC, by which"),
        ("ipcget", "keeps_all_flags", "queue 0: its mode has more than IPC_ALLOC and nine"),
    ],
)
def test_of_a_broken_table_nothing_else_is_told(name: str, mutant: str, words: str) -> None:
    told = repr(autograder.check(mutated(name, mutant)))

    assert f"A table is broken: {words}" in told
    assert "Expected" not in told


FREES_TOO_SOON = """
    q = msgconv(u, msqid)
    ipcaccess(u, q.perm, MSG_R)
    found, after = q.first, q.first.next
    data = found.text
    copyout(u, msgp, mtype=found.mtype, data=data)
    msgfree(u, found)
    q.first = found.next
    if found is q.last:
        q.last = None
    q.qnum, q.cbytes = q.qnum - 1, q.cbytes - len(data)
    q.lrpid, q.rtime = u.pid, u.k.time
    wakeup(u, q.space)
    return len(data)
"""


def test_a_list_that_was_cut_too_soon_is_told_as_that_and_not_by_a_message_of_type_0() -> None:
    scenario = next(one for one in exercise("msgrcv").visible() if one.id == "msgrcv-oldest-first")
    result = checks.visible_case(
        {"msgrcv": function(HEAD + FREES_TOO_SOON)}, scenario, "bookkeeping"
    )

    assert result.message.startswith("a table is broken: queue 0: the list is empty, but q.last")


def test_a_wrong_answer_is_told_before_a_broken_table() -> None:
    source = exercise("msgrcv").mutants()["keeps_last"].replace("return len(data)", "return data")
    told = repr(autograder.check(function(source)))

    assert "Expected A's msgrcv to return 3, got b'one'" in told


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("msgsnd", exercise("msgsnd").mutants()["returns_nothing"],
         "to return 0, got None (is a `return` missing?)"),
        ("msgrcv", exercise("msgrcv").mutants()["returns_text"],
         "to return 3, got b'one' (a text, and no number)"),
        ("ipcget", exercise("ipcget").mutants()["slot_only"],
         "but ipcget must return a pair (slot, new), and it returned one int"),
        ("ipcget", "def ipcget(u, table, key, flags):\n    pass",
         "but ipcget must return a pair (slot, new), and it returned None"),
        ("ipcget", "def ipcget(u, table, key, flags):\n    return 0, True, 1",
         "but ipcget must return a pair (slot, new), and it returned something of another length"),
        ("msgrcv", "def msgrcv(*args):\n    return msgconv(*args)",
         "name 'msgconv' is not defined, in line 2 (does the code begin with `from kernel_model"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_told_in_python_s_words(name: str, source: str, words: str) -> None:
    assert words in repr(autograder.check(function(source, name)))


# An exercise of several functions


def test_functions_of_one_exercise_are_checked_together_or_beside_the_kernels_own() -> None:
    names: dict[str, Any] = {}
    exec(exercise("issig_psig").accepted()["plain"], names)
    alone: dict[str, Any] = {}
    exec(exercise("issig_psig").accepted()["plain"].partition("async def psig")[0], alone)

    async def issig(u: Any) -> bool:
        return False

    assert autograder.check(names["psig"], names["issig"]).passed
    assert autograder.check(names["psig"]).passed  # the other one stands beside it
    assert autograder.check(alone["issig"]).passed  # here the kernel's own stays
    failed = autograder.check(names["psig"], issig)
    assert (failed.passed, failed.name) == (False, "issig_psig")
    assert failed.smaller is not None


def test_the_stub_of_several_functions_is_told_to_be_unwritten() -> None:
    names: dict[str, Any] = {}
    exec(exercise("issig_psig").stub, names)

    assert autograder.check(names["issig"]).note.startswith("issig_psig is not written yet")
