"""Programs of instructions, run by themselves and by a debugger (machine.py, instructions.py)."""

import pytest

from kernel_model import (
    PTRACE_CONT,
    PTRACE_KILL,
    PTRACE_PEEKDATA,
    PTRACE_PEEKTEXT,
    PTRACE_PEEKUSER,
    PTRACE_POKEDATA,
    PTRACE_POKETEXT,
    PTRACE_POKEUSER,
    PTRACE_SINGLESTEP,
    PTRACE_TRACEME,
    SIGNALS,
    Errno,
    Kernel,
    KernelError,
    Process,
    State,
)
from kernel_model.instructions import NUMBERS, OPERATIONS, SIZE, Program, assemble, disassembled
from kernel_model.invariants import broken
from kernel_model.regiontable import CLASSIC, LINUX
from kernel_model.tables import show, snapshot
from kernel_model.tracewords import REGISTERS, signed

PERSONALITIES = pytest.mark.parametrize("personality", ["classic", "linux"])
LAYOUT = {"classic": CLASSIC, "linux": LINUX}
BREAK = NUMBERS["bpt"]
USR1 = SIGNALS["SIGUSR1"]

SUM = Program("sum", """
        lea  r1, n
        load r1, r1, 0      ; how many are left
        set  r0, 0
        set  r2, 0
loop:   cmp  r1, r2
        beq  done
        call step
        jmp  loop
step:   add  r0, r1
        addi r1, -1
        ret
done:   sys  1              ; exit(r0)
        .data
n:      .word 4
""")  # fmt: skip

HANDLER = Program("handler", """
        set  r0, 10         ; SIGUSR1
        lea  r1, caught
        sys  48             ; signal
        set  r3, 0
wait:   sys  29             ; pause
        addi r0, 4          ; -EINTR + EINTR
        add  r0, r3
        sys  1
caught: addi r3, 1
        lea  r1, count
        load r2, r1, 0
        add  r2, r0         ; r0 is the signal
        store r2, r1, 0
        rti
        .data
count:  .word 0
""")  # fmt: skip


def running(k: Kernel, program: Program, uid: int = 0) -> Process:
    p = k.spawn(program.name, uid)
    assert p.call("exec", program).state == "execed"
    return p


def stopped(k: Kernel, program: Program, uid: int = 0) -> tuple[Process, Process]:
    """A debugger, and a program that it traces, before its first instruction."""
    a = k.spawn("sdb", uid)
    a.call("fork", program.name)
    c = k.proc(program.name)
    c.call("ptrace", PTRACE_TRACEME)
    c.call("exec", program)
    assert a.call("wait").out["status"] == {"stopped": "SIGTRAP"}
    return a, c


def register(a: Process, c: Process, name: str) -> int:
    offset = REGISTERS.index(name) * 8
    if a.k.personality == "linux":
        offset = dict(zip(REGISTERS, (128, 152, 32, 144, 80, 112, 104, 96), strict=True))[name]
    return int(a.call("ptrace", PTRACE_PEEKUSER, c.pid, offset).ret)


def labels(k: Kernel, program: Program) -> dict[str, int]:
    layout = LAYOUT[k.personality]
    return program.assembled(layout.text, layout.data).labels


@PERSONALITIES
def test_a_program_runs_in_its_regions_and_exits(personality: str) -> None:
    k = Kernel(personality)
    running(k, SUM)

    assert k.gone["sum"] == {"exited": 10}


@PERSONALITIES
def test_a_handler_runs_on_the_user_stack_and_comes_back(personality: str) -> None:
    k = Kernel(personality)
    p = running(k, HANDLER)
    a = k.spawn("A")
    assert p.state is State.ASLEEP
    a.call("kill", p.pid, USR1)

    # the call failed with EINTR; r3, which the handler has changed, is as it was before
    assert k.gone["handler"] == {"exited": 0}


def test_the_frame_of_a_handler_holds_the_registers_of_the_interrupted_program() -> None:
    k = Kernel()
    a, c = stopped(k, HANDLER)
    at = labels(k, HANDLER)
    a.call("ptrace", PTRACE_POKETEXT, c.pid, at["caught"], BREAK)
    a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)
    a.call("kill", c.pid, USR1)
    assert a.call("wait").out["status"] == {"stopped": "SIGUSR1"}
    a.call("ptrace", PTRACE_CONT, c.pid, 1, USR1)
    assert a.call("wait").out["status"] == {"stopped": "SIGTRAP"}

    assert (register(a, c, "pc"), register(a, c, "r0")) == (at["caught"], USR1)
    sp = register(a, c, "sp")
    frame = [a.call("ptrace", PTRACE_PEEKDATA, c.pid, sp + 8 * n).ret for n in range(9)]
    assert frame[0] == at["wait"] + SIZE  # after the call
    assert frame[1] == CLASSIC.highest  # the stack was empty
    assert frame[4] == -Errno.EINTR
    assert frame[8] == 0  # nothing was blocked
    assert c.actions == {USR1: "SIG_DFL"}  # the classic kernel has reset the action


@PERSONALITIES
def test_a_debugger_breaks_at_an_instruction_steps_over_it_and_goes_on(personality: str) -> None:
    k = Kernel(personality)
    a, c = stopped(k, SUM)
    at = labels(k, SUM)["step"]
    kept = a.call("ptrace", PTRACE_PEEKTEXT, c.pid, at).ret
    seen = []
    for _ in range(4):
        a.call("ptrace", PTRACE_POKETEXT, c.pid, at, BREAK)
        assert a.call("ptrace", PTRACE_CONT, c.pid, 1, 0).ret == 0
        assert a.call("wait").out["status"] == {"stopped": "SIGTRAP"}
        assert register(a, c, "pc") == at
        seen.append((register(a, c, "r0"), register(a, c, "r1")))
        a.call("ptrace", PTRACE_POKETEXT, c.pid, at, kept)
        a.call("ptrace", PTRACE_SINGLESTEP, c.pid, 1, 0)
        assert a.call("wait").out["status"] == {"stopped": "SIGTRAP"}
        assert register(a, c, "pc") == at + SIZE
    a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)

    assert seen == [(0, 4), (4, 3), (7, 2), (9, 1)]
    assert a.call("wait").out["status"] == {"exited": 10}
    assert broken(show(snapshot(k))) == []


@PERSONALITIES
def test_a_debugger_changes_data_and_registers(personality: str) -> None:
    k = Kernel(personality)
    a, c = stopped(k, SUM)
    a.call("ptrace", PTRACE_POKEDATA, c.pid, labels(k, SUM)["n"], 3)
    for _ in range(3):
        a.call("ptrace", PTRACE_SINGLESTEP, c.pid, 1, 0)
        a.call("wait")
    offset = REGISTERS.index("r0") * 8 if personality == "classic" else 80
    a.call("ptrace", PTRACE_POKEUSER, c.pid, offset, 100)
    a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)

    assert a.call("wait").out["status"] == {"exited": 106}


def test_the_address_of_a_continue_is_where_the_classic_kernel_goes_on() -> None:
    k = Kernel()
    a, c = stopped(k, SUM)
    a.call("ptrace", PTRACE_CONT, c.pid, labels(k, SUM)["done"], 0)

    assert a.call("wait").out["status"] == {"exited": 0}


@PERSONALITIES
def test_steps_of_two_runs_are_the_same(personality: str) -> None:
    runs = []
    for _ in range(2):
        k = Kernel(personality)
        a, c = stopped(k, SUM)
        places = []
        while c.state is State.STOPPED:
            places.append(register(a, c, "pc"))
            a.call("ptrace", PTRACE_SINGLESTEP, c.pid, 1, 0)
            a.call("wait")
        runs.append((places, k.cost.switches, k.gone["sum"]))

    assert runs[0] == runs[1]
    assert len(runs[0][0]) == 35  # instructions


@pytest.mark.parametrize(
    ("source", "sig"),
    [
        ("set r0, 1", "SIGILL"),  # after it there are zeros
        ("set r1, 8\nload r0, r1, 0", "SIGSEGV"),
        ("lea r1, here\nhere: store r0, r1, 0", "SIGSEGV"),  # text is not written
        ("bpt", "SIGTRAP"),
        ("sys 99", "SIGSYS"),
        ("here: jmp here", "SIGXCPU"),
        ("here: call here", "SIGSEGV"),  # the stack is full
    ],
)
def test_a_wrong_instruction_ends_the_program_by_a_signal(source: str, sig: str) -> None:
    k = Kernel()
    running(k, Program("wrong", source))

    assert k.gone["wrong"] == {"signaled": sig}


def test_the_debugger_sees_a_fault_before_it_ends_the_program() -> None:
    k = Kernel()
    a, c = stopped(k, Program("wrong", "set r1, 8\nload r0, r1, 0"))
    a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)

    assert a.call("wait").out["status"] == {"stopped": "SIGSEGV"}
    assert register(a, c, "pc") == CLASSIC.text + SIZE
    assert a.call("ptrace", PTRACE_KILL, c.pid).ret == 0
    assert a.call("wait").out["status"] == {"signaled": "SIGKILL"}


# Set-uid programs

ROOTS = Program("passwd", "sys 20\nset r0, 0\nsys 1", owner=0)


@PERSONALITIES
def test_a_set_uid_program_has_its_owners_rights_unless_it_is_traced(personality: str) -> None:
    k = Kernel(personality)
    waits = Program("waits", "sys 29", owner=0)
    assert running(k, waits, 1000).euid == 0
    _, c = stopped(k, ROOTS, 1000)

    assert (c.uid, c.euid) == (1000, 1000)


def test_on_a_kernel_that_does_not_look_a_tracer_gets_the_owners_rights() -> None:
    """The attack: another program is written over the one that runs with root's rights."""
    k = Kernel()

    def setids(u: Process, owner: int | None) -> None:
        if owner is not None:
            u.euid = owner

    k.install(setids)
    victim = k.spawn("victim", 0)
    a, c = stopped(k, ROOTS, 1000)
    layout = LAYOUT["classic"]
    evil = assemble(f"set r0, {victim.pid}\nset r1, 9\nsys 37\nsys 1", layout.text, layout.data)
    for at in range(0, len(evil.text), SIZE):
        word = signed(evil.text[at : at + SIZE])
        a.call("ptrace", PTRACE_POKETEXT, c.pid, layout.text + at, word)
    a.call("ptrace", PTRACE_CONT, c.pid, 1, 0)

    assert k.gone["victim"] == {"signaled": "SIGKILL"}


# The assembler


def test_what_is_assembled_can_be_read_back() -> None:
    made = SUM.assembled(0x1000, 0x2000)
    words = [made.text[at : at + SIZE] for at in range(0, len(made.text), SIZE)]
    lines = [disassembled(word, 0x1000 + n * SIZE, made.labels) for n, word in enumerate(words)]

    assert lines[:6] == [
        "lea r1, n", "load r1, r1, 0", "set r0, 0", "set r2, 0", "cmp r1, r2", "beq done",
    ]  # fmt: skip
    assert "\n".join(lines).count("\n") == 11
    assert disassembled(b"\xff" * SIZE, 0) == "illegal"
    assert len(OPERATIONS) == len(NUMBERS) == 20


@pytest.mark.parametrize(
    "source", ["fly r1", "set r9, 0", "set r1", "jmp nowhere", "set r1, 99999999999", "bpt\n" * 600]
)
def test_a_wrong_line_is_refused_before_exec_changes_anything(source: str) -> None:
    k = Kernel()
    a = k.spawn("A")
    a.call("getpid")
    call = a.call("exec", Program("wrong", source))

    assert isinstance(call.error, KernelError)
    assert call.error.errno is Errno.ENOEXEC
    assert a.image == "program"
    assert a.call("getpid").ret == a.pid
