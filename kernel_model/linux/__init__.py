"""What Linux does otherwise: each function here takes the place of the classic one of its name."""

from kernel_model.linux import (
    ashmem,
    condition,
    control,
    descriptors,
    fifos,
    ipc,
    mapping,
    messages,
    mqtransfer,
    mqueue,
    mutex,
    namedsem,
    pipes,
    posix,
    posixsem,
    ptrace,
    regions,
    semaphores,
    semcontrol,
    semserving,
    shm,
    signals,
    socketdata,
    socketend,
    socketrecv,
    sockets,
    socketsend,
    socketurgent,
)

__all__ = [
    "ashmem", "condition", "control", "descriptors", "fifos", "ipc", "mapping", "messages",
    "mqtransfer", "mqueue", "mutex", "namedsem", "pipes", "posix", "posixsem", "ptrace",
    "regions", "semaphores", "semcontrol", "semserving", "shm", "signals", "socketdata",
    "socketend", "socketrecv", "sockets", "socketsend", "socketurgent",
]  # fmt: skip
