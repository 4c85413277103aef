"""What the three System V mechanisms share: tables, keys, descriptors, permission (Bach 11.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from kernel_model.constants import IPC_CREAT, IPC_EXCL, IPC_PRIVATE
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.traps import algorithm

IPC_ALLOC = 0o100000  # mode bit: the entry is in use
RIGHTS = {4: "read", 2: "write", 1: "execute"}  # by their bit in a class
MSG_R = 0o400  # permission to read, as the owner's bit
MSG_W = 0o200  # permission to write
INDEX = 32768  # a descriptor of Linux is sequence number x this + slot


@dataclass(slots=True)
class IpcPerm:
    """The permission structure at the head of every entry."""

    mode: int = 0  # IPC_ALLOC and nine permission bits; 0: the entry is free
    key: int = IPC_PRIVATE
    uid: int = 0  # owner
    gid: int = 0
    cuid: int = 0  # creator
    cgid: int = 0
    seq: int = 0  # how often the entry has been removed: the reuse count


class Entry(Protocol):
    """What any entry of a table has."""

    perm: IpcPerm


E = TypeVar("E", bound=Entry)


@dataclass(slots=True)
class IpcTable(Generic[E]):
    """The table of one mechanism. A descriptor is slot + reuse count x table size."""

    name: str
    limit: int  # entries at most
    make: Callable[[int], E] = field(repr=False)  # a free entry for a slot
    entries: list[E] = field(default_factory=list)
    size: int = INDEX  # what the reuse count is multiplied by
    seq: int = 0  # of Linux, which counts for the whole table
    last: int = -1  # of Linux: the slot given out last

    def fill(self) -> None:
        """Gives the table all its entries, as a kernel compiled with this limit has them."""
        self.entries = [self.make(slot) for slot in range(self.limit)]
        self.size = self.limit


@algorithm
def ipcget(u: Process, table: IpcTable[Any], key: int, flags: int) -> tuple[int, bool]:
    """Finds the entry with this key, or makes one; gives its slot and whether it is new.

    A new entry gets its permission structure filled in: key, mode (IPC_ALLOC and the nine
    permission bits of `flags`), owner and creator (effective ids of the process).

        key IPC_PRIVATE              always a new entry
        found                        that entry, if its mode grants every bit asked for
        found, IPC_CREAT | IPC_EXCL  EEXIST
        found, a bit not granted     EACCES, whoever asks
        not found, no IPC_CREAT      ENOENT
        no free entry                ENOSPC

    A new entry takes the first free slot. (Bach 11.2; SVR2)
    """
    #: unless the key is private, look for it among the entries in use
    if key != IPC_PRIVATE:
        for slot, entry in enumerate(table.entries):
            if entry.perm.mode & IPC_ALLOC and entry.perm.key == key:
                #: found: it must not be there if the caller wants it all for itself
                if flags & IPC_CREAT and flags & IPC_EXCL:
                    raise KernelError(Errno.EEXIST, f"key {key} is taken by slot {slot}")
                #: every permission bit asked for must be granted
                asked, mode = flags & 0o777, entry.perm.mode
                if asked & ~mode:
                    raise KernelError(
                        Errno.EACCES,
                        f"mode {mode & 0o777:03o} lacks bits that {asked:03o} asks for",
                    )
                return slot, False
        #: not found: fail unless it is to be created
        if not flags & IPC_CREAT:
            raise KernelError(Errno.ENOENT, f"no entry has key {key}")
    #: take the first free entry
    free = [slot for slot, entry in enumerate(table.entries) if not entry.perm.mode & IPC_ALLOC]
    if not free:
        raise KernelError(Errno.ENOSPC, f"all {table.limit} entries are in use")
    #: fill in its permission structure
    perm = table.entries[free[0]].perm
    perm.mode = IPC_ALLOC | flags & 0o777
    perm.key = key
    perm.uid = perm.cuid = u.euid
    perm.gid = perm.cgid = u.egid
    return free[0], True


def ipcid(table: IpcTable[Any], slot: int) -> int:
    """The descriptor of the entry in a slot, as it is now."""
    seq: int = table.entries[slot].perm.seq
    return seq * table.size + slot


@algorithm
def ipcconv(u: Process, table: IpcTable[E], ipcid: int, error: Errno = Errno.EINVAL) -> E:
    """The entry that a descriptor stands for; fails with `error` if it stands for none (now)."""
    if ipcid >= 0:
        seq, slot = divmod(ipcid, table.size)
        if slot < len(table.entries):
            entry = table.entries[slot]
            if entry.perm.mode & IPC_ALLOC and entry.perm.seq == seq:
                return entry
    raise KernelError(error, f"descriptor {ipcid} stands for no entry of {table.name}")


@algorithm
def ipcaccess(u: Process, perm: IpcPerm, mode: int) -> None:
    """Fails with EACCES unless the process may do what `mode` says (MSG_R or MSG_W, or both).

    The bits of the first class that fits decide: owner or creator, their groups, others.
    The superuser may do anything.
    """
    if u.euid == 0:
        return
    wanted, place = mode, 0
    if u.euid not in (perm.uid, perm.cuid):
        wanted, place = wanted >> 3, 1
        if u.egid not in (perm.gid, perm.cgid):
            wanted, place = wanted >> 3, 2
    if wanted & ~perm.mode:
        raise refused(u, perm, place, mode >> 6)


def refused(u: Process, perm: IpcPerm, place: int, bits: int) -> KernelError:
    """EACCES in words: bits (as of `others`) that the mode does not give to a class, by place."""
    class_, member = (
        ("the owner", "the owner or the creator"),
        ("the group", "in it"),
        ("others", "one of them"),
    )[place]
    lacking = bits & ~(perm.mode >> (6 - 3 * place))
    doing = " and ".join(word for bit, word in RIGHTS.items() if lacking & bit)
    return KernelError(
        Errno.EACCES,
        f"mode {perm.mode & 0o777:03o} does not let {class_} {doing}; {u.name} is {member}",
    )


@algorithm
def ipcowner(u: Process, perm: IpcPerm) -> None:
    """Fails with EPERM unless the process is the superuser, the owner or the creator."""
    if u.euid not in (0, perm.uid, perm.cuid):
        raise KernelError(
            Errno.EPERM, f"{u.name} (uid {u.euid}) is neither the owner nor the creator"
        )


def ipcfree(table: IpcTable[Any], perm: IpcPerm) -> None:
    """Frees an entry; its old descriptor stands for nothing any more."""
    perm.mode = 0
    perm.seq += 1
    if (perm.seq + 1) * table.size > 2**31 - 1:
        perm.seq = 0


def perm_fields(perm: IpcPerm) -> dict[str, Any]:
    """What IPC_STAT tells of the permission structure."""
    return {
        "key": perm.key,
        "uid": perm.uid,
        "gid": perm.gid,
        "cuid": perm.cuid,
        "cgid": perm.cgid,
        "mode": perm.mode & 0o777,
        "flags": [],
    }


def set_perm(perm: IpcPerm, wanted: dict[str, Any]) -> None:
    """What IPC_SET may change of it: owner, group, the nine permission bits."""
    perm.uid = wanted.get("uid", perm.uid)
    perm.gid = wanted.get("gid", perm.gid)
    perm.mode = perm.mode & ~0o777 | wanted.get("mode", perm.mode) & 0o777
