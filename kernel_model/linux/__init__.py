"""What Linux does otherwise: each function here takes the place of the classic one of its name."""

from kernel_model.linux import control, ipc, messages, regions, shm, signals

__all__ = ["control", "ipc", "messages", "regions", "shm", "signals"]
