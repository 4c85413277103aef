from kernel_model import *


async def pipe_write(u, file, data):
    """Writes the bytes at the address `data` into a pipe; gives how many were written.

        no bytes                 0, whatever the pipe
        no reader                EPIPE, and the signal SIGPIPE; also after a sleep
        room for all             writes all
        more than the pipe can   writes as much as there is room for, as soon as there is any;
        hold                     then the rest, as if it were a write of its own
        no room, O_NDELAY        gives what was written so far, perhaps 0
        no room otherwise        sleeps on pipe.room, and looks again
        bad address (None)       EFAULT
        signal while asleep      EINTR

    (Bach 5.12.3; SVR2)
    """
    raise NotImplementedError("pipe_write is not written yet")
