"""A program of instructions at work: its text with the place it is at, its stack, its registers."""

from __future__ import annotations

from kernel_model.faults import page_of, region_at
from kernel_model.instructions import SIZE, disassembled
from kernel_model.machine import FRAME
from kernel_model.memory import PAGE, peek
from kernel_model.process import Process
from kernel_model.regiontable import Pregion, entries_of, memory_of
from kernel_model.tracewords import REGISTERS, signed
from kernel_model.view.pictures.svg import WIDTH, Picture, arrow, group, path, rect, text

ROW = 24
TOP = 52
STACK = 322  # where the column of the stack begins
BOX = 110  # width of a word
MOST = 16  # words of the stack, and instructions of the text


def user_stack(p: Process, framed: bool = True) -> Picture:
    """The text of a process on the left, and its stack on the right, high addresses above.

    framed   what lies at the stack pointer is the frame of a handler, which the kernel has built
             (the registers of the interrupted program, and what it had blocked)

    Raises ValueError for a process that runs no instructions.
    """
    if p.regs is None or p.program is None:
        raise ValueError(f"{p.name} runs no program of instructions")
    title = f"{p.name}: text and stack"
    back = signed(word_of(p, p.regs["sp"])) if framed else None
    listing, said, left = _text(p, back)
    stack, told, right = _stack(p, framed)
    y = TOP + ROW * max(left, right) + 14
    body = text(0, 16, title, "head") + listing + stack + _registers(p, y + 16)
    words = f"{p.name} is at {said}. {told} Registers: " + ", ".join(
        f"{name} {value:#x}" for name, value in p.regs.items()
    )
    return Picture(title, words + ".", y + 62, body)


def _text(p: Process, back: int | None) -> tuple[str, str, int]:
    """The instructions around pc with their labels, in words where it is, and how many rows.

    back   where the handler's frame says that it goes on afterwards
    """
    assert p.regs is not None, "it was asked before"
    assert p.program is not None, "it was asked before"
    entry = next(one for one in entries_of(p) if one.type == "text")
    data = next(one.addr for one in entries_of(p) if one.type == "data")
    made = p.program.assembled(entry.addr, data)
    named = {at: name for name, at in made.labels.items()}
    places = range(entry.addr, entry.addr + len(made.text), SIZE)
    here = min(max((p.regs["pc"] - entry.addr) // SIZE, 0), len(places) - 1)
    first = max(0, min(here - MOST // 2, len(places) - MOST))
    drawn, said = text(0, 42, "text", "label"), "no instruction of its own"
    for row, at in enumerate(places[first : first + MOST]):
        y = TOP + ROW * row
        words = disassembled(word_of(p, at), at, made.labels)
        now = at == p.regs["pc"]
        if now:
            drawn += rect(10, y, STACK - 54, ROW, "now", 4) + arrow(16, y + 12)
            drawn += path(f"M2 {y + 12}h6", "wire")
            said = f"{words}, at {at:#x}"
        drawn += text(20, y + 17, f"{named[at]}:" if at in named else "", "label")
        drawn += text(96, y + 17, words, "mono strong" if now else "mono")
        drawn += text(STACK - 44, y + 17, "goes on here", "label end") if at == back else ""
    return drawn, said, min(len(places), MOST)


def _stack(p: Process, framed: bool) -> tuple[str, str, int]:
    """The words from the end of the stack down to its pointer."""
    assert p.regs is not None, "it was asked before"
    entry = next(one for one in entries_of(p) if one.type == "stack")
    sp = p.regs["sp"]
    inside = min(len(FRAME), (entry.end - sp) // SIZE) if framed else 0
    places = list(range(sp, entry.end, SIZE))[:MOST][::-1]
    drawn = text(STACK, 42, f"stack, down from {entry.end:#x}", "label")
    names = {sp + SIZE * n: name for n, name in enumerate(FRAME[:inside])}
    for row, at in enumerate(places):
        y = TOP + ROW * row
        drawn += rect(STACK, y, BOX, ROW, "held" if at in names else "box", 0)
        drawn += text(STACK + BOX - 8, y + 17, _value(signed(word_of(p, at))), "mono end")
        drawn += text(STACK + BOX + 8, y + 17, _meaning(names.get(at, "")), "label")
    low = TOP + ROW * len(places)
    drawn += path(f"M{STACK - 18} {low}h14", "wire") + arrow(STACK - 1, low)
    drawn += text(STACK - 22, low + 5, "sp", "label end")
    if not places:
        drawn += text(STACK + 6, low + 5, "nothing is on it", "label")
    held = f"a frame of {inside} words" if inside else "no frame of a handler"
    told = f"On the stack: {len(places)} words, {held}, from {sp:#x} up."
    return group(drawn), told, max(len(places), 1)


def _meaning(name: str) -> str:
    """What a word of the frame is."""
    return {"": "", "pc": "pc: where to go on", "hold": "signals blocked"}.get(name, name)


def _registers(p: Process, y: float) -> str:
    """All registers in two rows."""
    assert p.regs is not None, "it was asked before"
    drawn = ""
    for place, name in enumerate(REGISTERS):
        x, base = place % 4 * (WIDTH / 4), y + 30 * (place // 4)
        drawn += text(x, base, name, "label") + text(x + 28, base, _value(p.regs[name]), "mono")
    return drawn


def _value(value: int) -> str:
    """Small numbers as such, addresses in hexadecimal digits."""
    return str(value) if abs(value) < 1 << 12 else f"{value % (1 << 64):#x}"


def word_of(p: Process, addr: int) -> bytes:
    """The word of a process at an address, as it is: nothing is brought in for it."""
    entry = region_at(p, addr)
    frame = entry.region.pages.get(page_of(entry, addr)) if isinstance(entry, Pregion) else None
    if frame is None:
        return bytes(SIZE)
    return bytes(peek(memory_of(p.k).frames, frame, addr % PAGE, SIZE))
