"""A notebook is what its source says, every time, and drift is found."""

import ast
import base64
import json
import zlib
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.builder import BuildError, built, sources
from autograder.builder.execution import join_streams
from autograder.builder.packed import packed, steady, unpacked
from autograder.builder.solution import BEGIN, END, solution
from autograder.builder.source import filled, written
from autograder.builder.widgets import MODEL, STATE, VIEW
from autograder.exercise import exercise

SOURCE = """\
# %% [markdown]
# # A small one
#
# kernelbook: text msgrcv

# %% nbgrader={"grade_id": "msgrcv", "solution": true}
# kernelbook: solution kernel_model.messages:msgrcv

# %% nbgrader={"grade_id": "test_msgrcv", "grade": true}
check(msgrcv).require()

# %%
6 * 7
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "small.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_a_source_is_filled_from_the_exercise_and_the_kernel(source: Path) -> None:
    notebook = filled(source)

    text, answer, test, _ = notebook.cells
    assert text.source == "# A small one\n\n" + exercise("msgrcv").text.rstrip()
    assert answer.source == solution("kernel_model.messages:msgrcv")
    assert test.metadata["nbgrader"] == {
        "schema_version": 3,
        "grade_id": "test_msgrcv",
        "grade": True,
        "solution": False,
        "task": False,
        "locked": True,
        "points": exercise("msgrcv").points,
    }
    assert answer.metadata["nbgrader"]["locked"] is False
    assert [cell.id for cell in notebook.cells] == [f"small-{n:02d}" for n in range(4)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("# kernelbook: text nosuch", "there is no exercise 'nosuch'"),
        ("# kernelbook: solution kernel_model.messages:nosuch", "no function nosuch"),
        ("# kernelbook: solution kernel_model.nosuch:msgrcv", "no module kernel_model.nosuch"),
        (
            "# kernelbook: recipe msgrcv",
            "recipe is not known; it must be text, solution or accepted",
        ),
    ],
)
def test_a_line_that_names_nothing_says_which_cell_it_is_in(
    source: Path, line: str, words: str
) -> None:
    source.write_text(f"# %%\n1\n\n# %%\n{line}\n", encoding="utf-8")

    with pytest.raises(BuildError, match=f"small.py, cell 1: .*{words}"):
        filled(source)


def test_a_graded_cell_needs_points_or_an_exercise(source: Path) -> None:
    source.write_text('# %% nbgrader={"grade_id": "t", "grade": true}\nassert 1\n')

    with pytest.raises(BuildError, match="needs points, or a check"):
        filled(source)


def test_two_builds_give_the_same_bytes_and_drift_is_found(source: Path) -> None:
    source.write_text("# %%\n{1, 2, 3, 'a', 'b'}\n\n# %%\nprint('once')\n6 * 7\n")
    target = source.with_suffix(".ipynb")

    assert built([source]) == [target]
    first = target.read_bytes()
    assert built([source], check=True) == []
    source.write_text(source.read_text().replace("6 * 7", "6 * 8"))
    assert built([source], check=True) == [target]

    assert target.read_bytes() == first
    outputs = json.loads(first)["cells"][1]["outputs"]
    assert [output["output_type"] for output in outputs] == ["stream", "execute_result"]
    assert json.loads(first)["cells"][1]["execution_count"] == 2


def test_a_widget_is_kept_with_its_state_and_gives_the_same_bytes(source: Path) -> None:
    source.write_text(
        "# %%\nimport ipywidgets as w\nlost = w.IntSlider(4)\n"
        "w.VBox([w.IntSlider(7), w.Label('seven')])\n"
    )
    target = source.with_suffix(".ipynb")
    built([source])
    first = target.read_bytes()
    target.unlink()
    built([source])

    notebook = json.loads(first)
    assert target.read_bytes() == first
    state = notebook["metadata"]["widgets"][STATE]["state"]
    shown = notebook["cells"][0]["outputs"][0]["data"][VIEW]["model_id"]
    inner = [state[name.removeprefix(MODEL)] for name in state[shown]["state"]["children"]]
    assert [each["state"].get("value") for each in inner] == [7, "seven"]
    assert 4 not in [each["state"].get("value") for each in state.values()]


def test_widgets_of_a_kind_share_their_script_and_what_they_show_is_packed() -> None:
    shows = {name: {"data": [name] * 999, "step": 3, "layout": f"{MODEL}l"} for name in "ab"}
    models = {
        name: {"state": {"_esm": "run", "_css": "look", "_anywidget_id": "kind"} | state}
        for name, state in shows.items()
    } | {"l": {"state": {"width": "9em"}}}

    small = packed(models, "04")
    first, second, layout, script = small.values()
    name = first["state"]["script"].removeprefix(MODEL)
    assert first["state"]["script"] == second["state"]["script"]
    assert unpacked(small[name]["state"]["saved"]) == {"esm": "run", "css": "look", "id": "kind"}
    assert unpacked(second["state"]["saved"]) == {"data": ["b"] * 999}
    assert [first["state"].get(key) for key in ("step", "layout", "data", "_css")] == [
        3, f"{MODEL}l", None, None,
    ]  # fmt: skip
    assert (layout, script) == (models["l"], small[name])


def test_another_zlib_changes_no_built_notebook() -> None:
    def models(level: int, text: str) -> dict[str, Any]:
        made = base64.b64encode(zlib.compress(json.dumps(text).encode(), level)).decode()
        return {"one": {"state": {"saved": made}}}

    before, same, other = models(0, "what it shows"), models(9, "what it shows"), models(9, "x")
    assert same != before
    steady(same, before)
    assert same == before
    steady(other, before)
    assert other == models(9, "x")


def test_what_a_cell_measured_stays_until_its_source_changes(source: Path) -> None:
    source.write_text('# %% tags=["nbval-ignore-output"]\nimport time\ntime.perf_counter_ns()\n')
    target = source.with_suffix(".ipynb")
    built([source])
    first = target.read_bytes()

    assert built([source], check=True) == []
    assert target.read_bytes() == first
    source.write_text(source.read_text().replace("_ns()", "_ns() + 1"))
    assert built([source], check=True) == [target]


def test_a_helper_stands_inside_the_solution_that_needs_it() -> None:
    cell = solution("kernel_model.messages:msgctl", "kernel_model.ipc:set_perm")

    given, _, rest = cell.partition("    ### BEGIN SOLUTION")
    assert "set_perm" not in given
    assert rest.startswith("\n    def set_perm(perm, wanted):\n")
    compile(cell, "<cell>", "exec")


def test_the_kernel_of_a_build_takes_no_port_that_might_be_anothers_meanwhile(source: Path) -> None:
    source.write_text(
        "# %%\nimport json\nfrom ipykernel.connect import get_connection_info\n"
        "json.loads(get_connection_info())['transport']\n"
    )

    built([source])

    (cell,) = nbformat.read(source.with_suffix(".ipynb"), 4).cells
    assert cell.outputs[0].data == {"text/plain": "'ipc'"}


def test_a_cell_that_fails_stops_the_build(source: Path) -> None:
    source.write_text("# %%\n1 / 0\n")

    with pytest.raises(BuildError, match=r"small\.py does not run"):
        built([source])
    assert not source.with_suffix(".ipynb").exists()


@pytest.mark.parametrize("name", ["ipcget", "msgsnd", "msgrcv", "msgctl"])
def test_a_solution_cell_is_the_kernels_own_code(name: str) -> None:
    module = "ipc" if name == "ipcget" else "messages"
    path = Path(__file__).parents[1] / "kernel_model" / f"{module}.py"
    original = next(
        node for node in ast.parse(path.read_text()).body if getattr(node, "name", "") == name
    )

    cell = solution(f"kernel_model.{module}:{name}")

    made: Any = ast.parse(cell).body[0]
    assert type(made) is type(original)
    assert list(map(ast.dump, made.body)) == list(map(ast.dump, original.body))  # type: ignore[attr-defined]
    assert made.decorator_list == []
    given, _, rest = cell.partition(f"    {BEGIN}\n")
    assert ast.get_docstring(ast.parse(given).body[0]) == ast.get_docstring(original)  # type: ignore[arg-type]
    assert rest.endswith(f"    {END}")
    assert "# DOC:" not in cell


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)
def test_every_committed_notebook_has_the_cells_of_its_source(path: Path) -> None:
    committed = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    committed.metadata.pop("widgets", None)
    for cell in committed.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None

    assert written(committed) == written(filled(path))


def test_what_a_cell_prints_is_one_output_however_the_kernel_cuts_it_up() -> None:
    pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("(1,", " 2)")]
    error = nbformat.v4.new_output("stream", name="stderr", text="!")
    cell = nbformat.v4.new_code_cell("print((1, 2))", outputs=[*pieces, error])
    notebook = nbformat.v4.new_notebook(cells=[cell])

    join_streams(notebook)
    assert [(one.name, one.text) for one in cell.outputs] == [("stdout", "(1, 2)"), ("stderr", "!")]


def test_every_lecture_says_at_its_end_where_the_learner_stands() -> None:
    folder = Path(__file__).parents[1] / "notebooks"
    last = {
        path.stem: [
            cell for cell in nbformat.read(path, as_version=4).cells if cell.get("outputs")
        ][-1]
        for path in sorted(folder.glob("*.ipynb"))
    }

    assert {name for name, cell in last.items() if not cell.source.endswith("progress()")} == set()
    assert {
        name
        for name, cell in last.items()
        if "exercises: visible cases pass" not in cell.outputs[0].data.get("text/html", "")
    } == set()
