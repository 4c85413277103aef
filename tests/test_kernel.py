"""Putting functions into a kernel, and what those may give back (kernel_model/kernel.py)."""

import functools
from collections.abc import Generator
from types import coroutine
from typing import Any

import pytest

from kernel_model import IPC_CREAT, PMSG, Kernel, KernelError, sleep
from kernel_model.ipc import ipcget
from kernel_model.messages import msgrcv

CREATE = IPC_CREAT | 0o600
receive = msgrcv.entered  # type: ignore[attr-defined]
find = ipcget.entered  # type: ignore[attr-defined]


class Object:
    """Anything with `__call__`."""

    def __init__(self, fn: Any) -> None:
        self.fn = fn

    def __call__(self, *args: Any) -> Any:
        return self.fn(*args)

    def method(self, *args: Any) -> Any:
        """A bound method of it is a function too."""
        return self.fn(*args)


class Waiting:
    """An object with `__await__`."""

    def __init__(self, *args: Any) -> None:
        self.args = args

    def __await__(self) -> Generator[Any, Any, Any]:
        return receive(*self.args).__await__()  # type: ignore[no-any-return]


@coroutine
def by_generator(*args: Any) -> Generator[Any, Any, Any]:
    """A coroutine of before `async def`."""
    return (yield from receive(*args).__await__())


def decorated(fn: Any) -> Any:
    @functools.wraps(fn)
    def outer(*args: Any) -> Any:
        return fn(*args)

    return outer


RECEIVERS = {
    "partial": functools.partial(receive),
    "object": Object(receive),
    "method": Object(receive).method,
    "generator": by_generator,
    "__await__": Waiting,
    "decorated": decorated(receive),
}


def conversation(k: Kernel) -> tuple[Any, ...]:
    """B waits for a message, A sends it."""
    a, b = k.spawn("A"), k.spawn("B")
    q = a.call("msgget", 1, CREATE).ret
    waiting = b.call("msgrcv", q, 10, 0)
    asleep = waiting.state
    a.call("msgsnd", q, 5, b"hello")
    return asleep, waiting.state, waiting.ret, waiting.out["data"]


@pytest.mark.parametrize("traced", [None, "before", "after"])
@pytest.mark.parametrize("kind", RECEIVERS)
def test_whatever_can_be_called_and_awaited_takes_the_place_of_a_system_call(
    kind: str, traced: str | None
) -> None:
    k = Kernel()
    if traced == "before":
        k.start_trace()
    k.install(RECEIVERS[kind], "msgrcv")
    if traced == "after":
        k.start_trace()

    assert conversation(k) == ("asleep", "returned", 5, b"hello")


async def find_later(*args: Any) -> Any:
    return find(*args)


@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize(
    "fn",
    [functools.partial(find), Object(find), Object(find_later), Object(find).method, find_later,
     decorated(find_later), coroutine(lambda *args: (yield from find_later(*args).__await__()))],
)  # fmt: skip
def test_an_algorithm_that_nobody_awaits_may_be_written_in_as_many_ways(
    fn: Any, traced: bool
) -> None:
    k = Kernel()
    if traced:
        k.start_trace()
    k.install(fn, "ipcget")

    assert conversation(k)[2] == 5


def test_a_call_that_gives_back_no_awaitable_is_left_as_it_is() -> None:
    k = Kernel()
    k.install(lambda u, key, flags: [41], "msgget")

    assert k.spawn("A").call("msgget", 1, 0).ret == [41]


def test_an_algorithm_whose_callers_cannot_wait_must_not_sleep() -> None:
    k = Kernel()
    k.install(Object(lambda u, *args: sleep(u, "x", PMSG)), "ipcget")

    with pytest.raises(AssertionError, match="ipcget went to sleep, but its callers cannot wait"):
        k.spawn("A").call("msgget", 1, CREATE)


@pytest.mark.parametrize("fn", [functools.partial(receive), Object(receive)])
def test_what_has_no_name_must_be_given_one(fn: Any) -> None:
    with pytest.raises(ValueError, match=r'has no name; .* as in install\(fn, "msgrcv"\)'):
        Kernel().install(fn)


def test_a_name_that_the_kernel_does_not_know_is_told() -> None:
    with pytest.raises(ValueError, match="test is neither a system call nor an algorithm"):
        Kernel().install(receive, "test")


def test_errors_of_an_awaitable_are_those_of_the_call() -> None:
    k = Kernel()
    k.install(Waiting, "msgrcv")
    call = k.spawn("A").call("msgrcv", 7, 10, 0)

    assert isinstance(call.error, KernelError)
    assert call.error.errno.name == "EINVAL"
