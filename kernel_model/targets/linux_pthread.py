"""The C library's mutexes and conditions at an address of the program's, shared by processes.

They are no system calls: what fails returns its error number, and leaves errno alone.
"""

import ctypes
from collections.abc import Callable
from typing import Any

from .linux_libc import Reply, prototype

_EINVAL = 22
_attr_p = ctypes.POINTER(ctypes.c_int)  # both kinds of attributes are one int


def _attributes(kind: str, *names: str) -> dict[str, Any]:
    setters = {name: prototype(f"{kind}_set{name}", _attr_p, ctypes.c_int) for name in names}
    return setters | {"init": prototype(f"{kind}_init", _attr_p)}


_mutexattr = _attributes("pthread_mutexattr", "type", "robust", "pshared")
_condattr = _attributes("pthread_condattr", "pshared")
_mutex_init = prototype("pthread_mutex_init", ctypes.c_void_p, _attr_p)
_cond_init = prototype("pthread_cond_init", ctypes.c_void_p, _attr_p)
_cond_wait = prototype("pthread_cond_wait", ctypes.c_void_p, ctypes.c_void_p)


def _answer(error: int) -> Reply:
    return {"errno": error} if error else {"ret": 0}


def _made(attributes: dict[str, Any], values: dict[str, int]) -> Any:
    """Attributes with these values; None when the library does not take one."""
    attr = ctypes.c_int()
    attributes["init"](attr)
    refused = [name for name, value in values.items() if attributes[name](attr, value)]
    return None if refused else attr


def pthread_mutex_init(addr: int | None, kind: int = 0, robust: int = 0, pshared: int = 1) -> Reply:
    attr = _made(_mutexattr, {"type": kind, "robust": robust, "pshared": pshared})
    return _answer(_EINVAL if attr is None else _mutex_init(addr, attr))


def pthread_cond_init(addr: int | None, pshared: int = 1) -> Reply:
    attr = _made(_condattr, {"pshared": pshared})
    return _answer(_EINVAL if attr is None else _cond_init(addr, attr))


def _one(name: str) -> Callable[[int | None], Reply]:
    """A call that takes the address alone."""
    function = prototype(name, ctypes.c_void_p)
    return lambda addr: _answer(function(addr))


_ADDRESS_ALONE = (
    *(f"pthread_mutex_{name}" for name in ("lock", "trylock", "unlock", "consistent", "destroy")),
    *(f"pthread_cond_{name}" for name in ("signal", "broadcast", "destroy")),
)

CALLS: dict[str, Callable[..., Reply]] = {
    **{name: _one(name) for name in _ADDRESS_ALONE},
    "pthread_mutex_init": pthread_mutex_init,
    "pthread_cond_init": pthread_cond_init,
    "pthread_cond_wait": lambda addr, mutex: _answer(_cond_wait(addr, mutex)),
}
