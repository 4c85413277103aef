"""One page about a graded class, with nothing in it that comes from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template

from .figure import draw
from .grades import ClassGrades, Missed, Row

TEMPLATE = Template((Path(__file__).parent / "page.html").read_text())
NOT_OFFICIAL = (
    "NOT OFFICIAL: this machine cannot shut submissions in (tier {tier}), so a submission could"
    " have changed these grades. Grade again on a machine that can; `docs/limits.md` says which."
)


def page(grades: ClassGrades, feedback: dict[str, str] | None = None, more: str = "") -> str:
    """The whole report; `feedback` links students' ids to their pages, `more` is html to add."""
    return TEMPLATE.substitute(
        title=escape(f"{grades.assignment}: how the class did"),
        under=escape(f"Course {grades.course}, graded on tier {grades.tier}."),
        alarm="" if grades.official else alarm(grades.tier),
        summary=summary(grades),
        figure=draw(grades),
        students=students(grades, feedback or {}),
        missed=missed(grades.missed),
        more=more,
    )


def alarm(tier: str) -> str:
    """The label on grades that are not to be trusted."""
    return f'<p class="alarm" role="alert">{escape(NOT_OFFICIAL.format(tier=tier))}</p>'


def summary(grades: ClassGrades) -> str:
    """The class in a few numbers."""
    most = grades.most()
    reached = [grades.reached(row) for row in grades.rows]
    facts = {
        "students": f"{len(reached)}",
        "median": f"{grades.middle():g} of {most:g}",
        "all points": f"{sum(points >= most - 1e-9 for points in reached)}",
        "no points": f"{sum(points <= 0 for points in reached)}",
        "answers for you to read": f"{grades.waiting()}",
    }
    return (
        "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts.items()) + "</dl>"
    )


def students(grades: ClassGrades, feedback: dict[str, str]) -> str:
    """The grade table."""
    noted = any(row.note for row in grades.rows)
    first = ["student", "submission"] if noted else ["student"]
    head = [*first, *(part.name for part in grades.parts), "total"]
    numbers = set(range(len(first), len(head)))
    rows = []
    for row in grades.rows:
        name = escape(row.name or row.student)
        if row.student in feedback:
            name = f'<a href="{escape(feedback[row.student])}">{name}</a>'
        words = [name, escape(row.note)][: len(first)]
        rows.append([*words, *cells(grades, row), f"<b>{row.total():g}</b>"])
    return table("Every student, with a link to the feedback", head, rows, numbers)


def cells(grades: ClassGrades, row: Row) -> Iterable[str]:
    """Points by part; a dash where a person has yet to read the answer."""
    for part in grades.parts:
        points = row.points.get(part.name)
        yield "to read" if points is None else f"{points:g}"


def missed(rules: Sequence[Missed]) -> str:
    """Every rule that somebody broke."""
    if not rules:
        return ""
    ordered = sorted(rules, key=lambda one: (-len(one.students), one.exercise, one.rule))
    rows = [
        [
            escape(one.exercise),
            escape(one.rule),
            f"{len(one.students)}",
            escape(", ".join(one.students)),
        ]
        for one in ordered
    ]
    head = ["exercise", "rule", "broken by", "students"]
    return "<h2>What was missed</h2>" + table("Rules that cases check", head, rows, {2})


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int]
) -> str:
    """An html table; `rows` hold html, `head` text, `numbers` the columns to align right."""

    def cell(tag: str, number: int, text: str) -> str:
        kind = ' class="n"' if number in numbers else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{kind}{scope}>{text}</{tag}>"

    def line(tag: str, texts: Sequence[str]) -> str:
        return "<tr>" + "".join(cell(tag, n, text) for n, text in enumerate(texts)) + "</tr>"

    body = "\n".join(line("td", row) for row in rows)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead>{line('th', [escape(text) for text in head])}</thead>\n<tbody>\n{body}\n"
        "</tbody></table></div>"
    )
