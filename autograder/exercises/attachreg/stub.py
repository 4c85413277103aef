from kernel_model import *


def attachreg(u, region, p, addr, rtype, readonly=False):
    """Attaches a locked region to the process `p` at a virtual address; gives its new entry.

        no entry left for this type     EMFILE
        address not that of a page      EINVAL
        outside what a user may have    EINVAL
        over another region of p        EINVAL

    (Bach, Figure 6.20)
    """
    raise NotImplementedError("attachreg is not written yet")
