"""Pictures of the kernel's tables: pure functions from a table view to SVG.

A view is what `kernel_model.tables.show` makes, and what a record of a scenario holds after each
step. `view_of(kernel)` gives that of a kernel as it is now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel_model import tables
from kernel_model.signal_tables import look_signals, show_signals
from kernel_model.view.pictures.exchange import exchange
from kernel_model.view.pictures.ipc_table import ipc_table
from kernel_model.view.pictures.kernel import beside, kernel
from kernel_model.view.pictures.layers import layers
from kernel_model.view.pictures.locks import locks
from kernel_model.view.pictures.mechanisms import mechanisms
from kernel_model.view.pictures.memory import message_map
from kernel_model.view.pictures.pipes import descriptors, pipe
from kernel_model.view.pictures.posix_queue import posix_queue
from kernel_model.view.pictures.processes import processes, sleepers
from kernel_model.view.pictures.queue import queue
from kernel_model.view.pictures.regions import region_table
from kernel_model.view.pictures.segments import frames, segment_table
from kernel_model.view.pictures.semaphores import semaphore_set, undo_structures
from kernel_model.view.pictures.signals import signals
from kernel_model.view.pictures.spaces import spaces
from kernel_model.view.pictures.svg import Picture
from kernel_model.view.pictures.tracing import trace_structure
from kernel_model.view.pictures.user_stack import user_stack
from kernel_model.view.pictures.waiting import wait_for
from kernel_model.view.pictures.words import View

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel

__all__ = [
    "Picture",
    "View",
    "beside",
    "descriptors",
    "entries_of",
    "exchange",
    "frames",
    "ipc_table",
    "kernel",
    "layers",
    "locks",
    "mechanisms",
    "message_map",
    "pipe",
    "posix_queue",
    "processes",
    "queue",
    "region_table",
    "segment_table",
    "semaphore_set",
    "signals",
    "sleepers",
    "spaces",
    "trace_structure",
    "undo_structures",
    "user_stack",
    "view_of",
    "wait_for",
]


def view_of(k: Kernel) -> View:
    """The tables of a kernel as they are now."""
    return tables.show(tables.snapshot(k)) | entries_of(k) | show_signals(look_signals(k))


def entries_of(k: Kernel) -> View:
    """What a view does not tell of the queue table: its size, and the entries freed once."""
    freed = {q.slot: q.perm.seq for q in k.msgque.entries if q.perm.seq and not q.perm.mode}
    return {"size": k.msgque.size, "freed": freed}
