"""Grading one submission in the sandbox (autograder/oracle.py, grading.py, inside.py)."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder import known, oracle, session
from autograder.exercise import exercise
from autograder.grades import Grade
from autograder.sandbox import ChildLooped, probe
from autograder.student import StudentTarget
from tests.needs import require

RIGHT = exercise("msgrcv").accepted()["classes"]
HANGS = 300.0  # seconds: what takes so long hangs, however busy the machine


@pytest.fixture(autouse=True)
def isolated() -> None:
    """The sandbox isolates here."""
    tier = probe()
    require(tier.isolated, f"the sandbox does not isolate: {'; '.join(tier.reasons)}")


def grade(*cells: str) -> Grade:
    """msgrcv as these cells leave it."""
    return oracle.grade("msgrcv", list(cells))


def test_a_right_function_gets_every_point() -> None:
    made = grade(RIGHT)

    assert (made.verdict, made.score, made.max) == ("pass", 30.0, 30.0)
    assert all(case.passed for case in made.cases)
    assert made.counterexample is None


def test_the_function_may_be_spread_over_cells_with_helpers_and_magics() -> None:
    head, body = RIGHT.split("\n\n\n", 1)
    made = grade("%matplotlib inline\nprint('hello')", head, "!ls", "x = undefined_name", body)

    assert made.verdict == "pass"
    assert [(p["cell"], p["error"]) for p in made.problems] == [
        (4, "NameError: name 'undefined_name' is not defined")
    ]


def test_an_import_after_the_function_does_not_hide_it() -> None:
    assert grade(RIGHT, "from kernel_model import *").verdict == "pass"


def test_widgets_plots_and_checks_do_nothing_in_the_sandbox() -> None:
    idle = (
        "from autograder import check, hint, progress\n"
        "import ipywidgets as widgets, matplotlib.pyplot as plt\n"
        "from IPython.display import display, HTML\n"
        "plt.plot([1, 2])[0]; display(widgets.IntSlider(value=3)); list(progress())\n"
    )
    made = grade(idle, RIGHT, "check(msgrcv).require()\nhint(msgrcv)")

    assert (made.verdict, made.problems) == ("pass", [])


@pytest.mark.parametrize(
    ("cells", "verdict", "words"),
    [
        (["x = 1"], "error", "there is no function msgrcv"),
        ([], "error", "there is no function msgrcv"),
        (["from kernel_model import *"], "error", "there is no function msgrcv"),
        (["msgrcv = 5"], "error", "msgrcv is of type int, no function"),
        (
            ["def msgrcv(u, q, n, t, f=0, p=USER_BUFFER): pass"],
            "error",
            "name 'USER_BUFFER' is not defined (does the code begin with `from kernel_model",
        ),
        (["def msgrcv(u:"], "error", "SyntaxError"),
        (["def msgrcv(): pass"], "error", "takes 0 positional arguments"),
        ([exercise("msgrcv").stub], "fail", "is not written yet"),
        (["while True: pass"], "error", "cell 1: it does not come to an end, so it is left out"),
        (["import os\nos._exit(3)"], "error", "cells cannot be run"),
        (["def msgrcv(*a): return [1] * 50_000"], "error", "more than 10000 values"),
        (["def msgrcv(*a): return 'x' * 5_000_000"], "error", "The answer has 5000"),
        (["class Odd: pass\ndef msgrcv(*a): return Odd()"], "error", ", but it gives back Odd"),
        (
            ["async def msgrcv(*a): return sleep()\nasync def sleep(): pass"],
            "error",
            "it gives back a coroutine: sleep(...) was called without await: nothing sleeps",
        ),
        (["import sys\ndef msgrcv(*a): sys.exit(0)"], "error", "SystemExit"),
    ],
)
def test_what_cannot_be_graded_gets_a_clear_verdict(
    cells: list[str], verdict: str, words: str
) -> None:
    made = grade(*cells)

    assert (made.verdict, made.score) == (verdict, 0.0)
    assert words in " ".join(made.report().split())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def msgrcv(*given): return msgrcv(*given)", "msgrcv calls itself without end"),
        (
            "from kernel_model import *\n"
            "def look(m): return m.next if m is None else look(m)\n"
            "def msgrcv(u, q, *given): return look(msgconv(u, q).first)",
            "look calls itself without end",
        ),
        ("def f(*a): g(*a)\ndef g(*a): f(*a)\nmsgrcv = f", "f calls itself without end"),
    ],
)
def test_calls_without_end_are_told_in_words_with_a_small_example(source: str, words: str) -> None:
    made = grade(source)

    assert made.score == 0
    assert made.counterexample is not None
    assert len(made.counterexample["calls"]) <= 3
    assert f"but {words}, directly or through others, in line" in made.counterexample["sentence"]
    assert made.counterexample["sentence"] in " ".join(made.report().split())


def test_an_endless_loop_is_a_timeout_and_the_rest_is_not_tried() -> None:
    made = grade("def msgrcv(*a):\n    while True: pass")
    cases = len(made.cases)

    assert (made.verdict, made.score) == ("timeout", 0.0)
    assert "did not come to an end" in made.report()
    assert made.cases[-1].message.startswith("not tried")
    assert made.counterexample is not None
    assert made.counterexample["sentence"].endswith("but it does not come to an end.")
    assert f"{cases - 2} of {cases} cases were not tried: 2 cases before did not" in made.report()


def test_what_loops_twice_is_not_tried_for_ever_and_a_rule_without_cases_is_not_broken() -> None:
    made = grade(exercise("msgrcv").mutants()["busy_waiting"])

    assert [case.kind for case in made.cases].count("looped") == 2
    assert made.seconds < HANGS
    assert (made.rules["sleep"], made.rules["permission"]) == (False, False)
    assert "permission" in made.untried
    assert "sleep" not in made.untried
    assert "  BROKEN    sleep:" in made.report()
    assert "  not tried permission:" in made.report()
    assert made.to_json()["untried"] == made.untried


def test_a_case_that_did_not_come_to_an_end_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask, asked = StudentTarget.call, []

    def busy_machine(target: StudentTarget, *args: Any) -> Any:
        asked.append(args)
        if len(asked) in (1, 30):
            target.failure = ChildLooped("did not answer in time")
            raise target.failure
        return ask(target, *args)

    monkeypatch.setattr(StudentTarget, "call", busy_machine)

    assert grade(RIGHT).verdict == "pass"


def test_a_cell_that_does_not_come_to_an_end_costs_only_itself() -> None:
    made = grade("x = 1", "while True: pass", RIGHT, "while x: x += 1", "y = z")

    assert made.verdict == "pass"
    assert [(p["cell"], p["error"]) for p in made.problems] == [
        (2, "it does not come to an end, so it is left out"),
        (4, "it does not come to an end, so it is left out"),
        (5, "NameError: name 'z' is not defined"),
    ]
    assert made.seconds < HANGS


def test_cells_that_are_slow_together_are_no_endless_cell() -> None:
    slow = "import time\nend = time.process_time() + 0.015\nwhile time.process_time() < end: pass"
    made = grade(slow, RIGHT, slow)

    assert (made.verdict, made.problems) == ("pass", [])


def test_more_endless_cells_than_anybody_writes_are_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "MOST_ENDLESS", 0)
    made = grade("while True: pass", RIGHT)

    assert (made.verdict, made.message) == ("error", "the cells do not come to an end")


@pytest.mark.parametrize("instead", ["sleep(", "gone = sleep("])
def test_a_forgotten_await_is_told_at_once_and_with_the_example(instead: str) -> None:
    made = grade(RIGHT.replace("await sleep(", instead))
    note = "sleep(...) was called without await: nothing sleeps"

    assert (made.verdict, made.to_json()["notes"]) == ("fail", [note])
    assert made.report().splitlines()[1] == f"  {note}."
    assert made.counterexample is not None
    assert made.counterexample["sentence"] == f"Expected the last call to sleep, but {note}."


def test_a_name_that_a_submission_chose_is_not_told_of_hidden_cases() -> None:
    naming = (
        "async def secret(): pass\n"
        "good = msgrcv\n"
        "async def msgrcv(u, msqid, size, mtype, flags=0, msgp=0):\n"
        "    if mtype < -5:\n"
        "        secret()\n"
        "        return 77\n"
        "    return await good(u, msqid, size, mtype, flags, msgp)\n"
    )
    made = grade(RIGHT, naming)
    made.counterexample = None

    assert made.notes == ["An async function was called without await: nothing of it runs"]
    assert "secret" not in made.report()


@pytest.mark.parametrize(
    "cell",
    [
        "import functools\nmsgrcv = functools.partial(msgrcv)",
        "class Object:\n    def __call__(self, *args): return good(*args)\n"
        "good, msgrcv = msgrcv, Object()",
        "import types\ngood = msgrcv\n@types.coroutine\n"
        "def msgrcv(*args): return (yield from good(*args).__await__())",
        "good = msgrcv\nclass msgrcv:\n    def __init__(self, *args): self.args = args\n"
        "    def __await__(self): return good(*self.args).__await__()",
    ],
)
def test_whatever_can_be_called_and_awaited_is_graded(cell: str) -> None:
    assert grade(RIGHT, cell).verdict == "pass"


def test_an_exception_is_told_with_its_line_and_cell() -> None:
    made = grade("x = 1", RIGHT, "async def msgrcv(*args):\n    import json\n    json.loads('{')")

    assert "in line 3 of cell 3" in made.report()


def test_problems_of_other_exercises_cells_are_told_there() -> None:
    made = grade(
        "def msgsnd(u:", "msgsnd = 1\ndef helper(:", RIGHT, "def msgctl(u):\n  pass\nmsgrcv.x.y"
    )

    assert [problem["cell"] for problem in made.problems] == [2, 4]


def test_what_only_the_missing_function_causes_is_no_problem() -> None:
    demo = "k = Kernel()\na = k.spawn('A')\nq = a.call('msgrcv', 0, 1, 0)"
    made = grade("from kernel_model import *", demo, "print(q)", RIGHT)

    assert made.problems == []


def test_a_wrong_function_is_told_the_rule_and_a_small_fresh_example() -> None:
    made = grade(exercise("msgrcv").mutants()["negative_first"])

    assert made.verdict == "fail"
    assert 0 < made.score < made.max
    assert not made.rules["selection"]
    assert made.counterexample is not None
    assert len(made.counterexample["calls"]) <= 5
    hidden = exercise("msgrcv").hidden()
    assert not [case.id for case in hidden if case.id in made.report()]


def test_a_lying_equality_gains_nothing() -> None:
    lying = (
        "class Yes(int):\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = int.__hash__\n"
        "async def msgrcv(u, msqid, size, mtype, flags=0, msgp=0): return Yes(5)\n"
    )

    assert grade(lying).score == 0


def test_a_function_that_rewrites_the_kernel_around_it_gains_nothing() -> None:
    rewriting = (
        "import sys\n"
        "host = sys.modules['inside'].handle.__self__\n"
        "host.call = lambda *a: {'outcome': {'ret': 0}, 'back': {}, 'procs': {}, 'pids': {},\n"
        "                        'ended': {}, 'view': {}}\n"
        "def msgrcv(*a): return 0\n"
    )
    made = grade(rewriting)

    assert made.score == 0


def test_nothing_of_a_case_is_inside_before_it_runs() -> None:
    looking = (
        "import gc\n"
        "names = [''.join(('rc', 'v-')), ''.join(('exp', 'ect'))]\n"
        "found = [text for thing in gc.get_objects() if isinstance(thing, (dict, list, tuple))\n"
        "         for text in (list(thing) + list(thing.values()) if isinstance(thing, dict)\n"
        "                      else thing)\n"
        "         if isinstance(text, str) and text.startswith(tuple(names))\n"
        "         and text not in names]\n"
        "def msgrcv(*a): raise ValueError(repr(sorted(set(found))[:5]))\n"
    )
    made = grade(looking)

    assert "ValueError: []" in made.report()


def test_tables_that_are_damaged_fail_even_when_every_answer_is_right() -> None:
    damaging = exercise("msgrcv").mutants()["leaks"]
    made = grade(damaging)

    assert made.verdict == "fail"
    assert "a table is broken" in " ".join(case.message for case in made.cases)
    assert made.counterexample is not None
    assert (
        "a table is broken: the pool: 1 message header in use, but 0 messages"
        in (made.counterexample["sentence"])
    )


def test_a_broken_table_counts_against_the_rule_on_tables_and_for_the_case_s_own() -> None:
    made = grade(exercise("msgrcv").mutants()["leaks"])
    failing = {case.rule for case in made.cases if case.kind == "tables"}

    assert {"selection", "size"} <= failing
    assert (made.rules["selection"], made.rules["size"]) == (True, True)
    assert made.rules["bookkeeping"] is False
    assert made.counterexample is not None
    assert made.counterexample["rule"]["name"] == "bookkeeping"
    assert list(made.rules) == list(exercise("msgrcv").rules)


BREAKING = """
import driven
first = driven.Driven.{method}
def breaking(self, *asked):
    answer = first(self, *asked)
    nobodys = self.target.kernel.msgque.entries[-1]
    nobodys.perm.mode, nobodys.perm.key, nobodys.qnum = 0o100600, -1, 7
    {then}
    return answer
if first.__module__ == "driven":
    driven.Driven.{method} = breaking
"""


@pytest.mark.parametrize("method", ["start", "call"])
@pytest.mark.parametrize("name", ["newest_first", "one_more_byte_fits", "no_permission"])
def test_who_breaks_a_table_before_a_fault_does_not_save_the_rule_of_the_fault(
    name: str, method: str
) -> None:
    wrong = exercise("msgrcv").mutants()[name]
    honest, made = grade(wrong), grade(wrong, BREAKING.format(method=method, then=""))
    failing, left = (
        {name for name, held in one.rules.items() if not held} for one in (honest, made)
    )

    assert failing
    assert failing | {"bookkeeping"} <= left


def test_who_answers_nothing_right_gets_no_point_for_broken_tables() -> None:
    assert (
        grade("def msgrcv(*given): return 0", BREAKING.format(method="start", then="")).score == 0
    )


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ("raise ValueError", "died"),
        ("exec('while True: pass')", "looped"),
        ("answer |= odd", "fail"),
    ],
)
def test_a_fault_after_a_broken_table_does_not_save_the_rule_on_tables(
    then: str, kind: str
) -> None:
    later = "odd = {'outcome': {'ret': -5}}; self.n = getattr(self, 'n', 0) + 1\n"
    later += f"    if self.n > 1: {then}"
    made = grade(RIGHT, BREAKING.format(method="call", then=later))

    assert made.cases[0].kind == kind
    assert (made.rules["bookkeeping"], "bookkeeping" in made.untried) == (False, False)


SECOND_TRY = """
import driven
if not hasattr(driven, "first"):
    driven.first, driven.count = driven.Driven.answer, 0
    def answer(self, request):
        driven.count += "start" in request
        while driven.count > 1 and "start" not in request and {"call", "tables"} <= request.keys():
            pass
        return driven.first(self, request)
    driven.Driven.answer = answer
async def msgrcv(u, msqid, *given):
    if driven.count == 1:
        return await other(u, msqid, *given)
    got, q = await right(u, msqid, *given), msgconv(u, msqid)
    left = list(q.messages())
    if len(left) == 2 and given[1] == 0:
        q.first, q.last, left[1].next, left[0].next = left[1], left[0], left[0], None
    return got
"""


def test_who_stops_when_a_state_was_not_known_gets_no_second_try_with_other_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "TIRED", 60.0)  # else a slow machine gives the case a fresh child
    other = exercise("msgrcv").mutants()["no_permission"]
    cells = [RIGHT, "right = msgrcv", other, "other = msgrcv"]
    known.forget()
    made = grade(*cells, SECOND_TRY)

    assert not made.problems
    assert made.score == grade(other).score


def test_state_kept_between_calls_of_one_case_does_not_reach_the_next() -> None:
    counting = RIGHT + "\nimport builtins\nbuiltins.times = getattr(builtins, 'times', 0) + 1\n"

    assert grade(counting).verdict == "pass"


def test_the_json_has_every_key_that_others_rely_on() -> None:
    told = grade(RIGHT).to_json()

    assert set(told) >= {
        "exercise", "score", "max", "verdict", "tier", "cases", "counterexample", "seconds"
    }  # fmt: skip
    assert set(told["cases"][0]) == {"id", "visible", "passed", "message"}
    json.dumps(told)


def test_an_instructors_own_suite_takes_the_place_of_the_hidden_one(tmp_path: Path) -> None:
    (tmp_path / "msgrcv").mkdir()
    suite = [
        {
            "id": "mine",
            "topic": "selection",
            "uids": {"A": 0},
            "steps": [{"proc": "A", "call": "msgrcv", "args": [5, 5, 0, []],
                       "expect": {"errno": "EINVAL"}}],
        }
    ]  # fmt: skip
    (tmp_path / "msgrcv" / "hidden.json").write_text(json.dumps(suite))
    made = oracle.grade("msgrcv", [RIGHT], tmp_path)

    assert [case.id for case in made.cases if not case.visible] == ["mine"]
    with pytest.raises(FileNotFoundError, match="no hidden suite"):
        oracle.grade("msgrcv", [RIGHT], tmp_path / "nowhere")


def test_of_a_broken_table_a_case_tells_nothing_else() -> None:
    made = grade(exercise("msgrcv").mutants()["keeps_last"])
    told = [case.message.partition(": ")[2] for case in made.cases if not case.passed]

    broken = [said for said in told if "a table is broken: queue 0: the list is empty" in said]
    assert len(broken) > 5
    assert not [said for said in told if "expected msgque" in said]


def test_of_tables_that_cannot_be_read_an_example_shows_no_rows() -> None:
    made = grade(RIGHT + "\nright = msgrcv\nasync def msgrcv(u, msqid, *rest):\n"
                 "    size = await right(u, msqid, *rest)\n"
                 "    msgconv(u, msqid).first = 5\n    return size")  # fmt: skip
    example = made.counterexample

    assert example is not None
    assert "the tables cannot be read: AttributeError" in example["sentence"]
    assert example["tables"] == []


def test_an_answer_that_changes_when_it_is_tried_again_is_judged_by_one_of_its_ways() -> None:
    first, other = (exercise("msgrcv").mutants()[name] for name in ("eagain", "negative_first"))
    made = grade(
        "import inside\n"
        "inside.kernels = vars(inside).get('kernels', -1) + 1\n"
        f"exec({other!r} if inside.kernels == 1 else {first!r})"
    )

    assert made.score in (grade(first).score, grade(other).score)


SEEN = """
import driven, inside
call = driven.Driven.call
if call.__name__ == "call":
    seen = inside.seen = []
    def noted(self, proc, name, args):
        seen.append(name)
        return call(self, proc, name, args)
    driven.Driven.call = noted
good = msgrcv
def msgrcv(*args):
    if len(inside.seen) > 2:
        raise ValueError(f"seen {len(inside.seen)}")
    return good(*args)
"""


def test_an_example_tells_nothing_of_the_runs_before_it() -> None:
    made = grade(RIGHT, SEEN)

    assert made.counterexample is not None
    assert len(made.counterexample["calls"]) == 3
    assert "it raised ValueError: seen 3, in line 13 of cell 2" in made.counterexample["sentence"]


@pytest.mark.parametrize(
    "answer",
    [
        "{'outcome': [1], 'back': []}",
        "{'outcome': [1], 'back': {}}",
        "{'outcome': {}, 'back': {}}",
        "{'outcome': {'ret': 5}, 'back': {'A': 5}}",
        "{'outcome': {'ret': 5}, 'unawaited': 5, 'words of errors': {'A': 5}}",
    ],
)
def test_answers_in_another_form_are_a_verdict_and_no_error_of_the_grader(answer: str) -> None:
    forged = f"import driven\ndriven.Driven.call = lambda self, *asked: {answer}"
    made = grade(RIGHT, forged)

    assert (made.score, made.problems) == (0.0, [])


SHOWN = """
import driven
first = driven.Driven.answer
def answer(self, request):
    answer = first(self, request)
    answer.update({given})
    return answer
driven.Driven.answer = answer
"""


@pytest.mark.parametrize(
    "given",
    [
        "state=5",
        "state=None",
        "state='0' * 40, tables=5",
        "state='0' * 40, tables='['",
        "state='0' * 40, tables='5'",
        "state='0' * 40, tables='[1, 2, 3]'",
        "state='0' * 40, tables='[1, 2, 3, 4]'",
        "state='0' * 40, tables='[{}, {}, {}, {}]'",
        "state='0' * 40, tables='[{}, {}, {}, []]'",
        'state=\'0\' * 40, tables=\'[{"A": 1}, {"A": 101}, {}, {"unreadable": ""}]\'',
        'state=\'0\' * 40, tables=\'[{}, {"A": "101"}, {}, {"unreadable": ""}]\'',
        'state=\'0\' * 40, tables=\'[{}, {}, {"A": 5}, {"unreadable": ""}]\'',
        "state='0' * 40, tables='[{}, {}, {}, [[], [1], [2], [3], [4]]]'",
        "state='0' * 40, tables='[{}, {}, {}, ' + '[' * 900 + ']' * 900 + ']'",
        "state='0' * 40, tables='[{}, {}, {}, ' + '[' * 9000 + ']' * 9000 + ']'",
        "state='0' * 40, tables='[{}, {}, {}, [1e999]]'",
        "state='0' * 40, tables='[{}, {}, {}, [NaN]]'",
        "state='0' * 40, tables='[{}, {}, {}, [\"\\\\ud800\"]]'",
        "state='0' * 40, tables='[{}, {}, {}, {\"<bytes>\": \"\\u1234\"}]'",
    ],
)
def test_states_in_another_form_are_a_verdict_and_no_error_of_the_grader(given: str) -> None:
    made = grade(RIGHT, SHOWN.format(given=given))

    assert (made.score, made.problems) == (0.0, [])


def test_sleeping_does_not_hold_up_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MOST_SECONDS", 1.0)
    made = grade("import time\ndef msgrcv(*args):\n    time.sleep(0.2)\n    raise ValueError")

    assert made.verdict == "timeout"
    assert made.seconds < HANGS
    assert made.cases[-1].message == "not tried: the cases before took more than 1 second"


ACCENTS = "\u0301\u0316"  # not in the order in which Unicode wants them


@pytest.mark.parametrize("slow", [f"a{ACCENTS * 50_000} = 1", f"f'{'{a}' * 200_000}'"])
def test_a_cell_that_pythons_parser_takes_hours_for_holds_up_nobody(slow: str) -> None:
    made = grade(slow, RIGHT)

    assert made.verdict == "pass"
    assert [problem["cell"] for problem in made.problems] == [1]
    assert made.seconds < HANGS
