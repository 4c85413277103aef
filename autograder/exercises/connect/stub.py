from kernel_model import *


async def connect(u, fd, name):
    """Connects a socket to the one that has this name. Gives 0.

        bad address (None)          EFAULT
        it listens                  EOPNOTSUPP
        it is connecting            EALREADY
        it is connected             EISCONN
        nobody listens there        ECONNREFUSED; ENOENT where there is no such name
        another kind of socket      EPROTOTYPE
        no way to the host          ENETUNREACH
        the queue is full           ECONNREFUSED; in the Internet domain sleeps on socket.connect
        a host that has to answer   sleeps on socket.connect
        O_NDELAY                    EINPROGRESS in place of a sleep
        signal while asleep         EINTR

    A datagram socket is told where its datagrams go, and takes those from there only.

    (Bach 11.4)
    """
    raise NotImplementedError("connect is not written yet")
