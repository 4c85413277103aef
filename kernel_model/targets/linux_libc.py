"""The C library's system calls, and what each one answers: {"ret": value} or {"errno": number}."""

import ctypes
from collections.abc import Callable
from typing import Any

Reply = dict[str, Any]
Function = Callable[..., int]

_library = ctypes.CDLL(None, use_errno=True)
_REALTIME = "librt.so.1"  # where older C libraries keep the calls of message queues


def prototype(name: str, *argtypes: type[Any], restype: type[Any] = ctypes.c_int) -> Function:
    """The function `name`; integers that do not fit their C type are cut off as C does."""
    library = _library if hasattr(_library, name) else ctypes.CDLL(_REALTIME, use_errno=True)
    function = getattr(library, name)
    function.argtypes = argtypes
    function.restype = restype
    return function  # type: ignore[no-any-return]


def answer(value: int, **outputs: Any) -> Reply:
    """What a call that returned `value` answers; the outputs count only when it did not fail."""
    if value == -1:
        return {"errno": ctypes.get_errno()}
    return {"ret": value, **outputs}
