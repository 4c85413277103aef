"""mknod of Linux: what may be made, and by whom (Linux fs/namei.c)."""

from __future__ import annotations

from kernel_model.constants import S_IFCHR, S_IFDIR
from kernel_model.errno import Errno, KernelError
from kernel_model.fifos import KINDS, S_IFMT, make_node
from kernel_model.files import name_of
from kernel_model.inode import files_of
from kernel_model.process import Process
from kernel_model.traps import linux

S_IFSOCK = 0o140000
NODES = KINDS | {S_IFSOCK: "socket"}


@linux
def mknod(u: Process, path: str | None, mode: int, dev: int = 0) -> int:
    """Makes a file of the kind that the mode says; files and sockets may be made by anybody.

    a directory           EPERM
    unknown kind          EINVAL
    there already         EEXIST
    a device              EPERM, but for the superuser; all may make the one that is none, 0
    """
    #: judge the kind, make the node
    kind = NODES.get(mode & S_IFMT)
    if kind is None:
        error = Errno.EPERM if mode & S_IFMT == S_IFDIR else Errno.EINVAL
        raise KernelError(error, f"mknod makes no file of the kind {mode & S_IFMT:#o}")
    name = name_of(u, path)
    nothing = mode & S_IFMT == S_IFCHR and dev == 0
    if kind == "chr" and not nothing and u.euid != 0 and files_of(u.k).find("file", name) is None:
        raise KernelError(Errno.EPERM, "only the superuser makes devices")
    make_node(u, name, kind, mode)
    return 0
