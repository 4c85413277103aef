from kernel_model import *


def allocreg(u, inode, rtype):
    """Takes a region off the free list; gives it locked, without memory, on the active list.

    Fails with ENOMEM when no region is free. (Bach, Figure 6.19)
    """
    raise NotImplementedError("allocreg is not written yet")
