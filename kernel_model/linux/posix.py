"""POSIX shared memory: shm_open and shm_unlink (shm_overview(7)); the rest is as for files."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.files import open_named, unlink_named
from kernel_model.process import Process
from kernel_model.traps import linux

NAME_MAX = 255


@linux
def shm_open(u: Process, name: str | None, flags: int, mode: int = 0) -> int:
    """Opens a memory object by its name, as open does a file; gives a descriptor.

    A new one has no bytes until ftruncate gives it some. The descriptor is closed by exec.

        name empty, or / inside    EINVAL
        name too long              ENAMETOOLONG
        otherwise                  as open
    """
    return open_named(u, "shm", object_name(name), flags, mode, cloexec=True)


@linux
def shm_unlink(u: Process, name: str | None) -> int:
    """Takes the name of a memory object away; it goes with its last descriptor and mapping.

    ENOENT when there is none, EACCES for whoever is neither its owner nor the superuser. Gives 0.
    """
    unlink_named(u, "shm", object_name(name), Errno.EACCES)
    return 0


def object_name(name: str | None) -> str:
    """The name of an object, without the / that it should begin with."""
    if name is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    name = name.removeprefix("/")
    if not name or "/" in name:
        raise KernelError(Errno.EINVAL, f"{name!r} is no name of a memory object")
    if len(name) > NAME_MAX:
        raise KernelError(Errno.ENAMETOOLONG, f"a name of {len(name)} characters")
    return name
