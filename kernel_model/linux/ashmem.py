"""Android's shared memory: regions whose unpinned pages the kernel may take (staging/ashmem.c).

A region is made without a name that others could open: its descriptor is passed on, by fork here.
Pages are pinned at first. Unpinned ones stay until memory runs out; then the kernel takes those
that were unpinned first (`shrink`), and whoever pins them again is told that they are gone.
"""

from __future__ import annotations

from kernel_model.constants import PROT_EXEC, PROT_READ, PROT_WRITE
from kernel_model.errno import Errno, KernelError
from kernel_model.files import opened
from kernel_model.inode import File, Inode, files_of, getf
from kernel_model.memory import PAGE
from kernel_model.process import Process
from kernel_model.regions import pages_of
from kernel_model.regiontable import memory_of
from kernel_model.traps import linux

NOT_PURGED, WAS_PURGED = 0, 1  # what pinning gives
ALL = PROT_READ | PROT_WRITE | PROT_EXEC


@linux
def ashmem_create_region(u: Process, name: str | None, size: int) -> int:
    """Makes a region of `size` bytes; gives its descriptor. EINVAL for a size below 1."""
    if size < 1:
        raise KernelError(Errno.EINVAL, f"{size} bytes")
    inode = files_of(u.k).add(u, "ashmem", name or "none", 0o666)
    inode.size, inode.linked = size, False
    return opened(u, File(inode, True, True), made=True, cloexec=True)


@linux
def ashmem_get_size_region(u: Process, fd: int) -> int:
    """The size of a region in bytes."""
    return object_of(u, fd).size


@linux
def ashmem_set_prot_region(u: Process, fd: int, prot: int) -> int:
    """What later mappings may ask for; it can only become less (EINVAL). Gives 0."""
    inode = object_of(u, fd)
    if prot & ~inode.prot:
        raise KernelError(Errno.EINVAL, "protection was taken away and cannot be given back")
    inode.prot = prot
    return 0


def ashmem_allows(inode: Inode, prot: int, end: int) -> None:
    """Fails unless a mapping up to this byte with this protection may be made."""
    if end > pages_of(inode.size) * PAGE:
        raise KernelError(Errno.EINVAL, f"{end} bytes of a region of {inode.size}")
    if prot & ~inode.prot:
        raise KernelError(Errno.EPERM, "the region allows less")


@linux
def ashmem_unpin_region(u: Process, fd: int, offset: int, size: int) -> int:
    """Lets the kernel take these pages when it needs memory; size 0: to the end. Gives 0.

    EINVAL unless offset and size are of whole pages and inside the region.
    """
    inode = object_of(u, fd)
    first, pages = pages_at(inode, offset, size)
    #: those that were unpinned before keep their place in the order
    for page in range(first, first + pages):
        if page not in inode.unpinned:
            inode.unpinned[page] = memory_of(u.k).unpins
            memory_of(u.k).unpins += 1
    return 0


@linux
def ashmem_pin_region(u: Process, fd: int, offset: int, size: int) -> int:
    """Keeps these pages from now on; gives 1 when some of them were taken meanwhile, else 0."""
    inode = object_of(u, fd)
    first, pages = pages_at(inode, offset, size)
    wanted = range(first, first + pages)
    lost = inode.purged.intersection(wanted)
    for page in wanted:
        inode.unpinned.pop(page, None)
    inode.purged -= lost
    return WAS_PURGED if lost else NOT_PURGED


def object_of(u: Process, fd: int) -> Inode:
    """The region of a descriptor; ENOTTY for a descriptor of something else."""
    inode = getf(u, fd).inode
    if inode.kind != "ashmem":
        raise KernelError(Errno.ENOTTY, f"descriptor {fd} is not of ashmem")
    return inode


def pages_at(inode: Inode, offset: int, size: int) -> tuple[int, int]:
    """The first page, and how many; a size of 0 goes to the end."""
    end = pages_of(inode.size) * PAGE
    size = size or end - offset
    if offset % PAGE or size % PAGE or offset < 0 or size < 1 or offset + size > end:
        raise KernelError(Errno.EINVAL, f"{size} bytes at {offset} are not pages of the region")
    return offset // PAGE, size // PAGE
