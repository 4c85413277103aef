"""Between user and kernel: copyin, copyout, and programs that make system calls (Bach 2.3, 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.traps import algorithm, system_call

# The address of a buffer that the caller has ready; None is an address it may not use.
USER_BUFFER = "user buffer"


@algorithm
def copyin(u: Process, data: Any, size: int | None = None) -> Any:
    """What the process holds at a user address: `size` bytes of text, or a structure.

    Text comes as bytes, cut or filled with zero bytes to `size`; a dict comes as a copy.
    Fails with EFAULT when the address is bad (None).
    """
    if data is None or data is USER_BUFFER:
        raise KernelError(Errno.EFAULT, "nothing can be read at this user address")
    u.tally.copies += 1
    if isinstance(data, dict):
        return dict(data)
    text = data.encode("latin-1") if isinstance(data, str) else bytes(data)
    u.tally.copied += len(text)
    if size is None or size == len(text):
        return text
    return text[:size].ljust(size, b"\0")


@algorithm
def copyout(u: Process, address: Any, **outputs: Any) -> None:
    """Gives the caller `outputs` (data, mtype, fields, ...) at a user address.

    Fails with EFAULT when the address is bad (None). `data` is bytes, never str.
    """
    if address is None:
        raise KernelError(Errno.EFAULT, "nothing can be written at this user address")
    data = outputs.get("data", b"")
    if isinstance(data, str):
        raise TypeError(f"copyout takes data as bytes, and got the str {data!r}")
    u.tally.copies += 1
    u.tally.copied += len(data) * (2 if isinstance(data, list) else 1)  # a list of shorts
    u.out.update(outputs)


@algorithm
def useracc(u: Process, address: Any) -> None:
    """Fails with EFAULT unless the process may write at a user address; copies nothing."""
    if address is None:
        raise KernelError(Errno.EFAULT, "nothing can be written at this user address")


class User:
    """What a program sees: system calls as methods to await, and what they copied out.

    `n = await u.msgrcv(q, 100, 0, 0)` leaves the text in `u.out["data"]`; a call that fails
    raises KernelError, as a C library sets errno.
    """

    def __init__(self, proc: Process) -> None:
        self.proc = proc
        self.out: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        if name not in self.proc.k.sysent:
            raise AttributeError(f"{name} is not a system call of this kernel")

        async def call(*args: Any) -> Any:
            try:
                return await system_call(self.proc, name, args)
            finally:
                self.out = self.proc.out

        return call
