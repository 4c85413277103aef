"""What Linux does otherwise: each function here takes the place of the classic one of its name."""

from kernel_model.linux import ipc, messages

__all__ = ["ipc", "messages"]
