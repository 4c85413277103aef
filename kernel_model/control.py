"""Process control: fork, exec, exit, and a zombie left behind (Bach 7.1, 7.3, 7.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kernel_model.constants import SIGNALS
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import closefiles, dupfiles
from kernel_model.instructions import Program
from kernel_model.machine import begin, main_of
from kernel_model.posting import INIT, name_of, no_zombies, psignal, shows, tell_parent
from kernel_model.process import Main, Process, State
from kernel_model.regiontable import memory_of
from kernel_model.space import need_copy, need_space
from kernel_model.traps import Execed, Exited, algorithm, syscall


@syscall
def fork(u: Process, name: str, main: Main | None = None) -> int:
    """Makes a child like the caller, known as `name`; gives its process id.

    The child of a process that is driven from outside is driven from outside too; a program
    says what the child runs (`main`). Fails with EAGAIN when the process table is full.
    """
    #: there must be a free slot of the process table, and memory for a copy
    k = u.k
    if len(k.procs) >= k.limits.NPROC:
        raise KernelError(Errno.EAGAIN, f"all {k.limits.NPROC} slots of the process table are used")
    if u.pregions is not None:
        need_copy(u)
    #: get a slot and a process id of its own
    child = k.newproc(name, u.pid, u.uid, u.gid)
    #: copy the regions of the parent; text is shared
    if u.pregions is not None:
        k.algorithms["procdup"](u, child)
    #: count the child's references to the parent's open files
    dupfiles(u, child)
    #: copy the rest of the parent's slot and u area; pending signals are not inherited
    child.named = {addr: replace(one) for addr, one in u.named.items()}
    child.pgrp = u.pgrp
    child.euid, child.suid, child.egid, child.sgid = u.euid, u.suid, u.egid, u.sgid
    child.umask, child.changed = u.umask, u.changed
    child.hold, child.actions, child.caught = set(u.hold), dict(u.actions), dict(u.caught)
    child.flags, child.masks = dict(u.flags), dict(u.masks)
    #: the child is ready to run; the parent is given its process id
    if main is not None:
        k.start(child, main)
    return child.pid


@syscall
def exec(u: Process, image: dict[str, Any] | Program | Main) -> int:
    """Replaces the program of the process; caught signals get their default action again.

    The effective ids become the saved ones.

    `image` is {"exit": n}, a program that ends with this code at once; {"sleep": 1}, one that
    sleeps until a signal ends it; a Program of instructions, or {"run": its source}; or a program
    that is a coroutine function. A set-uid program gives its owner's user id, unless the process
    is traced. Does not come back.
    """
    main: Main
    #: find the program, which must be one that can be run
    if isinstance(image, dict) and image.keys() == {"run"}:
        image = Program("run", str(image["run"]))
    program = image if isinstance(image, Program) else None
    if program is not None:
        name, main = program.name, main_of(program)
        check_program(u, program)
    elif callable(image):
        name, main = getattr(image, "__name__", "image"), image
    elif isinstance(image, dict) and image.keys() == {"exit"}:
        name, main = f"exit {image['exit']}", ends_with(image["exit"])
    elif isinstance(image, dict) and image.keys() == {"sleep"}:
        name, main = "sleep", sleeps
    else:
        raise KernelError(Errno.ENOENT, f"there is no program {image!r}")
    if u.pregions is not None:
        #: there must be memory for the new program
        need_space(u, name)
        #: detach all old regions of the process; what it held in them is told to others
        if u.robust:
            u.k.algorithms["robustexit"](u)
        u.k.algorithms["freespace"](u)
    #: the process runs another program from now on
    u.image, u.main, u.program, u.regs = name, main, program, None
    if u.pregions is not None:
        #: allocate regions for the new program, attach them, load it
        u.k.algorithms["newspace"](u)
    if program is not None:
        begin(u)
        #: a set-uid program has the rights of its owner
        u.k.algorithms["setids"](u, program.owner)
    #: close the files that are marked for it
    closefiles(u, every=False)
    u.named = {}
    #: caught signals get their default action again
    u.actions = {sig: action for sig, action in u.actions.items() if action == "SIG_IGN"}
    u.caught, u.masks = {}, {}
    u.flags = {sig: flags for sig, flags in u.flags.items() if sig in u.actions}
    #: save the effective user and group
    u.suid, u.sgid = u.euid, u.egid
    u.changed, u.debug = False, {}
    #: a traced process stops before the first instruction of its new program
    if u.tracer is not None:
        u.k.algorithms["tellexec"](u)
    raise Execed


def check_program(u: Process, program: Program) -> None:
    """Fails with ENOEXEC unless the program can be assembled."""
    layout = memory_of(u.k).layout
    try:
        program.assembled(layout.text, layout.data)
    except ValueError as error:
        raise KernelError(Errno.ENOEXEC, f"{program.name}: {error}") from None


@algorithm
def tellexec(u: Process) -> None:
    """Stops a traced process in its new program."""
    #: send SIGTRAP to the process itself
    psignal(u, SIGNALS["SIGTRAP"])


@algorithm
def setids(u: Process, owner: int | None) -> None:
    """Gives the process the user id of a set-uid program's owner, unless it is traced.

    Else whoever traces it could write a program of his own over it, with the owner's rights.
    """
    #: if the program is set-uid and nobody traces the process: the owner's rights
    if owner is not None and u.tracer is None:
        u.euid = owner


def ends_with(code: int) -> Main:
    """The program that ends at once."""

    async def ends(u: Any) -> int:
        return code

    return ends


async def sleeps(u: Any) -> int:
    """The program that sleeps until a signal ends it."""
    while True:
        await u.pause()


@syscall
def exit(u: Process, code: int = 0) -> int:
    """Ends the process; its parent may wait for it. Does not come back."""
    #: keep the exit code for the parent, end
    end(u, {"exited": code & 0xFF})
    raise Exited


@algorithm
def end(u: Process, status: dict[str, Any]) -> None:
    """Makes a zombie of a process and tells its parent; orphans go to init (Bach 7.3)."""
    #: undo what it has done to semaphores
    k = u.k
    if k.semaphores is not None:
        k.algorithms["semexit"](u)
    if u.robust:
        k.algorithms["robustexit"](u)
    #: free its regions
    if u.pregions is not None:
        k.algorithms["freespace"](u)
    #: close all open files
    closefiles(u, every=True)
    #: if it traces somebody, or is traced: nobody waits for it any more
    if k.tracing is not None:
        k.algorithms["traceexit"](u)
    #: make its state zombie; the slot keeps how it ended
    u.status, u.report, u.shown, u.halted = status, None, None, 0
    u.state, u.wchan = State.ZOMBIE, None
    k.gone[u.name] = status
    shows(u, "exit", f"ends: {status}")
    #: make the first process the parent of its children; those that are zombies are gone
    for child in [p for p in k.procs.values() if p.ppid == u.pid]:
        child.ppid = INIT
        if child.state is State.ZOMBIE and child.tracer is None:
            del k.procs[child.pid]
    #: tell the parent
    bury(u)


@algorithm
def bury(u: Process) -> None:
    """Tells of a zombie whoever may wait for it; without anyone, its slot is free again."""
    #: find who may wait for it: its tracer, else its parent
    k = u.k
    parent = k.procs.get(u.ppid if u.tracer is None else u.tracer)
    #: if there is nobody: free its slot
    if parent is None or parent.state is State.ZOMBIE:
        del k.procs[u.pid]
    #: wake the one who waits, send death of child
    else:
        if u.tracer is None and no_zombies(parent):
            del k.procs[u.pid]
        tell_parent(u)


@algorithm
def psexit(u: Process, sig: int) -> None:
    """Ends a process by a signal."""
    #: keep the number of the signal for the parent, end
    end(u, {"signaled": name_of(sig)})
    raise Exited
