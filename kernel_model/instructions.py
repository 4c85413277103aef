"""A small machine's instructions: words, an assembler, and a disassembler.

An instruction is one word: the operation, two registers, and a number of 32 bits with its sign.
So whoever writes a word into the text of a process has written an instruction.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from kernel_model.memory import PAGE
from kernel_model.tracewords import REGISTERS

FORM = struct.Struct("<BBBxi")  # operation, registers a and b, number
SIZE = FORM.size  # bytes of an instruction, and of a word of data

# What follows an operation: r registers, n a number, p a place, counted from the instruction itself
OPERATIONS = {
    "illegal": "",  # a word of zeros
    "set": "rn",  # a = number
    "lea": "rp",  # a = address of the place
    "load": "rrn",  # a = word at b + number
    "store": "rrn",  # word at b + number = a
    "add": "rr",
    "addi": "rn",
    "sub": "rr",
    "cmp": "rr",  # cc = sign of a - b
    "jmp": "p",
    "beq": "p",  # if cc is 0
    "bne": "p",
    "blt": "p",  # if cc is below 0
    "call": "p",  # push the address of the next instruction, jump
    "ret": "",
    "push": "r",
    "pop": "r",
    "sys": "n",  # system call: arguments in r0 to r3, the result in r0
    "rti": "",  # return from a handler: pop what the kernel has pushed
    "bpt": "",  # breakpoint: SIGTRAP, and pc stays here
}
NUMBERS = {name: number for number, name in enumerate(OPERATIONS)}
NAMES = list(OPERATIONS)


@dataclass(frozen=True, slots=True)
class Program:
    """A program in the machine's language; with an owner, it is a set-uid program of that user.

    A line is `label: operation a, b, number  ; comment`; after `.data` words of data follow, as
    `label: .word 5`. A place is a label. A register or a number may stand where the table says.
    """

    name: str
    source: str
    owner: int | None = None

    def assembled(self, text: int, data: int) -> Assembled:
        """The program for regions at these addresses; ValueError for one that is wrong."""
        return assemble(self.source, text, data)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The bytes of text and data, and what the labels stand for."""

    text: bytes
    data: bytes
    labels: dict[str, int]


def assemble(source: str, text: int, data: int) -> Assembled:
    """Assembles in two passes: first the places of the labels, then the words."""
    labels: dict[str, int] = {}
    rows: list[tuple[int, int, list[str]]] = []
    at = {"text": text, "data": data}
    section = "text"
    for number, line in enumerate(source.splitlines(), 1):
        label, colon, rest = line.partition(";")[0].rpartition(":")
        words = rest.replace(",", " ").split()
        if colon:
            labels[label.strip()] = at[section]
        if words == [".data"]:
            section = "data"
        elif words:
            rows.append((number, at[section], words))
            at[section] += SIZE
    if max(at["text"] - text, at["data"] - data) > PAGE:
        raise ValueError(f"the program does not fit into {PAGE} bytes of text and as many of data")
    made = {"text": b"", "data": b""}
    for number, place, words in rows:
        part = "data" if words[0] == ".word" else "text"
        try:
            made[part] += encoded(words, place, labels)
        except (KeyError, ValueError, IndexError, struct.error) as error:
            raise ValueError(f"line {number}, {' '.join(words)}: {error!r}") from None
    return Assembled(made["text"], made["data"], labels)


def encoded(words: list[str], place: int, labels: dict[str, int]) -> bytes:
    """One word of text or data."""
    name, *given = words
    if name == ".word":
        return (int(given[0], 0) % (1 << 64)).to_bytes(SIZE, "little")
    registers, value = [], 0
    operands = OPERATIONS[name]
    if len(given) != len(operands):
        raise ValueError(f"{name} takes {len(operands)} operands")
    for kind, word in zip(operands, given, strict=True):
        if kind == "r":
            registers.append(REGISTERS.index(word))
        elif kind == "p":
            value = labels[word] - place
        else:
            value = int(word, 0)
    a, b = [*registers, 0, 0][:2]
    return FORM.pack(NUMBERS[name], a, b, value)


def decoded(word: bytes) -> tuple[str, str, str, int]:
    """Operation, registers a and b, number; `illegal` for what is no instruction."""
    number, a, b, value = FORM.unpack(word)
    if number >= len(NAMES) or max(a, b) >= len(REGISTERS):
        return "illegal", REGISTERS[0], REGISTERS[0], 0
    return NAMES[number], REGISTERS[a], REGISTERS[b], value


def disassembled(word: bytes, place: int, labels: dict[str, int] | None = None) -> str:
    """An instruction in words, as it stands at an address."""
    name, a, b, value = decoded(word)
    known = {address: label for label, address in (labels or {}).items()}
    registers = iter((a, b))
    operands = []
    for kind in OPERATIONS[name]:
        if kind == "r":
            operands.append(next(registers))
        elif kind == "p":
            operands.append(known.get(place + value, f"{place + value:#x}"))
        else:
            operands.append(str(value))
    return f"{name} {', '.join(operands)}".strip()
