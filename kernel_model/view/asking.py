"""Questions in a notebook: a prediction, and the questions of a file.

What needs anywidget is brought in by the call that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from kernel_model.view.questions.widget import Questions


def predict(
    question: str,
    options: Iterable[Any] | None = None,
    answer: Any = None,
    why: str = "",
    then: Callable[[], Any] | None = None,
    name: str = "prediction",
) -> Questions:
    """A question that shows its answer only when the learner has committed to one.

    options  what to choose from; None: the answer is written
    answer   the right option, or a list of all that are right; written ones: a text or a number,
             or a list of those that are right
    why      the reason, shown with the answer
    then     what to show after that: a function that gives a player, a picture, a text
    name     under which the answer counts in `progress()`

    The answer stays in the kernel of the notebook until then, but not out of the cell that asks:
    keep it out of sight with `quiz`. Raises QuestionError for what cannot be asked.
    """
    from kernel_model.view.questions import widget

    given = None if options is None else list(options)
    return widget.predict(question, given, answer, why, then, name)


def quiz(
    source: Path | str, only: str | None = None, then: Callable[[], Any] | None = None
) -> Questions:
    """The questions of a file, or of a text, in the format of `questions/text.py`; with a score.

    only  the name of one question, which is asked alone
    then  what to show after the last answer, as in `predict`

    Raises QuizError, with the line, for what is malformed; OSError for what cannot be read.
    """
    from kernel_model.view.questions import widget

    return widget.quiz(source, only, then)
