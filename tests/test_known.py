"""Runs that are known need not be judged again (autograder/known.py)."""

import pytest

from autograder import known as kept
from autograder import oracle
from autograder.demo.answers import model_solution
from autograder.exercise import exercise
from autograder.grades import Grade
from autograder.known import Hearing, known
from autograder.sandbox import BadAnswer, answers

NAME = "msgctl"
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
    return model_solution(exercise(NAME))


def afresh(source: str) -> Grade:
    """Graded by somebody who knows no run."""
    kept.forget()
    return oracle.grade(NAME, [source])


def told(grade: Grade) -> object:
    return grade.score, grade.verdict, grade.cases, grade.counterexample, grade.rules


def test_a_run_that_passed_is_known_and_gives_the_same_grade(right: str) -> None:
    first = afresh(right)
    suite = [*exercise(NAME).visible(), *exercise(NAME).hidden()]

    assert all(known(scenario).runs == 1 for scenario in suite)
    assert told(oracle.grade(NAME, [right])) == told(first)
    assert all(known(scenario).runs == 1 for scenario in suite)


def test_whoever_differs_from_a_known_run_anywhere_is_judged_as_if_none_were_known(
    right: str,
) -> None:
    sources = [*exercise(NAME).mutants().values()][::12]
    sources += ["def msgctl(u): x", right.replace("EINVAL", "EINVAL, 'in other words'")]
    alone = [told(afresh(source)) for source in sources]
    afresh(right)

    assert [told(oracle.grade(NAME, [source])) for source in sources] == alone


def test_the_words_of_errors_make_no_new_run(right: str) -> None:
    first = told(afresh(right))
    other = right.replace("is not a command of msgctl", "says nothing to me")

    assert other != right
    assert told(oracle.grade(NAME, [other])) == first
    assert all(known(scenario).runs == 1 for scenario in exercise(NAME).hidden())


def test_only_runs_that_pass_are_kept(right: str) -> None:
    afresh("def msgctl(*given): return None")

    assert all(known(scenario).runs == 0 for scenario in exercise(NAME).hidden())


class Script:
    """A child with one answer a question."""

    def __init__(self, *given: bytes) -> None:
        self.given, self.asked = list(given), list[bytes]()

    def answer(self, question: bytes, deadline: float) -> bytes:
        self.asked.append(question)
        if not self.given:
            raise BadAnswer("there is none")
        return self.given.pop(0)


def test_what_was_asked_ahead_is_not_asked_again() -> None:
    runs = kept.Known()
    runs.keep([(b'"a"', b"1"), (b'"b"', b"2")])
    child = Script(b"1", b"3", b"4")
    hearing = Hearing(child, 1.0)
    ended = hearing.passes(runs)

    assert not ended
    assert [hearing.ask(question, 1.0) for question in "abc"] == [1, 3, 4]
    assert child.asked == [b'"a"', b'"b"', b'"c"']


def test_a_child_that_fails_when_it_is_asked_ahead_fails_when_it_is_asked() -> None:
    runs = kept.Known()
    runs.keep([(b'"a"', b"1"), (b'"b"', b"2")])
    hearing = Hearing(Script(b"1"), 1.0)

    assert not hearing.passes(runs)
    assert hearing.ask("a", 1.0) == 1
    with pytest.raises(BadAnswer):
        hearing.ask("b", 1.0)


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
    runs = kept.Known()
    runs.keep([(b'"a"', b'{"a": 1, "words of errors": {"": "no"}}'), (b'"b"', b"2")])
    hearing = Hearing(Script(b'{"a": 1, "words of errors": {}, "b": 7}', b"3"), 1.0)

    assert not hearing.passes(runs)
    assert hearing.ask("a", 1.0) == {"a": 1, "words of errors": {}, "b": 7}
    with pytest.raises(BadAnswer):
        hearing.ask("c", 1.0)


@pytest.mark.parametrize(
    ("answer", "clear"),
    [
        (b'{"a": 1}', True),
        (b'{"a": 1, "words of errors": {"": "no"}}', True),
        (b'{"a": 1, "words of errors": {}, "b": 2}', False),
        (b'{"a": 1, "words of errors": {"": {"b": 2}}}', False),
        (b'{"a": {"b": 1, "words of errors": {}}, "c": 2}', False),
        (b'{"words of errors": {}, "a": 1}', True),
    ],
)
def test_an_answer_is_kept_when_it_can_be_read_in_one_way(answer: bytes, clear: bool) -> None:
    assert kept.unambiguous(answer, answers.parse(answer)) is clear


def test_so_many_runs_of_one_scenario_are_kept_and_no_more() -> None:
    runs = kept.Known()
    for number in range(kept.MOST + 5):
        runs.keep([(b"a", b"%d" % number)])

    assert (runs.runs, len(runs.after)) == (kept.MOST, kept.MOST)
