from kernel_model import *


def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    """Queries, changes or removes a queue.

        no such queue   EINVAL
        IPC_STAT        copies out `fields`; needs permission to read (EACCES)
        IPC_SET         takes uid, gid, mode and qbytes from a dict; only owner, creator and
                        superuser may (EPERM); only the superuser may raise qbytes (EPERM)
        IPC_RMID        frees messages and entry and wakes every sleeper; who may: as for IPC_SET
        other commands  EINVAL
        bad address     EFAULT, for IPC_STAT and IPC_SET

    Gives 0. (Bach 11.2.1; SVR2)
    """
    raise NotImplementedError("msgctl is not written yet")
