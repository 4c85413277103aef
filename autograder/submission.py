"""What a submission is: the code cells of a notebook in order, or a source file as one cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MAX_BYTES = 4_000_000  # of a submission's file


class SubmissionError(Exception):
    """The submission cannot be read; says what is wrong and what would be right."""


def read_submission(path: Path) -> list[str]:
    """The cells of a .py or .ipynb file as written; raises SubmissionError when it is not one."""
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
    """The code cells of a notebook (its JSON, or an nbformat node), in order, as written."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError("this is not a notebook of format 4: it has no list of cells")
    found = []
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            found.append(text)
    return found
