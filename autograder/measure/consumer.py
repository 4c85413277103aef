"""The consumer: does what the producer tells it through a pipe, line by line.

    open WAY SIZE          opens a way that the producer has made
    take COUNT             takes so many messages
    close                  closes it
    once WAY SIZE FRESH    opens, takes one message, closes; FRESH 1: into new private memory

Each line is answered by one: the seconds that opening and closing took.
"""

import time
from typing import TextIO

from autograder.measure.channels import HEAD, WAYS, Place, Private, Way


def consume(place: Place, orders: TextIO, answers: TextIO, buffer: Private) -> None:
    """Follows orders until there are no more."""
    way: Way | None = None
    for line in orders:
        what, *words = line.rstrip("\n").split("\t")
        spent = 0.0
        if what == "open":
            way = WAYS[words[0]](place, int(words[1]), buffer)
            way.open()
        elif what == "once":
            spent = once(place, words[0], int(words[1]), None if int(words[2]) else buffer)
        else:
            assert way is not None, f"{what} before open"
            if what == "take":
                for _ in range(int(words[0])):
                    way.take()
            else:
                way.close()
        answers.write(f"{spent}\n")
        answers.flush()


def once(place: Place, name: str, size: int, buffer: Private | None) -> float:
    """One message through a way of its own; the seconds of opening and closing."""
    start = time.perf_counter()
    private = buffer or Private(size + HEAD)
    way = WAYS[name](place, size, private)
    way.open()
    opened = time.perf_counter()
    way.take()
    taken = time.perf_counter()
    way.close()
    way.view.release()
    if buffer is None:
        private.close()
    return opened - start + time.perf_counter() - taken
