from kernel_model import *


def ipcget(u, table, key, flags):
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
    raise NotImplementedError("ipcget is not written yet")
