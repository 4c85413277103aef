"""Every interleaving of code over shared cells: `Shared`, and the steps `load`, `store`, ..."""

from kernel_model.constants import IPC_NOWAIT
from kernel_model.explore.blocking import (
    CP,
    P,
    Pprim,
    V,
    Vprim,
    enqueue,
    enter,
    leave,
    progress,
    sleep,
    swtch,
    wakeup,
    wakeup_one,
)
from kernel_model.explore.cells import Record, Shared
from kernel_model.explore.operations import compare_and_swap, fetch_and_add, load, store, swap
from kernel_model.explore.queues import msgrcv, msgsnd
from kernel_model.explore.report import Report
from kernel_model.explore.system import check_system
from kernel_model.explore.system_report import SystemReport
from kernel_model.explore.verdict import check

__all__ = [
    "CP",
    "IPC_NOWAIT",
    "P",
    "Pprim",
    "Record",
    "Report",
    "Shared",
    "SystemReport",
    "V",
    "Vprim",
    "check",
    "check_system",
    "compare_and_swap",
    "enqueue",
    "enter",
    "fetch_and_add",
    "leave",
    "load",
    "msgrcv",
    "msgsnd",
    "progress",
    "sleep",
    "store",
    "swap",
    "swtch",
    "wakeup",
    "wakeup_one",
]
