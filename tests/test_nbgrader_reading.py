"""Whatever file a student hands in, it is read, or it is told what it is."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.nbgrader_plugin.reading import NotANotebook, read

CODE: dict[str, Any] = {
    "cell_type": "code",
    "id": "a",
    "metadata": {},
    "source": "x = 1",
    "outputs": [],
    "execution_count": None,
}


def notebook(*cells: Any, **keys: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | keys


def saved(folder: Path, content: Any) -> Path:
    path = folder / "messages.ipynb"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(json.dumps(content), encoding="utf-8")
    return path


def sources(path: Path) -> list[str]:
    return [cell.source for cell in read(path)[0].cells]


def test_a_sound_notebook_is_read_without_a_note(tmp_path: Path) -> None:
    made, notes = read(saved(tmp_path, notebook(CODE)))

    assert [cell.source for cell in made.cells] == ["x = 1"]
    assert notes == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\0" * 4096, "it is empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04rest of an archive", "archive"),
        (b"print('hello')", "not JSON"),
        (b'{"cells": [{"cell_type": "code", "sour', "breaks off or is damaged at line 1"),
        (b'{"cells":\n<<<<<<< HEAD\n[]\n=======\n{}\n>>>>>>> mine\n}', "unfinished merge"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1, 2]", "no list of cells"),
        (b'{"answer": 42}', "no list of cells"),
        (b'{"cells": "many", "nbformat": 4}', "no cell that can be read"),
        (b'{"cells": [1, null, "x"], "nbformat": 4}', "no cell that can be read"),
        (json.dumps(notebook(*[CODE] * 2_001)).encode(), "2,001 cells, and 2,000 at most"),
        (json.dumps(notebook(*[{}] * 400_000)).encode(), "values, and 300,000 at most"),
        (json.dumps(notebook(metadata={"x": [[]] * 200_000})).encode(), "values, and 300,000"),
    ],
)
def test_a_file_that_is_no_notebook_is_told_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(NotANotebook, match=words):
        read(saved(tmp_path, content))


def test_text_is_no_list_of_values_whatever_is_in_it(tmp_path: Path) -> None:
    long = CODE | {"source": 'x = ["\\", {}]\n' * 100_000}

    assert sources(saved(tmp_path, notebook(long))) == [long["source"]]


def test_a_folder_a_link_a_pipe_and_no_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(saved(tmp_path, notebook(CODE)))
    os.mkfifo(tmp_path / "pipe")
    words = {"folder": "folder", "link": "link", "pipe": "ordinary", "nothing": "not in the"}

    (tmp_path / "mine").symlink_to(tmp_path)
    words["mine/messages.ipynb"] = "its folder is a link"

    for name, word in words.items():
        with pytest.raises(NotANotebook, match=word):
            read(tmp_path / name)


def test_a_notebook_in_format_3_is_brought_up_to_date(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": ["x = 1\n", "y"], "outputs": [], "language": "python"}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }

    made, notes = read(saved(tmp_path, old))

    assert [cell.source for cell in made.cells] == ["x = 1\ny"]
    assert notes == ["The notebook was in the old format 3; it was brought up to date."]


def test_bytes_that_are_not_utf_8_cost_only_themselves(tmp_path: Path) -> None:
    data = json.dumps(notebook(CODE | {"source": "x = 'caf@'"})).encode().replace(b"@", b"\xe9")

    made, notes = read(saved(tmp_path, data))

    assert made.cells[0].source == "x = 'caf\N{REPLACEMENT CHARACTER}'"
    assert len(notes) == 1
    assert "not UTF-8" in notes[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings_of_unicode_are_read(tmp_path: Path, encoding: str) -> None:
    data = json.dumps(notebook(CODE | {"source": "x = 'é'"})).encode(encoding)

    assert sources(saved(tmp_path, data)) == ["x = 'é'"]


def test_half_a_character_does_not_stop_the_notebook_from_being_written(tmp_path: Path) -> None:
    data = json.dumps(notebook(CODE)).replace("x = 1", r"x = '\ud800'").encode()

    made, _ = read(saved(tmp_path, data))

    assert made.cells[0].source == "x = '?'"


@pytest.mark.parametrize(
    "damaged",
    [
        notebook(CODE | {"outputs": [{"output_type": "nonsense"}]}),
        notebook(CODE | {"outputs": None}),
        notebook({"cell_type": "code", "source": "x = 1"}),
        notebook(CODE | {"cell_type": "heading", "level": 1}),
        notebook(CODE | {"metadata": [1]}),
        notebook(CODE, nbformat="4"),
        notebook(CODE, nbformat=99),
        {"cells": [CODE]},
        notebook(CODE, CODE | {"source": 7}),
    ],
)
def test_the_cells_of_a_damaged_notebook_are_saved(tmp_path: Path, damaged: Any) -> None:
    made, notes = read(saved(tmp_path, damaged))

    nbformat.validate(made)
    assert [cell.source for cell in made.cells] == ["x = 1"]
    assert "damaged" in notes[0]


def test_cells_without_an_id_or_with_another_cells_get_their_own(tmp_path: Path) -> None:
    nameless = {key: value for key, value in CODE.items() if key != "id"}

    made, notes = read(saved(tmp_path, notebook(CODE, CODE, nameless, nbformat_minor=4)))

    assert len({cell.id for cell in made.cells}) == 3
    assert notes == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "nbformat", "nbformat_minor", "cell_type", "source",
                 "metadata", "outputs", "id", "nbgrader", "execution_count", "output_type"]
            )
            | st.text(max_size=3),
            inner | st.sampled_from(["code", "markdown", 4]),
            max_size=6,
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(json_values)
def test_no_json_makes_reading_fail_in_any_other_way(tmp_path_factory: Any, value: Any) -> None:
    path = saved(tmp_path_factory.mktemp("any"), value)

    try:
        made, _ = read(path)
    except NotANotebook:
        made = nbformat.v4.new_notebook()

    nbformat.validate(made, relax_add_props=True)


@given(st.binary(max_size=60))
def test_no_bytes_make_reading_fail_in_any_other_way(tmp_path_factory: Any, data: bytes) -> None:
    with pytest.raises(NotANotebook):
        read(saved(tmp_path_factory.mktemp("any"), data))
