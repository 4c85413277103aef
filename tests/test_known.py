"""Runs that are known need not be judged again (autograder/known.py, autograder/seen.py)."""

import json
from typing import Any

import pytest

from autograder import known as kept
from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.driven import WORDS
from autograder.exercise import SCENARIOS, exercise, exercises
from autograder.grades import Grade
from autograder.grading import Grading
from autograder.known import Hearing, Runs, known, own
from autograder.sandbox import BadAnswer, Child
from autograder.seen import LONGEST, Latest, Seen
from autograder.student import StudentTarget
from autograder.words import damage
from kernel_model.scenario import Scenario, run
from kernel_model.states import State

NAME = "msgctl"
ONE = exercise(NAME)
SUITE = [*ONE.visible(), *ONE.hidden()]
FORGED = """
import json, sys
frame, plain = sys._getframe(), json.dumps
while "LOST_CHANNEL" not in frame.f_globals:
    frame = frame.f_back
class json:
    def dumps(v):
        if isinstance(v, dict) and "outcome" in v and v["outcome"].get("errno") == "EPERM":
            first = dict(v, outcome=dict(v["outcome"], errno="EACCES"))
            return plain(first)[:-1] + ', "outcome": ' + plain(v["outcome"]) + "}"
        return plain(v)
frame.f_globals["_json"] = json.dumps
"""


@pytest.fixture(scope="module")
def right() -> str:
    return model_solution(ONE)


def afresh(source: str) -> Grade:
    """Graded by somebody who knows no run but the kernel's own."""
    kept.forget()
    return oracle.grade(NAME, [source])


def told(grade: Grade) -> object:
    return grade.score, grade.verdict, grade.cases, grade.counterexample, grade.rules


def counts() -> list[int]:
    """How many runs of each case are known."""
    return [known(scenario, ONE).count for scenario in SUITE]


@pytest.fixture
def unknowing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows a run, not even the kernel's own."""
    kept.forget()
    monkeypatch.setattr(kept.Own, "run", lambda self, scenario: Runs())


def shown(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The questions with which tables are asked for, from now on."""
    asked, answer = list[bytes](), Child.answer

    def noted(child: Child, question: bytes, deadline: float | None = None) -> bytes:
        asked.extend([question] * (b'"tables"' in question))
        return answer(child, question, deadline)

    monkeypatch.setattr(Child, "answer", noted)
    return asked


@pytest.mark.parametrize("name", [one.name for one in exercises() if one.kind == SCENARIOS])
def test_the_kernels_own_runs_pass_leave_sound_tables_and_are_known(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, asked = exercise(name), shown(monkeypatch)
    kept.forget()
    made = oracle.grade(name, [model_solution(one)])

    assert (made.verdict, asked) == ("pass", [])
    for scenario in one.visible() + one.hidden():
        assert known(scenario, one).count == 1
        result = run(scenario, own_target(scenario, name))
        assert (result.verdict, damage(result)) == ("pass", None), scenario.id


def own_target(scenario: Scenario, name: str) -> StudentTarget:
    """The kernel as it is here, with all its tables shown."""
    target = StudentTarget(own(name), 0.0)
    target.whole = True
    return target


def test_tables_of_a_run_that_passed_are_not_looked_at_again() -> None:
    kept.forget()
    for scenario in SUITE:
        for whole in (False, True):
            target = own_target(scenario, NAME)
            target.known, target.whole = known(scenario, ONE).states, whole
            result = run(scenario, target, views=target.unjudged)
            assert {bool(entry["view"]) for entry in result.record["steps"]} == {whole}


def test_a_table_that_is_broken_counts_however_often_it_was_seen() -> None:
    wrong = ONE.mutants()["set_all_bits"]  # one case breaks a table and does no more
    first = afresh(wrong)

    assert [case.kind for case in first.cases if not case.passed] == ["tables"]
    assert told(oracle.grade(NAME, [wrong])) == told(first)


def test_without_the_kernels_own_runs_grades_are_the_same(
    right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [right, *ONE.accepted().values(), *[*ONE.mutants().values()][::9]]
    with_them = [told(afresh(source)) for source in sources]
    kept.forget()
    monkeypatch.setattr(kept.Own, "run", lambda self, scenario: Runs())

    assert [told(oracle.grade(NAME, [source])) for source in sources] == with_them


@pytest.mark.usefixtures("unknowing")
def test_a_run_that_passed_is_known_and_gives_the_same_grade(
    right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = oracle.grade(NAME, [right])
    asked = shown(monkeypatch)

    assert counts() == [1] * len(SUITE)
    assert told(oracle.grade(NAME, [right])) == told(first)
    assert counts() == [1] * len(SUITE)
    assert asked == []


def test_whoever_differs_from_a_known_run_anywhere_is_judged_as_if_none_were_known(
    right: str,
) -> None:
    sources = [*ONE.mutants().values()][::12]
    sources += ["def msgctl(u): x", right.replace("EINVAL", "EINVAL, 'in other words'")]
    alone = [told(afresh(source)) for source in sources]
    afresh(right)

    assert [told(oracle.grade(NAME, [source])) for source in sources] == alone


def test_the_words_of_errors_make_no_new_run(right: str) -> None:
    first = told(afresh(right))
    other = right.replace("is not a command of msgctl", "says nothing to me")

    assert other != right
    assert told(oracle.grade(NAME, [other])) == first
    assert counts() == [1] * len(SUITE)


@pytest.mark.usefixtures("unknowing")
def test_only_runs_that_pass_are_kept() -> None:
    oracle.grade(NAME, ["def msgctl(*given): return None"])

    assert counts() == [0] * len(SUITE)


class Script:
    """A child with one answer a question."""

    def __init__(self, *given: bytes) -> None:
        self.given, self.asked = list(given), list[bytes]()

    def answer(self, question: bytes, deadline: float) -> bytes:
        self.asked.append(question)
        if not self.given:
            raise BadAnswer("there is none")
        return self.given.pop(0)


def two_steps() -> Runs:
    """A known run: asked a, it says 1; asked b, 2."""
    runs = Runs()
    runs.keep([(b'{"a": 0}', b'{"is": 1', "s"), (b'{"b": 0}', b'{"is": 2', "t")])
    return runs


def test_what_was_asked_ahead_is_not_asked_again() -> None:
    child = Script(b'{"is": 1}', b'{"is": 3}', b'{"is": 4}')
    hearing = Hearing(child, 1.0)
    ended = hearing.passes(two_steps())

    assert not ended
    assert [hearing.ask({question: 0}, 1.0)["is"] for question in "abc"] == [1, 3, 4]
    assert child.asked == [b'{"a": 0}', b'{"b": 0}', b'{"c": 0}']


def test_a_child_that_fails_when_it_is_asked_ahead_fails_when_it_is_asked() -> None:
    hearing = Hearing(Script(b'{"is": 1}'), 1.0)

    assert not hearing.passes(two_steps())
    assert hearing.ask({"a": 0}, 1.0) == {"is": 1}
    with pytest.raises(BadAnswer):
        hearing.ask({"b": 0}, 1.0)


def test_who_passes_with_answers_that_say_two_things_helps_nobody_who_says_the_first(
    right: str,
) -> None:
    wrong = right.replace("Errno.EPERM", "Errno.EACCES")
    alone, honest = told(afresh(wrong)), told(afresh(right))
    kept.forget()
    forger = oracle.grade(NAME, [FORGED, right])

    assert wrong != right
    assert forger.verdict == "fail"
    assert told(oracle.grade(NAME, [wrong])) == alone != honest


def test_who_says_what_is_known_and_means_something_else_fails() -> None:
    hearing = Hearing(Script(b'{"is": 1, "words of errors": {}, "b": 7}', b"3"), 1.0)

    assert not hearing.passes(two_steps())
    assert hearing.ask({"a": 0}, 1.0) == {"is": 1, "words of errors": {}, "b": 7}
    with pytest.raises(BadAnswer):
        hearing.ask({"c": 0}, 1.0)


@pytest.mark.parametrize(
    "answer",
    [
        b'{"is": 1}',
        b'{"is": 1, "words of errors": {"": "no"}}',
        b'{"is": 1, "words of errors": {"": "no, \\"words of errors\\": {}"}}',
    ],
)
def test_an_answer_is_known_by_all_but_its_words_and_tables(answer: bytes) -> None:
    value = json.loads(answer)

    assert kept.essence(value) == kept.but_words(answer)
    assert kept.essence(value | {"tables": "[]"}) == kept.but_words(answer)


def test_a_run_is_kept_without_the_questions_for_tables() -> None:
    hearing = Hearing(Script(*[b'{"is": 1, "state": "s", "tables": ""}'] * 3), 1.0)
    for question in ({"call": [1]}, {"tables": True}, {"call": [2], "tables": True}):
        hearing.ask(question, 1.0)
    answer = b'{"is": 1, "state": "s"'

    assert hearing.said == [(b'{"call": [1]}', answer, "s"), (b'{"call": [2]}', answer, "s")]


def test_so_many_runs_of_one_scenario_are_kept_and_no_more() -> None:
    runs = Runs()
    for number in range(kept.MOST + 5):
        runs.keep([(b"a", b"%d" % number, "")])

    assert (runs.count, len(runs.first.after)) == (kept.MOST, kept.MOST)


def test_the_latest_states_are_kept_and_no_more() -> None:
    latest = Latest(2)
    for digest in "abc":
        latest.put(digest, Seen(State({}, {}, {}, ())))

    assert [digest for digest in "abc" if latest.get(digest) is not None] == ["b", "c"]


def test_the_latest_states_are_not_long_and_have_not_more_than_so_much_text() -> None:
    latest = Latest(10, 100)
    for digest, size in (("a", 60), ("b", 30), ("c", 30), ("d", LONGEST + 1)):
        latest.put(digest, Seen(State({}, {}, {}, ()), size=size))

    assert ([*latest.held], latest.size) == (["b", "c"], 60)
    latest.clear()
    assert ([*latest.held], latest.size) == ([], 0)


def test_a_run_with_too_long_answers_is_not_kept() -> None:
    runs = Runs()
    runs.keep([(b"a", b"1" * kept.MOST_TEXT, ""), (b"b", b"2", "")])

    assert (runs.count, runs.first.after) == (0, {})


def test_so_much_text_of_states_is_held_with_known_runs_and_no_more() -> None:
    runs = Runs()
    kept.forget()
    for digest in ("a", "b", "c"):
        kept.LATEST.put(digest, Seen(State({}, {}, {}, ()), size=kept.MOST_TEXT * 2 // 5))
        runs.keep([(b"question", digest.encode(), digest)])
    kept.forget()

    assert (runs.count, [*runs.states]) == (3, ["a", "b"])


FAT = """
from kernel_model import states
seen = states.state_of
if seen.__module__ == "kernel_model.states":
    count = [0]
    def fat(target):
        state, count[0] = seen(target), count[0] + 1
        return state._replace(ended=state.ended | {"nobody": {str(count): [{}] * 20_000}})
    states.state_of = fat
"""


def test_who_shows_long_states_does_not_fill_the_memory_of_the_grader(right: str) -> None:
    made = afresh(FAT + right)
    states = [*kept.LATEST.held.values()]
    states += [one for scenario in SUITE for one in known(scenario, ONE).states.values()]

    assert made.verdict == "pass"
    assert not [one for one in states if "nobody" in one.state.ended]


GUESSES = """
import driven
from kernel_model import states
asked = driven.Driven.answer
def answer(self, request):
    if request.keys() == {"tables"}:
        raise ValueError("so it was not known")
    return asked(self, request)
if asked.__module__ == "driven":
    driven.Driven.answer = answer
"""


def test_a_state_that_is_unknown_is_asked_for_once_then_tables_come_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = next(iter(ONE.mutants().values()))
    asked = shown(monkeypatch)
    honest = afresh(wrong)

    assert any(json.loads(question).keys() == {"tables"} for question in asked)
    assert afresh(wrong).cases == honest.cases


def test_who_shows_no_state_that_was_named_gets_no_more(right: str) -> None:
    wrong = [*ONE.mutants().values()][::6]
    for source in wrong:
        assert oracle.grade(NAME, [source, GUESSES]).score <= oracle.grade(NAME, [source]).score


TWO_WAYS = """
import driven
from kernel_model import states
asked = driven.Driven.answer
def answer(self, request):
    answer = asked(self, request)
    if request.keys() == {"tables"}:
        other = self.state._replace(ended={"nobody": {"exited": 0}})
        answer["tables"] = states.written(other)
    return answer
if asked.__module__ == "driven":
    driven.Driven.answer = answer
"""


def test_who_shows_another_state_than_he_named_is_judged_by_one_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = next(iter(ONE.mutants().values()))
    honest = oracle.grade(NAME, [wrong])
    asked = shown(monkeypatch)
    made = oracle.grade(NAME, [wrong, TWO_WAYS])

    assert [case.passed for case in made.cases] == [case.passed for case in honest.cases]
    assert all(b'"tables"' in question for question in asked[-len(SUITE) :])


SECOND_TRY = """
import driven
asked = driven.Driven.answer
def answer(self, request):
    driven.alone = driven.alone or "start" in request and "tables" in request
    answer = asked(self, request)
    if not driven.alone and request.keys() == {"tables"}:
        answer["tables"] = "[]"
    return answer
if asked.__module__ == "driven":
    driven.alone = False
    driven.Driven.answer = answer
def msgctl(u, *args):
    return (guess_b if driven.alone else guess_a)(u, *args)
"""


@pytest.mark.parametrize("mutant", ["rm_counts_only", "set_all_bits"])
def test_who_was_asked_for_a_state_has_no_second_try_in_a_child_of_its_own(
    right: str, mutant: str
) -> None:
    wrong = ONE.mutants()[mutant]
    guesses = [
        wrong.replace("def msgctl(", "def guess_a("),
        right.replace("def msgctl(", "def guess_b("),
    ]

    assert afresh("\n".join([*guesses, SECOND_TRY])).score < ONE.points
    assert afresh(right).score == ONE.points


def test_a_forged_answer_that_passes_lets_nobody_else_pass() -> None:
    words = f'"{WORDS}": {{'
    forged = f'{{"x": 1, {words}}}, "state": "s"}}'.encode()
    hearing = Hearing(Script(forged), 1.0)
    hearing.ask({"call": [1]}, 1.0)
    runs = Runs()
    runs.keep(hearing.said)

    assert Hearing(Script(forged), 1.0).passes(runs) is False
    assert Hearing(Script(f'{{"x": 1, {words}'.encode()), 1.0).passes(runs) is False


@pytest.mark.parametrize(
    "odd", ["so.cantread = 0 if not so.cantread else so.cantread", "so.sndbuf = float(so.sndbuf)"]
)
def test_what_is_equal_and_of_another_type_is_shown_whole_and_not_judged_alone(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, every = list[bool](), Grading.every

    def noted(self: Grading, *given: Any) -> Any:
        whole.append(self.alone)
        return every(self, *given)

    monkeypatch.setattr(Grading, "every", noted)
    right = model_solution(exercise("connect"))
    line = "    so, nonblock = getsock(u, fd), getf(u, fd).nonblock\n"
    assert line in right
    asked = shown(monkeypatch)
    kept.forget()
    oracle.grade("connect", [right.replace(line, f"{line}    {odd}\n")])

    assert whole == [False]
    assert b'{"tables": true}' in asked
