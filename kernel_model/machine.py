"""The small machine: a process runs the instructions in its text (Bach 6.4, 7.2.1, 11.1).

Text, data and stack lie in the regions of the process, its registers in its user area. A trap for
a signal or a step comes between two instructions.
"""

from __future__ import annotations

from typing import Any

from kernel_model.constants import SIGNALS
from kernel_model.errno import KernelError
from kernel_model.faults import load, store
from kernel_model.instructions import SIZE, Program, decoded, disassembled
from kernel_model.process import Main, Process, State
from kernel_model.regiontable import entries_of
from kernel_model.tracewords import REGISTERS, signed, word_bytes
from kernel_model.traps import system_call
from kernel_model.usermode import signalled

CALLS = {1: "exit", 20: "getpid", 29: "pause", 37: "kill", 48: "signal"}  # numbers of V7
ARGUMENTS = {"exit": 1, "getpid": 0, "pause": 0, "kill": 2, "signal": 2}
ENOUGH = 100_000  # instructions that a process may make; then SIGXCPU ends it
FRAME = (*REGISTERS, "hold")  # what a handler's frame on the stack holds
SIGTRAP, SIGILL, SIGXCPU = (SIGNALS[name] for name in ("SIGTRAP", "SIGILL", "SIGXCPU"))


def main_of(program: Program) -> Main:
    """What a process does that has the program as its image."""

    async def main(user: Any) -> int:
        await run(user.proc)
        return 0

    main.__name__ = program.name
    return main


def begin(u: Process) -> None:
    """Sets the registers before the first instruction."""
    text, _, stack = (entry for entry in entries_of(u) if entry.type in ("text", "data", "stack"))
    u.regs = dict.fromkeys(REGISTERS, 0) | {"pc": text.addr, "sp": stack.end, "fp": stack.end}


async def run(u: Process) -> None:
    """Makes one instruction after the other until the process ends.

    Departs from Bach: there is no clock that takes the processor away from an endless loop, so a
    process that has made too many instructions ends by SIGXCPU.
    """
    made = 0
    while True:
        stepping, u.step = u.step, False
        try:
            await instruction(u)
        except KernelError:  # a fault has called a handler: pc is where that begins
            stepping = False
        made += 1
        if made > ENOUGH:
            u.k.algorithms["psexit"](u, SIGXCPU)
        if stepping:
            u.sig.add(SIGTRAP)
        if u.sig or u.cursig:
            await signalled(u)


async def instruction(u: Process) -> None:
    """Fetches the instruction at pc, and makes it."""
    regs = registers(u)
    pc = regs["pc"]
    word = await load(u, pc, SIZE)
    name, a, b, value = decoded(word)
    if u.k.trace is not None:
        u.k.trace.event("instruction", u, f"{u.name} at {pc:#x}: {disassembled(word, pc)}")
    if name in ("bpt", "illegal"):
        u.sig.add(SIGTRAP if name == "bpt" else SIGILL)
        return
    if name == "rti":
        await from_handler(u)
        return
    after = pc + SIZE
    if name in ("load", "pop", "ret"):
        at = regs[b] + value if name == "load" else regs["sp"]
        found = signed(await load(u, at, SIZE))
        if name == "ret":
            after = found
        else:
            regs[a] = found
        regs["sp"] += SIZE if name != "load" else 0
    elif name in ("store", "push", "call"):
        at = regs[b] + value if name == "store" else regs["sp"] - SIZE
        await store(u, at, word_bytes(after if name == "call" else regs[a]))
        regs["sp"] -= SIZE if name != "store" else 0
        after = pc + value if name == "call" else after
    elif name in ("jmp", "beq", "bne", "blt"):
        cc = regs["cc"]
        taken = {"jmp": True, "beq": cc == 0, "bne": cc != 0, "blt": cc < 0}[name]
        after = pc + value if taken else after
    elif name != "sys":
        compute(regs, name, a, b, pc + value if name == "lea" else value)
    regs["pc"] = after
    if name == "sys":
        await syscall_of(u, value)


def compute(regs: dict[str, int], name: str, a: str, b: str, value: int) -> None:
    """The instructions that only change registers; a sum is cut to 64 bits."""
    if name == "cmp":
        regs["cc"] = (regs[a] > regs[b]) - (regs[a] < regs[b])
        return
    results = {
        "set": value, "lea": value, "add": regs[a] + regs[b], "addi": regs[a] + value,
        "sub": regs[a] - regs[b],
    }  # fmt: skip
    regs[a] = signed(word_bytes(results[name]))


async def syscall_of(u: Process, number: int) -> None:
    """A system call: r0 is the result, or minus the number of the error."""
    regs = registers(u)
    name = CALLS.get(number)
    if name is None:
        u.sig.add(SIGNALS["SIGSYS"])
        return
    args: list[Any] = [regs[f"r{n}"] for n in range(ARGUMENTS[name])]
    if name == "signal":
        args[1] = {0: "SIG_DFL", 1: "SIG_IGN"}.get(args[1], args[1])
    try:
        await system_call(u, name, tuple(args))
    except KernelError:  # its number is in r0, or in the frame of a handler, already
        u.state = State.USER


async def to_handler(u: Process, sig: int, handler: int) -> bool:
    """Builds the frame of a handler on the user stack, and lets it begin (Bach 7.2.1).

    The handler finds its signal in r0, and comes back by `rti`. False: there is no room.
    """
    regs = registers(u)
    sp = regs["sp"] - SIZE * len(FRAME)
    stack = next(entry for entry in entries_of(u) if entry.type == "stack")
    if not stack.addr <= sp <= stack.end - SIZE * len(FRAME):
        return False
    hold = sum(1 << (n - 1) for n in u.hold)
    frame = [*(regs[name] for name in REGISTERS), hold]
    await store(u, sp, b"".join(word_bytes(word) for word in frame))
    regs |= {"sp": sp, "pc": handler, "r0": sig}
    return True


async def from_handler(u: Process) -> None:
    """Takes back the registers and the mask that the kernel has put on the stack."""
    regs = registers(u)
    data = await load(u, regs["sp"], SIZE * len(FRAME))
    words = [data[at : at + SIZE] for at in range(0, len(data), SIZE)]
    regs |= {name: signed(word) for name, word in zip(REGISTERS, words, strict=False)}
    hold = int.from_bytes(words[-1], "little")
    u.hold = {n for n in range(1, 65) if hold >> (n - 1) & 1}


def registers(u: Process) -> dict[str, int]:
    """The registers of a process that runs instructions."""
    assert u.regs is not None, f"{u.name} has no registers"
    return u.regs
