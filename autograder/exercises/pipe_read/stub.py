from kernel_model import *


async def pipe_read(u, file, size, buffer=USER_BUFFER):
    """Reads a pipe: copies out `data`, the oldest bytes of it, and gives how many they are.

        size 0                   0, whatever the pipe
        bytes are in the pipe    those, at most `size`, in the order in which they were written
        empty, no writer         0, the end of the file
        empty, O_NDELAY          0
        empty otherwise          sleeps on pipe.data, and looks again
        bad address (None)       EFAULT, and the bytes stay
        signal while asleep      EINTR

    (Bach 5.12.3; SVR2)
    """
    raise NotImplementedError("pipe_read is not written yet")
