"""Pictures of the kernel as pure functions, and the player that moves through a run.

    queue(view_of(kernel), 0)                         a picture: SVG, which a notebook shows
    play(["q = A.msgget(1, IPC_CREAT | 0o666)",       a run, step by step
          "B.msgrcv(q, 100, 0)",
          "A.msgsnd(q, 1, 'hello')"])
    play("messages.json", only="messages.sleep.two-types", functions=[msgrcv])
    compare("messages.json", msgrcv, only="...")      the kernel's function beside one's own

    interleave([semaphore, Pprim, Vprim])             a lock, every choice of who goes next
    verdicts({"a flag": flag, "the book's": book}, 3)  locks, and what holds of them
    table({"pipe": [4, 2]}, ["calls", "copies"])      what has been counted
    drive(Programs(start, {"A": one, "B": other}))    programs on the kernel, turn by turn
    shell("cat f1 f2 | sort")                         a pipeline, every call of it
    across(loss=20, seed=3)                           two hosts, and a wire between them
    debug(SUM)                                        a debugger made of ptrace, at a program
    console()                                         processes, and system calls to try on them
    predict("Does it sleep?", ["yes", "no"], "yes", "There is no message.")
    quiz("04_messages.quiz")                          questions from a plain text

Pictures need the standard library only; the others bring in anywidget when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kernel_model.view.pictures import (
    Picture,
    View,
    beside,
    descriptors,
    exchange,
    frames,
    ipc_table,
    kernel,
    layers,
    locks,
    message_map,
    pipe,
    posix_queue,
    processes,
    queue,
    region_table,
    segment_table,
    semaphore_set,
    signals,
    sleepers,
    spaces,
    trace_structure,
    undo_structures,
    user_stack,
    view_of,
    wait_for,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kernel_model.instructions import Program
    from kernel_model.kernel import Kernel
    from kernel_model.programs import Programs
    from kernel_model.view.between import Across
    from kernel_model.view.consoles.widget import Console
    from kernel_model.view.debugger.widget import Debug
    from kernel_model.view.interleavings.verdicts import Verdicts
    from kernel_model.view.interleavings.widget import Interleave
    from kernel_model.view.pipelines import Shell
    from kernel_model.view.player.widget import Player
    from kernel_model.view.programs.widget import Drive
    from kernel_model.view.questions.widget import Questions
    from kernel_model.view.tables import Table

__all__ = [
    "Picture",
    "View",
    "across",
    "beside",
    "compare",
    "console",
    "debug",
    "descriptors",
    "drive",
    "exchange",
    "frames",
    "interleave",
    "ipc_table",
    "kernel",
    "layers",
    "locks",
    "message_map",
    "pipe",
    "play",
    "posix_queue",
    "predict",
    "processes",
    "queue",
    "quiz",
    "region_table",
    "segment_table",
    "semaphore_set",
    "shell",
    "signals",
    "sleepers",
    "snapshot",
    "spaces",
    "table",
    "trace_structure",
    "undo_structures",
    "user_stack",
    "verdicts",
    "view_of",
    "wait_for",
]


def play(
    what: Any,
    *,
    functions: Iterable[Callable[..., Any]] = (),
    personality: str = "classic",
    only: str | None = None,
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    title: str = "",
    step: int = 0,
    tables: Sequence[str] = (),
) -> Player:
    """A player of a run.

    what       a Trace; a Scenario, or one as a dict or JSON; a file of scenarios (its path, text or
               content) with `only`, the id of one; a list of calls in short form
    functions  functions of one's own to put into the kernel first
    uids, limits   of the processes of a list of calls, and of its kernel
    step       where it starts; negative: from the end
    tables     the pictures that it has, such as "processes" and "signals"; by default all

    Raises ValueError or ScenarioError, in words, for what cannot be played.
    """
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.story import story_of
    from kernel_model.view.player.widget import Player

    made = record(what, _several(functions), personality, only, uids, limits)
    title = title or made.title
    story = story_of(made.trace, title, made.note)
    return Player(title, [story], [""], step=step, keep=tables)


def compare(
    what: Any,
    other: Any,
    *,
    personality: str = "classic",
    only: str | None = None,
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    names: tuple[str, str] | None = None,
    title: str = "",
    tables: Sequence[str] = (),
) -> Player:
    """A player of two runs side by side, in step by system call; it starts where they part.

    what    as in `play`
    other   a function of one's own, or a list of them: the same run with these in the kernel;
            "classic" or "linux": the same run on that kernel; or anything that can be played
    names   what the two are called; by default the kernel's and yours, or the two personalities
    tables  as in `play`

    Raises ValueError or ScenarioError, in words, for what cannot be played.
    """
    from kernel_model.view.player import compare as comparing
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.story import story_of
    from kernel_model.view.player.widget import Player

    given = only, uids, limits
    first = record(what, (), personality, *given)
    own = _several(other) if callable(other) or _all_callable(other) else []
    if own or other in ("classic", "linux"):
        second = record(what, own, personality if own else other, *given)
    elif isinstance(other, list | tuple):
        second = record(other, (), personality, *given)
    else:
        second = record(other, (), personality)
    stories = [story_of(made.trace, made.title, made.note) for made in (first, second)]
    rows = comparing.rows(stories[0].steps, stories[1].steps)
    part = comparing.parting(stories[0].steps, stories[1].steps, rows)
    called = names or comparing.named(bool(own), first.trace, second.trace)
    shown = title or first.title
    return Player(shown, stories, list(called), rows, part, step=part or 0, keep=tables)


def snapshot(what: Any, step: int = -1, title: str = "") -> Picture:
    """A step of a run, by default the last: of a Player, or of anything that `play` takes."""
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.snapshot import snapshot_of
    from kernel_model.view.player.story import story_of

    if hasattr(what, "snapshot"):
        shown: Picture = what.snapshot(step)
        return shown
    made = record(what)
    story = story_of(made.trace, title or made.title, made.note)
    if not -len(story.steps) <= step < len(story.steps):
        raise ValueError(f"step {step}; this run has the steps 0 to {len(story.steps) - 1}")
    return snapshot_of(story.title, [story], [""], (step % len(story.steps),))


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


def table(rows: Mapping[str, Sequence[Any]], heads: Sequence[str]) -> Table:
    """What has been counted or measured, as a table.

    rows    by name: what stands in the columns
    heads   of the columns
    """
    from kernel_model.view.tables import Table

    return Table(heads, [(name, *cells) for name, cells in rows.items()])


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
    from kernel_model.view.consoles import widget

    return widget.console(personality, limits, _several(functions), processes, record, first)


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
    step: int = 0,
    **chosen: int,
) -> Across:
    """A client and a server on two hosts, sliders for the wire between them, and a player.

    kind       circuit, a byte stream, or datagrams
    functions  your own, in place of both kernels' of the same name
    step       where the player starts
    chosen     where sliders are at first: seed; loss, double, reorder in per cent; window
    """
    from kernel_model.view.between import Across

    return Across(kind, _several(functions), step, **chosen)


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


def predict(
    question: str,
    options: Iterable[Any] | None = None,
    answer: Any = None,
    why: str = "",
    then: Callable[[], Any] | None = None,
    name: str = "prediction",
) -> Questions:
    """A question that shows its answer only when the learner has committed to one.

    options  what to choose from; None: the answer is written
    answer   the right option, or a list of all that are right; written ones: a text or a number,
             or a list of those that are right
    why      the reason, shown with the answer
    then     what to show after that: a function that gives a player, a picture, a text
    name     under which the answer counts in `progress()`

    The answer stays in the kernel of the notebook until then, but not out of the cell that asks:
    keep it out of sight with `quiz`. Raises QuestionError for what cannot be asked.
    """
    from kernel_model.view.questions import widget

    given = None if options is None else list(options)
    return widget.predict(question, given, answer, why, then, name)


def quiz(
    source: Path | str, only: str | None = None, then: Callable[[], Any] | None = None
) -> Questions:
    """The questions of a file, or of a text, in the format of `questions/text.py`; with a score.

    only  the name of one question, which is asked alone
    then  what to show after the last answer, as in `predict`

    Raises QuizError, with the line, for what is malformed; OSError for what cannot be read.
    """
    from kernel_model.view.questions import widget

    return widget.quiz(source, only, then)


def _several(functions: Any) -> list[Callable[..., Any]]:
    """Functions, whether one or several are given."""
    return [functions] if callable(functions) else list(functions)


def _all_callable(given: Any) -> bool:
    """Is this a list of functions?"""
    return isinstance(given, list | tuple) and bool(given) and all(map(callable, given))
