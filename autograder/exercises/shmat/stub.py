from kernel_model import *


def shmat(u, shmid, addr, flags=0):
    """Attaches a segment to the process; gives the virtual address.

        no such segment, or removed   EINVAL
        no permission                 EACCES: to read; without SHM_RDONLY also to write
        address null (or 0)           the kernel picks one; ENOMEM when there is none
        address, SHM_RND              rounded down to a multiple of SHMLBA
        address not of a page         EINVAL
        over another region, or not   EINVAL
        in user memory
        SHMSEG attached already       EMFILE
        first attach, no frames       ENOMEM

    (Bach 11.2.2, algorithm shmat; SVR2)
    """
    raise NotImplementedError("shmat is not written yet")
