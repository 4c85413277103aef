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
    lines(range(3), {"queue": [0, 2, 4]}, "items", "crossings")   the same as a chart
    chart(figure)                                     matplotlib's, by day and by night
    drive(Programs(start, {"A": one, "B": other}))    programs on the kernel, turn by turn
    shell("cat f1 f2 | sort")                         a pipeline, every call of it
    across(loss=20, seed=3)                           two hosts, and a wire between them
    debug(SUM)                                        a debugger made of ptrace, at a program
    console()                                         processes, and system calls to try on them
    predict("Does it sleep?", ["yes", "no"], "yes", "There is no message.")
    quiz("04_messages.quiz")                          questions from a plain text

Pictures need the standard library only; the others bring in anywidget when they are used.
"""

from kernel_model.view.asking import predict, quiz
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
from kernel_model.view.plots import chart, lines
from kernel_model.view.runs import compare, play, snapshot
from kernel_model.view.tables import table
from kernel_model.view.trying import across, console, debug, shell
from kernel_model.view.turns import drive, interleave, verdicts

__all__ = [
    "Picture",
    "View",
    "across",
    "beside",
    "chart",
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
    "lines",
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
