"""Two comprehensions, of the slots in use and of the free ones; a dictionary by key, made afresh in each call."""

from kernel_model import *


async def ipcget(u, table, key, flags):
    used = {slot: e.perm for slot, e in enumerate(table.entries) if e.perm.mode & IPC_ALLOC}
    free = [slot for slot in range(len(table.entries)) if slot not in used]
    by_key = {perm.key: slot for slot, perm in used.items() if perm.key != IPC_PRIVATE}
    create, alone, bits = bool(flags & IPC_CREAT), bool(flags & IPC_EXCL), flags & 0o777

    if key in by_key:
        slot = by_key[key]
        if create and alone:
            raise KernelError(Errno.EEXIST, "exists")
        if bits | used[slot].mode != used[slot].mode:
            raise KernelError(Errno.EACCES, "more bits than granted")
        return slot, False

    if not (create or key == IPC_PRIVATE):
        raise KernelError(Errno.ENOENT, "does not exist")
    if not free:
        raise KernelError(Errno.ENOSPC, "full")

    slot = min(free)
    for name, value in dict(
        mode=IPC_ALLOC + bits, key=key, uid=u.euid, cuid=u.euid, gid=u.egid, cgid=u.egid
    ).items():
        setattr(table.entries[slot].perm, name, value)
    return slot, True
