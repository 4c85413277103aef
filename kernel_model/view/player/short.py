"""Calls in short form: `q = A.msgget(1, IPC_CREAT | 0o666)`, one a line, as a scenario.

    A.msgsnd(q, 3, "hello")      process A makes the call; q is what an earlier call gave
    B.msgrcv(q, 100, 0)          it may sleep: whatever a call does is shown
    A.msgsnd(q, B.pid, "hi")     the process id of B
    A.mem_write(x + 8, "hi")     eight bytes after the address x
    A.write(p.w, "hi")           the writing end of the pipe p

Whoever is named is a process: of the superuser, unless `uids` says otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from kernel_model.errno import Errno
from kernel_model.scenario import SIGNATURES, Scenario
from kernel_model.scenario.calls import form

Json = dict[str, Any]
OUTCOMES: list[Json] = [
    {"ret": "any"},
    {"errno": [error.name for error in Errno]},
    {"blocks": True},
    {"ends": "any"},
    {"execs": True},
]
EXAMPLE = 'such as "q = A.msgget(1, IPC_CREAT | 0o666)" or ("A", "msgsnd", "$q", 1, "hi", [])'


def scenario(
    calls: Sequence[Any],
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
) -> Scenario:
    """The scenario that the calls mean; raises ValueError or ScenarioError, in words.

    calls   each a line of text as above, or a tuple of process, call and arguments in the form
            of scenarios ("$q" for what was saved as q)
    """
    steps = [_step(call) for call in calls]
    if not steps:
        raise ValueError(f"there is no call to play; give a list of calls {EXAMPLE}")
    made = {step["args"][0] for step in steps if step["call"] == "fork" and step["args"]}
    own = dict(uids or {})
    users = {one["proc"]: own.get(one["proc"], 0) for one in steps if one["proc"] not in made} | own
    given = {"id": "calls", "topic": "calls", "uids": users, "limits": dict(limits or {})}
    return Scenario.from_json(given | {"steps": steps})


def _step(call: Any) -> Json:
    if isinstance(call, str):
        return _parsed(call)
    if isinstance(call, tuple) and len(call) >= 2 and all(isinstance(w, str) for w in call[:2]):
        proc, name, *args = call
        return _call(proc, name, [_plain(arg) for arg in args])
    raise ValueError(f"{call!r} is not a call in short form, {EXAMPLE}")


def _parsed(line: str) -> Json:
    """One line of text, which has the form of a statement of Python."""
    try:
        (statement,) = ast.parse(line.strip()).body
    except (SyntaxError, ValueError):
        raise ValueError(f"{line!r} is not a call in short form, {EXAMPLE}") from None
    save = None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        save = statement.targets[0].id
    made = getattr(statement, "value", None)
    if not (
        isinstance(made, ast.Call)
        and isinstance(made.func, ast.Attribute)
        and isinstance(made.func.value, ast.Name)
        and not made.keywords
    ):
        raise ValueError(f"{line!r} is not a call in short form, {EXAMPLE}")
    step = _call(made.func.value.id, made.func.attr, [_value(arg, line) for arg in made.args])
    return step | ({"save": save} if save else {})


def _call(proc: str, name: str, args: list[Any]) -> Json:
    """A step that fits whatever the call does."""
    if name in SIGNATURES:
        args = [
            {"key": arg} if what == "key" and type(arg) is int and arg else arg
            for what, arg in zip((*form(name).names, *[""] * len(args)), args, strict=False)
        ]
        missing = form(name).names[len(args) : form(name).least]
        args += [[]] if missing == ("flags",) else []
    return {"proc": proc, "call": name, "args": args, "expect": {"any_of": OUTCOMES}}


def _value(node: ast.expr, line: str) -> Any:
    """An argument in the form of scenarios."""
    match node:
        case ast.Constant(value=value):
            return _plain(value)
        case ast.Name(id=name):
            return name if name.isupper() or name.startswith(("SIG", "catch")) else f"${name}"
        case ast.Attribute(value=ast.Name(id=name), attr="pid"):
            return {"pid": name}
        case ast.Attribute(value=ast.Name(id=name), attr="r" | "w" as half):
            return f"${name}.{half}"
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            parts = [_value(left, line), _value(right, line)]
            return [one for part in parts for one in (part if isinstance(part, list) else [part])]
        case ast.BinOp(op=ast.Add(), left=left, right=ast.Constant(value=int(after))):
            return {"addr": _value(left, line), "off": after}
        case ast.List(elts=elements):
            return [_value(element, line) for element in elements]
        case ast.Dict(keys=keys, values=values):
            names = [key.value for key in keys if isinstance(key, ast.Constant)]
            return {n: _value(value, line) for n, value in zip(names, values, strict=True)}
    raise ValueError(f"{ast.unparse(node)!r} in {line!r} is not an argument in short form")


def _plain(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else value
