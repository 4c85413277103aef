"""A lock file's text made of functions, so that a notebook can explore what its cells define.

    flag = lock(semaphore, Pprim, Vprim)      the text, with the functions in this order
    check(flag, 2)

A function that is sealed goes in as well; its steps in words are kept for whoever shows it.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, Self

from kernel_model.trace import STEP

HEADER = "from kernel_model.explore import *"
SEALED = "kernel_model.sealed"  # holds the functions that are sealed, where any are


class Lock(str):
    """The text of a lock file.

    steps   of sealed functions, by line: what begins there, in words; empty: all can be read
    """

    steps: dict[int, str]

    def __new__(cls, text: str, steps: Mapping[int, str] | None = None) -> Self:
        """A text with the steps that stand for its lines."""
        made = super().__new__(cls, text)
        made.steps = dict(steps or {})
        return made

    def __repr__(self) -> str:
        return f"<Lock of {len(self.splitlines())} lines{', sealed' if self.steps else ''}>"

    def told(self) -> dict[int, str]:
        """The steps in words, whether they stand for the lines or beside them as `#:` comments."""
        if self.steps:
            return self.steps
        found = (STEP.match(line) for line in self.splitlines())
        return {at: hit[1] for at, hit in enumerate(found, 1) if hit}


def lock(*functions: Callable[..., Any], **constants: int) -> Lock:
    """A lock of functions; the constants become globals of its module.

    Raises ValueError, in words, for a function whose source cannot be had.
    """
    lines = ["; ".join([HEADER, *(f"{name} = {value}" for name, value in constants.items())])]
    steps: dict[int, str] = {}
    for function in functions:
        if len(lines) > 1:
            lines += ["", ""]
        text, told = _source(function)
        steps |= {len(lines) + line: words for line, words in told.items()}
        lines += text.splitlines()
    return Lock("\n".join([*lines, ""]), steps)


def _source(function: Callable[..., Any]) -> tuple[str, dict[int, str]]:
    """The source of a function, and its steps in words if that source is sealed."""
    if getattr(function, "sealed_steps", None) is not None:
        kept: dict[str, tuple[str, dict[str, str]]] = sys.modules[SEALED].contents()
        text, steps = kept[f"{function.__module__}:{function.__qualname__}"]
        return text, {int(line): words for line, words in steps.items()}
    try:
        return textwrap.dedent(inspect.getsource(function)).rstrip(), {}
    except (OSError, TypeError) as error:
        name = getattr(function, "__name__", function)
        raise ValueError(f"{name}: its source cannot be found ({error})") from error
