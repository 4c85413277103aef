from kernel_model.explore import Shared, load, store
from kernel_model.explore import Pprim, Vprim, enqueue, swtch, wakeup, wakeup_one


def semaphore(value):
    """Gives the cells of a semaphore of that value, which nobody holds and nobody waits for.

    Shared(name=0, queue=()) makes a cell `name` and a cell `queue` that is an empty sleep queue.
    (Bach 12.3.2)
    """
    raise NotImplementedError("semaphore is not written yet")


async def P(sem):
    """Takes one of the semaphore `sem`; where there is none, sleeps until there is.

    (Bach 12.3.2)
    """
    raise NotImplementedError("P is not written yet")


async def V(sem):
    """Gives one to the semaphore `sem`; if somebody sleeps for it, wakes somebody.

    (Bach 12.3.2)
    """
    raise NotImplementedError("V is not written yet")


async def CP(sem):
    """Takes one of the semaphore `sem` if there is one, and gives whether there was.

    It never sleeps. (Bach 12.3.2)
    """
    raise NotImplementedError("CP is not written yet")
