"""Kernel algorithms as calls, where no system call reaches all that they do (Bach 6.5.2).

No process of a real kernel can make such a call. It is there for scenarios.
"""

from __future__ import annotations

from kernel_model.constants import SHM_RDONLY
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.regions import attachreg
from kernel_model.regiontable import lockreg, unlockreg
from kernel_model.shm import shmconv
from kernel_model.traps import SYSENT


def call_attachreg(u: Process, shmid: int, pid: int, addr: int, flags: int = 0) -> int:
    """Calls attachreg for the region of a segment and the process with this id; gives 0.

    The region is locked for the call, and must be so when it comes back. Unlike shmat this
    judges no address, allocates no memory, and notes no time. SHM_RDONLY: for reading only.
    """
    region = shmconv(u, shmid).region
    p = u.k.procs.get(pid)
    if region is None or p is None:
        raise KernelError(Errno.ESRCH, f"there is no process {pid}")
    lockreg(region)
    try:
        attachreg(u, region, p, addr, "shared", bool(flags & SHM_RDONLY))
    finally:
        unlockreg(region)
    return 0


SYSENT["attachreg"] = call_attachreg
