"""Names at random for processes, saved values, keys, types, users and texts.

Two terms must not read the same words. Orders, lengths and what is equal to what stay as they
are, since a scenario depends on them.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from autograder.example import Example
from autograder.renaming import Renaming, Scheme, keys, processes, saves, types, users
from kernel_model.scenario.calls import Kind, form

PROCESSES = "ABCDEFGHKLMNPQRST"
SAVED = "bcdefghijkmnopqrstuvwxyz"
CONSONANTS, VOWELS = "bdfgklmnprstv", "aeiou"


RENAMINGS: tuple[Renaming, ...] = (processes, saves, keys, users, types)


def dressed(example: Example, pick: Random, renamings: tuple[Renaming, ...] = RENAMINGS) -> Example:
    """The same scenario in other words."""
    scheme = Scheme(
        procs="".join(sorted(pick.sample(PROCESSES, 8))),
        saves="".join(pick.sample(SAVED, 12)),
        key=pick.randint(1, 40),
        step=pick.randint(1, 5),
        user=pick.randint(100, 900) * 10,
    )
    for renaming in renamings:
        example = renaming(example, scheme)
    return texts(example, pick)


def texts(example: Example, pick: Random) -> Example:
    """Every text is another one of the same length; those that were alike still are."""
    new: dict[str, str] = {}

    def of(value: Any) -> Any:
        if isinstance(value, str) and value:
            return new.setdefault(value, word(len(value), pick))
        if isinstance(value, dict) and isinstance(value.get("rep"), str):
            return value | {"rep": new.setdefault(value["rep"], word(len(value["rep"]), pick))}
        return value

    calls = []
    for step in example.calls:
        kinds = form(step.call).kinds
        args = [
            of(value) if kind is Kind.TEXT else value
            for value, kind in zip(step.args, kinds, strict=False)
        ]
        calls.append(replace(step, args=args))
    return replace(example, calls=calls)


def word(length: int, pick: Random) -> str:
    """Something that can be spoken."""
    letters = [pick.choice((CONSONANTS, VOWELS)[n % 2]) for n in range(length)]
    return "".join(letters)
