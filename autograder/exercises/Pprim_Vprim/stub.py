from kernel_model.explore import Shared, load, store


def semaphore(n):
    """Gives the memory of one lock, free, for the processors 0 to n - 1.

    Shared(name=0, other=[0] * n) makes a cell `name` and the cells `other[0]` to `other[n - 1]`.
    (Bach 12.3.2)
    """
    raise NotImplementedError("semaphore is not written yet")


async def Pprim(sem, procid, n):
    """Takes the lock `sem` for processor `procid` of n; tries until it is in.

    When it returns, every other processor is outside, or trying, or past its Vprim.
    (Bach 12.3.2)
    """
    raise NotImplementedError("Pprim is not written yet")


async def Vprim(sem, procid, n):
    """Gives the lock `sem` back, which processor `procid` of n has taken.

    (Bach 12.3.2)
    """
    raise NotImplementedError("Vprim is not written yet")
