"""The sandbox's kernel has nothing of the function under test (editions/leave_out.py)."""

import ast
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType

import pytest

from autograder.editions import folders, leave_one_out, leave_out
from autograder.editions.folders import kept
from autograder.editions.functions import Exercised
from autograder.editions.leaks import find, secrets_of
from autograder.exercise import BREAKS, SCENARIOS, Exercise, exercises
from tests.kernel_runs import ran

ALL = [one for one in exercises() if one.kind != BREAKS]
CALLS = [one for one in ALL if one.kind == SCENARIOS]
calls = pytest.mark.parametrize("one", CALLS, ids=[one.name for one in CALLS])
every = pytest.mark.parametrize("one", ALL, ids=[one.name for one in ALL])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@cache
def compiled(source: bytes) -> CodeType:
    """The most of what two folders hold is the same."""
    return compile(source, "left out", "exec")


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def reference(root: Path, one: Exercise) -> str:
    """The exercise's function as it is in the folder."""
    module, name = one.solution.split(":")
    return function((root / module.replace(".", "/")).with_suffix(".py").read_bytes(), name)


@cache
def function(source: bytes, name: str) -> str:
    """A function of a module, written anew."""
    tree = ast.parse(source)
    [found] = [node for node in ast.walk(tree) if getattr(node, "name", "") == name]
    return ast.unparse(found)


# What is in it


@every
def test_the_function_and_what_it_seals_are_only_signatures(one: Exercise, home: Path) -> None:
    root = leave_one_out(one.name, home)
    exercised = Exercised.of([one])

    left_out = []
    for path in root.rglob("*.py"):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for code in codes(compiled(path.read_bytes())):
            if exercised.has(module, code.co_name):
                left_out.append(code.co_name)
                assert code.co_names == ("NotImplementedError",)
    assert set(left_out) >= (set(one.functions) if one in CALLS else set())


@every
def test_nothing_in_the_folder_gives_the_function_away(one: Exercise, home: Path) -> None:
    root = leave_one_out(one.name, home)
    secrets = secrets_of([one], [one])
    for other in CALLS:  # what a sibling has as well is there, in the sibling
        if other is not one:
            secrets.make_public(reference(root, other))

    assert len(secrets.runs.known) > 200
    assert [str(leak) for leak in find(root, secrets)] == []


@calls
def test_the_folder_holds_sources_of_the_kernel_and_nothing_else(one: Exercise, home: Path) -> None:
    root = leave_one_out(one.name, home)
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}

    assert {"inside.py", "kernel_model/messages.py", "kernel_model/targets/model.py"} < files
    assert all(name.endswith(".py") for name in files)
    for absent in ("linux", "scenario", "view", "explore", "sealed"):
        assert not [name for name in files if absent in name]


@calls
def test_the_other_exercises_are_there_in_full(one: Exercise, home: Path) -> None:
    root = leave_one_out(one.name, home)

    for other in CALLS:
        lines = reference(root, other).splitlines()
        assert (len(lines) > 8) == (other is not one)


@pytest.mark.parametrize("one", [x for x in ALL if x not in CALLS], ids=lambda one: one.name)
def test_where_cells_are_looked_at_there_is_the_explorer_and_nothing_that_is_asked(
    one: Exercise, home: Path
) -> None:
    root = leave_one_out(one.name, home)
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}

    assert {"answering.py", "answers.py", "taken.py", "kernel_model/explore/local.py"} < files
    assert all(name.endswith(".py") for name in files)
    for absent in ("claims", "findings", "grading", "told", "smp", "view", "json", "sealed"):
        assert not [name for name in files if absent in name]


@calls
def test_the_kernel_runs_and_takes_a_function_of_the_same_kind(one: Exercise, home: Path) -> None:
    code = (
        "from inspect import iscoroutinefunction as awaited, signature\n"
        "import inside\n"
        "from kernel_model import Kernel\n"
        "k = Kernel()\n"
        "name = sys.argv[1]\n"
        "fn = (k.sysent | k.algorithms)[name]\n"
        "none = [None] * len(signature(fn).parameters)\n"
        "try: fn(*none) if not awaited(fn) else fn(*none).send(None)\n"
        "except NotImplementedError as error: said = str(error)\n"
        "print(json.dumps([awaited(fn), said, fn.__doc__, k.spawn('A').call('getpid').ret]))"
    )
    name = one.functions[-1]
    coroutine, said, words, pid = ran(leave_one_out(one.name, home), code, name)

    assert coroutine == ("async def" in one.stub)
    assert said == f"{name} is what this exercise asks for; it is not here"
    assert words is None
    assert pid == 101


def test_another_personality_is_not_there(home: Path) -> None:
    code = (
        "from kernel_model import Kernel\n"
        "try: Kernel('linux')\n"
        "except ModuleNotFoundError as error: print(json.dumps(error.name))"
    )

    assert ran(leave_one_out("msgrcv", home), code) == "kernel_model.linux"


def test_comments_and_docstrings_anywhere_are_left_out() -> None:
    text = '"""msgrcv does x."""\n# msgrcv does y\nclass C:\n    """z"""\ndef g():\n    "w"\n'
    source = leave_out.KERNEL / "rmap.py"

    files = leave_out.contents(
        Exercised(frozenset()), {source: text.encode() + source.read_bytes()}
    )

    assert files["kernel_model/rmap.py"].startswith(b"class C:\n    pass\n\ndef g():\n    pass\n")


def test_an_exercise_that_does_not_exist_is_an_error(home: Path) -> None:
    with pytest.raises(ValueError, match="no exercise 'nosuch'"):
        leave_one_out("nosuch", home)


def test_a_place_to_seal_that_does_not_exist_is_an_error() -> None:
    sources = {path: path.read_bytes() for path in leave_out.needed_files()}
    for place in ("kernel_model.linux.messages:nosuch", "kernel_model.nosuch:msgrcv"):
        with pytest.raises(ValueError, match=place):
            leave_out.contents(Exercised(frozenset({"msgrcv"}), frozenset({place})), sources)


# How it is kept


def test_the_folder_is_made_once_and_found_again(home: Path) -> None:
    first = leave_one_out("msgrcv", home)
    code = (
        "import sys; from pathlib import Path; from autograder.editions import leave_one_out\n"
        "print(leave_one_out('msgrcv', Path(sys.argv[1])))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        capture_output=True,
        text=True,
        check=True,
        cwd=leave_out.KERNEL.parent,
    )

    assert leave_one_out("msgrcv", home) == first
    assert again.stdout.strip() == str(first)


def test_everyone_may_read_the_folder_and_only_the_owner_change_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        root = leave_one_out("msgrcv", tmp_path)
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_file()}
    assert modes == {0o644}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if path.is_dir()}
    assert modes | {stat.S_IMODE(root.stat().st_mode)} == {0o755}


def test_a_folder_that_was_changed_is_not_used(tmp_path: Path) -> None:
    first = kept("x", "key", lambda: {"a.py": b"1", "b/c.py": b"2"}, tmp_path)
    (first / "b" / "c.py").write_bytes(b"3")
    second = kept("x", "key", lambda: {"a.py": b"1", "b/c.py": b"2"}, tmp_path)
    (second / "b" / "added.pyc").write_bytes(b"")
    third = kept("x", "key", lambda: {"a.py": b"1", "b/c.py": b"2"}, tmp_path)

    assert len({first, second, third}) == 3
    assert kept("x", "key", dict, tmp_path) == third


def test_what_is_made_from_something_else_is_another_folder(tmp_path: Path) -> None:
    first = kept("x", "key", lambda: {"a": b"1"}, tmp_path)

    assert kept("x", "other key", lambda: {"a": b"1"}, tmp_path) != first
    assert kept("y", "key", lambda: {"a": b"1"}, tmp_path) != first


def test_a_folder_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    class Full(Exception):
        pass

    def fails() -> dict[str, bytes]:
        raise Full

    with pytest.raises(Full):
        kept("x", "key", fails, tmp_path)
    with pytest.raises(FileExistsError):
        kept("x", "key", lambda: {"a": b"", "a/b": b""}, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_folders_that_nobody_used_for_long_are_removed(tmp_path: Path) -> None:
    old = kept("x", "old", lambda: {"a": b"1"}, tmp_path)
    fresh = kept("x", "fresh", lambda: {"a": b"1"}, tmp_path)
    other = kept("y", "old", lambda: {"a": b"1"}, tmp_path)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    new = kept("x", "new", lambda: {"a": b"2"}, tmp_path)

    assert set(tmp_path.iterdir()) == {fresh, other, new}


def test_what_another_process_finishes_or_removes_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat = Path.lstat
    kept("x", "same", lambda: {"a": b"1"}, tmp_path)
    (tmp_path / ".new-other").mkdir()
    theirs = set(tmp_path.iterdir())

    def then_gone(path: Path) -> os.stat_result:
        found = lstat(path)
        if path in theirs:
            path.rename(path.with_name(f"gone-{path.name}"))
        return found

    monkeypatch.setattr(Path, "lstat", then_gone)
    new = kept("x", "same", lambda: {"a": b"1"}, tmp_path)

    assert (new / "a").read_bytes() == b"1"


def test_a_home_that_others_can_change_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders.tempfile, "gettempdir", lambda: str(tmp_path))
    made = folders.private_home()
    assert stat.S_IMODE(made.stat().st_mode) == 0o711
    assert folders.private_home() == made

    made.chmod(0o777)
    with pytest.raises(PermissionError, match="not a folder that only you can change"):
        folders.private_home()
    made.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    made.symlink_to(elsewhere)
    with pytest.raises(PermissionError, match="set TMPDIR"):
        folders.private_home()
