from kernel_model import *


def shmdt(u, addr):
    """Detaches the segment that is attached at this address; EINVAL when none is.

    Gives 0. Sets time and process id of the last detach, unless the segment was removed.
    exec and exit detach by this call as well. (Bach 11.2.2; SVR2)
    """
    raise NotImplementedError("shmdt is not written yet")
