"""Whether real processes have come to rest: nobody is on the way to anything.

Who has been woken may have to wait for a processor before he goes on, however long; until then
nothing that he could do has happened, and who waits for it does not sleep in earnest.
"""

import time

from .linux_process import PATIENCE, RealProcess


def sleeps(process: RealProcess, everyone: list[RealProcess], reaper: int, looks: int) -> bool:
    """The call of `process` is asleep, and nobody is on the way who could end its sleep.

    All are looked at twice, and have slept all the time in between.
    """
    deadline = time.monotonic() + PATIENCE
    while process.asleep(looks):
        before = [one.turns() for one in everyone]
        settle(everyone, reaper)
        quiet = before == [one.turns() for one in everyone] or time.monotonic() > deadline
        if quiet and not process.answered():
            return True
    return False


def settle(everyone: list[RealProcess], reaper: int) -> None:
    """Until everyone whom the last call set in motion has come to rest.

    Whoever ends or stops last may have set somebody in motion who had been looked at before.
    """
    deadline, moved = time.monotonic() + PATIENCE, True
    idle = {one.outer for one in everyone if one.asked is None}
    while moved and time.monotonic() < deadline:
        moved = False
        for process in everyone:
            while not process.rests(reaper, idle) and time.monotonic() < deadline:
                moved = True
                time.sleep(0.0001)
