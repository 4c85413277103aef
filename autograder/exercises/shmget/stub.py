from kernel_model import *


def shmget(u, key, size, flags):
    """The descriptor of the segment with this key, which is made if the flags say so.

        as ipcget says             ENOENT, EEXIST, EACCES, ENOSPC
        new, size < 1 or > SHMMAX  EINVAL
        new, no region is free     ENOMEM
        found, but smaller         EINVAL; a size of 0 fits any

    Gives the descriptor. No memory is allocated yet. (Bach 11.2.2; SVR2)
    """
    raise NotImplementedError("shmget is not written yet")
