"""The demonstration itself, step by step."""

import time
import warnings
from collections.abc import Mapping
from pathlib import Path

import nbformat

from autograder.classrun import grade_class, shown
from autograder.editions import release as student_edition
from autograder.exercise import Exercise, exercises
from autograder.report.grades import ClassGrades, Row, read_grades
from autograder.report.page import page
from autograder.report.rules import missed_rules
from autograder.sandbox import Tier, probe

from . import show
from .answers import answers_of
from .course import fresh_folder, make_course, nbgrader
from .students import Student, read_class
from .submissions import submission
from .traps import watched
from .verdict import surprises

ASSIGNMENT = "ps2"


def play(to: Path) -> int:
    """Runs it all in a folder; 0 if every grade is fair and no attack gained anything."""
    start = time.perf_counter()
    folder, tier = fresh_folder(to), probe()
    students = [one for one in read_class() if tier.isolated or not one.attack()]
    if not tier.isolated:
        print(
            show.WARNING.format(
                tier=tier.name, reasons="\n".join(f"#  {why}" for why in tier.reasons)
            )
        )
    course = folder / "course"
    with show.step(1, "The student edition: the whole kernel, exercised functions sealed"):
        student_edition(folder / "student", wheel=False)
    with show.step(2, f"The assignment {ASSIGNMENT}, by nbgrader generate_assignment"):
        make_course(course, ASSIGNMENT, tier.isolated)
        nbgrader(course, "generate_assignment", ASSIGNMENT)
    with watched(folder / "loot", course / "gradebook.db", course / "submitted") as traps:
        hostile = sum(student.attack() is not None for student in students)
        with show.step(3, f"A class of {len(students)}, {hostile} of them hostile"):
            hand_in(students, course, traps.places())
        where = "in the sandbox" if tier.isolated else "WITHOUT a sandbox that isolates"
        with show.step(4, f"Autograding by nbgrader, every submission {where}"):
            grade(course)
        gained = {one.id: traps.gained(attack) for one in students if (attack := one.attack())}
    with show.step(5, "Feedback, by nbgrader generate_feedback, and the report"):
        nbgrader(course, "generate_feedback", ASSIGNMENT)
        grades = read(course, students, tier)
        attacks = show.attack_lines(students, gained)
        report = write_report(folder, grades, attacks)

    print(f"{show.grade_table(grades)}\n")
    if attacks:
        print(show.aligned([["hostile", "tries", "gained"], *attacks], ()) + "\n")
    found = surprises(students, grades, gained)
    print("\n".join(f"NOT AS IT SHOULD BE: {words}" for words in found) or all_well(attacks))
    official = "" if tier.isolated else ", which is NOT ISOLATED: nothing here is official"
    print(f"Report    {report}\nFeedback  {course / 'feedback'}\nCourse    {course}")
    print(f"Graded on tier {tier.name}{official}. {time.perf_counter() - start:.0f} s in all.")
    return 1 if found else 0


def all_well(attacks: list[list[str]]) -> str:
    """The last word on a class without surprises."""
    if attacks:
        return "Every grade is fair, and no attack gained anything."
    return "Every grade is fair. No attack was tried: this machine would not have stopped it."


def hand_in(students: list[Student], course: Path, places: Mapping[str, str]) -> None:
    """Writes everybody's submission, made from the released notebooks.

    `places` is what attacks aim at; nothing is needed where nobody attacks.
    """
    known: dict[str, Exercise] = {
        one.name: one for one in exercises() if one.assignment == ASSIGNMENT
    }
    for path in sorted((course / "release" / ASSIGNMENT).glob("*.ipynb")):
        released = nbformat.read(path, as_version=4)
        for student in students:
            target = course / "submitted" / student.id / ASSIGNMENT / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            answers = answers_of(student, known, places)
            target.write_text(submission(released, student, answers), encoding="utf-8")


def grade(course: Path) -> None:
    """Grades everybody, with a progress bar."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader's own, of its gradebook
        run = grade_class(ASSIGNMENT, course=course, progress=shown, log_level="ERROR")
    for failure in run.failures:
        print(f"   could not be graded: {failure}")


def read(course: Path, students: list[Student], tier: Tier) -> ClassGrades:
    """Everybody's grades, with what the recipes say of the submissions."""
    parts, rows = read_grades(f"sqlite:///{course / 'gradebook.db'}", "kernelbook", ASSIGNMENT)
    about = {one.id: one for one in students}
    noted = [
        Row(row.student, about[row.student].name, row.points, about[row.student].note)
        for row in rows
    ]
    missed = missed_rules(course / "autograded", ASSIGNMENT)
    return ClassGrades("kernelbook", ASSIGNMENT, parts, noted, missed, tier.name, tier.isolated)


def write_report(folder: Path, grades: ClassGrades, attacks: list[list[str]]) -> Path:
    """The report page, with a link to everybody's feedback."""
    links = {
        path.parents[1].name: path.relative_to(folder).as_posix()
        for path in sorted((folder / "course" / "feedback").glob(f"*/{ASSIGNMENT}/*.html"))
    }
    report = folder / "report.html"
    more = show.attacks_as_html(attacks) if attacks else ""
    report.write_text(page(grades, links, more), encoding="utf-8")
    return report
