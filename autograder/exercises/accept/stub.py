from kernel_model import *


async def accept(u, fd, flags=0):
    """Takes the connection that has waited longest; gives a descriptor for it, copies out `name`.

        a datagram socket               EOPNOTSUPP
        it does not listen              EINVAL
        flags                           EINVAL, but for 0
        no descriptor is free           EMFILE
        none waits, shut for reading    EINVAL
        none waits, O_NDELAY            EAGAIN
        none waits otherwise            sleeps on socket.connection, and looks again
        signal while asleep             EINTR

    The new socket is connected; the one that listens stays as it is. `name` is that of the client.

    (Bach 11.4)
    """
    raise NotImplementedError("accept is not written yet")
