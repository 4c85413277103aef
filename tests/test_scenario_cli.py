"""`python -m kernel_model.scenario`: what it prints and how it exits."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kernel_model.scenario import __main__ as cli
from kernel_model.scenario import run
from kernel_model.targets import Skip, Target
from tests.toy_target import Toy


def scenario(name: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "topic": "msg", "uids": {"A": 0}, "steps": [*steps]} | more


GET = {"proc": "A", "call": "msgget", "args": ["IPC_PRIVATE", "0o600"], "expect": {"ret": "nonneg"}}
GOOD = scenario("good", GET)
BAD = scenario("bad", GET, GET | {"expect": {"errno": "EEXIST"}}, topic="wrong")
LACKING = scenario("lacking", {"proc": "A", "call": "ptrace", "args": ["PTRACE_TRACEME"]})
LINUX = scenario("linux", GET, scope="linux_only")


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    def make_target(name: str, personality: str) -> Target:
        return Toy("linux" if name == "linux" else personality)

    monkeypatch.setattr(cli, "make_target", make_target)
    monkeypatch.delenv("KERNELBOOK_REQUIRE", raising=False)


def file_of(folder: Path, *scenarios: dict[str, Any]) -> str:
    file = folder / "file.json"
    file.write_text(json.dumps(scenarios), encoding="utf-8")
    return str(file)


@pytest.mark.usefixtures("toys")
def test_results_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main([file_of(tmp_path, GOOD, BAD, LACKING, LINUX)])

    assert status == 1
    assert capsys.readouterr().out == (
        "pass        good\n"
        "fail        bad, steps[1]: expected A's msgget to fail with EEXIST, got 384\n"
        "unsupported lacking, steps[0]: the toy has no such call\n"
        "skip        linux: linux_only: it is not for the classic personality\n"
        "4 scenarios on the model (classic): 1 passed, 1 failed, 1 unsupported, 1 skipped\n"
    )


@pytest.mark.usefixtures("toys")
def test_results_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main([file_of(tmp_path, GOOD, BAD), "--json"])

    assert status == 1
    assert json.loads(capsys.readouterr().out) == [
        {"id": "good", "topic": "msg", "verdict": "pass", "step": None, "expected": None,
         "got": None, "message": ""},
        {"id": "bad", "topic": "wrong", "verdict": "fail", "step": 1,
         "expected": {"errno": "EEXIST"}, "got": {"ret": 384},
         "message": "expected A's msgget to fail with EEXIST, got 384"},
    ]  # fmt: skip


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize(
    ("options", "ids", "status"),
    [
        ([], ["good", "bad"], 1),
        (["--only", "oo"], ["good"], 0),
        (["--topic", "wrong"], ["bad"], 1),
        (["--topic", "msg", "--only", "bad"], [], 2),
    ],
)
def test_scenarios_are_chosen_by_topic_and_id(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    ids: list[str],
    status: int,
) -> None:
    assert cli.main([file_of(tmp_path, GOOD, BAD), "--json", *options]) == status

    out = capsys.readouterr().out
    assert [result["id"] for result in json.loads(out or "[]")] == ids


@pytest.mark.usefixtures("toys")
def test_what_linux_lacks_is_no_failure(tmp_path: Path) -> None:
    file = file_of(tmp_path, LACKING)

    assert cli.main([file]) == 1
    assert cli.main([file, "--target", "linux"]) == 0


@pytest.mark.usefixtures("toys")
def test_a_skip_fails_only_where_everything_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cannot = file_of(tmp_path, scenario("cannot", limits={"NPROC": 0}))
    assert cli.main([cannot]) == 0
    monkeypatch.setenv("KERNELBOOK_REQUIRE", "1")

    assert cli.main([cannot]) == 1
    assert cli.main([file_of(tmp_path, LINUX)]) == 0  # for the other side


def test_a_machine_without_the_target_skips_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make_target(name: str, personality: str) -> Target:
        raise Skip("no System V IPC here")

    monkeypatch.setattr(cli, "make_target", make_target)
    monkeypatch.delenv("KERNELBOOK_REQUIRE", raising=False)

    assert cli.main([file_of(tmp_path, GOOD), "--target", "linux"]) == 0
    assert capsys.readouterr().out == (
        "skip        good: no System V IPC here\n1 scenario on Linux: 1 skipped\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[{]", "malformed JSON in line 1, column 3: Expecting property name"),
        (json.dumps([scenario("s", GET | {"call": "msgot"})]),
         "scenario 's', steps[0], call: unknown call 'msgot'; did you mean msgget?"),
    ],
)  # fmt: skip
def test_a_malformed_file_exits_2_with_the_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    file = tmp_path / "malformed.json"
    file.write_text(content, encoding="utf-8")

    assert cli.main([str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}: {message}")


def test_a_file_that_is_not_there_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.endswith("cannot be read: No such file or directory\n")


def test_linux_has_no_classic_personality(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        cli.main(["file.json", "--target", "linux", "--personality", "classic"])

    assert exited.value.code == 2
    assert "--target linux has the linux personality only" in capsys.readouterr().err


def test_the_command_runs_the_model(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kernel_model.scenario", file_of(tmp_path, GOOD, LINUX)]
    root = Path(cli.__file__).parents[2]

    done = subprocess.run(
        [*command, "--personality", "linux"], capture_output=True, text=True, cwd=root, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "2 scenarios on the model (linux): 2 passed"


def test_the_targets_are_made_by_name() -> None:
    for personality in ("classic", "linux"):
        target = cli.make_target("model", personality)
        assert (target.name, target.personality) == ("model", personality)
        assert run(cli.load(json.dumps([GOOD]))[0], target).verdict == "pass"
