"""A submitted file, whatever it turns out to be: a notebook, or the reason why it is none.

    read(path)              the notebook in today's format, valid, and notes on what was put right
    raises NotANotebook     no such file, a folder, a link, empty, JSON but no notebook, ...

Nothing that a student can hand in makes it raise anything else, and the file is only ever read.
"""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

MOST_BYTES = 64_000_000  # a notebook with its pictures has a few million at most
MOST_VALUES = 300_000  # numbers, texts, lists and tables: each takes far more memory than its text
MOST_CELLS = 2_000
# a text of JSON, or the rest after a quote that nothing closes; in time linear in the text
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class NotANotebook(Exception):
    """The file cannot be graded; the message tells the student what it is and what to do."""


def read(path: Path) -> tuple[NotebookNode, list[str]]:
    """The notebook in a file, in format 4, with notes for the student on repairs."""
    data = _bytes(path)
    notes: list[str] = []
    text = _text(data, notes)
    _refuse_many(_values(text), MOST_VALUES, "values")
    try:
        raw = json.loads(text)
    except RecursionError:
        raise NotANotebook("its JSON is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise NotANotebook(_not_json(text, error)) from None
    if not isinstance(raw, dict) or not ("cells" in raw or "worksheets" in raw):
        raise NotANotebook("it holds JSON, but not a notebook: there is no list of cells")
    _refuse_many(len(_cells(raw)), MOST_CELLS, "cells")
    return _current(raw, notes), notes


def _values(text: str) -> int:
    """How many values a JSON text has, or a few more."""
    bare = STRING.sub("", text)
    return sum(map(bare.count, ",[{"))


def _refuse_many(count: int, most: int, what: str) -> None:
    """What stock readers and checkers of notebooks take hours and all memory for."""
    if count > most:
        raise NotANotebook(
            f"it has {count:,} {what}, and {most:,} at most are read; clear its outputs, "
            "take out what you do not need, and save it again"
        )


def _bytes(path: Path) -> bytes:
    try:
        if path.parent.is_symlink():
            raise NotANotebook("its folder is a link to another; hand in the notebook itself")
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise NotANotebook("it is a link to another file; hand in the notebook itself")
        if stat.S_ISDIR(mode):
            raise NotANotebook("it is a folder; hand in the notebook file itself")
        if not stat.S_ISREG(mode):
            raise NotANotebook("it is not an ordinary file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise NotANotebook("it is not in the submission") from None
    except OSError as error:
        raise NotANotebook(f"it cannot be read ({error.strerror})") from None
    if len(data) > MOST_BYTES:
        raise NotANotebook(
            f"it is larger than {MOST_BYTES // 1_000_000} MB; clear its outputs and save it again"
        )
    if not data.strip(b"\0 \t\r\n"):
        raise NotANotebook("it is empty; save the notebook and hand it in again")
    return data


def _text(data: bytes, notes: list[str]) -> str:
    encoding = json.detect_encoding(data)  # UTF-8, UTF-16 or UTF-32, with or without a mark
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        notes.append(
            "Some characters were not UTF-8; each was replaced by \N{REPLACEMENT CHARACTER}."
        )
        return data.decode("utf-8", "replace")


def _not_json(text: str, error: ValueError) -> str:
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        return "it is a web page, not a notebook; download the notebook file (.ipynb) itself"
    if start.startswith("pk\x03\x04"):
        return "it is an archive, not a notebook; hand in the .ipynb file that is in it"
    if "<<<<<<< " in text and ">>>>>>> " in text:
        return "it holds the marks of an unfinished merge (<<<<<<<); finish it and save again"
    if not start.startswith("{"):
        return "it is not JSON, so it is no notebook; save it from Jupyter and hand it in again"
    where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return (
        f"its JSON breaks off or is damaged{where}, so Jupyter cannot open it either; "
        "save the notebook from Jupyter and hand it in again"
    )


def _current(raw: dict[str, Any], notes: list[str]) -> NotebookNode:
    """Format 4 from any format; from a damaged notebook, whatever cells can still be told."""
    version = raw.get("nbformat")
    try:
        notebook = _upgraded(raw)
        with_ids(notebook)
        nbformat.validate(notebook, relax_add_props=True)
    except Exception:  # converters and validator fail in as many ways as files can be wrong
        notebook = _salvaged(raw)
        with_ids(notebook)
        notes.append(
            "The notebook's format was damaged; its cells were saved, its outputs dropped."
        )
    else:
        if version != 4:
            notes.append(
                f"The notebook was in the old format {version}; it was brought up to date."
            )
    _without_surrogates(notebook)
    return notebook


def _upgraded(raw: dict[str, Any]) -> NotebookNode:
    if "cells" in raw and raw.get("nbformat") != 4:
        raise ValueError("only format 4 has its cells in one list")
    read_as = nbformat.versions[raw["nbformat"]].to_notebook_json
    notebook: NotebookNode = nbformat.from_dict(nbformat.convert(read_as(raw), 4))
    for cell in notebook.cells:
        if not isinstance(cell.source, str) or not isinstance(cell.metadata, dict):
            raise TypeError("a cell's source is text and its metadata a table")
    return notebook


def with_ids(notebook: NotebookNode) -> None:
    """Every cell gets an id of its own: the one it has, or one from its position."""
    notebook.nbformat_minor = max(5, notebook.get("nbformat_minor", 5))
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if (
            not (isinstance(name := cell.get("id"), str) and CELL_ID.fullmatch(name))
            or name in seen
        ):
            cell["id"] = f"cell-{number}"
            while cell["id"] in seen:
                cell["id"] += "x"
        seen.add(cell["id"])


def _salvaged(raw: dict[str, Any]) -> NotebookNode:
    makers: dict[str, Callable[..., NotebookNode]] = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    notebook: NotebookNode = nbformat.v4.new_notebook()
    for old in _cells(raw):
        source = old.get("source", old.get("input", ""))
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if not isinstance(source, str):
            continue
        cell = makers.get(str(old.get("cell_type")), makers["code"])(source)
        metadata = old.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("nbgrader"), dict):
            cell.metadata["nbgrader"] = nbformat.from_dict(metadata["nbgrader"])
        notebook.cells.append(cell)
    if not notebook.cells:
        raise NotANotebook("it holds no cell that can be read")
    return notebook


def _cells(raw: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [raw.get("cells")]
    sheets = raw.get("worksheets")
    if isinstance(sheets, list):
        lists += [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [
        cell
        for cells in lists
        if isinstance(cells, list)
        for cell in cells
        if isinstance(cell, dict)
    ]


def _without_surrogates(notebook: NotebookNode) -> None:
    """Half characters are legal in JSON and cannot be written, hashed or compiled."""
    for cell in notebook.cells:
        cell.source = cell.source.encode("utf-8", "replace").decode("utf-8")
