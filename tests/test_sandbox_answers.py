"""Whatever comes from inside, the grader gets plain values or BadAnswer."""

import contextlib
import json
import select
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import AnswerTooLarge, BadAnswer, ChildDied, Limits, Sandbox, answers
from autograder.sandbox.answers import DEEPEST, parse
from tests.sandbox_room import room

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_every_plain_value_comes_through(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


@given(JSON)
def test_an_answer_that_comes_again_has_a_value_of_its_own_with_the_same_types(
    value: object,
) -> None:
    text = json.dumps({"value": [value]}).encode()
    one = parse(text)
    assert isinstance(one, dict), "an object is a dict"
    shown = repr(one)
    one["value"].append("more")
    one["other"] = 1

    assert repr(parse(text)) == shown == repr(json.loads(text))


def test_an_answer_is_read_once_until_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(answers, "_read", read.append)
    text = b'["read once"]'
    for _ in range(2):
        parse(text)
    assert read == [text]

    answers.forget()
    parse(text)
    assert read == [text] * 2
    answers.forget()  # what was not read here


def test_an_answer_that_is_none_is_none_each_time() -> None:
    for _ in range(2):
        with pytest.raises(BadAnswer, match="names a key twice"):
            parse(b'{"a": 1, "a": 2}')


@given(st.binary(max_size=60) | st.text('[]{}",:\\u0d1e.-NaIinfty ', max_size=60).map(str.encode))
def test_any_other_bytes_are_a_value_or_a_bad_answer(text: bytes) -> None:
    try:
        value = parse(text)
    except BadAnswer:
        return
    assert json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"nonsense",
        b"[1] [2]",
        b"{'a': 1}",
        b"NaN",
        b'{"a": 1, "b": {}, "a": 1}',
        b"[-Infinity]",
        b"1e999",
        b"9" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        rb'"\ud800"',
        rb'{"\udc00": 1}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
)
def test_what_would_hurt_is_a_bad_answer(text: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse(text)


def test_brackets_in_strings_are_no_depth() -> None:
    value = ["[" * 1000, '\\"' + "{" * 1000, [[]] * 3]

    assert parse(json.dumps(value).encode()) == value
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)


@pytest.mark.parametrize("unit", [b'\\"', b'"', b"[", b"[]", b'["', b"\\", b'"\\', b"{}[]"])
def test_no_text_takes_the_grader_long(unit: bytes) -> None:
    text = (unit * (1 << 20))[: 1 << 20]
    start = time.process_time()
    for framed in (text, b'"' + text, b"[" + text + b"]"):
        with pytest.raises(BadAnswer):
            parse(framed)

    assert time.process_time() - start < 2


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("walls")) as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, code: str) -> object:
    with sandbox.child(Limits(answer=1000)) as child:
        return child.ask({"code": code, "given": {}}, deadline=5)


FRAME = """
import os, struct
def frame(kind, text): return struct.pack("!I", len(text) + 1) + kind + text
def say(*frames): os.write(3, b"".join(frames))
"""


@pytest.mark.parametrize(
    "code",
    [
        "result = object()",
        "result = {(1, 2): 3}",
        "result = float('nan')",
        "result = [1e308 * 10]",
        "result = 10 ** 5000",
        r"result = '\ud800'",
        "result = []\nfor _ in range(100): result = [result]",
        "result = []\nresult.append(result)",
        FRAME + "say(frame(b'A', b'not json'))",
        FRAME + "say(frame(b'R', b''))",
        FRAME + "say(frame(b'X', b'could not be shut in'))",
        FRAME + "say(frame(b'?', b'1'))",
        FRAME + "say(frame(b'E', b'a lie'))",
        FRAME + "say(frame(b'A', b'1'), frame(b'A', b'2'))",
        "import os; os.write(3, bytes(4)); os._exit(0)",
        "import os; os.write(3, bytes(5000)); os._exit(0)",
    ],
)
def test_an_answer_that_is_none_is_refused(code: str, sandbox: Sandbox) -> None:
    with pytest.raises(BadAnswer):
        ask(sandbox, code)


def test_a_frame_that_announces_too_much_is_refused_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(AnswerTooLarge):
        ask(sandbox, "import os, time; os.write(3, b'\\xff' * 100_000); time.sleep(60)")


def test_half_a_frame_and_an_end_is_an_end(sandbox: Sandbox) -> None:
    with pytest.raises(ChildDied, match=r"called os._exit\(3\)"):
        ask(sandbox, "import os; os.write(3, b'\\0\\0'); os._exit(3)")


def test_an_answer_before_its_question_is_refused(sandbox: Sandbox) -> None:
    forge = FRAME + "say(frame(b'A', b'1')); result = 2"  # leaves 2 for the next question

    def ask_twice() -> object:
        with sandbox.child() as child:
            child.ask({"code": forge, "given": {}})
            select.select([child._channel], [], [], 5)
            return child.ask({"code": "result = 3", "given": {}})

    with pytest.raises(BadAnswer, match=r"before its question|not a frame"):
        ask_twice()


def test_a_forger_confuses_nobody_else(sandbox: Sandbox) -> None:
    everywhere = """
import os
for number in range(64):
    for frame in (b"\\0\\0\\0\\x02A9", b"\\xff" * 10):
        try:
            os.write(number, frame)
        except OSError:
            pass
"""
    with sandbox.child() as sibling, sandbox.child() as forger:
        with contextlib.suppress(BadAnswer, AnswerTooLarge):
            forger.ask({"code": everywhere, "given": {}})

        assert sibling.ask({"code": "result = 1", "given": {}}) == 1
    assert ask(sandbox, "result = 2") == 2


def test_an_answer_that_lies_about_equality_arrives_as_plain_data(sandbox: Sandbox) -> None:
    code = (
        "class Liar(int):\n  __eq__ = lambda *_: True\n  __hash__ = int.__hash__\nresult = Liar(3)"
    )

    answer = ask(sandbox, code)

    assert type(answer) is int
    assert answer != 4


def test_an_exception_cannot_write_to_the_graders_terminal(sandbox: Sandbox) -> None:
    with pytest.raises(BadAnswer, match="ValueError: \ufffd\\[2Jpassed\n\ufffd0"):
        ask(sandbox, r"raise ValueError('\x1b[2Jpassed\n\x0bO'.replace('O', '0'))")


def test_after_an_exception_the_child_can_be_asked_again(sandbox: Sandbox) -> None:
    with sandbox.child() as child:
        with pytest.raises(BadAnswer, match="ZeroDivisionError"):
            child.ask({"code": "1 / 0", "given": {}})

        assert child.ask({"code": "result = 1", "given": {}}) == 1


def test_a_value_that_goes_round_in_a_circle_is_told_from_one_that_is_deep(
    sandbox: Sandbox,
) -> None:
    with pytest.raises(BadAnswer, match="ValueError: Circular reference"):
        ask(sandbox, "result = []\nresult.append(result)")
    with pytest.raises(BadAnswer, match="RecursionError"):
        ask(sandbox, "result = []\nfor _ in range(100_000): result = [result]")
