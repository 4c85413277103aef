"""The command line (autograder/cli.py)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.exercise import exercise
from autograder.sandbox import probe
from tests.needs import require


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """Exit status, output and errors of one command."""
    status = cli.main(args)
    out, err = capsys.readouterr()
    return status, out, err


def test_exercises_are_listed_with_name_assignment_title_kind_and_points(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "exercises", "--json")

    found = {one["name"]: one for one in json.loads(out)}
    assert status == 0
    assert {"ipcget", "msgsnd", "msgrcv", "msgctl"} <= found.keys()
    assert set(found["msgrcv"]) == {"name", "assignment", "title", "kind", "points"}
    assert found["msgrcv"]["assignment"] == "ps2"


def test_a_right_file_passes_with_status_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require(probe().isolated, "the sandbox does not isolate")
    path = tmp_path / "right.py"
    path.write_text(exercise("msgrcv").accepted()["classes"])
    status, out, _ = run(capsys, "grade", "msgrcv", str(path), "--json")

    told = json.loads(out)
    assert (status, told["verdict"], told["score"]) == (0, "pass", told["max"])


def test_a_missing_file_and_a_file_of_another_kind_are_errors_in_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(capsys, "grade", "msgrcv", str(tmp_path / "gone.py"), "--json")

    told = json.loads(out)
    assert (status, told["verdict"], told["score"]) == (1, "error", 0.0)
    assert "is not a file" in told["message"]


def test_an_unknown_exercise_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "grade", "msgrecv", "x.py")

    assert status == 2
    assert "did you mean msgrcv?" in err


def test_a_machine_that_does_not_isolate_grades_nothing_officially(
    tmp_path: Path,
) -> None:
    path = tmp_path / "right.py"
    path.write_text(exercise("msgrcv").accepted()["classes"])
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "grade", "msgrcv", str(path)],
        env={"KERNELBOOK_SANDBOX": "none", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 2
    assert "--allow-unisolated" in done.stderr


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("[", "malformed JSON in line 1"),
        ('[{"id": "mine", "topic": "t", "uids": {"A": 0}, "steps": [{"proc": "A"}]}]',
         "scenario 'mine', steps[0]: a step is one of call"),
        ('[{"id": "mine", "topic": "t", "uids": {"A": 0}, "limits": {"MSGMAXX": 1}, "steps": []}]',
         "scenario 'mine', limits.MSGMAXX: unknown key"),
    ],
)  # fmt: skip
def test_a_suite_that_cannot_be_understood_is_told_with_file_scenario_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suite: str, words: str
) -> None:
    (tmp_path / "msgrcv").mkdir()
    (tmp_path / "msgrcv" / "hidden.json").write_text(suite)
    path = tmp_path / "right.py"
    path.write_text("x = 1")
    status, out, err = run(capsys, "grade", "msgrcv", str(path), "--suites", str(tmp_path))

    assert (status, out) == (2, "")
    assert err.startswith(f"kernelbook grade: {tmp_path / 'msgrcv' / 'hidden.json'}: {words}")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from autograder import cli\n"
        "cli.parser().format_help()\n"
        "heavy = {'numpy', 'matplotlib', 'IPython', 'nbgrader', 'nbformat', 'hypothesis',\n"
        "         'kernel_model'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
