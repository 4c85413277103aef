"""The state of a kernel between two calls: what there is to be seen of it, its digest, its JSON.

A digest takes far less time than JSON. So whoever knows most states can be told each by its digest,
and asks for the others. Who has named a state cannot show another one then: the digest of what is
shown is taken again.
"""

from __future__ import annotations

import json
import marshal
from hashlib import blake2b
from typing import Any, NamedTuple

from kernel_model import tables
from kernel_model.targets.model import ModelTarget, unreadable

PLAIN = 2  # the version of marshal whose bytes say nothing of who else holds a value
SIZE = 20  # bytes of a digest
BYTES = "<bytes>"  # how bytes stand in JSON
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
    """What the state is known by, in hexadecimal digits; 1, True and 1.0 are not the same."""
    try:
        said = marshal.dumps(tuple(state), PLAIN)
    except ValueError:  # a type of the function's own; a number of it is one all the same
        said = marshal.dumps(tuple(read(json.loads(written(state), object_hook=from_json))), PLAIN)
    return blake2b(said, digest_size=SIZE).hexdigest()


def written(state: State) -> str:
    """The state in JSON."""
    return json.dumps(state, default=in_json, check_circular=False)


def in_json(value: Any) -> Any:
    """What JSON has no form for: bytes; and what no table holds, which is named and no more."""
    if isinstance(value, bytes | bytearray):
        return {BYTES: value.decode("latin-1")}
    return f"<{type(value).__name__}>"


def from_json(given: dict[str, Any]) -> Any:
    """Bytes again; any other object of JSON as it is. For json.loads, as its `object_hook`."""
    return given[BYTES].encode("latin-1") if given.keys() == {BYTES} else given


def read(given: Any) -> State:
    """The state of such JSON; raises ValueError or TypeError for what is none."""
    procs, pids, ended, seen = given
    return State(procs, pids, ended, seen if isinstance(seen, dict) else tuples(seen, DEEPEST))


def tuples(given: list[Any], deepest: int) -> tuple[Any, ...]:
    """Tuples again, as the tables have them."""
    if not deepest:
        raise ValueError(f"tables are not more than {DEEPEST} deep")
    return tuple([tuples(one, deepest - 1) if type(one) is list else one for one in given])
