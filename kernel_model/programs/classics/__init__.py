"""The classic problems of synchronising, each on several mechanisms (lecture 08).

CLASSICS["mutual exclusion"]["message queue"]    the programs of one problem and mechanism
CLASSICS[...].whose programs are small enough to be explored whole
"""

from __future__ import annotations

from collections.abc import Mapping

from kernel_model.programs.classics import buffers, exclusion, philosophers, readers
from kernel_model.programs.members import Programs

SMALLER = {
    ("producer and consumer", "mutex and condition"): buffers.FEWER,
    ("readers and writers", "mutex and condition"): readers.ONE_READER,
}
CLASSICS: dict[str, Mapping[str, Programs]] = {
    "mutual exclusion": exclusion.BY,
    "producer and consumer": buffers.BY,
    "readers and writers": readers.BY,
    "dining philosophers": philosophers.BY,
}
