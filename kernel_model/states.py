"""The state of a kernel between two calls: what there is to be seen of it, its digest, its JSON.

A digest takes far less time than JSON. So whoever knows most states can be told each by its digest,
and asks for the others. Who has named a state cannot show another one then: the digest of what is
shown is taken again. And whoever knows the state before needs to be shown only what changed since.
"""

from __future__ import annotations

import json
import marshal
from contextlib import suppress
from hashlib import blake2b
from typing import Any, NamedTuple

from kernel_model import tables
from kernel_model.targets.model import ModelTarget, unreadable

PLAIN = 2  # the version of marshal whose bytes say nothing of who else holds a value
SIZE = 20  # bytes of a digest
BYTES = "<bytes>"  # how bytes stand in JSON
AT = "<at>"  # of a tuple as long as it was: place, part, place, part, ...
BETWEEN = "<between>"  # of another one: how much of it is as before, first and last; and the rest
DEEPEST = 32  # tables within each other


class State(NamedTuple):
    """What there is to be seen of a kernel."""

    procs: dict[str, str]  # runs, asleep, stopped or ended
    pids: dict[str, int]
    ended: dict[str, Any]  # how processes ended
    seen: Any  # the tables, as tables.snapshot makes them; or a dict, why they cannot be read


def state_of(target: ModelTarget) -> State:
    """The state of a model's kernel."""
    k = target.kernel
    try:
        seen: Any = tables.snapshot(k)
    except Exception as error:  # a function that was installed broke one
        seen = unreadable(error)
    return State(target.states(), {p.name: p.pid for p in k.procs.values()}, dict(k.gone), seen)


def digest(state: State) -> str:
    """What the state is known by, in hexadecimal digits; 1, True and 1.0 are not the same.

    The account of what passed the layers of sockets does not count.
    """
    try:
        said = marshal.dumps(essence(state), PLAIN)
    except ValueError:  # a type of the function's own; a number of it is one all the same
        said = marshal.dumps(
            essence(read(json.loads(written(state), object_hook=from_json))), PLAIN
        )
    return blake2b(said, digest_size=SIZE).hexdigest()


def essence(state: State) -> tuple[Any, ...]:
    """What counts of a state."""
    if type(state.seen) is not tuple:
        return tuple(state)
    return *state[:3], tables.without_account(state.seen)


def written(state: State, before: State | None = None) -> str:
    """The state in JSON; with one before it, of its tables what is not as there."""
    if before is not None:
        with suppress(Exception):  # of an `==` of the function's own; then all is told
            state = state._replace(seen=changed(state.seen, before.seen))
    return json.dumps(state, default=in_json, check_circular=False)


def changed(new: Any, old: Any) -> Any:
    """What makes the new one out of the old: it as a whole, or a dict of AT or BETWEEN.

    What is `==` counts as the same, also True and 1.
    """
    if type(new) is not tuple or type(old) is not tuple:
        return new
    if len(new) == len(old):
        others = [n for n, one in enumerate(new) if one is not old[n] and one != old[n]]
        return {AT: [part for n in others for part in (n, changed(new[n], old[n]))]}
    first = alike(new, old)
    last = alike(new[first:][::-1], old[first:][::-1])
    return {BETWEEN: [first, last, new[first : len(new) - last]]}


def alike(new: tuple[Any, ...], old: tuple[Any, ...]) -> int:
    """How many of the first parts of two tuples are the same."""
    count = 0
    for one, other in zip(new, old, strict=False):
        if one != other:
            break
        count += 1
    return count


def in_json(value: Any) -> Any:
    """What JSON has no form for: bytes; and what no table holds, which is named and no more."""
    if isinstance(value, bytes | bytearray):
        return {BYTES: value.decode("latin-1")}
    return f"<{type(value).__name__}>"


def from_json(given: dict[str, Any]) -> Any:
    """Bytes again; any other object of JSON as it is. For json.loads, as its `object_hook`."""
    return given[BYTES].encode("latin-1") if given.keys() == {BYTES} else given


def read(given: Any, before: State | None = None) -> State:
    """The state of such JSON; raises ValueError, TypeError or LookupError for what is none."""
    procs, pids, ended, seen = given
    return State(procs, pids, ended, joined(seen, None if before is None else before.seen, DEEPEST))


def joined(given: Any, old: Any, deepest: int) -> Any:
    """Tables as tuples again, where they are as before the same objects; or why there are none.

    They are no longer than the old ones with all that was given: nobody makes much of little.
    """
    if not deepest:
        raise ValueError(f"tables are not more than {DEEPEST} deep")
    if type(given) is list:
        return tuple(
            [joined(one, None, deepest - 1) if type(one) is list else one for one in given]
        )
    if type(old) is not tuple or type(given) is not dict or len(given) != 1:
        return given
    if AT in given:
        parts, places, last = [*old], iter(given[AT]), -1
        for n, part in zip(places, places, strict=True):
            if n <= last:
                raise ValueError("the places are not in order")
            parts[n], last = joined(part, old[n], deepest - 1), n
        return tuple(parts)
    if BETWEEN in given:
        first, last, rest = given[BETWEEN]
        if not 0 <= first <= len(old) - last <= len(old):
            raise ValueError("the parts that are as before overlap")
        return old[:first] + joined(rest, None, deepest - 1) + old[len(old) - last :]
    return given
