"""What a submission is (autograder/submission.py)."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.cells import clean_cell, is_python
from autograder.submission import SubmissionError, cells_of_notebook, read_submission


def notebook(*cells: Any) -> dict[str, Any]:
    """A notebook of format 4 with these cells."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def code(source: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}


def test_a_source_file_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "msgrcv.py"
    path.write_text("x = 1\n")

    assert read_submission(path) == ["x = 1\n"]


def test_a_notebook_gives_its_code_cells_in_order(tmp_path: Path) -> None:
    path = tmp_path / "messages.ipynb"
    markdown = {"cell_type": "markdown", "source": "text"}
    path.write_text(json.dumps(notebook(code("a = 1"), markdown, code(["b = 2\n", "c = 3"]))))

    assert read_submission(path) == ["a = 1", "b = 2\nc = 3"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.py", None, "is not a file"),
        ("a.ipynb", b"{", "is not a notebook"),
        ("a.ipynb", b"[]", "has no list of cells"),
        ("a.ipynb", b'{"cells": 3}', "has no list of cells"),
        ("a.ipynb", b"[" * 200_000, "is not a notebook"),
        ("a.py", b"\xff\xfe", "is not UTF-8"),
        ("a.py", b"x" * 4_000_001, "larger than"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_cause(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(SubmissionError, match=words):
        read_submission(tmp_path / name)


def test_a_folder_is_not_a_submission(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="is not a file"):
        read_submission(tmp_path)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("x = 5 % 3", "x = 5 % 3"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if x:\n    !ls\ny = 2", "if x:\n    pass\ny = 2"),
        ("files = !ls", "files = None"),
        ("msgrcv?", "pass"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nrm -rf /", ""),
        ("%%html\n<b>x</b>", ""),
        ('s = """\n%not a magic\n"""', 's = """\n%not a magic\n"""'),
        ("await u.msgrcv()", "await u.msgrcv()"),
    ],
)
def test_magics_and_shell_lines_go_and_python_stays(written: str, left: str) -> None:
    assert clean_cell(written) == left


def test_lines_keep_their_numbers() -> None:
    cleaned = clean_cell("%%time\n!ls\n\ndef f():\n    return 1\n")

    assert cleaned.split("\n").index("def f():") == 3
    assert is_python(cleaned)


def test_odd_cells_do_no_harm() -> None:
    odd = notebook(None, 7, {"cell_type": "code"}, {"cell_type": "code", "source": 5}, code("x=1"))

    assert cells_of_notebook(odd) == ["", "5", "x=1"]
