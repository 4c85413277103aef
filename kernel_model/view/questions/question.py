"""A question, and the judgement of an answer to it. No page, no widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

NAME = re.compile(r"[\w-]+")


class QuestionError(ValueError):
    """A question that cannot be asked; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what is right.

    options  what there is to choose from; none: the answer is written freely
    right    the places of the right options; else the texts that are right
    """

    name: str
    text: str
    options: tuple[str, ...]
    right: tuple[Any, ...]
    why: str

    @property
    def kind(self) -> str:
        """one: one option is right; many: several are; text: free."""
        if not self.options:
            return "text"
        return "one" if len(self.right) == 1 else "many"


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an answer."""

    right: bool
    given: Any  # as it was committed: places of options, or a text
    answer: str  # what is right, in words
    why: str


# Told of every judgement, with the name of the quiz ("" for a prediction alone) and of the
# question: who keeps a learner's progress enters itself here.
LISTENERS: list[Callable[[str, str, Judged], None]] = []


def question(
    text: str, options: Sequence[Any] | None, answer: Any, why: str, name: str = "prediction"
) -> Question:
    """A question from the parts a lecture gives.

    answer  with options: the right one, or a list of all that are right; without: a text or a
            number, or a list of those that are right
    Raises QuestionError when the answer is no option, and for what is missing.
    """
    if not text.strip() or not why.strip():
        raise QuestionError("a question needs a text, and a reason why the answer is right")
    if not NAME.fullmatch(name):
        raise QuestionError(f"{name!r} is no name; a name has letters, digits, _ and -")
    answers = list(answer) if isinstance(answer, list | tuple | set) else [answer]
    if not answers or any(str(one).strip() == "" for one in answers):
        raise QuestionError("a question needs an answer")
    if options is None:
        return Question(name, text.strip(), (), tuple(str(one) for one in answers), why.strip())
    shown = [str(one) for one in options]
    if len(shown) < 2 or len(set(shown)) < len(shown):
        raise QuestionError("there must be two options at least, all different")
    for one in answers:
        if str(one) not in shown:
            raise QuestionError(f"the answer {one!r} is none of the options: {', '.join(shown)}")
    places = sorted({shown.index(str(one)) for one in answers})
    return Question(name, text.strip(), tuple(shown), tuple(places), why.strip())


def judge(asked: Question, given: Any) -> Judged:
    """Is it right? Raises QuestionError for what is no answer (nothing chosen, nothing written).

    Free answers are compared without regard to capitals, spaces, quotes and a final stop; numbers
    by value, in any base that Python writes, or in octal with a leading 0.
    """
    if asked.kind == "text":
        text = given.strip() if isinstance(given, str) else ""
        if not text:
            raise QuestionError("write an answer first")
        right = any(same(text, one) for one in asked.right)
        return Judged(right, text, " or ".join(asked.right), asked.why)
    places = sorted(set(given)) if isinstance(given, list) else []
    if any(type(place) is not int or not 0 <= place < len(asked.options) for place in places):
        raise QuestionError("that is none of the options")
    if not places or (asked.kind == "one" and len(places) > 1):
        raise QuestionError("choose an option first")
    answer = "; ".join(asked.options[place] for place in asked.right)
    return Judged(places == list(asked.right), places, answer, asked.why)


def same(given: str, right: str) -> bool:
    """Do two free answers say the same?"""
    numbers = number(given), number(right)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return plain(given) == plain(right)


def plain(text: str) -> str:
    """What counts of a free answer."""
    return re.sub(r"\s+", " ", re.sub(r"[\"'`“”‘’]", "", text)).strip(" .").casefold()


def number(text: str) -> float | None:
    """The number that a text is, if it is one."""
    bare = plain(text).replace(" ", "").replace("_", "")
    try:
        if re.fullmatch(r"0[0-7]+", bare):
            return int(bare, 8)
        return int(bare, 0) if re.fullmatch(r"[-+]?0[xob]\w+", bare) else float(bare)
    except ValueError:
        return None
