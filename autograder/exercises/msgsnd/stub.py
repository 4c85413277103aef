from kernel_model import *


async def msgsnd(u, msqid, mtype, text, flags=0, size=None):
    """Sends a message of `size` bytes (default: the whole text) to the end of a queue.

        no such queue            EINVAL
        no permission to write   EACCES
        size < 0 or > MSGMAX     EINVAL
        bad address (None)       EFAULT
        type < 1                 EINVAL
        no room, IPC_NOWAIT      EAGAIN; without IPC_NOWAIT it sleeps on q.space (room in the
                                 queue) or on k.msgpool.freed (a header, segments)
        removed while asleep     EIDRM
        signal while asleep      EINTR

    There is room when cbytes + size <= qbytes. Gives 0. (Bach 11.2.1, Figure 11.5; SVR2)
    """
    raise NotImplementedError("msgsnd is not written yet")
