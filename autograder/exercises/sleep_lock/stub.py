from kernel_model.explore import Shared, load, store, swap
from kernel_model.explore import Pprim, Vprim, enqueue, swtch, wakeup, wakeup_one


def buffer():
    """Gives the cells of a buffer's lock, which nobody has.

    Shared(name=0, event=()) makes a cell `name` and a cell `event` that is an empty sleep queue.
    (Bach 2.2.2.2, 12.3.3)
    """
    raise NotImplementedError("buffer is not written yet")


async def sleep_lock(buf):
    """Locks the buffer `buf`; while somebody has it, sleeps.

    (Bach 2.2.2.2, 12.3.3)
    """
    raise NotImplementedError("sleep_lock is not written yet")


async def sleep_unlock(buf):
    """Unlocks the buffer `buf`, so that somebody who sleeps for it can have it.

    (Bach 2.2.2.2, 12.3.3)
    """
    raise NotImplementedError("sleep_unlock is not written yet")
