"""Quizzes as plain text: what stands at the beginning of a line says what the line is.

    Messages                                 the title: what stands before the first question

    ? too-long                               a question begins, and this is its name
    The first message has 200 bytes.         what is asked, over as many lines as it takes;
    What does `msgrcv(q, 100, 0, 0)` do?     an empty line begins a paragraph
    - It returns 100 bytes.                  an option
    * It fails with E2BIG.                   an option that is right; with several of these, all
    - It sleeps.                             of them must be chosen
    > Without `MSG_NOERROR` nothing          why it is right; the line after goes on
      is cut: the message stays.

    ? qbytes
    How many bytes may a queue hold at first?
    = 16384                                  instead of options: an answer to be written; with
    = 16 kB                                  several lines any of them is right
    > The limit `MSGMNB`.

    # a remark: this line is not read

A line that begins with two spaces goes on with what stands above it. `Backquotes` set code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kernel_model.view.questions.question import NAME, Question, QuestionError

MARKS = {
    "?": "a question",
    "-": "an option",
    "*": "a right option",
    "=": "an answer",
    ">": "a reason",
}
ORDER = "a question has its text, then options (- and *) or answers (=), then the reason (>)"


class QuizError(QuestionError):
    """A quiz that cannot be read: which file, which line, what is wrong, what is expected."""


@dataclass(frozen=True, slots=True)
class Quiz:
    """Several questions."""

    name: str  # of its file; "quiz" for a text
    title: str
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Draft:
    """A question while it is read."""

    name: str
    line: int
    text: list[str] = field(default_factory=list)
    options: list[tuple[bool, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def load(source: Path | str) -> Quiz:
    """The quiz of a file, or of a text (more than one line); raises QuizError or OSError."""
    if isinstance(source, Path) or "\n" not in source:
        path = Path(source)
        return loads(path.read_text(encoding="utf-8-sig"), path.stem, str(path))
    return loads(source)


def loads(text: str, name: str = "quiz", where: str = "the quiz") -> Quiz:
    """The quiz of a text; raises QuizError.

    where  what to call the text in messages
    """
    reader = _Reader(where)
    for number, line in enumerate(text.splitlines(), 1):
        reader.line(number, line.expandtabs().rstrip())
    return Quiz(name, " ".join(reader.title), reader.end())


class _Reader:
    """Reads line after line."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.title: list[str] = []
        self.drafts: list[_Draft] = []

    def wrong(self, line: int, what: str) -> QuizError:
        return QuizError(f"{self.where}, line {line}: {what}")

    def line(self, number: int, line: str) -> None:
        """One more line."""
        mark, rest = line[:1], line[1:].strip()
        if mark == "#":
            return
        if mark in MARKS and line[1:2] in ("", " "):
            self.marked(number, mark, rest)
        elif mark in MARKS and (line[1].isalpha() or line[1] == "`"):
            raise self.wrong(number, f"a space is missing after {mark}, which makes {MARKS[mark]}")
        elif not line.strip():
            if self.drafts and self._in_text():
                self.drafts[-1].text.append("")
        elif not self.drafts:
            self.title.append(line.strip())
        elif self._in_text():
            self.drafts[-1].text.append(line.strip())
        elif line.startswith("  "):
            self.goes_on(line.strip())
        else:
            raise self.wrong(
                number,
                f"{line.strip()[:40]!r} begins with none of - * = > ? and #; {ORDER}; "
                "a line that goes on with the one above begins with two spaces",
            )

    def _in_text(self) -> bool:
        draft = self.drafts[-1]
        return not (draft.options or draft.answers or draft.why)

    def marked(self, number: int, mark: str, rest: str) -> None:
        """A line that begins with a mark."""
        if mark == "?":
            self.begins(number, rest)
            return
        if not self.drafts:
            raise self.wrong(
                number, f"{MARKS[mark]} before the first question, which begins with ?"
            )
        if not rest:
            raise self.wrong(number, f"{MARKS[mark]} is empty")
        draft = self.drafts[-1]
        if mark == ">":
            draft.why.append(rest)
        elif draft.why:
            raise self.wrong(number, f"{MARKS[mark]} after the reason; {ORDER}")
        elif mark == "=":
            draft.answers.append(rest)
        else:
            draft.options.append((mark == "*", rest))
        if draft.answers and draft.options:
            raise self.wrong(number, "a question has either options (- and *) or answers (=)")

    def begins(self, number: int, name: str) -> None:
        """The first line of a question."""
        if not NAME.fullmatch(name):
            raise self.wrong(
                number, f"{name!r} is no name; after ? stands a name of letters, digits, _ and -"
            )
        for draft in self.drafts:
            if draft.name == name:
                raise self.wrong(number, f"{name} is the name of line {draft.line} already")
        self.drafts.append(_Draft(name, number))

    def goes_on(self, text: str) -> None:
        """A line that goes on with the one above."""
        draft = self.drafts[-1]
        if draft.why:
            draft.why[-1] += f" {text}"
        elif draft.answers:
            draft.answers[-1] += f" {text}"
        else:
            right, before = draft.options[-1]
            draft.options[-1] = (right, f"{before} {text}")

    def end(self) -> tuple[Question, ...]:
        """The questions, each looked at once more."""
        if not self.drafts:
            raise QuizError(f"{self.where} has no question; one begins with ? and its name")
        return tuple(self._whole(draft) for draft in self.drafts)

    def _whole(self, draft: _Draft) -> Question:
        text = "\n".join(draft.text).strip()
        options = [option for _, option in draft.options]
        if not text:
            raise self.wrong(draft.line, f"{draft.name} asks nothing; {ORDER}")
        if not options and not draft.answers:
            raise self.wrong(draft.line, f"{draft.name} has no answer; {ORDER}")
        if options and not any(right for right, _ in draft.options):
            raise self.wrong(draft.line, f"no option of {draft.name} is right; mark it with *")
        if len(options) == 1 or len(set(options)) < len(options):
            raise self.wrong(draft.line, f"{draft.name} needs two options at least, all different")
        if not draft.why:
            raise self.wrong(draft.line, f"{draft.name} gives no reason (>) for its answer")
        places = tuple(place for place, (right, _) in enumerate(draft.options) if right)
        right = places if options else tuple(draft.answers)
        return Question(draft.name, text, tuple(options), right, " ".join(draft.why))
