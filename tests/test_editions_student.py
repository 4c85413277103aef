"""The student edition has what students need, works by itself, and is the same each time."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from autograder.editions import release, wheels
from autograder.editions.edition import Release, edition_files
from autograder.editions.folders import write
from autograder.editions.functions import KERNEL
from autograder.editions.project import ROOT
from autograder.editions.wheel import WheelError, build_wheel
from autograder.exercise import exercises
from tests.edition import student_edition
from tests.kernel_runs import SCENARIOS, passing, ran, verdicts

ALL = exercises()
NAMES = [one.name for one in ALL]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return student_edition(tmp_path_factory)


@pytest.fixture(scope="module")
def installed(edition: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip would unpack it; nothing else is there."""
    assert edition.wheel is not None
    root = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(edition.wheel) as archive:
        archive.extractall(root)
    return root


def command(installed: Path, *args: object) -> subprocess.CompletedProcess[str]:
    """The command kernelbook as the wheel installs it."""
    code = f"import sys; sys.path.insert(0, {str(installed)!r})\n"
    code += "from autograder.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, *map(str, args)],
        capture_output=True,
        text=True,
        cwd="/",
    )


# What is in it


def test_the_edition_holds_what_is_listed_and_nothing_else(edition: Release) -> None:
    files = {
        path.relative_to(edition.folder).as_posix()
        for path in edition.folder.rglob("*.*")
        if "__pycache__" not in path.parts  # another test has run it
    }
    kernel = {
        path.relative_to(KERNEL.parent).as_posix()
        for path in KERNEL.rglob("*")
        if path.suffix and "__pycache__" not in path.parts
    }
    named = "|".join(NAMES)
    others = re.compile(
        r"autograder/(__init__|apart|cells|cli|checked|checks|differing|example|exercise|grown|grown_calls"
        r"|guard|history|named|parting|picture|progress_page|renaming|shrink|smaller|step_words"
        r"|submission|words)\.py"
        r"|autograder/measure/\w+\.py|autograder/breaking/(__init__|claims|notebook|practice)\.py"
        r"|autograder/interleavings/(__init__|answers|callees|calls|claims|findings|here|looking"
        r"|shown|story|systems|taken|told)\.py"
        rf"|autograder/exercises/({named})/(exercise\.toml|(text|after)\.md|stub\.py|visible\.json"
        r"|practice\.dat|systems/\w+\.py)"
        r"|assignments/ps\d+/[\w.-]+|notebooks/[\w-]+\.(ipynb|txt|csv)"
        r"|README\.md|pyproject\.toml|kernelbook-[\w.+]+-py3-none-any\.whl"
    )

    assert kernel | {"kernel_model/sealed.py", "kernel_model/sealed.dat"} == {
        name for name in files if name.startswith("kernel_model/")
    }
    assert [name for name in files - kernel if not others.fullmatch(name)] in (
        ["kernel_model/sealed.py", "kernel_model/sealed.dat"],
        ["kernel_model/sealed.dat", "kernel_model/sealed.py"],
    )
    assert len([name for name in files if name.startswith("autograder/exercises/")]) == (
        5 * len(ALL) + sum(len([*one.folder.glob("systems/*.py")]) for one in ALL)
    )


def test_what_tells_of_a_solution_is_not_in_the_exercises_any_more(edition: Release) -> None:
    for one in ALL:
        path = edition.folder / "autograder" / "exercises" / one.name / "exercise.toml"
        told = tomllib.loads(path.read_text("utf-8"))
        kept = tomllib.loads((one.folder / "exercise.toml").read_text("utf-8"))

        assert told == {key: value for key, value in kept.items() if key != "seal"} | {
            "solution": ""
        }


def test_it_says_what_it_made(edition: Release) -> None:
    assert edition.sealed == tuple(NAMES)
    assert edition.open == ()
    assert str(edition).splitlines()[0] == (
        f"student edition {edition.version} in {edition.folder}"
    )
    assert edition.version.endswith("+student")


def test_every_assignment_is_there_as_nbgrader_releases_it(edition: Release) -> None:
    sources = sorted((ROOT / "course" / "source").glob("*/*.ipynb"))
    released = sorted((edition.folder / "assignments").glob("*/*.ipynb"))

    assert [path.parts[-2:] for path in released] == [path.parts[-2:] for path in sources]
    assert edition.assignments == tuple(sorted({path.parts[-2] for path in sources}))
    for path in released:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        text = "".join("".join(cell["source"]) for cell in cells)
        assert "BEGIN SOLUTION" not in text
        assert "raise NotImplementedError" in text
        assert all(not cell.get("outputs") for cell in cells)
        assert any(cell["metadata"].get("nbgrader", {}).get("checksum") for cell in cells)


# The wheel


def test_the_wheel_holds_both_packages_of_the_folder(edition: Release, installed: Path) -> None:
    for package in ("kernel_model", "autograder"):
        for path in (edition.folder / package).rglob("*.*"):
            place = path.relative_to(edition.folder)
            assert (installed / place).read_bytes() == path.read_bytes()
    told = (installed / f"kernelbook-{edition.version}.dist-info" / "METADATA").read_text("utf-8")
    assert f"Version: {edition.version}" in told
    assert "Requires-Dist: jupyterlab" in told
    assert "hypothesis" not in told


def test_the_wheel_is_the_same_bytes_each_time(edition: Release, tmp_path: Path) -> None:
    assert edition.wheel is not None
    files = edition_files(ALL, ALL, edition.version)
    write(tmp_path / "again", files)
    again = build_wheel(tmp_path / "again", tmp_path)

    assert files == edition_files(ALL, ALL, edition.version)
    assert again.name == edition.wheel.name
    assert again.read_bytes() == edition.wheel.read_bytes()


def test_the_wheels_of_both_editions_are_built_side_by_side(
    edition: Release, tmp_path: Path
) -> None:
    whole, student = wheels(tmp_path / "dist")

    assert {whole, student} == set((tmp_path / "dist").iterdir())
    assert edition.wheel is not None
    assert student.read_bytes() == edition.wheel.read_bytes()
    assert whole.name == student.name.replace("+student", "")
    with zipfile.ZipFile(whole) as archive:
        names = archive.namelist()
    assert "autograder/exercises/msgrcv/hidden.json" in names
    assert not [name for name in names if name.endswith((".pyc", ".dat"))]


def test_a_project_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')

    with pytest.raises(WheelError, match=r"no wheel was built of .*version"):
        build_wheel(tmp_path, tmp_path / "to")


# It works by itself


@pytest.mark.parametrize("personality", ["classic", "linux"])
def test_scenarios_give_the_same_on_the_students_kernel(installed: Path, personality: str) -> None:
    assert verdicts(installed, personality) == passing(personality)


def test_the_scenario_command_runs(installed: Path) -> None:
    code = (
        "import runpy\n"
        "sys.argv = ['scenario', sys.argv[1], '--json']\n"
        "runpy.run_module('kernel_model.scenario', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c",
         f"import sys; sys.path.insert(0, {str(installed)!r})\n{code}", str(SCENARIOS[0])],
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(json.loads(done.stdout)) > 5


def test_the_kernel_runs_from_the_wheel_itself(edition: Release) -> None:
    assert edition.wheel is not None
    code = (
        "from kernel_model import *\n"
        "a = Kernel().spawn('A')\n"
        "q = a.call('msgget', 1, IPC_CREAT | 0o600).ret\n"
        "a.call('msgsnd', q, 1, b'hi')\n"
        "print(json.dumps(a.call('msgrcv', q, 10, 0).ret))"
    )

    assert ran(edition.wheel, code) == 2


def test_check_passes_a_right_function_and_no_stub(installed: Path, tmp_path: Path) -> None:
    code = (
        "from autograder import check, hint, progress\n"
        "def checked(source, function):\n"
        "    names = {'In': ['', source]}\n"
        "    exec(source, names)\n"
        "    return check(names[function]).passed\n"
        "told = {}\n"
        "for name, function, *sources in json.load(open(sys.argv[1])):\n"
        "    before = progress()[name]\n"
        "    found = [checked(source, function) for source in sources]\n"
        "    told[name] = [before, found[0], all(found[1:]), progress()[name], hint(name)]\n"
        "print(json.dumps(told))"
    )
    asked = [[one.name, one.functions[-1], one.stub, *one.accepted().values()] for one in ALL]
    (tmp_path / "asked.json").write_text(json.dumps(asked))

    assert ran(installed, code, str(tmp_path / "asked.json")) == {
        one.name: [
            "not attempted",
            False,
            True,
            "visible cases pass",
            f"Hint 1 of 3: {one.hints[0]}",
        ]
        for one in ALL
    }


def test_the_command_lists_and_checks(installed: Path, tmp_path: Path) -> None:
    one = ALL[0]
    right, stub, other = tmp_path / "right.py", tmp_path / "stub.py", tmp_path / "other.py"
    right.write_text(next(iter(one.accepted().values())))
    stub.write_text(one.stub)
    other.write_text("x = 1")

    listed = json.loads(command(installed, "exercises", "--json").stdout)
    assert [told["name"] for told in listed] == NAMES
    assert one.title in command(installed, "exercises").stdout
    done = command(installed, "check", one.name, right)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{one.name}: " in done.stdout
    assert command(installed, "check", one.name, stub).returncode == 1
    for file, said in ((other, f"has no function {one.name}"), (tmp_path / "x.py", "is not a")):
        done = command(installed, "check", one.name, file)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_a_cell_that_breaks_is_told_and_the_others_count(installed: Path, tmp_path: Path) -> None:
    one = ALL[0]
    right = next(iter(one.accepted().values()))
    cells = ["1 / 0", right, f"check({one.name}).require()", "def f(:"]
    notebook = tmp_path / "mine.ipynb"
    notebook.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    )

    done = command(installed, "check", one.name, notebook)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "cell 1: ZeroDivisionError: division by zero",
        "cell 3: NameError: name 'check' is not defined",
        "cell 4: SyntaxError: invalid syntax (cell 4, line 1)",
    ]


# Opening, and what is refused


def test_an_open_assignment_can_be_read_and_replaces_an_earlier_edition_and_nothing_else(
    tmp_path: Path,
) -> None:
    earlier = tmp_path / "student"
    write(earlier, {"pyproject.toml": b'version = "0.0.1+student"', "kernel_model/old.py": b""})
    made = release(earlier, ["ps2"], wheel=False)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("x")

    assert made.folder == earlier
    assert made.open == tuple(one.name for one in ALL if one.assignment == "ps2")
    assert made.wheel is None
    shown = (made.folder / "kernel_model" / "messages.py").read_bytes()
    assert shown == (KERNEL / "messages.py").read_bytes()
    assert not list(made.folder.rglob("hidden.json"))
    assert not list(made.folder.rglob("mutants"))
    assert not (earlier / "kernel_model" / "old.py").exists()
    assert (earlier / "kernel_model" / "sealed.dat").exists()
    with pytest.raises(ValueError, match="other holds something else; give a new or empty folder"):
        release(other, wheel=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "student"]


def test_an_assignment_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no assignment 'ps99'; there are ps1, ps2"):
        release(tmp_path / "student", ["ps99"])
    assert list(tmp_path.iterdir()) == []
