"""The cost account: what each system call costs, counted where it arises (lecture 01).

Every process has one account for each system call that it makes, and one for what is no call, under
the name "". A counter is one addition to the account of the call in progress; all sums are made
when somebody asks: `call.cost`, `p.cost`, `p.costs`, `k.cost` and `k.costs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from operator import attrgetter

USER_MODE = ""  # the account of what is no system call


@dataclass(slots=True)
class Cost:
    """Counters of work; two can be added, subtracted and compared.

    A crossing is a way into the kernel together with the way back out: a system call, a page
    fault, or a call that is made again after a signal. Who counts each way by itself has twice
    as many. A request and its reply by messages are four crossings: two sends and two receives.
    """

    calls: int = 0  # system calls, those that failed included
    crossings: int = 0  # between user and kernel, there and back
    copies: int = 0  # times the kernel copied: to or from a process, a page for a child, an image
    copied: int = 0  # bytes in them: text, and pages
    entries: int = 0  # of page tables, filled in
    sleeps: int = 0
    switches: int = 0  # times it was given the processor, which another process had last
    touched: int = 0  # bytes that instructions of the program read or wrote; no work of the kernel

    def __add__(self, other: Cost) -> Cost:
        return Cost(*map(int.__add__, counts(self), counts(other)))

    def __sub__(self, other: Cost) -> Cost:
        return Cost(*map(int.__sub__, counts(self), counts(other)))

    def to_json(self) -> dict[str, int]:
        """The counters by name."""
        return asdict(self)


COUNTERS = tuple(field.name for field in fields(Cost))
counts = attrgetter(*COUNTERS)  # all of them as a tuple, in their order


def total(accounts: Iterable[Cost]) -> Cost:
    """The sum of accounts."""
    rows = [counts(account) for account in accounts]
    return Cost(*map(sum, zip(*rows, strict=True)))


def by_call(accounts: Iterable[dict[str, Cost]]) -> dict[str, Cost]:
    """The sum of several processes' accounts, call by call; without those that counted nothing."""
    found: dict[str, Cost] = {}
    for account in accounts:
        for name, cost in account.items():
            found[name] = found.get(name, Cost()) + cost
    return {name: cost for name, cost in found.items() if cost != Cost()}
