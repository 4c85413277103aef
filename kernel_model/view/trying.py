"""What a reader can work at in a notebook: a console, a shell, two hosts, a debugger.

What needs anywidget or ipywidgets is brought in by the call that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kernel_model.view.runs import several

if TYPE_CHECKING:
    from kernel_model.instructions import Program
    from kernel_model.kernel import Kernel
    from kernel_model.view.between import Across
    from kernel_model.view.consoles.widget import Console
    from kernel_model.view.debugger.widget import Debug
    from kernel_model.view.pipelines import Shell


def console(
    personality: str = "classic",
    limits: Mapping[str, int] | None = None,
    functions: Iterable[Callable[..., Any]] = (),
    processes: Mapping[str, int | tuple[int, int]] | None = None,
    record: Any = None,
    first: str = "Messages",
) -> Console:
    """A console: make system calls, and see what comes of them.

    personality  classic or linux: whose rules the kernel follows
    limits       tunables that are not as usual, as in {"MSGMNB": 100}
    functions    your own, in place of the kernel's of the same name
    processes    who is there at first: uid, or (uid, gid), by name; default A and B, user 1000
    record       what real Linux did, shown where there is none: a record that
                 `consoles.real.store` made, its path, or a list of them
    first        the family of calls that is offered first, such as "Shared memory"

    Raises ValueError, in words, for what cannot be had.
    """
    from kernel_model.view.consoles.desk import Desk
    from kernel_model.view.consoles.real import records_from
    from kernel_model.view.consoles.widget import Console

    desk = Desk(personality, limits, several(functions), processes, first)
    return Console(desk, records_from(record))


def shell(
    line: str,
    files: Mapping[str, str] | None = None,
    forget: Iterable[str] = (),
    personality: str = "classic",
) -> Shell:
    """A shell that runs a pipeline of cat, sort, wc and head, and a player of every call.

    files   by name what is in them; default f1 and f2, three lines each
    forget  what is not closed: "shell", its own writing ends; "reader", those of each reader
    """
    from kernel_model.view import pipelines

    given = pipelines.FILES if files is None else files
    return pipelines.Shell(line, given, tuple(forget), personality)


def across(
    kind: str = "circuit",
    functions: Iterable[Callable[..., Any]] = (),
    step: int | str = 0,
    **chosen: int,
) -> Across:
    """A client and a server on two hosts, sliders for the wire between them, and a player.

    kind       circuit, a byte stream, or datagrams
    functions  your own, in place of both kernels' of the same name
    step       where the player starts: a number, or words that the step says
    chosen     where sliders are at first: seed; loss, double, reorder in per cent; window
    """
    from kernel_model.view.between import Across

    return Across(kind, several(functions), step, **chosen)


def debug(
    program: Program,
    commands: Sequence[str] = (),
    *,
    personality: str = "classic",
    uid: int = 1000,
    prepare: Callable[[Kernel], None] | None = None,
    look: Sequence[str] = ("registers",),
    title: str = "",
) -> Debug:
    """A debugger at a program of instructions, stopped before its first one.

    commands   what is done already, such as ["break loop", "continue"]
    uid        of the debugger and its child
    prepare    is given the kernel first: to install a function, or to make other processes
    look       what is read whenever the program stops: registers, data, stack

    Raises ValueError for a program that cannot be assembled.
    """
    from kernel_model.view.debugger.widget import Debug

    return Debug(program, commands, personality, uid, prepare, look, title)
