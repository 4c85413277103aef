"""A little shell: pipelines of cat, sort and the like on the model (Bach 5.12, 7.8).

`run_line("cat f1 f2 | sort", {"f1": "pear\\n", "f2": "fig\\n"})` makes a pipe for each bar, forks a
process for each command, and puts the ends where standard input and output were. Each program
makes one call after another; whoever sleeps is passed over until it is awake again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel_model.constants import O_CREAT, O_RDONLY, O_WRONLY
from kernel_model.kernel import Kernel
from kernel_model.process import Call, Process
from kernel_model.trace import Trace

CHUNK = 16  # bytes that a program reads at once
SMALL = {"PIPEBLK": 2}  # a pipe of twenty bytes, so that it runs full
TERMINAL = "terminal"  # the file that stands for it
FORGET = {
    "shell": "the shell leaves its writing ends open",
    "reader": "each reader leaves the writing end open that it has inherited",
}
Program = Generator[tuple[Any, ...], Call, None]
Ends = tuple[int, int]  # of a pipe: the descriptors to read it and to write it


@dataclass(frozen=True)
class Ran:
    """A line that was run."""

    trace: Trace
    printed: str  # what came to the terminal
    asleep: tuple[str, ...]  # who sleeps for ever


def run_line(
    line: str, files: Mapping[str, str], forget: Iterable[str] = (), personality: str = "classic"
) -> Ran:
    """Runs a pipeline on a kernel of its own.

    forget  of FORGET, what a careless programmer leaves out

    Raises ValueError, in words, for what is no pipeline of the known programs.
    """
    commands = parsed(line)
    k = Kernel(personality, SMALL)
    init = k.spawn("init")
    for name, text in {**files, TERMINAL: ""}.items():
        fd = init.call("open", f"/{name}", O_CREAT | O_WRONLY, 0o666).ret
        init.call("write", fd, text)
        init.call("close", fd)
    init.call("exit", 0)
    trace = k.start_trace()
    running = {"sh": shell(commands, frozenset(forget))}
    k.spawn("sh")
    drive(k, running)
    trace.stop()
    person = k.spawn("person")
    person.call("read", person.call("open", f"/{TERMINAL}", O_RDONLY).ret, 10_000)
    return Ran(trace, bytes(person.out["data"]).decode("latin-1"), tuple(running))


def drive(k: Kernel, running: dict[str, Program]) -> None:
    """Lets each program make a call in turn, until all have ended or sleep."""
    last: dict[str, Call | None] = dict.fromkeys(running)
    moved = True
    while moved:
        moved = False
        for name, program in list(running.items()):
            call = last[name]
            if call is not None and call.state in ("asleep", "ended"):
                if call.state == "ended":
                    del running[name]
                continue
            made = _step(k.proc(name), program, call, running)
            last[name], moved = made, True
            last.update({child: None for child in running if child not in last})


def _step(p: Process, program: Program, last: Call | None, running: dict[str, Program]) -> Call:
    """The next call of a program; a fork brings the program of the child."""
    name, *args = next(program) if last is None else program.send(last)
    if name == "fork":
        running[args[0]] = args.pop()
    return p.call(name, *args)


def parsed(line: str) -> list[list[str]]:
    """The commands of a pipeline, each with its arguments."""
    commands = [part.split() for part in line.split("|")]
    for command in commands:
        if not command or command[0] not in PROGRAMS:
            known = ", ".join(PROGRAMS)
            raise ValueError(f"{' '.join(command) or 'nothing'!r} is no command; there are {known}")
    return commands


def shell(commands: list[list[str]], forget: frozenset[str]) -> Program:
    """Makes the pipes and the children, closes what it does not need, and waits."""
    terminal = yield "open", f"/{TERMINAL}", O_WRONLY
    yield "dup2", terminal.ret, 1
    yield "close", terminal.ret
    ends: list[Ends] = []
    for place, command in enumerate(commands):
        if place < len(commands) - 1:
            made = yield ("pipe",)
            ends.append((made.out["r"], made.out["w"]))
        yield "fork", _named(commands, place), _child(command, place, list(ends), forget)
    for r, w in ends:
        yield "close", r
        if "shell" not in forget:
            yield "close", w
    for _ in commands:
        yield ("wait",)
    yield "exit", 0


def _named(commands: list[list[str]], place: int) -> str:
    name = commands[place][0]
    return name if [one[0] for one in commands].count(name) == 1 else f"{name}{place + 1}"


def _child(command: list[str], place: int, ends: list[Ends], forget: frozenset[str]) -> Program:
    """Puts the ends of the pipes in the place of standard input and output, and begins."""
    if place > 0:
        yield "dup2", ends[place - 1][0], 0
    if place < len(ends):
        yield "dup2", ends[place][1], 1
    for number, (r, w) in enumerate(ends):
        yield "close", r
        if "reader" not in forget or number != place - 1:
            yield "close", w
    yield from PROGRAMS[command[0]](command[1:])
    yield "exit", 0


def _all_of(fd: int) -> Generator[tuple[Any, ...], Call, bytes]:
    """Reads until the end of the file."""
    text = b""
    while True:
        made = yield "read", fd, CHUNK
        if made.state != "returned" or not made.ret:
            return text
        text += made.out["data"]


def cat(names: list[str]) -> Program:
    """Copies files, or its standard input, to its standard output."""
    for name in names or [""]:
        fd = 0
        if name:
            made = yield "open", f"/{name}", O_RDONLY
            if made.state == "failed":
                continue
            fd = made.ret
        while True:
            made = yield "read", fd, CHUNK
            if not made.ret:
                break
            yield "write", 1, made.out["data"]
        if name:
            yield "close", fd


def sort(names: list[str]) -> Program:
    """Prints the lines of its standard input in order: when it has read them all."""
    lines = (yield from _all_of(0)).splitlines(keepends=True)
    yield "write", 1, b"".join(sorted(lines))


def wc(names: list[str]) -> Program:
    """Prints how many lines and bytes its standard input has."""
    text = yield from _all_of(0)
    yield "write", 1, b"%d %d\n" % (text.count(b"\n"), len(text))


def head(names: list[str]) -> Program:
    """Prints what it reads first, and ends: whoever writes for it finds no reader any more."""
    made = yield "read", 0, CHUNK
    yield "write", 1, made.out["data"]


PROGRAMS: dict[str, Callable[[list[str]], Program]] = {
    "cat": cat, "sort": sort, "wc": wc, "head": head,
}  # fmt: skip
