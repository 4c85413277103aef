"""Does an edition give away what it must not? Bodies of exercised functions, mutants, accepted
variants, hidden cases, compiled code; in any file, archive, output or escape.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from autograder.editions.functions import (
    KERNEL,
    Exercised,
    bare,
    contract,
    docstring,
    functions,
    is_kernel_code,
    module_name,
    statements,
)
from autograder.editions.minify import minify
from autograder.editions.seal import sealed_kernel
from autograder.editions.secret import Leak, Secrets
from autograder.editions.unpack import Unpacker
from autograder.exercise import Exercise

SHOWN_IN = KERNEL.parent
SHOWN = ("notebooks/*.py", "course/source/*/*.py")  # in an installed package there are none


def find(root: Path, secrets: Secrets) -> list[Leak]:
    """Everything that a folder or file gives away; each place and secret once."""
    found: dict[tuple[str, str], Leak] = {}
    for piece in Unpacker().files(root):
        for leak in secrets.search(piece):
            found.setdefault((leak.where, leak.what.partition(":")[0]), leak)
    return list(found.values())


def secrets_of(closed: Iterable[Exercise], every: Iterable[Exercise]) -> Secrets:
    """What must not get to students who have the exercises `closed` still to do.

    Hidden cases, mutants and variants are secret of every exercise, for ever, but for what
    lectures and assignments show of them: a lock that fails, or another one that is right.
    """
    every, closed = list(every), list(closed)
    exercised = Exercised.of(closed)
    secrets, public = Secrets(), []
    for one in every:
        for kind, sources in (("mutant", one.mutants()), ("variant", one.accepted())):
            for name, source in sources.items():
                secrets.add_code(_without_docstrings(source), f"{kind} {name} of {one.name}")
    for text in shown(SHOWN_IN):  # they show code that fails, and other code than the kernel's
        secrets.make_public(text)
    for place, data in sealed_kernel(exercised).items():  # a variant may do as the kernel does
        if place.suffix == ".py":
            secrets.make_public(data.decode())
            secrets.make_public(bare(data.decode()))
    for what, body, given in bodies(exercised):
        for form in (body, made_small(body)):  # which shares too little with what is written
            secrets.add_code(form, what)
        public.append(given)
    opened = Exercised.of(one for one in every if one not in closed)
    public += [body for _, body, _ in bodies(opened)]
    for one in every:
        hidden = one.folder / "hidden.json"
        for scenario in json.loads(hidden.read_text("utf-8")) if hidden.is_file() else []:
            secrets.add_case(scenario, f"hidden case {scenario['id']}")
        public += [one.text, one.stub, *one.hints, *(rule.says for rule in one.rules.values())]
        visible = one.folder / "visible.json"
        public += [visible.read_text("utf-8")] if visible.is_file() else []
    for text in public:
        secrets.make_public(text)
    return secrets


def shown(root: Path) -> Iterator[str]:
    """The reviewed sources of lectures and assignments, into which solutions come by the build.

    What they show of an exercised body stays secret.
    """
    for pattern in SHOWN:
        for path in sorted(root.glob(pattern)):
            yield path.read_text("utf-8")


def bodies(exercised: Exercised, root: Path = KERNEL) -> Iterator[tuple[str, str, str]]:
    """Every exercised function: its place, its body as written, and what may be shown of it."""
    for path in sorted(root.rglob("*.py")):
        if is_kernel_code(path, root):
            text, module = path.read_text("utf-8"), module_name(path, root)
            if not exercised.may_be_in(text):
                continue
            for name, node in functions(ast.parse(text), module, exercised).items():
                given = docstring(node)
                begin = given.end_lineno if given is not None else node.body[0].lineno - 1
                body = "\n".join(text.splitlines()[begin : node.end_lineno])
                yield f"the body of {module}:{name}", body, contract(text, node)


def made_small(body: str) -> str:
    """A function's body as it is sealed: without comments and with other names."""
    text = f"async def f():\n{body or '    pass'}\n"
    [node] = ast.parse(text).body
    assert isinstance(node, ast.AsyncFunctionDef)
    return minify(text, node).source


@lru_cache(maxsize=4096)
def _without_docstrings(source: str) -> str:
    """Source with comments, but without the docstrings of its functions."""
    tree, lines = ast.parse(source), source.splitlines()
    for node in statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = docstring(node)
            if given is not None:
                for line in range(given.lineno - 1, given.end_lineno or 0):
                    lines[line] = ""
    return "\n".join(lines)
