"""What a debugger reads and writes of a process: words of its memory and of its user area.

The user area of the classic kernel is shown as these words, eight bytes each, from offset 0:
pc, sp, fp, cc, r0 to r3, uid, euid, the signal it stopped at. Only the registers may be written.
"""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.faults import WORD, load, page_of, physical, region_at
from kernel_model.memory import PAGE, getframe, peek, poke
from kernel_model.process import Process
from kernel_model.regions import allocreg, freereg, pages_of
from kernel_model.regiontable import Pregion, lockreg, memory_of, unlockreg

WORDS = 1 << 8 * WORD  # how many different words there are
REGISTERS = ("pc", "sp", "fp", "cc", "r0", "r1", "r2", "r3")
USER_AREA = (*REGISTERS, "uid", "euid", "cursig")


def signed(data: bytes) -> int:
    """A word with its sign."""
    return int.from_bytes(data, "little", signed=True)


def word_bytes(value: int) -> bytes:
    """The bytes of a word; of a number that does not fit, its lowest 64 bits."""
    return (value % WORDS).to_bytes(WORD, "little")


async def read_word(p: Process, addr: int) -> int:
    """The word at an address of `p`; EIO where it has none."""
    for at in (addr, addr + WORD - 1):
        place_of_word(p, at)
    return signed(await load(p, addr, WORD))


async def write_word(p: Process, addr: int, value: int, text: bool) -> None:
    """Writes a word at an address of `p`; EIO where it has none, or may not be written.

    Text that another process runs too is not written. `text`: text may be written at all; the
    region is then no more what the file holds, and is not shared with those to come.
    """
    for at in (addr, addr + WORD - 1):
        entry = place_of_word(p, at)
        if not entry.readonly:
            continue
        if entry.type != "text" or not text or entry.region.refcount > 1:
            raise KernelError(Errno.EIO, f"{p.name} shares what lies at {at:#x}, or may not write")
        entry.region.inode = None
    await put_word(p, addr, value)


async def put_word(p: Process, addr: int, value: int) -> None:
    """Writes a word byte by byte, whatever the process itself may do there."""
    for offset, byte in enumerate(word_bytes(value)):
        frame, at = await physical(p, addr + offset, False)
        poke(memory_of(p.k).frames, frame, at, bytes([byte]))


def place_of_word(p: Process, addr: int) -> Pregion:
    """The region of `p` at an address, if there is something to read; EIO if not."""
    memory_of(p.k)
    entry = region_at(p, addr)
    if entry is None or entry.closed:
        raise KernelError(Errno.EIO, f"{p.name} has nothing at {addr:#x}")
    inode = entry.region.backing
    if inode is not None and page_of(entry, addr) >= pages_of(inode.size):
        raise KernelError(Errno.EIO, f"{addr:#x} lies after the end of what is mapped there")
    return entry


def own_text(p: Process, entry: Pregion) -> None:
    """Gives a process a text of its own in place of one that it shares (copy on write)."""
    old, frames = entry.region, memory_of(p.k).frames
    if old.refcount == 1:
        old.inode = None
        return
    if len(old.pages) > frames.left:
        raise KernelError(Errno.EIO, f"no frame for a text of {p.name}'s own")
    lockreg(old)
    new = allocreg(p, None, "text")
    new.size = old.size
    for page, frame in old.pages.items():
        new.pages[page] = getframe(frames)
        poke(frames, new.pages[page], 0, peek(frames, frame, 0, PAGE))
    entry.region, new.refcount = new, 1
    old.refcount -= 1
    freereg(p, old)
    unlockreg(new)


def read_user(p: Process, addr: int) -> int:
    """The word at an offset of the user area; EIO outside it, or between two words."""
    name = user_word(addr)
    if name in REGISTERS:
        return (p.regs or {}).get(name, 0)
    return int(getattr(p, name))


def write_user(p: Process, addr: int, value: int) -> None:
    """Writes a register; EIO for all else."""
    name = user_word(addr)
    if name not in REGISTERS:
        raise KernelError(Errno.EIO, f"{name} of the user area cannot be written")
    if p.regs is not None:
        p.regs[name] = signed(word_bytes(value))


def user_word(addr: int) -> str:
    """The name of the word at an offset of the user area."""
    number, rest = divmod(addr, WORD)
    if rest or not 0 <= number < len(USER_AREA):
        raise KernelError(Errno.EIO, f"there is no word at {addr} of the user area")
    return USER_AREA[number]
