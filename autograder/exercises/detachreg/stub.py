from kernel_model import *


def detachreg(u, entry):
    """Detaches a locked region from the process, and unlocks it; the last one out frees it.

    (Bach, Figure 6.24)
    """
    raise NotImplementedError("detachreg is not written yet")
