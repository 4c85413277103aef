"""Predict, then look: questions, quizzes as text, and their page (kernel_model/view/questions)."""

import json
import re
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from kernel_model.view.pictures import queue
from kernel_model.view.questions.question import LISTENERS, QuestionError, judge, question
from kernel_model.view.questions.text import QuizError, load, loads
from kernel_model.view.questions.widget import Questions, marked, predict, quiz

TEXT = """\
Messages, and
who waits for them

? too-long
The first message has 200 bytes.

What does `msgrcv(q, 100, 0, 0)` do?
- It returns 100 bytes.
* It fails with E2BIG,
  and the message stays.
# a remark
- It sleeps.
> Nothing is cut
  without `MSG_NOERROR`.

? wakes
What wakes it?
* a message
* a signal
- nothing
> Both do.

? qbytes
How many bytes, MSGMNB?
= 16384
= 16 kB
> It is the limit.
"""


def all_that_is_sent(shown: Questions) -> str:
    """Everything the page, and a notebook that is saved, gets to know."""
    states = [
        {key: value for key, value in one.get_state().items() if isinstance(value, str | dict)}
        for one in (shown.page, shown.widget)
    ]
    parts = [state | {"_esm": "", "_css": ""} for state in states]
    return json.dumps([parts, shown._repr_mimebundle_()], default=str)


# The judgement


@pytest.mark.parametrize(
    ("given", "right"),
    [("16384", True), (" 16 384 ", True), ("0o40000", True), ("040000", True), ("0x4000", True),
     ("16384.0", True), ("16 KB.", True), ("“16 kB”", True), ("16385", False), ("-16384", False),
     ("16 MB", False)],
)  # fmt: skip
def test_a_free_answer_is_right_by_value_or_by_its_words(given: str, right: bool) -> None:
    asked = question("How many?", None, ["16384", "16 kB"], "So it is.")

    assert judge(asked, given).right is right


def test_all_right_options_and_no_other_must_be_chosen() -> None:
    asked = question("Which?", ["a", "b", "c"], ["a", "c"], "So.")

    assert asked.kind == "many"
    assert judge(asked, [2, 0]).right
    assert not judge(asked, [0]).right
    assert not judge(asked, [0, 1, 2]).right
    assert judge(asked, [1]).answer == "a; c"


@pytest.mark.parametrize("given", [[], [3], [-1], [0, 1], ["0"], [True], "0", None, {}])
def test_what_is_no_choice_is_not_judged(given: Any) -> None:
    with pytest.raises(QuestionError):
        judge(question("Which?", ["a", "b", "c"], "a", "So."), given)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (("", ["a", "b"], "a", "So."), "needs a text"),
        (("Q?", ["a", "b"], "a", " "), "a reason"),
        (("Q?", ["a", "b"], "c", "So."), "'c' is none of the options: a, b"),
        (("Q?", ["a", "a"], "a", "So."), "all different"),
        (("Q?", ["a"], "a", "So."), "two options at least"),
        (("Q?", None, [], "So."), "needs an answer"),
        (("Q?", None, "", "So."), "needs an answer"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(parts: Any, why: str) -> None:
    with pytest.raises(QuestionError, match=why):
        question(*parts)


def test_options_may_be_numbers() -> None:
    assert judge(question("2 + 2?", [3, 4], 4, "So."), [1]).right


# The text


def test_a_quiz_is_read_as_it_is_written() -> None:
    found = loads(TEXT, "04")

    assert (found.name, found.title) == ("04", "Messages, and who waits for them")
    first, second, third = found.questions
    assert first.text == (
        "The first message has 200 bytes.\n\nWhat does `msgrcv(q, 100, 0, 0)` do?"
    )
    assert first.options[1] == "It fails with E2BIG, and the message stays."
    assert (first.right, first.why) == ((1,), "Nothing is cut without `MSG_NOERROR`.")
    assert (second.kind, second.right) == ("many", (0, 1))
    assert (third.kind, third.right) == ("text", ("16384", "16 kB"))


def test_a_quiz_comes_from_a_file_or_from_a_text(tmp_path: Path) -> None:
    file = tmp_path / "04_messages.quiz"
    file.write_text(TEXT, encoding="utf-8-sig")

    assert load(str(file)) == load(file) == loads(TEXT, "04_messages")
    assert load(TEXT).name == "quiz"
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.quiz")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the quiz has no question; one begins with ? and its name"),
        ("Title\n- a\n", "line 2: an option before the first question"),
        ("?\nQ?\n", "line 1: '' is no name"),
        ("? a b\nQ?\n", "line 1: 'a b' is no name"),
        ("? a\nQ?\n- x\n* y\n> z\n? a\n", "line 6: a is the name of line 1 already"),
        ("? a\n- x\n* y\n> z\n", "line 1: a asks nothing"),
        ("? a\nQ?\n> z\n", "line 1: a has no answer"),
        ("? a\nQ?\n- x\n- y\n> z\n", "line 1: no option of a is right; mark it with *"),
        ("? a\nQ?\n* y\n> z\n", "line 1: a needs two options at least"),
        ("? a\nQ?\n* y\n- y\n> z\n", "all different"),
        ("? a\nQ?\n* y\n- x\n", "line 1: a gives no reason"),
        ("? a\nQ?\n* y\n= x\n> z\n", "line 4: a question has either options"),
        ("? a\nQ?\n* y\n- x\n> z\n- w\n", "line 6: an option after the reason"),
        ("? a\nQ?\n*\n- x\n> z\n", "line 3: a right option is empty"),
        ("? a\nQ?\n*y\n- x\n> z\n", "line 3: a space is missing after *"),
        ("? a\nQ?\n* y\nmore\n", "line 4: 'more' begins with none of"),
    ],
)
def test_a_malformed_quiz_says_where_what_and_what_is_expected(text: str, message: str) -> None:
    with pytest.raises(QuizError, match=re.escape(message)):
        loads(text)


def test_an_error_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bad.quiz"
    file.write_text("? a\n")

    with pytest.raises(QuizError, match=r"bad\.quiz, line 1: a asks nothing"):
        load(file)


# The page


def test_nothing_of_an_answer_leaves_python_before_the_learner_commits() -> None:
    shown = predict("How much, `MSGMNB`?", None, "163-84", "It is the secret limit.")
    chosen = predict("Which?", ["alpha", "beta"], "beta", "It is the secret limit.")

    assert "163-84" not in all_that_is_sent(shown)
    for page in (shown, chosen):
        assert "secret" not in all_that_is_sent(page)
    others = all_that_is_sent(predict("Which?", ["alpha", "beta"], "alpha", "For another reason."))
    strip = str.maketrans("", "", "0123456789abcdef")  # the ids of the widgets
    assert all_that_is_sent(chosen).translate(strip) == others.translate(strip)


def test_committing_shows_right_or_wrong_with_the_reason() -> None:
    shown = predict("Which?", ["`a`", "b <i>"], "`a`", "Since <b> & `c`.")

    judged = shown.commit("prediction", [1])

    assert judged is not None
    assert not judged.right
    item = shown.page.state["items"][0]
    assert item["options"] == ["<code>a</code>", "b &lt;i&gt;"]
    assert item["done"] == {
        "right": False, "given": [1], "places": [0], "answer": "<code>a</code>",
        "why": "Since &lt;b&gt; &amp; <code>c</code>.",
    }  # fmt: skip


def test_the_first_answer_counts() -> None:
    shown = predict("Which?", ["a", "b"], "a", "So.")
    shown.commit("prediction", [1])
    again = shown.commit("prediction", [0])

    assert again is not None
    assert not again.right


def test_what_is_no_answer_is_told_and_can_be_mended() -> None:
    shown = predict("Which?", ["a", "b"], "a", "So.")
    shown._heard(shown.page, {"do": "commit", "name": "prediction", "given": []}, [])
    assert shown.page.state["items"][0]["say"] == "Choose an option first."
    assert shown.page.state["items"][0]["done"] is None
    before = shown.page.state
    shown._heard(shown.page, {"do": "commit", "name": "prediction", "given": []}, [])
    assert shown.page.state != before
    shown._heard(shown.page, {"do": "commit", "name": "no such", "given": [0]}, [])
    shown._heard(shown.page, {"do": "commit", "name": "prediction", "given": [0]}, [])

    assert shown.page.state["items"][0]["say"] == ""
    assert shown.page.state["items"][0]["done"]["right"]


def test_a_quiz_counts_what_is_right_and_what_is_left() -> None:
    shown = quiz(TEXT)
    assert (shown.score(), shown.page.state["score"]) == ("", "")

    shown.commit("wakes", [0, 1])
    shown.commit("too-long", [0])
    assert shown.page.state["score"] == "1 of 2 right, 1 left"
    shown.commit("qbytes", "16384")

    assert shown.page.state["score"] == "2 of 3 right"
    assert repr(shown) == "<Questions too-long, wakes, qbytes: 2 of 3 right>"


def test_one_question_of_a_quiz_can_be_asked_alone() -> None:
    shown = quiz(TEXT, "wakes")

    assert [item["name"] for item in shown.page.state["items"]] == ["wakes"]
    assert shown.page.state["title"] == ""
    with pytest.raises(QuestionError, match="no question none; it has too-long, wakes, qbytes"):
        quiz(TEXT, "none")


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (ipywidgets.HTML("<b>a player</b>"), "<b>a player</b>"),
        (queue({"procs": [], "msgque": [], "msgpool": {}}, 0), "<svg"),
        ("1 < 2", "<p>1 &lt; 2</p>"),
    ],
)
def test_what_comes_then_is_shown_after_the_last_answer(made: Any, shown: str) -> None:
    page = predict("Which?", ["a", "b"], "a", "So.", then=lambda: made)
    assert page.widget.children == (page.page,)

    page.commit("prediction", [0])

    assert len(page.widget.children) == 2
    assert page.widget.children[1].value.startswith(shown)


def test_what_breaks_afterwards_does_not_lose_the_judgement() -> None:
    page = predict("Which?", ["a", "b"], "a", "So.", then=lambda: 1 // 0)

    page.commit("prediction", [0])

    assert page.page.state["items"][0]["done"]["right"]
    assert "cannot be shown: ZeroDivisionError" in page.widget.children[1].value


def test_who_keeps_the_learners_progress_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "04.quiz"
    file.write_text(TEXT)
    heard: list[Any] = []
    LISTENERS.append(lambda *told: heard.append((*told[:2], told[2].right)))
    try:
        shown = quiz(file)
        shown.commit("wakes", [0])
        shown.commit("wakes", [0, 1])
        shown.commit("qbytes", "")
    finally:
        LISTENERS.pop()

    assert heard == [("04", "wakes", False)]


def test_paragraphs_and_code_are_marked_and_all_else_is_escaped() -> None:
    assert marked("a\nb\n\n`<c>` & d") == "<p>a b</p><p><code>&lt;c&gt;</code> &amp; d</p>"
