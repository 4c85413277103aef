"""One plain `nbgrader autograde ps2` of a class in every state a class can be in."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook

from autograder.exercise import SCENARIOS, exercise
from autograder.oracle import grade
from tests.nbgrader_course import (
    EXERCISES,
    PS,
    Course,
    cell_of,
    copied,
    generated,
    once,
    report_of,
    shared,
    solutions,
    solved,
)

FIRST_COME = solutions()["msgrcv"].replace("message.mtype == mtype", "mtype > 0")
LOOP = "async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):\n    while True: pass"
FULL = {f"test_{name}": float(exercise(name).points) for name in EXERCISES}
NOTHING = dict.fromkeys(FULL, 0.0)


def with_cells(notebook: NotebookNode, *sources: str, at: int = 1) -> NotebookNode:
    notebook.cells[at:at] = [v4.new_code_cell(source) for source in sources]
    return notebook


def duplicated(notebook: NotebookNode) -> NotebookNode:
    copy = v4.new_code_cell("check(msgrcv).require()")
    copy.metadata = cell_of(notebook, "test_msgrcv").metadata
    notebook.cells.insert(5, copy)
    return notebook


def moved(notebook: NotebookNode) -> NotebookNode:
    """The function in a cell of its own, its test and its answer cell deleted."""
    source = cell_of(notebook, "msgrcv").source
    for name in ("msgrcv", "test_msgrcv"):
        notebook.cells.remove(cell_of(notebook, name))
    return with_cells(notebook, source, at=len(notebook.cells))


def tampered(notebook: NotebookNode) -> NotebookNode:
    cell_of(notebook, "test_ipcget").source = "1000000"
    cell_of(notebook, "test_msgsnd").metadata["nbgrader"].update(points=500, locked=False)
    cell_of(notebook, "test_msgrcv").metadata["nbgrader"]["grade_id"] = "mine"
    cell_of(notebook, "test_msgctl").metadata["nbgrader"]["grade"] = False
    answer = cell_of(notebook, "msgctl")
    notebook.cells[notebook.cells.index(answer)] = v4.new_markdown_cell(
        answer.source, metadata=answer.metadata
    )
    return notebook


def forged(notebook: NotebookNode) -> NotebookNode:
    """Everything that earns full marks from a grader that runs the notebook."""
    for name in FULL:
        cell_of(notebook, name).outputs = [
            v4.new_output("execute_result", data={"text/plain": "30"}, execution_count=1)
        ]
    return with_cells(
        notebook,
        "class Liar:\n    def __eq__(self, other): return True\n    __hash__ = None",
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['30'])",
        "def check(fn): return Liar()",
        "def msgrcv(*args): return Liar()\nmsgsnd = msgctl = ipcget = Liar()",
        at=len(notebook.cells),
    )


def in_format_3(notebook: NotebookNode) -> bytes:
    return nbformat.writes(notebook, version=3).encode()


def in_latin_1(notebook: NotebookNode) -> bytes:
    with_cells(notebook, "# caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    text: str = nbformat.writes(notebook)
    return text.encode("latin-1", "replace")


SUBMISSIONS: dict[str, Callable[[NotebookNode], NotebookNode | bytes]] = {
    "right": solved,
    "partly": lambda nb: solved(nb, msgrcv=FIRST_COME),
    "unfinished": lambda nb: nb,
    "duplicated": lambda nb: duplicated(solved(nb)),
    "moved": lambda nb: moved(solved(nb)),
    "tampered": lambda nb: tampered(solved(nb)),
    "magics": lambda nb: with_cells(
        solved(nb, msgrcv="%matplotlib inline\n!ls\n" + solutions()["msgrcv"]),
        "%%bash\necho hello",
        "import matplotlib.pyplot as plt",
        "def helper():\n    return 1",
    ),
    "syntax": lambda nb: solved(nb, msgsnd="def msgsnd(u, msqid:"),
    "looping": lambda nb: solved(nb, msgrcv=LOOP),
    "exits": lambda nb: with_cells(solved(nb), "import os; os._exit(0)", at=8),
    "noisy": lambda nb: with_cells(
        solved(nb), "import sys\nprint('x' * 10**7)\nprint('y' * 10**6, file=sys.stderr)"
    ),
    "forged": forged,
    "format3": lambda nb: in_format_3(solved(nb)),
    "latin1": lambda nb: in_latin_1(solved(nb)),
    "large": lambda nb: with_cells(solved(nb), "data = '" + "x" * 2_000_000 + "'", at=8),
    "empty": lambda nb: b"",
    "cut": lambda nb: nbformat.writes(solved(nb)).encode()[:5000],
}  # fmt: skip

WITH_FEEDBACK = ("partly", "looping", "forged", "empty")


def hand_in_everything(course: Course) -> None:
    for student, change in SUBMISSIONS.items():
        course.hand_in(student, change(course.released()))
    marker = course.root / "escaped"
    course.hand_in("writes", with_cells(solved(course.released()), f"open({str(marker)!r}, 'w')"))
    (course.submitted("folder") / "messages.ipynb").mkdir()
    (course.submitted("linked") / "messages.ipynb").symlink_to(
        course.root / "source" / PS / "messages.ipynb"
    )
    nbformat.write(solved(course.released()), course.submitted("renamed") / "messages (1).ipynb")
    course.hand_in("extra", solved(course.released()))
    nbformat.write(v4.new_notebook(), course.submitted("extra") / "scratch.ipynb")
    course.submitted("nothing")
    course.hand_in("late", solved(course.released()))
    (course.submitted("late") / "timestamp.txt").write_text("2030-01-02 00:00:00 UTC")
    odd = course.hand_in("odd", solved(course.released())).parent
    (odd / "timestamp.txt").write_text("the day before yesterday")
    (odd / "notes.txt").write_text("mine")
    (odd / "theirs.txt").symlink_to(course.root / "source" / PS / "messages.ipynb")
    os.mkfifo(odd / "pipe")
    course.hand_in("fifo", solved(course.released()))
    os.mkfifo(course.submitted("fifo") / "timestamp.txt")


def prints(folder: Path) -> dict[str, str]:
    """Every file below a folder and its contents, in short."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def grade_class(folder: Path, course: Course) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(course.db_url, "kernelbook") as gradebook:
        gradebook.update_or_create_assignment(PS, duedate="2030-01-01 00:00:00 UTC")
    hand_in_everything(course)
    before = prints(course.root / "submitted")
    done = course.nbgrader("autograde", PS, ok=False)
    (folder / "log.txt").write_text(done.stdout)
    (folder / "status").write_text(str(done.returncode))
    (folder / "kept").write_text(json.dumps(before == prints(course.root / "submitted")))
    for pipe in (course.submitted("odd") / "pipe", course.submitted("fifo") / "timestamp.txt"):
        pipe.unlink()  # which no copy of the course could hold
    course.commands(
        *((course.root, f"generate_feedback {PS} --student={name}") for name in WITH_FEEDBACK),
        (course.root, f"export --to={folder / 'grades.csv'}"),
    )


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    base = generated(tmp_path_factory)

    def make(folder: Path) -> None:
        grade_class(folder, copied(base, folder))

    with once(shared(tmp_path_factory, "class"), make) as folder:
        yield Course(folder / "course")


@pytest.fixture(scope="session")
def scores(graded: Course) -> dict[str, dict[str, float | None]]:
    return graded.scores()


def marks_of(scores: dict[str, Any], student: str) -> dict[str, float | None]:
    return {name: score for name, score in scores[student].items() if name in FULL}


def first_cell(course: Course, student: str) -> str:
    return str(course.autograded(student).cells[0].source)


def feedback(course: Course, student: str) -> str:
    path = course.root / "feedback" / student / PS / "messages.html"
    return unescape(path.read_text(encoding="utf-8"))


def test_autograde_ends_well_and_grades_every_student(graded: Course) -> None:
    log = (graded.root.parent / "log.txt").read_text()

    assert (graded.root.parent / "status").read_text() == "0", log[-3000:]
    assert set(graded.scores()) == {path.name for path in (graded.root / "submitted").iterdir()}


def test_only_ordinary_files_beside_a_notebook_are_copied(graded: Course) -> None:
    log = (graded.root.parent / "log.txt").read_text()

    copied = {path.name for path in (graded.root / "autograded" / "odd" / PS).iterdir()}
    assert copied == {"messages.ipynb", "notes.txt", "timestamp.txt"}
    assert "theirs.txt is a link or no ordinary file: it was not copied" in log
    assert "timestamp.txt tells no time ('the day before yesterday')" in log
    assert "fifo/ps2/timestamp.txt is no ordinary file" in log


def test_submitted_files_stay_as_they_were(graded: Course) -> None:
    assert json.loads((graded.root.parent / "kept").read_text()) is True


@pytest.mark.parametrize(
    "student",
    ["right", "duplicated", "moved", "tampered", "magics", "noisy", "format3", "latin1", "extra",
     "writes", "late", "odd", "fifo"],
)  # fmt: skip
def test_right_functions_get_every_point_whatever_became_of_the_notebook(
    scores: dict[str, Any], student: str
) -> None:
    assert marks_of(scores, student) == FULL


@pytest.mark.parametrize(
    "student",
    ["unfinished", "forged", "large", "empty", "cut", "folder", "linked", "renamed", "nothing"],
)
def test_what_holds_no_right_function_gets_no_point(scores: dict[str, Any], student: str) -> None:
    assert marks_of(scores, student) == NOTHING


@pytest.mark.parametrize(("student", "name"), [("syntax", "msgsnd"), ("looping", "msgrcv")])
def test_one_broken_function_costs_only_its_own_points(
    scores: dict[str, Any], student: str, name: str
) -> None:
    assert marks_of(scores, student) == FULL | {f"test_{name}": 0.0}


def test_partial_credit_is_what_the_oracle_gives(scores: dict[str, Any]) -> None:
    found = grade("msgrcv", ["from kernel_model import *", FIRST_COME])

    assert 0 < found.score < found.max
    assert marks_of(scores, "partly") == FULL | {"test_msgrcv": pytest.approx(found.score)}


def test_leaving_the_process_earns_nothing_and_is_told(graded: Course) -> None:
    assert "os._exit" in report_of(graded.autograded("exits"), "msgctl")


def test_too_much_code_is_told(graded: Course) -> None:
    assert "at most are graded" in report_of(graded.autograded("large"), "msgctl")


def test_no_submission_runs_outside_the_sandbox(graded: Course) -> None:
    assert not (graded.root / "escaped").exists()


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("empty", "messages.ipynb could not be graded: it is empty"),
        ("cut", "breaks off or is damaged"),
        ("folder", "it is a folder"),
        ("linked", "it is a link"),
        ("nothing", "it is not in the submission"),
        ("renamed", "It holds messages (1).ipynb instead: rename it to messages.ipynb"),
        ("format3", "old format 3"),
        ("latin1", "not UTF-8"),
        ("duplicated", "Cell `test_msgrcv` was there 2 times"),
        ("moved", "Cell `test_msgrcv` was missing and was put back"),
        ("tampered", "Cell `test_ipcget` had been changed"),
        ("tampered", "Cell `test_msgsnd` had other points"),
        ("tampered", "Cell `msgctl` had become markdown; it is code again"),
    ],
)
def test_student_and_instructor_are_told_what_was_wrong(
    graded: Course, student: str, words: str
) -> None:
    log = (graded.root.parent / "log.txt").read_text()

    assert words in first_cell(graded, student)
    assert re.search(f"{student}, messages: .*{re.escape(words)}", log)


def test_an_extra_notebook_is_left_out_with_a_warning(graded: Course) -> None:
    log = (graded.root.parent / "log.txt").read_text()

    assert re.search(r"Skipping unknown notebook: .*scratch\.ipynb", log)


@pytest.mark.parametrize("name", EXERCISES)
def test_feedback_shows_report_and_points_of_every_exercise(graded: Course, name: str) -> None:
    page = feedback(graded, "partly")
    notebook = graded.autograded("partly")

    assert report_of(notebook, name).splitlines()[0] in page
    assert f"Score: {graded.scores()['partly'][f'test_{name}']}" in page


def test_a_broken_rule_is_shown_with_an_example_of_its_own(graded: Course) -> None:
    report = report_of(graded.autograded("partly"), "msgrcv")

    assert "BROKEN" in report
    assert "example" in report


def test_feedback_shows_where_the_kernels_part_in_a_picture_with_words(graded: Course) -> None:
    page = feedback(graded, "partly")
    shown = re.search(r"<svg[^>]* role=\"img\"[^>]*>.*?</svg>", page, re.DOTALL)

    assert shown is not None
    assert "<title>Where the two kernels part</title>" in shown[0]
    assert "Here the two kernels part." in shown[0]
    assert page.count("<title>Where the two kernels part</title>") == 1  # the rest is right


def test_feedback_never_shows_a_hidden_case(graded: Course) -> None:
    every = [exercise(name) for name in EXERCISES]
    files = [one.folder / "hidden.json" for one in every if one.kind == SCENARIOS]
    cases = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))]
    wrong = {name for one in every for names in one.kernels().values() for name in names}
    public = " ".join(
        text
        for one in every
        for text in (one.text, *one.hints, *(rule.says for rule in one.rules.values()))
    )
    texts = {case[key] for case in cases for key in ("id", "why", "fact") if key in case}
    texts = {text for text in texts if text not in public}
    kernels = {name for name in wrong if "_" in name}  # that grade the student's scenarios

    assert len(texts) > len(cases)
    assert len(kernels) > 20
    for student in WITH_FEEDBACK:
        page = feedback(graded, student)
        assert [text for text in texts | kernels if text in page] == []


def test_solutions_are_not_in_the_release(graded: Course) -> None:
    cells = graded.released().cells
    released = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    lines = {
        line.strip()
        for source in solutions().values()
        for line in source.partition("### BEGIN SOLUTION")[2].splitlines()
        if len(line.strip()) > 25
    }

    assert len(lines) > 40
    assert [line for line in lines if line in released] == []
    assert released.count("raise NotImplementedError") == len(EXERCISES)
    assert cell_of(graded.released(), "why_all").source == "YOUR ANSWER HERE"


def test_a_late_submission_gets_nbgraders_own_penalty(graded: Course) -> None:
    with Gradebook(graded.db_url) as gradebook:
        late = gradebook.find_submission_notebook("messages", PS, "late")
        right = gradebook.find_submission_notebook("messages", PS, "right")

        assert late.late_submission_penalty == sum(FULL.values())
        assert right.late_submission_penalty is None


def test_a_written_answer_waits_for_a_person_and_an_empty_one_does_not(graded: Course) -> None:
    with Gradebook(graded.db_url) as gradebook:
        waits = {
            student: gradebook.find_grade("why_all", "messages", PS, student).needs_manual_grade
            for student in ("right", "unfinished", "empty")
        }

    assert waits == {"right": True, "unfinished": False, "empty": False}


def test_grading_again_keeps_what_a_person_gave(graded: Course, tmp_path: Path) -> None:
    course = copied(graded, tmp_path)
    with Gradebook(course.db_url) as gradebook:
        gradebook.find_grade("why_all", "messages", PS, "partly").manual_score = 4.5
        gradebook.find_grade("test_msgrcv", "messages", PS, "partly").manual_score = 29.0
        gradebook.find_comment("why_all", "messages", PS, "partly").manual_comment = "Good."
        gradebook.db.commit()

    course.nbgrader("autograde", PS, "--force", "--student=partly")

    with Gradebook(course.db_url) as gradebook:
        answer = gradebook.find_grade("why_all", "messages", PS, "partly")
        test = gradebook.find_grade("test_msgrcv", "messages", PS, "partly")
        comment = gradebook.find_comment("why_all", "messages", PS, "partly")
        assert (answer.score, test.score, comment.comment) == (4.5, 29.0, "Good.")
        assert test.auto_score == graded.scores()["partly"]["test_msgrcv"]


def test_export_gives_every_student_a_row(graded: Course) -> None:
    exported = (graded.root.parent / "grades.csv").read_text()

    rows = [line.split(",") for line in exported.splitlines()]
    student, score = rows[0].index("student_id"), rows[0].index("raw_score")
    table = {row[student]: float(row[score]) for row in rows[1:]}
    assert table["right"] == sum(FULL.values())
    assert table["empty"] == 0
    assert set(table) == set(graded.scores())
