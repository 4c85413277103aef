"""What objects refer to, noted all at once: is it the very same afterwards, and if not, whose?

All referents together are compared in one go, and object by object only where something differs.
Then it may be nothing: attributes that have moved into a dict of their own are still the same.
"""

from __future__ import annotations

import builtins
import collections
import gc
import types
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from operator import is_
from typing import Any

ORDERED = (dict, list, set, collections.deque, collections.OrderedDict)


class Noted:
    """Some objects with what they refer to, and with what is in the dicts among these."""

    def __init__(self, things: Sequence[Any], left: Collection[int] = ()) -> None:
        """Notes it; `left` are the ids of dicts that are not looked into."""
        self.things = things
        self.ids = {*map(id, things)}
        self.before = [gc.get_referents(one) for one in things]
        # the collector does not know of dicts with nothing but plain values
        every = chain(things, chain.from_iterable(self.before))
        dicts = {id(one): one for one in every if type(one) is dict}
        self.dicts = [one for number, one in dicts.items() if number not in left]
        self.keys = [[*one] for one in self.dicts]
        self.values = [[*one.values()] for one in self.dicts]
        self.all = [joined(self.before), joined(self.keys), joined(self.values)]

    def changed(self) -> Iterator[Any]:
        """Those that refer to something else than before, or by another name."""
        now = gc.get_referents(*self.things)
        names, held_now = joined(self.dicts), joined(map(dict.values, self.dicts))
        if all(map(same, (now, names, held_now), self.all)):
            return
        held = zip(self.dicts, self.keys, self.values, strict=True)
        self.held = {id(one): values for one, _, values in held}
        other = {
            id(one)
            for one, keys, values in zip(self.dicts, self.keys, self.values, strict=True)
            if not (same([*one], keys) and same([*one.values()], values))
        }
        for one, before in zip(self.things, self.before, strict=True):
            if self.differs(one, before, other):
                yield one

    def differs(self, one: Any, before: list[Any], other: set[int]) -> bool:
        """Does an object refer to something else? `other`: dicts in which something else stands."""
        if id(one) in other:
            return True
        now = gc.get_referents(one)
        if type(one) in ORDERED:
            return not same(now, before) or any(id(x) in other - self.ids for x in now)
        if type(one) is types.FunctionType:  # what its names stand for is not its own
            other = other - {id(one.__globals__), id(vars(builtins))}
        if any(id(x) in other for x in now):
            return True
        return not same(now, before) and self.spread(now) != self.spread(before)

    def spread(self, referents: Iterable[Any]) -> set[int]:
        """What is referred to: of a dict of attributes, wherever it is just now, what is in it."""
        found: set[int] = set()
        for x in referents:
            if type(x) is dict and id(x) not in self.ids:
                found.update(map(id, self.held.get(id(x)) or x.values()))
            else:
                found.add(id(x))
        return found


def joined(many: Iterable[Iterable[Any]]) -> list[Any]:
    """All that is in them, one after the other."""
    return [*chain.from_iterable(many)]


def same(many: list[Any], others: list[Any]) -> bool:
    """Are these the very same objects, in this order?"""
    return len(many) == len(others) and all(map(is_, many, others))
