"""Whether everybody got what they deserve."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.report.grades import ClassGrades, Part

from .students import Student


def surprises(
    students: Iterable[Student], grades: ClassGrades, gained: Mapping[str, Sequence[str]]
) -> list[str]:
    """What is not as it should be, in words; [] for a fair grading that no attack got around."""
    rows = {row.student: row for row in grades.rows}
    found = [f"{who} {what}" for who, things in gained.items() for what in things]
    for student in students:
        if student.id not in rows:
            found.append(f"{student.id} got no grades")
            continue
        for part in grades.graded_parts():
            found += unfair(student, part, rows[student.id].points.get(part.name))
    return found


def unfair(student: Student, part: Part, points: float | None) -> Iterator[str]:
    """Says so if a student's points for an exercise are not those deserved."""
    deserved = student.deserves(part.name)
    fair = {
        "all": points == part.most,
        "less": points is not None and 0 <= points < part.most,
        "none": points == 0,
    }
    if not fair[deserved]:
        yield f"{student.id} has {points} of {part.most:g} points for {part.name}, not {deserved}"
