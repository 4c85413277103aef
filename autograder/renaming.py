"""Names of our own for an example: processes, keys, types and texts by a fixed scheme.

The scheme knows nothing of the case that an example came from, so that nothing of its author's
choice is left. Each renaming counts only if the kernels still part in the same manner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.example import Example
from autograder.parting import NEVER, Parting, Search
from autograder.words import LONG, call_line
from kernel_model.scenario import CallStep
from kernel_model.scenario.calls import Kind, form
from kernel_model.targets import Target

RUNS = 40  # of the submission, at most


@dataclass(frozen=True, slots=True)
class Scheme:
    """How things are called."""

    procs: str = "ABCDEFGH"
    saves: str = "qrstuvwx"
    by_kind: bool = True  # queues begin with q, sets, segments and sockets with s
    key: int = 1  # the first of them; the others follow
    step: int = 1  # from one type to the next
    user: int = 1000


FIRST = {
    "msgget": "q", "semget": "s", "shmget": "s", "shmat": "a", "socket": "s", "accept": "t",
    "pipe": "p", "socketpair": "p",
}  # fmt: skip
# The first is for everybody; the others, where the first would show a secret case as it stands.
SCHEMES = (
    Scheme(),
    Scheme(step=2),
    Scheme(key=7),
    Scheme(procs="PQRSTUVW", saves="mnopqrst", by_kind=False),
)
Renaming = Callable[[Example, Scheme], Example]


def renamed(
    example: Example,
    parting: Parting,
    student: Callable[[], Target],
    secret: Iterable[list[CallStep]],
    long: float = NEVER,
) -> Example | None:
    """The example in names of ours, as no secret case begins; None if there are none such."""
    search = Search(student, RUNS, parting.strict, look=parting.look, long=long)
    hidden = [[call_line(step) for step in calls] for calls in secret]
    for scheme in SCHEMES:
        made = named(example, parting, scheme, search)
        lines = [call_line(step) for step in made.calls]
        if lines not in [calls[: len(lines)] for calls in hidden]:
            return made
    return None


def named(example: Example, parting: Parting, scheme: Scheme, search: Search) -> Example:
    """All renamings, if they leave the failure as it is; or else each one that does."""
    sends = [
        place for place, step in enumerate(example.calls) if Kind.TEXT in form(step.call).kinds
    ]
    texts = [text_of(place, chr(ord("a") + n % 26)) for n, place in enumerate(sends)]
    every: list[Renaming] = [processes, saves, keys, types, users, *texts]
    made = example
    for renaming in every:
        made = renaming(made, scheme)
    if search.same_manner(made, parting):
        return made
    made = example
    for renaming in every:
        candidate = renaming(made, scheme)
        if candidate != made and search.same_manner(candidate, parting):
            made = candidate
    return made


def processes(example: Example, scheme: Scheme) -> Example:
    """Processes by their first appearance; they start in this order. Those of fork come last."""
    seen = [step.proc for step in example.calls]
    for step in example.calls:
        seen += [arg["pid"] for arg in step.args if isinstance(arg, dict) and "pid" in arg]
    born = forked(example.calls)
    first = [name for name in dict.fromkeys([*seen, *example.uids]) if name not in born]
    every = list(dict.fromkeys([*first, *born]))
    new = dict(zip(every, scheme.procs, strict=False))
    if len(new) < len(every) or new.keys() - example.uids.keys() - {*born}:
        return example

    def of(value: Any) -> Any:
        if isinstance(value, dict) and "pid" in value:
            return value | {"pid": new[value["pid"]]}
        return value

    calls = [
        replace(step, proc=new[step.proc], args=[new[step.args[0]]] if is_fork(step) else step.args)
        for step in changed(example.calls, of)
    ]
    uids = {new[old]: example.uids[old] for old in first}
    gids = {new[old]: example.gids[old] for old in first if old in example.gids}
    return replace(example, calls=calls, uids=uids, gids=gids)


def forked(calls: Iterable[CallStep]) -> list[str]:
    """The names that forks give, in their order."""
    return [step.args[0] for step in calls if is_fork(step)]


def is_fork(step: CallStep) -> bool:
    """Does the call make a process, with a name?"""
    return step.call == "fork" and len(step.args) == 1 and isinstance(step.args[0], str)


def saves(example: Example, scheme: Scheme) -> Example:
    """Saved values by what they are, and in the order in which they are saved."""
    saved: dict[str, str] = {}
    for step in example.calls:
        if step.save:
            saved.setdefault(step.save, step.call)
    new: dict[str, str] = {}
    for name, call in saved.items():
        first = FIRST.get(call, "") if scheme.by_kind else ""
        begin = max(scheme.saves.find(first), 0)
        letters = first + scheme.saves[begin:] + scheme.saves[:begin]
        new[name] = next((letter for letter in letters if letter not in new.values()), "")
    if not all(new.values()):
        return example

    def of(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            name, dot, half = value[1:].partition(".")  # half of a pair, as in $p.r
            return "$" + new.get(name, name) + dot + half
        if isinstance(value, dict) and "expr" in value:
            return {"expr": re.sub(r"\w+", lambda word: new.get(word[0], word[0]), value["expr"])}
        if isinstance(value, dict) and "addr" in value:
            return value | {"addr": of(value["addr"])}
        return value

    calls = [
        replace(step, save=new[step.save]) if step.save else step
        for step in changed(example.calls, of)
    ]
    return replace(example, calls=calls)


def keys(example: Example, scheme: Scheme) -> Example:
    """Keys in the order of their appearance."""
    found = [arg["key"] for step in example.calls for arg in step.args if is_key(arg)]
    new = {key: scheme.key + n for n, key in enumerate(dict.fromkeys(found))}
    calls = changed(example.calls, lambda arg: {"key": new[arg["key"]]} if is_key(arg) else arg)
    return replace(example, calls=calls)


def is_key(arg: Any) -> bool:
    """Is the argument a key that is written as a number?"""
    return isinstance(arg, dict) and isinstance(arg.get("key"), int)


def types(example: Example, scheme: Scheme) -> Example:
    """Types of messages, small and in the same order; signs stay."""
    found = {abs(value) for step in example.calls for value in types_of(step)}
    new = {old: 1 + n * scheme.step for n, old in enumerate(sorted(found))}
    calls = []
    for step in example.calls:
        args = list(step.args)
        for value in types_of(step):
            args[TYPES[step.call]] = new[abs(value)] * (1 if value > 0 else -1)
        calls.append(replace(step, args=args))
    return replace(example, calls=calls)


TYPES = {"msgsnd": 1, "msgrcv": 2}  # the place of the type among the arguments


def types_of(step: CallStep) -> list[int]:
    """The type that a call names, if it is one that a message can have."""
    if step.call not in TYPES:
        return []
    value = step.args[TYPES[step.call]]
    good = type(value) is int and (value > 0 or (value < 0 and step.call == "msgrcv"))
    return [value] if good else []


def users(example: Example, scheme: Scheme) -> Example:
    """Users and groups but 0, in the same order."""
    settings = [arg for step in example.calls for arg in step.args if is_setting(arg)]
    ids = {*example.uids.values(), *example.gids.values()}
    ids |= {arg[name] for arg in settings for name in ("uid", "gid") if type(arg.get(name)) is int}
    new = {old: scheme.user + n for n, old in enumerate(sorted(ids - {0}))} | {0: 0}

    def of(value: Any) -> Any:
        if not is_setting(value):
            return value
        return value | {
            name: new[value[name]] for name in ("uid", "gid") if type(value.get(name)) is int
        }

    return replace(
        example,
        calls=changed(example.calls, of),
        uids=each(example.uids, new),
        gids=each(example.gids, new),
    )


def is_setting(arg: Any) -> bool:
    """Is the argument what IPC_SET takes?"""
    return isinstance(arg, dict) and bool(arg.keys() & {"uid", "gid"})


def each(ids: Mapping[str, int], new: Mapping[int, int]) -> dict[str, int]:
    """The ids of processes, renamed."""
    return {name: new[old] for name, old in ids.items()}


def text_of(place: int, letter: str) -> Renaming:
    """The text in one of the calls: all this letter, and as long as it was."""

    def text(example: Example, scheme: Scheme) -> Example:
        calls, step = list(example.calls), example.calls[place]
        kinds = form(step.call).kinds
        args = [
            uniform(arg, letter) if kind is Kind.TEXT else arg
            for arg, kind in zip(step.args, kinds, strict=False)
        ]
        calls[place] = replace(step, args=args)
        return replace(example, calls=calls)

    return text


def uniform(text: Any, letter: str) -> Any:
    """A text of the same length that is all one letter."""
    if isinstance(text, str):
        return letter * len(text) if len(text) <= LONG else {"rep": letter, "n": len(text)}
    if isinstance(text, dict) and isinstance(text.get("rep"), str) and type(text["n"]) is int:
        return {"rep": letter, "n": text["n"] * len(text["rep"])}
    return text


def changed(calls: list[CallStep], change: Callable[[Any], Any]) -> list[CallStep]:
    """The calls with every argument that is no text changed."""
    made = []
    for step in calls:
        kinds = form(step.call).kinds
        args = [
            arg if kind is Kind.TEXT else change(arg)
            for arg, kind in zip(step.args, kinds, strict=False)
        ]
        made.append(replace(step, args=args))
    return made
