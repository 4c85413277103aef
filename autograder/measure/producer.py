"""The producer: measures each way with a consumer that it forks, and prints what it found.

`python -m autograder.measure.producer PLAN` reads the plan as JSON and prints a line of JSON for
each way, use and size: the seconds of each repeat. Nothing is left when it ends, also when it is
told to end (SIGTERM); the consumer never outlives it.

    many    set up once, used many times: seconds of a message, without the set-up
    once    set up, used for one message and removed: seconds of all of it
    fresh   as once, with new private memory in both processes
"""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from autograder.measure import libc
from autograder.measure.channels import ABSENT, HEAD, MADE, WAYS, Place, Private
from autograder.measure.consumer import consume
from autograder.measure.plan import Plan, clean

LEAST, MOST = 2, 20_000  # messages of one repeat
MOST_SINGLE = 100  # repeats of what takes little time; more of them tell a busy moment apart
CALLS = 20_000  # to see what Python adds


@dataclass(slots=True)
class Pair:
    """The consumer as its producer sees it."""

    place: Place
    buffer: Private
    orders: Any = field(repr=False)
    answers: Any = field(repr=False)

    def tell(self, *words: object) -> None:
        """Gives an order."""
        self.orders.write("\t".join(map(str, words)) + "\n")
        self.orders.flush()

    def hear(self) -> float:
        """The answer to the order."""
        line = self.answers.readline()
        if not line:
            raise RuntimeError("the consumer has ended")
        return float(line)

    def end(self) -> None:
        """Lets the consumer end, which is no accident now."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.orders.close()
        self.answers.close()
        os.wait()


def start(plan: Plan) -> Pair:
    """Forks the consumer; each of the two goes to its processor."""
    place, most = Place(plan.key, plan.folder), max(plan.sizes) + HEAD
    there, back = os.pipe(), os.pipe()
    if os.fork() == 0:
        libc.ends_with_its_parent()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(there[1])
        os.close(back[0])
        os.sched_setaffinity(0, {plan.processors[1]})
        buffer = Private(most)
        buffer.touch()
        consume(place, os.fdopen(there[0]), os.fdopen(back[1], "w"), buffer)
        os._exit(0)
    os.close(there[0])
    os.close(back[1])
    os.sched_setaffinity(0, {plan.processors[0]})
    buffer = Private(most)
    buffer.touch()
    return Pair(place, buffer, os.fdopen(there[1], "w"), os.fdopen(back[0]))


def many(pair: Pair, name: str, size: int, plan: Plan) -> dict[str, Any]:
    """Set up once, used many times; the first messages only warm up."""
    began = time.perf_counter()
    way = WAYS[name](pair.place, size, pair.buffer)
    way.make()
    pair.tell("open", name, size)
    pair.hear()
    way.join()
    setup = time.perf_counter() - began

    def batch(count: int) -> float:
        pair.tell("take", count)
        start = time.perf_counter()
        for _ in range(count):
            way.send()
        pair.hear()
        return (time.perf_counter() - start) / count

    batch(LEAST)
    count = LEAST
    while (each := batch(count)) * count < plan.batch / 4 and count < MOST:
        count = min(count * 4, MOST)
    count = max(LEAST, min(MOST, round(plan.batch / each)))
    seconds = [batch(count) for _ in range(plan.repeats)]
    pair.tell("close")
    pair.hear()
    way.close()
    way.remove()
    return {"setup": [setup], "seconds": seconds, "messages": count}


def single(pair: Pair, name: str, size: int, plan: Plan, fresh: bool) -> dict[str, Any]:
    """Set up, used once and removed, again and again; the first time only warms up."""
    setups: list[float] = []
    seconds: list[float] = []
    enough = plan.batch * plan.repeats
    while len(seconds) <= plan.repeats or (sum(seconds) < enough and len(seconds) < MOST_SINGLE):
        start = time.perf_counter()
        private = Private(size + HEAD) if fresh else pair.buffer
        way = WAYS[name](pair.place, size, private)
        way.make()
        made = time.perf_counter()
        pair.tell("once", name, size, int(fresh))
        way.join()
        way.send()
        there = pair.hear()
        heard = time.perf_counter()
        way.close()
        way.remove()
        way.view.release()
        if fresh:
            private.close()
        end = time.perf_counter()
        setups.append(made - start + end - heard + there)
        seconds.append(end - start)
    return {"setup": setups[1:], "seconds": seconds[1:], "messages": 1}


def python_adds() -> dict[str, float]:
    """Seconds of a message of no bytes that goes nowhere, and of one more call."""
    buffer = Private(HEAD)
    start = time.perf_counter()
    for _ in range(CALLS):
        libc.memset(buffer.address, MADE, 0)
        libc.memchr(buffer.address, ABSENT, 0)
    middle = time.perf_counter()
    for _ in range(CALLS):
        libc.getppid()
    return {
        "nothing": (middle - start) / CALLS,
        "call": (time.perf_counter() - middle) / CALLS,
    }


def produce(plan: Plan) -> None:
    """Measures everything, the smallest size first."""
    pair = start(plan)
    print(json.dumps(python_adds()), flush=True)
    for size in plan.sizes:
        for use in plan.uses:
            for name in plan.ways:
                if use == "many":
                    found = many(pair, name, size, plan)
                else:
                    found = single(pair, name, size, plan, use == "fresh")
                print(json.dumps({"way": name, "use": use, "size": size} | found), flush=True)
    pair.end()


def main() -> None:
    """Reads the plan from the command line."""
    plan = Plan.of(sys.argv[1])

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(f"stopped by {signal.Signals(number).name}")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGCHLD, stop)  # without the consumer a hand-over would wait for ever
    try:
        produce(plan)
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        clean(Place(plan.key, plan.folder))


if __name__ == "__main__":
    main()
