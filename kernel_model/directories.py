"""Directories: mkdir, and the way to a name through them (namei: Bach 4.3; 5.8).

The root and /tmp are always there, and everybody may make files in them. An inode's name is its
whole path, so that the way to it is looked up a directory at a time, and the name itself at once.
"""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.inode import Inode, access, files_of
from kernel_model.process import Process
from kernel_model.traps import algorithm, syscall

SEARCH, CHANGE = 1, 3  # permission to go through a directory, and to make or unmake names in it
STICKY = 0o1000  # the bit of a directory in which only owners take names away
ROOTS = ("", "/tmp")
MODE = 0o1777  # bits that a directory's mode may have


@algorithm
def namei(u: Process, name: str) -> str:
    """Goes the way to a name, which need not be there itself; gives the name.

    no such directory on the way    ENOENT
    something else than directories ENOTDIR
    no permission to search one     EACCES
    """
    words = name.rstrip("/").split("/")
    for length in range(2, len(words)):
        directory = directory_of(u, "/".join([*words[:length], ""]))
        if directory is not None:
            access(u, directory, SEARCH)
    last = files_of(u.k).find("file", name.rstrip("/"))
    if name.endswith("/") and last is not None and last.kind != "dir":
        raise KernelError(Errno.ENOTDIR, f"{last.name} is a {last.kind}")
    return name.rstrip("/") or name


def directory_of(u: Process, name: str) -> Inode | None:
    """The directory that a name is in; None for those that are always there."""
    way = name.rpartition("/")[0]
    if way in ROOTS:
        return None
    found = files_of(u.k).find("file", way)
    if found is None:
        raise KernelError(Errno.ENOENT, f"there is no directory {way}")
    if found.kind != "dir":
        raise KernelError(Errno.ENOTDIR, f"{way} is a {found.kind}")
    return found


def may_enter(u: Process, name: str) -> None:
    """EACCES unless the process may make this name in its directory."""
    directory = directory_of(u, name)
    if directory is not None:
        access(u, directory, CHANGE)


def may_remove(u: Process, inode: Inode, error: Errno) -> None:
    """May the process take this name away? EACCES if it may not change the directory.

    In a directory that is sticky, as the root is, only the owners of file and directory may:
    `error`.
    """
    directory = directory_of(u, inode.name)
    owners = {0, inode.uid}
    if directory is not None:
        access(u, directory, CHANGE)
        owners |= {directory.uid}
        if not directory.mode & STICKY:
            return
    if u.euid not in owners:
        raise KernelError(error, f"{inode.name} is not {u.name}'s")


@syscall
def mkdir(u: Process, path: str | None, mode: int) -> int:
    """Makes a directory with these permissions, without those of the umask. Gives 0.

        bad address (None)       EFAULT
        the name is empty        ENOENT
        the way to the name      as in namei
        there is such a name     EEXIST
        no permission there      EACCES

    (System V Release 3; before it a program of the superuser's did it with mknod and link.)
    """
    if path is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    if not path:
        raise KernelError(Errno.ENOENT, "the name is empty")
    #: go the way to the name, which must be free
    name = namei(u, path.rstrip("/") or "/")
    if files_of(u.k).find("file", name) is not None or name in (*ROOTS, "/"):
        raise KernelError(Errno.EEXIST, f"there is {name} already")
    #: the process may change the directory that it is in
    may_enter(u, name)
    #: assign an inode
    files_of(u.k).add(u, "dir", name, mode & MODE & ~u.umask)
    return 0
