"""The tree itself: one configuration file, one direction of imports, words that are true."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder import cli
from tests.needs import require

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MODEL = sorted((ROOT / "kernel_model").rglob("*.py"))
PLAIN = [path for path in MODEL if path.relative_to(ROOT).parts[1] not in ("view", "explore")]
KERNEL = [path for path in PLAIN if path.relative_to(ROOT).parts[1] != "targets"]
# a path of one machine, the address of a package registry, how the work was organised
FORBIDDEN = re.compile(
    r"(?<![.\w])/(?:work|farm|root|home/\w+)/"
    r"|index-url|find-links|pypi\.org|registry\.npmjs"
    r"|\b(?:sub-?agent|prompt engineer|LLM|as an AI)\b"
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b|# type: ignore$", re.MULTILINE)
PACKED = re.compile(r"[A-Za-z0-9+/]{200,}")  # a notebook's data, in which any word comes by chance


def tracked() -> list[Path]:
    """Every file that is kept, as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    require(listed.returncode == 0, "this is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """The text of every tracked file but this one."""
    found = {}
    for path in tracked():
        if path != Path(__file__).resolve() and path.suffix not in (".png", ".whl"):
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return found


def imports(path: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_kernel_imports_the_standard_library_only(path: Path) -> None:
    assert imports(path) <= sys.stdlib_module_names | {"kernel_model"}


@pytest.mark.parametrize("path", KERNEL, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_kernel_takes_nothing_that_would_make_two_runs_differ(path: Path) -> None:
    assert imports(path) & {"time", "random", "threading", "datetime", "secrets", "uuid"} == set()


def test_no_file_names_a_machine_a_registry_or_unfinished_work() -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts().items()
        for pattern in (FORBIDDEN, UNFINISHED)
        for match in pattern.finditer(PACKED.sub("", text))
    ]

    assert found == []


def test_pyproject_is_the_only_configuration_file() -> None:
    others = {
        "setup.cfg", "setup.py", "tox.ini", "pytest.ini", "mypy.ini", ".mypy.ini", "ruff.toml",
        ".ruff.toml", ".coveragerc", ".flake8", "MANIFEST.in", ".editorconfig", "jupytext.toml",
    }  # fmt: skip

    assert [path for path in tracked() if path.name in others] == []


def test_no_licence_is_chosen_for_the_owner() -> None:
    assert [p.name for p in ROOT.iterdir() if re.match("(?i)licen[cs]e|copying", p.name)] == []
    assert "license" not in PROJECT["project"]


def test_pins_are_a_name_and_a_version_each() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]

    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[\w.]+", pin)] == []
    assert len({pin.partition("==")[0] for pin in pins}) == len(pins)


def test_everything_the_project_depends_on_is_pinned() -> None:
    project = PROJECT["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[^\w.-]", line)[0].lower() for line in wanted}
    pinned = {
        line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()
    }

    assert names - pinned == set()


def test_the_installed_version_is_the_projects() -> None:
    assert version("kernelbook") == PROJECT["project"]["version"]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: path.name)
def test_documents_lead_to_files_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    places = re.findall(r"`((?:autograder|course|docs|kernel_model|tests)/[\w/.-]*)`", text)

    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = re.findall(r"(?:^|`)make ((?:[a-z]+ ?)+)", text, re.MULTILINE)
    parser = cli.parser()
    commands = next(a.choices for a in parser._actions if a.dest == "command")
    named = re.findall(r"(?:^|`)kernelbook ([a-z]+)(.*)", text, re.MULTILINE)

    assert {word for words in made for word in words.split()} - targets == set()
    assert {name for name, _ in named} - set(commands or {}) == set()
    options = [(name, re.findall(r"--[a-z-]+", rest.partition("`")[0])) for name, rest in named]
    assert [
        (name, option)
        for name, found in options
        for option in found
        if option not in dict(commands or {})[name]._option_string_actions
    ] == []


def test_the_readme_is_one_page() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 70


def test_every_make_target_that_people_rely_on_is_there_and_makes_what_it_needs() -> None:
    makefile = (ROOT / "Makefile").read_text()

    for target in ("lab", "demo", "test", "check", "build"):
        assert re.search(rf"^{target}: \$\(STAMP\)", makefile, re.MULTILINE), target
