"""Leave-one-out: the kernel that the sandbox holds, without the function under test.

The exercised functions are left out of the sources before they are written: of each only
decorators and signature are there, so that the kernel knows its name and kind. Comments and
docstrings are left out everywhere, since one could quote what is missing. Modules that grading
does not need (other personalities and targets, scenarios, views) are not there at all.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from autograder.editions import functions as finding
from autograder.editions.folders import kept
from autograder.editions.functions import (
    KERNEL,
    Exercised,
    Function,
    bare,
    drop_docstrings,
    functions,
    module_name,
)
from autograder.exercise import INTERLEAVINGS
from autograder.exercise import exercise as exercise_named

GRADER = Path(__file__).parents[1]
INSIDE = tuple(  # what runs in the sandbox, beside the kernel
    GRADER / name
    for name in (
        "inside.py",
        "driven.py",
        "running.py",
        "outcomes.py",
        "stateless.py",
        "starred.py",
        "cells.py",
        "idle.py",
        "compiled.py",
    )
)
ANSWERING = tuple(  # the same where code over cells is graded
    GRADER / name
    for name in (
        "interleavings/answering.py",
        "interleavings/answers.py",
        "interleavings/callees.py",
        "interleavings/taken.py",
        "cells.py",
        "idle.py",
    )
)
NEEDED = ("kernel_model", "kernel_model.targets.model")
MISSING = "{} is what this exercise asks for; it is not here"


def leave_one_out(exercise: str, cache: Path | None = None) -> Path:
    """The folder with the kernel for one exercise and `inside.py`: the root of its sandbox.

    Made when it is not there yet, in a folder that only this user can change, and found again by
    what it was made from. Raises ValueError for an exercise or function that does not exist.
    """
    one = exercise_named(exercise)
    wanted = Exercised.of([one])
    inside = ANSWERING if one.kind == INTERLEAVINGS else INSIDE
    sources = {path: path.read_bytes() for path in needed_files(inside=inside)}
    return kept(exercise, key(wanted, sources), lambda: contents(wanted, sources), cache)


def contents(exercised: Exercised, sources: dict[Path, bytes]) -> dict[str, bytes]:
    """Every file of the folder, by its place in it."""
    found: list[str] = []
    files = {}
    for path, data in sources.items():
        if KERNEL not in path.parents:
            files[path.name] = data
            continue
        place = path.relative_to(KERNEL.parent).as_posix()
        text = data.decode()
        if not exercised.may_be_in(text):
            files[place] = f"{bare(text)}\n".encode()
            continue
        module, tree = module_name(path), ast.parse(data)
        for qualname, node in functions(tree, module, exercised).items():
            found.append(f"{module}:{qualname}")
            leave_out(node)
        drop_docstrings(tree)
        files[place] = f"{ast.unparse(tree)}\n".encode()
    exercised.check([*found, *_elsewhere(exercised, sources)])
    return files


def _elsewhere(exercised: Exercised, sources: dict[Path, bytes]) -> list[str]:
    """The functions left out that are in modules which are not there at all."""
    paths = {_source(place.partition(":")[0]) for place in exercised.places} - sources.keys()
    return [
        f"{module_name(path)}:{qualname}"
        for path in paths
        if path is not None
        for qualname in functions(ast.parse(path.read_bytes()), module_name(path), exercised)
    ]


def leave_out(node: Function) -> None:
    """Makes a function one that only says that it is not here."""
    error = ast.Call(ast.Name("NotImplementedError"), [ast.Constant(MISSING.format(node.name))], [])
    node.body = [ast.Raise(error)]
    ast.fix_missing_locations(node)


def needed_files(start: Iterable[str] = NEEDED, inside: Iterable[Path] = INSIDE) -> list[Path]:
    """The sources that are imported, directly or not, when the modules of `start` are.

    Only imports at the top of a module count: what a function imports is for other uses.
    """
    found: set[Path] = set()
    imports = list(start)
    for path in filter(Path.is_file, inside):
        found.add(path)
        imports += imports_of(path)
    seen: set[str] = set()
    while imports:
        module = imports.pop()
        if module in seen:
            continue
        seen.add(module)
        source = _source(module)
        if source is not None and source not in found:
            found.add(source)
            imports += imports_of(source)
    return sorted(found)


def key(exercised: Exercised, sources: dict[Path, bytes]) -> str:
    """Names what the folder is made from: the functions, the sources, and this code."""
    parts = [*sorted(exercised.names), "-", *sorted(exercised.places)]
    code = [Path(__file__), Path(finding.__file__)]
    digest = hashlib.sha256("\n".join(parts).encode())
    for name, data in [(p.name, p.read_bytes()) for p in code] + [
        (path.as_posix(), data) for path, data in sources.items()
    ]:
        digest.update(f"\n{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def imports_of(path: Path) -> tuple[str, ...]:
    """What a module imports at its top; the packages around each as well."""
    return _imports(path.read_bytes())


@lru_cache(maxsize=1024)  # of every exercise the most of its kernel is the same
def _imports(source: bytes) -> tuple[str, ...]:
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    packages = {name[:dot] for name in found for dot, sign in enumerate(name) if sign == "."}
    return tuple(name for name in {*found, *packages} if name.split(".")[0] == KERNEL.name)


def _source(module: str) -> Path | None:
    """The source file of a module of the kernel; None for a name that is no module."""
    place = KERNEL.parent.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None
