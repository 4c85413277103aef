"""Where a learner stands: `progress()` as a page, as text, and as a dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from autograder.exercise import Exercise
from autograder.history import Tried

NOT_ATTEMPTED, NOT_YET, PASSES = "not attempted", "not yet", "visible cases pass"
SIGNS = {NOT_ATTEMPTED: "○", NOT_YET: "◐", PASSES: "✓"}
COLUMNS = ("exercise", "state", "visible cases", "tries", "last tried")
INK, PAPER = "--jp-content-font-color0", "--jp-layout-color0"
RULES = f"""
.kbp{{--ink:var({INK},#1a1a1a);--paper:var({PAPER},#fff);--muted:color-mix(in srgb,var(--ink) 72%,
var(--paper));--faint:color-mix(in srgb,var(--ink) 16%,var(--paper));color:var(--ink)}}
@media(prefers-color-scheme:dark){{.kbp{{--ink:var({INK},#ededed);--paper:var({PAPER},#16181d)}}}}
"""
RULES += """.kbp{font-size:14px;line-height:1.5;max-width:820px}
.kbp p{margin:0 0 10px}
.kbp table{border-collapse:collapse;margin:0 0 16px;width:100%;color:var(--ink);font-size:14px}
.kbp caption{text-align:left;font-weight:650;font-size:15px;padding:0 0 6px;color:var(--ink)}
.kbp th,.kbp td{text-align:left!important;padding:6px 14px 6px 0;border:0;vertical-align:top;
border-top:1px solid var(--faint);background:none;white-space:normal}
.kbp thead th{font-weight:400;color:var(--muted);border-top:0;font-size:13px}
.kbp tbody th{font-weight:400}
.kbp tbody th b{font-family:var(--jp-code-font-family,ui-monospace,monospace)}
.kbp tr{background:none!important}
.kbp small{color:var(--muted);display:block;font-size:12.5px}
.kbp .pass{background:color-mix(in srgb,#009E73 18%,var(--paper));border-radius:10px;
padding:1px 10px 2px 8px;margin-left:-8px}
.kbp th:first-child{width:32%}
.kbp th:nth-child(2){width:25%}
.kbp th:last-child{width:19%}
.kbp .mark{display:inline-block;width:1.4em;font-weight:700}
.kbp .note{border-left:5px solid #D55E00;padding:6px 12px;
background:color-mix(in srgb,var(--ink) 6%,var(--paper))}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise, or the questions of one quiz."""

    name: str
    title: str
    state: str
    cases: str  # how many pass
    tries: str
    when: str
    also: str = ""  # what else there is to say of the state


class Progress(Mapping[str, str]):
    """The state of every exercise, by name; shown in a notebook as a table.

    questions  a row for each quiz of which a question was answered
    note       what there is to say of how it is kept
    """

    def __init__(
        self,
        exercises: Iterable[Exercise],
        tries: Mapping[str, Tried],
        note: str = "",
        now: datetime | None = None,
    ) -> None:
        now = now or datetime.now().astimezone()
        self.note = note
        self.rows: dict[str, list[Row]] = {}  # by assignment
        self.states: dict[str, str] = {}
        for one in exercises:
            row = exercise_row(one, tries.get(one.name), now)
            self.rows.setdefault(one.assignment, []).append(row)
            self.states[one.name] = row.state
        self.questions = question_rows(tries, now)

    def __getitem__(self, name: str) -> str:
        return self.states[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.states)

    def __len__(self) -> int:
        return len(self.states)

    def summary(self) -> str:
        """Where the learner stands, in a sentence."""
        counts = [list(self.states.values()).count(state) for state in SIGNS]
        tried = f"{counts[1]} not yet, {counts[0]} not attempted"
        return (
            f"{counts[2]} of {len(self)} exercises: visible cases pass (the grader runs more); "
            f"{tried}."
        )

    def __repr__(self) -> str:
        lines = [self.summary(), *([self.note] if self.note else [])]
        for assignment, rows in self.rows.items():
            lines.append(assignment)
            for row in rows:
                told = f"  {SIGNS[row.state]} {row.name:12} {row.state:20} {row.tries:9} {row.when}"
                lines.append(told.rstrip())
        if self.questions:
            lines.append("predictions and quizzes")
            for row in self.questions:
                lines.append(f"  {row.name:14} {row.state}, {row.when}".rstrip(", "))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        note = f'<p class="note">{escape(self.note)}</p>' if self.note else ""
        tables = "".join(table(name, rows) for name, rows in self.rows.items())
        quizzes = quiz_table(self.questions) if self.questions else ""
        return (
            f'<div class="kbp"><style>{RULES}</style>'
            f'<p role="status">{escape(self.summary())}</p>{note}{tables}{quizzes}</div>'
        )


def exercise_row(one: Exercise, tried: Tried | None, now: datetime) -> Row:
    """An exercise and its state."""
    title = one.title.removeprefix(f"{one.name}: ")
    if tried is None or not tried.count:
        return Row(one.name, title, NOT_ATTEMPTED, "", "", "")
    state = PASSES if tried.passes else NOT_YET
    cases = f"{tried.passed} of {tried.of}" if tried.of else ""
    also = "the grader runs more" if state == PASSES else "all passed before" * bool(tried.good)
    return Row(one.name, title, state, cases, times(tried.count), when(tried.last, now), also)


def question_rows(tries: Mapping[str, Tried], now: datetime) -> list[Row]:
    """The quizzes of which a question was answered, the latest first."""
    quizzes: dict[str, list[Tried]] = {}
    for name, tried in tries.items():
        if tried.kind == "question" and tried.count:
            quizzes.setdefault(name.rpartition("/")[0] or name, []).append(tried)
    latest = sorted(quizzes.items(), key=lambda one: max(q.last for q in one[1]), reverse=True)
    rows = []
    for name, asked in latest:
        right = sum(one.first_good for one in asked)
        state = f"{right} of {len(asked)} right at the first try"
        count = times(sum(one.count for one in asked))
        rows.append(Row(name, "", state, "", count, when(max(one.last for one in asked), now)))
    return rows


def times(count: int) -> str:
    """1 try, 3 tries."""
    return f"{count} {'try' if count == 1 else 'tries'}"


def when(time: str, now: datetime) -> str:
    """A time as people say it: today at 14:05; "" for none."""
    try:
        then = datetime.fromisoformat(time).astimezone(now.tzinfo)
    except ValueError:
        return ""
    clock = f"{then:%H:%M}"
    if then.date() == now.date():
        return f"today at {clock}"
    if then.date() == now.date() - timedelta(days=1):
        return f"yesterday at {clock}"
    year = "" if then.year == now.year else f" {then.year}"
    return f"{then.day} {then:%B}{year} at {clock}"


def table(assignment: str, rows: list[Row]) -> str:
    """The exercises of one assignment."""
    body = "".join(
        f'<tr><th scope="row"><b>{escape(row.name)}</b><small>{escape(row.title)}</small></th>'
        f"<td><span{' class=pass' if row.state == PASSES else ''}>"
        f'<span class="mark" aria-hidden="true">{SIGNS[row.state]}</span>{row.state}</span>'
        f"{f'<small>{row.also}</small>' if row.also else ''}</td>"
        f"<td>{row.cases}</td><td>{row.tries}</td><td>{row.when}</td></tr>"
        for row in rows
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return (
        f"<table><caption>{escape(assignment)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def quiz_table(rows: list[Row]) -> str:
    """Predictions and quizzes."""
    body = "".join(
        f'<tr><th scope="row"><b>{escape(row.name)}</b></th><td>{row.state}</td>'
        f"<td>{row.tries}</td><td>{row.when}</td></tr>"
        for row in rows
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("quiz", "state", *COLUMNS[3:]))
    return (
        "<table><caption>Predictions and quizzes</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
