"""The page of predictions and quizzes.

The page knows the questions and, of an answer, nothing: it is judged by Python, and what is right
comes to the page, and into the notebook's saved state, only when the learner has committed. A
notebook that is opened without its kernel therefore shows questions that cannot be answered, and
says so; a page that could judge by itself would have to hold what it judges by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from ipywidgets import HTML, VBox, Widget  # type: ignore[import-untyped]

from kernel_model.view.pictures import style
from kernel_model.view.questions.question import (
    LISTENERS,
    Judged,
    Question,
    QuestionError,
    judge,
    question,
)
from kernel_model.view.questions.text import Quiz, load

HERE = Path(__file__).parent
Then = Callable[[], Any]


class Page(anywidget.AnyWidget):
    """The page: draws `state`, sends what the learner commits to."""

    _esm = (HERE / "questions.js").read_text(encoding="utf-8")
    _css = (HERE / "questions.css").read_text(encoding="utf-8")
    state = traitlets.Dict().tag(sync=True)

    def __repr__(self) -> str:
        return "Page of questions"


class Questions:
    """Questions under way; a notebook shows `widget`.

    judged  what became of each answer, by the name of the question
    """

    def __init__(self, asked: Quiz, then: Then | None = None) -> None:
        self.asked = asked
        self.then = then
        self.judged: dict[str, Judged] = {}
        self.said: dict[str, str] = {}  # what was wrong with an answer that was none
        self.turn = 0
        self.page = Page(state=self.state())
        self.page.on_msg(self._heard)
        self.widget = VBox([self.page])

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.asked.questions)
        return f"<Questions {names}: {self.score() or 'not answered yet'}>"

    def _repr_mimebundle_(self, **given: Any) -> Any:
        shown = "".join(
            f"{marked(one.text)}<ul>{''.join(f'<li>{inline(o)}</li>' for o in one.options)}</ul>"
            for one in self.asked.questions
        )
        bundle = self.widget._repr_mimebundle_(**given)
        return bundle | {"text/plain": repr(self), "text/html": f"<div>{shown}</div>"}

    def _heard(self, page: Any, message: dict[str, Any], buffers: Any) -> None:
        """The learner commits to an answer."""
        if message.get("do") == "commit":
            self.commit(str(message.get("name")), message.get("given"))

    def commit(self, name: str, given: Any) -> Judged | None:
        """Judges an answer, once: the first counts. None for what is no answer."""
        one = next((one for one in self.asked.questions if one.name == name), None)
        if one is not None and name not in self.judged:
            try:
                self.judged[name] = judge(one, given)
                self.said.pop(name, None)
            except QuestionError as error:
                self.said[name] = f"{str(error)[:1].upper()}{str(error)[1:]}."
            else:
                self._committed(name)
        self.turn += 1
        self.page.state = self.state() | {"last": name, "turn": self.turn}
        return self.judged.get(name)

    def _committed(self, name: str) -> None:
        for listener in LISTENERS:
            listener(self.asked.name, name, self.judged[name])
        if self.then is not None and len(self.judged) == len(self.asked.questions):
            self.widget.children = (self.page, *shown(self.then))

    def score(self) -> str:
        """How many are right so far; empty before the first answer."""
        if not self.judged:
            return ""
        right = sum(one.right for one in self.judged.values())
        left = len(self.asked.questions) - len(self.judged)
        return f"{right} of {len(self.judged)} right" + (f", {left} left" if left else "")

    def state(self) -> dict[str, Any]:
        """What the page may know now."""
        several = len(self.asked.questions) > 1
        return {
            "title": self.asked.title,
            "style": style.css(),
            "items": [self._item(one) for one in self.asked.questions],
            "score": self.score() if several else "",
        }

    def _item(self, one: Question) -> dict[str, Any]:
        judged = self.judged.get(one.name)
        item: dict[str, Any] = {
            "name": one.name,
            "kind": one.kind,
            "text": marked(one.text),
            "options": [inline(option) for option in one.options],
            "say": self.said.get(one.name, ""),
            "done": None,
        }
        if judged is not None:
            item["done"] = {"right": judged.right, "given": judged.given,
                            "places": list(one.right) if one.options else [],
                            "answer": inline(judged.answer), "why": inline(judged.why)}  # fmt: skip
        return item


def shown(then: Then) -> list[Any]:
    """What comes after the answers, as widgets; an error is told in their place."""
    try:
        made = then()
    except Exception as error:
        made = f"This cannot be shown: {type(error).__name__}: {error}"
    if made is None:
        return []
    if isinstance(made, Widget):
        return [made]
    if isinstance(getattr(made, "widget", None), Widget):
        return [made.widget]
    for how in ("_repr_html_", "_repr_svg_"):
        drawn = getattr(made, how, lambda: None)()
        if drawn:
            return [HTML(drawn)]
    text = str(made)
    return [HTML(text if text.startswith("<svg") else f"<p>{escape(text)}</p>")]


def marked(text: str) -> str:
    """A text of a question as HTML: paragraphs, and code between backquotes."""
    parts = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{inline(part)}</p>" for part in parts)


def inline(text: str) -> str:
    """One paragraph as HTML."""
    escaped = escape(" ".join(text.split()), quote=False)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


def predict(
    text: str,
    options: Sequence[Any] | None = None,
    answer: Any = None,
    why: str = "",
    then: Then | None = None,
    name: str = "prediction",
) -> Questions:
    """One question; without options the answer is written. See `kernel_model.view.predict`."""
    asked = Quiz("", "", (question(text, options, answer, why, name),))
    return Questions(asked, then)


def quiz(source: Path | str, only: str | None = None, then: Then | None = None) -> Questions:
    """The questions of a text or file, or one of them. See `kernel_model.view.quiz`."""
    found = load(source)
    if only is None:
        return Questions(found, then)
    some = tuple(one for one in found.questions if one.name == only)
    if not some:
        names = ", ".join(one.name for one in found.questions)
        raise QuestionError(f"{found.name} has no question {only}; it has {names}")
    return Questions(Quiz(found.name, "", some), then)
