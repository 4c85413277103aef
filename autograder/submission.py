"""What a submission is: the code cells of a notebook in order, or a source file as one cell."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

MAX_BYTES = 4_000_000  # of a submission's file
# Cell magics whose body is still Python
TRANSPARENT = {"time", "timeit", "capture", "prun"}


class SubmissionError(Exception):
    """The submission cannot be read; says what is wrong and what would be right."""


def read_submission(path: Path) -> list[str]:
    """The cells of a .py or .ipynb file; raises SubmissionError when it is not one."""
    if not path.is_file():
        raise SubmissionError(f"{path} is not a file; give a .py or .ipynb file")
    if path.stat().st_size > MAX_BYTES:
        raise SubmissionError(f"{path.name} is larger than {MAX_BYTES} bytes; clear its outputs")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError(
            f"{path.name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    if path.suffix != ".ipynb":
        return [text]
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"{path.name} is not a notebook: {error}") from None
    return cells_of_notebook(notebook)


def cells_of_notebook(notebook: Any) -> list[str]:
    """The code cells of a notebook (its JSON, or an nbformat node), in order and cleaned."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError("this is not a notebook of format 4: it has no list of cells")
    found = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            found.append(clean_cell(text))
    return found


def clean_cell(text: str) -> str:
    """A cell without magics and shell lines; one that is Python already stays as it is.

    Lines keep their numbers. A cell whose magic makes it something else than Python is empty.
    """
    if is_python(text):
        return text
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first][2:].split(maxsplit=1)[:1] not in [[name] for name in TRANSPARENT]:
            return ""
        lines[first] = ""
    return "\n".join(clean_line(line) for line in lines)


def clean_line(line: str) -> str:
    """A line, or `pass` where it is a magic, a shell line or a request for help."""
    bare = line.strip()
    blank = line[: len(line) - len(line.lstrip())] + "pass"
    if bare.startswith(("%", "!")) or (bare.endswith("?") and "#" not in bare):
        return blank
    name, sign, right = bare.partition("=")
    if sign and right.lstrip().startswith(("!", "%")) and name.strip().isidentifier():
        return line[: len(line) - len(line.lstrip())] + f"{name.strip()} = None"
    return line


def is_python(text: str) -> bool:
    """Does it parse as it stands (`await` at the top included)?

    It is not compiled: CPython's compiler can be made to crash, and this is the grader's process.
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
