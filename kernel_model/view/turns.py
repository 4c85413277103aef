"""Interleavings in a notebook: turns that the reader gives, and what all of them show.

What needs anywidget is brought in by the call that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernel_model.programs import Programs
    from kernel_model.view.interleavings.verdicts import Verdicts
    from kernel_model.view.interleavings.widget import Interleave
    from kernel_model.view.programs.widget import Drive


def interleave(
    lock: Any,
    processors: int | None = None,
    *,
    schedule: str | Sequence[int] = (),
    title: str = "",
) -> Interleave:
    """A lock or system, every processor of which waits for the reader to say that it may go on.

    lock      the text of a lock file or system file, or functions: [semaphore, Pprim, Vprim] with
              helpers, or [memory, program]
    schedule  whose turns have been taken already, as places of processors from 0, or "bad": a
              shortest schedule in which something goes wrong, if there is one

    Raises LockError, in words, for what is neither.
    """
    from kernel_model.view.interleavings import widget

    return widget.interleave(widget.given(lock), processors, schedule, title)


def drive(
    programs: Programs,
    *,
    schedule: str | Sequence[int | str] = (),
    seed: int | None = None,
    title: str = "",
) -> Drive:
    """Programs that run on the kernel, each of which waits for the reader to give it its turn.

    programs  a beginning, and a program for each process (kernel_model.programs)
    schedule  who has had turns already, by place or by name, or "bad": a shortest schedule that
              ends in a deadlock, or with two in their critical sections, if there is one
    seed      turns by chance to the end instead, always the same for the same number

    Raises ProgramError or ValueError, in words, for what cannot be driven.
    """
    from kernel_model.view.programs import widget

    return widget.drive(programs, schedule, seed, title)


def verdicts(
    locks: Mapping[str, Any],
    processors: int | None = None,
    properties: Sequence[str] | None = None,
) -> Verdicts:
    """What all interleavings of each lock, or of each system, show, as a table.

    locks       by name: texts of lock or of system files, or lists of functions as in `interleave`
    processors  by default 2, or as many as a system asks for
    properties  of locks: mutex, deadlock, starvation; by default all
    """
    from kernel_model.view.interleavings import verdicts as table
    from kernel_model.view.interleavings.widget import given

    texts = {name: given(lock) for name, lock in locks.items()}
    return table.verdicts(texts, processors, properties)
