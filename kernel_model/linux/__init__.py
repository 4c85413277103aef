"""What Linux does otherwise: each function here takes the place of the classic one of its name."""

from kernel_model.linux import (
    ashmem,
    control,
    ipc,
    mapping,
    messages,
    posix,
    regions,
    semaphores,
    semcontrol,
    semserving,
    shm,
    signals,
)

__all__ = [
    "ashmem", "control", "ipc", "mapping", "messages", "posix", "regions", "semaphores",
    "semcontrol", "semserving", "shm", "signals",
]  # fmt: skip
