"""Sockets: end points of communication, in three layers (Bach 11.4).

socket layer     what the system calls work on: names, queues, buffers (table, calls)
protocol layer   circuits and datagrams; on one host it is by-passed (local), between two it
                 makes packets of what is sent and puts it together again (protocol; stream,
                 arriving, datagrams)
device layer     takes packets to the wire and from it (device, wire)
"""

from kernel_model.sockets import (
    calls,
    closing,
    connecting,
    datagrams,
    lingering,
    naming,
    options,
    receiving,
    sending,
    stream,
)
from kernel_model.sockets.table import Chunk, Socket, getsock, network_of

__all__ = [
    "Chunk", "Socket", "calls", "closing", "connecting", "datagrams", "getsock", "lingering",
    "naming", "network_of", "options", "receiving", "sending", "stream",
]  # fmt: skip
