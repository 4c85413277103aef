"""User memory: instructions that read and write, translation, and page faults (Bach 6.2, 9.2.3)."""

from __future__ import annotations

from kernel_model.constants import SIGNALS
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import readi
from kernel_model.memory import PAGE, getframe, peek, poke
from kernel_model.objects import shrink
from kernel_model.process import Process
from kernel_model.regions import enter, growreg, pages_of
from kernel_model.regiontable import Pregion, entries_of, lockreg, memory_of, unlockreg
from kernel_model.traps import algorithm, syscall
from kernel_model.usermode import signalled

WORD = 8  # bytes in a word
SIGSEGV, SIGBUS = SIGNALS["SIGSEGV"], SIGNALS["SIGBUS"]


@syscall
async def mem_read(u: Process, addr: int | None, size: int) -> int:
    """The program reads `size` bytes of its memory, into `data`; SIGSEGV where it has none.

    Not a system call: it costs a crossing only where there is a page fault.
    """
    in_user_mode(u)
    u.out["data"] = await load(u, addr or 0, size)
    return 0


@syscall
async def mem_write(u: Process, addr: int | None, data: bytes | str | None) -> int:
    """The program writes into its memory; SIGSEGV where it has none, or may only read.

    Not a system call: it costs a crossing only where there is a page fault.
    """
    in_user_mode(u)
    await store(u, addr or 0, as_bytes(data))
    return 0


@syscall
async def word_read(u: Process, addr: int | None) -> int:
    """The word that the program has at this address, with its sign."""
    #: the program reads a word of its memory, without a call
    in_user_mode(u)
    return int.from_bytes(await load(u, addr or 0, WORD), "little", signed=True)


@syscall
async def mem_alloc(u: Process, data: bytes | str | None) -> int:
    """Memory of the program's own that holds `data`; gives its address.

    The data region grows when it is full, by a system call (brk); ENOMEM when it cannot.
    """
    in_user_mode(u)
    text = as_bytes(data)
    addr = sbrk(u, len(text))
    await store(u, addr, text)
    return addr


@syscall
async def word_alloc(u: Process, value: int) -> int:
    """A word of memory of the program's own that holds `value`; gives its address."""
    #: the program takes a word of its memory and writes into it, without a call
    in_user_mode(u)
    addr = sbrk(u, WORD)
    await store(u, addr, (value % 2 ** (8 * WORD)).to_bytes(WORD, "little"))
    return addr


def in_user_mode(u: Process) -> None:
    """Takes back what a trap counts and the time of a call: there was none."""
    memory_of(u.k)
    u.tally.calls -= 1
    u.tally.crossings -= 1
    u.k.time -= 1


def as_bytes(data: bytes | str | None) -> bytes:
    """Text with one byte a character."""
    return data.encode("latin-1") if isinstance(data, str) else bytes(data or b"")


def sbrk(u: Process, size: int) -> int:
    """The address of `size` bytes at the end of the data region, on the boundary of a word."""
    memory_of(u.k)
    entry = next(one for one in entries_of(u) if one.type == "data")
    start = -(-entry.used // WORD) * WORD
    more = pages_of(start + size) - entry.size
    if more > 0:
        u.k.time += 1
        u.tally.calls += 1  # brk
        u.tally.crossings += 1
        lockreg(entry.region)
        try:
            growreg(u, entry, more)
        finally:
            unlockreg(entry.region)
    entry.used = start + size
    return entry.addr + start


async def load(u: Process, addr: int, size: int) -> bytes:
    """Reads page by page."""
    parts = []
    while size > 0:
        frame, offset = await physical(u, addr, False)
        part = peek(memory_of(u.k).frames, frame, offset, min(size, PAGE - offset))
        parts.append(part)
        u.tally.touched += len(part)
        addr, size = addr + len(part), size - len(part)
    return b"".join(parts)


async def store(u: Process, addr: int, data: bytes) -> None:
    """Writes page by page; what was written before a fault stays."""
    while data:
        frame, offset = await physical(u, addr, True)
        part = data[: PAGE - offset]
        poke(memory_of(u.k).frames, frame, offset, part)
        u.tally.touched += len(part)
        addr, data = addr + len(part), data[len(part) :]


async def physical(u: Process, addr: int, write: bool) -> tuple[int, int]:
    """Translates a virtual address: the frame, and the offset in it. Faults until it can."""
    while True:
        entry = region_at(u, addr)
        if entry is not None and (entry.closed or (write and entry.readonly)):
            await u.k.algorithms["pfault"](u, addr)
            continue
        page = 0 if entry is None else page_of(entry, addr)
        frame = None if entry is None else entry.region.pages.get(page)
        if entry is None or frame is None:
            await u.k.algorithms["vfault"](u, addr)
            continue
        if write and entry.region.backing is not None:
            entry.region.dirty.add(page)
        return frame, addr % PAGE


def region_at(u: Process, addr: int) -> Pregion | None:
    """The entry of the region that lies at a virtual address."""
    return next((one for one in entries_of(u) if one.addr <= addr < one.end), None)


def page_of(entry: Pregion, addr: int) -> int:
    """The page of the region that lies at a virtual address."""
    return entry.first + (addr - entry.addr) // PAGE


@algorithm
async def vfault(u: Process, addr: int) -> None:
    """The validity fault: the page has no frame, or there is no page (Bach, Figure 9.21).

    outside all regions         SIGSEGV
    after the end of the file   SIGBUS
    no frame is free            SIGBUS
    """
    #: the hardware traps into the kernel
    u.tally.crossings += 1
    #: find the region and the page of this address
    entry = region_at(u, addr)
    #: outside the virtual address space: send SIGSEGV
    if entry is None:
        await segv(u, SIGSEGV, f"{u.name} has nothing at {addr:#x}")
        return
    region, page, frames = entry.region, page_of(entry, addr), memory_of(u.k).frames
    inode = region.backing
    #: after the end of the file that is mapped there: send SIGBUS
    if page >= (region.size if inode is None else pages_of(inode.size)):
        await segv(u, SIGBUS, f"{addr:#x} lies after the end of what is mapped there")
        return
    #: allocate a frame, which holds zeros
    if frames.left == 0:
        shrink(u, 1)
    if frames.left == 0:
        await segv(u, SIGBUS, f"there is no frame for {addr:#x}")
        return
    #: read the page in, if it is one of a file
    text = b"" if inode is None else readi(u, inode, page * PAGE, PAGE)
    #: enter it into the page table
    enter(u, region, page, getframe(frames))
    if text.strip(b"\0"):
        poke(frames, region.pages[page], 0, text)
    if u.k.trace is not None:
        u.k.trace.event("fault", u, f"{u.name} gets a frame for the page at {addr:#x}")


@algorithm
async def pfault(u: Process, addr: int) -> None:
    """The protection fault: a write where the process may only read (Bach, Figure 9.25)."""
    #: the hardware traps into the kernel
    u.tally.crossings += 1
    #: nothing is shared until it is written to, so the process has no right: send SIGSEGV
    await segv(u, SIGSEGV, f"{u.name} may not write at {addr:#x}")


async def segv(u: Process, sig: int, why: str) -> None:
    """Sends the signal of a fault, which cannot be ignored or held off, and handles it.

    Comes back when a tracer has held it back: the instruction is then made again. A program of
    instructions begins that anew (EFAULT), since its tracer may have changed its registers.
    """
    if u.k.trace is not None:
        u.k.trace.event("fault", u, why)
    if u.actions.get(sig) == "SIG_IGN" or sig in u.hold:
        u.actions.pop(sig, None)
        u.hold.discard(sig)
    u.sig.add(sig)
    await signalled(u)
    if u.regs is not None or u.actions.get(sig, "SIG_DFL") != "SIG_DFL":
        raise KernelError(Errno.EFAULT, f"{why}; its handler would be called for ever")
