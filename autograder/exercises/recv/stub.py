from kernel_model import *


async def recv(u, fd, size, flags=0, buffer=USER_BUFFER):
    """Receives at most `size` bytes; copies out `data` and `from`, the sender's name.

        a circuit, not connected   ENOTCONN
        size below 0, MSG_OOB      EINVAL
        bytes of a circuit         those that are there, at most `size`
        a datagram                 one of them; what is more than `size` is lost
        bad address (None)         EFAULT, and what is there stays
        nothing there:
            an error has come      that error, once
            the end has come       0
            size 0                 0
            O_NDELAY,              EAGAIN
            MSG_DONTWAIT
            otherwise              sleeps on socket.data, and looks again
        signal while asleep        EINTR

    MSG_PEEK     what is received stays
    MSG_WAITALL  of a circuit waits until `size` bytes have come; with fewer of them the end,
                 MSG_DONTWAIT or a signal gives those that have come
    MSG_TRUNC    of a datagram gives its whole length

    (Bach 11.4)
    """
    raise NotImplementedError("recv is not written yet")
