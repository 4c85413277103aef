"""The rule that an example breaks: that of the call where it shows, and not that of its case.

A case is of one rule, but a call of it may fail by another one. An exercise's `tells` name the
rule by words of what failed; the first one that fits does. Where none fits it is the rule of the
case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

Tell = tuple[str, str]  # words with blanks between, and the rule that they tell
WORD = re.compile(r"\w+")


def rule_told(tells: Iterable[Tell], found: dict[str, Any], topic: str) -> str:
    """The name of the rule that an example breaks, as `shrink.counterexample` tells it."""
    said = words_of(found)
    return next((rule for words, rule in tells if fits(words, said)), topic)


def fits(words: str, said: set[str]) -> bool:
    """Is each of these words as it says?

    ret     it is there
    -ret    it is not there
    !E*     one is there that begins so
    """
    return all(
        any(fnmatchcase(one, word.removeprefix("-")) for one in said) != word.startswith("-")
        for word in words.split()
    )


def words_of(found: dict[str, Any]) -> set[str]:
    """The words of what failed: of the last call, and of that after which the tables differ.

    msgctl, IPC_SET, qbytes   the call's name; flags and other names among what it is given
    first                     it is the first call of all
    woken                     it came of a process that slept, and not of the last call's own
    later                     the tables differ since a call before the last one
    ~EPERM                    the error of that call, which came as it was to
    EPERM, !EPERM             the error that was expected, and the one that came
    !ret                      it returned
    sleeps, !sleeps, room     it was to sleep, or slept; with the words of its event
    ends, !ends               it was to end the process, or ended it
    =0                        it was to return 0
    ret, lspid, mtype         outputs and fields that differ, where both returned
    >ret                      it returned more than it was to
    broken, tables            with the words of which one, and how
    """
    expected, got = found["expected"], found["got"]
    calls = [step for step in found["scenario"]["steps"] if "call" in step]
    said: set[str] = set()
    begins = found["step"] if found["since"] is None else found["since"]
    for at in {found["step"], begins}:
        said.update([calls[at]["call"], *names_in(calls[at]["args"])])
    said.update(["first"] if begins == 0 else [])
    for kind in sorted({"broken", "tables"} & got.keys()):
        return said | {kind, *WORD.findall(str(got[kind]))}
    said.update(["woken"] if found["proc"] != calls[found["step"]]["proc"] else [])
    if begins != found["step"]:
        failed = calls[begins].get("expect", {}).get("errno")
        said.update(["later"] if failed is None else ["later", f"~{failed}"])
    said.update([expected["errno"]] if "errno" in expected else [])
    said.update([f"!{got['errno']}"] if "errno" in got else [])
    said.update(["!ret"] if "ret" in got else [])
    said.update(["=0"] if expected.get("ret") == 0 else [])
    for word, outcome in (("sleeps", expected), ("!sleeps", got)):
        said.update([word, *WORD.findall(str(outcome.get("on")))] if "blocks" in outcome else [])
    said.update(["ends"] if "ends" in expected else [])
    said.update(["!ends"] if "ends" in got else [])
    if "ret" in expected and "ret" in got:
        said.update([">ret"] if more(got["ret"], expected["ret"]) else [])
        said.update(apart(expected, got))
        said.update(apart(expected.get("fields"), got.get("fields")))
    return said


def apart(one: Any, other: Any) -> Iterator[str]:
    """The names under which two outcomes, or their fields, hold something else."""
    if isinstance(one, dict) and isinstance(other, dict):
        yield from (key for key in one if repr(one[key]) != repr(other.get(key)))


def more(one: Any, other: Any) -> bool:
    """Is it a number, and a greater one?"""
    return type(one) is int and type(other) is int and one > other


def names_in(args: Any) -> Iterator[str]:
    """Every text among the arguments of a call, and what is named in them."""
    if isinstance(args, str):
        yield args
    elif isinstance(args, (list, dict)):
        yield from args if isinstance(args, dict) else ()
        for one in args.values() if isinstance(args, dict) else args:
            yield from names_in(one)
