from kernel_model import *


async def semop(u, semid, ops):
    """Does all of an array of operations [number, operation, flags] on a set, or none.

        no such set                  EINVAL
        more than SEMOPM operations  E2BIG
        bad address (None)           EFAULT
        no permission                EACCES: SEM_R for an operation 0, SEM_A for any other
        no such semaphore            EFBIG
        operation > 0                adds it; ERANGE above SEMVMX
        operation < 0                subtracts it, when the value is large enough
        operation 0                  goes on, when the value is 0
        cannot be done, IPC_NOWAIT   EAGAIN; else it sleeps until the value is larger, or 0
        SEM_UNDO                     exit will take the operation back; ERANGE when all of them
                                     exceed SEMAEM, ENOSPC, EINVAL when SEMMNU, SEMUME run out
        removed while asleep         EIDRM
        signal while asleep          EINTR

    Gives the value that the last semaphore had before its operation. (Bach 11.2.3, Figure 11.14)
    """
    raise NotImplementedError("semop is not written yet")
