from kernel_model import *


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=USER_BUFFER):
    """Takes a message off a queue, copies it out and gives the number of its bytes.

        no such queue            EINVAL
        no permission to read    EACCES
        size < 0                 EINVAL
        type 0                   the first message
        type > 0                 the first message of this type
        type < 0                 the first of the lowest type that is at most -type
        longer than size         E2BIG, and the message stays; with MSG_NOERROR it is cut
        bad address (None)       EFAULT, and the message stays
        none, IPC_NOWAIT         ENOMSG; without IPC_NOWAIT it sleeps on q.arrival
        removed while asleep     EIDRM
        signal while asleep      EINTR

    Copies out `mtype` and `data`. (Bach 11.2.1, Figure 11.7; SVR2)
    """
    raise NotImplementedError("msgrcv is not written yet")
