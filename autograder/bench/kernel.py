"""Message round trips: on the model, on the model while it is traced, and on the machine itself."""

import ctypes
from collections.abc import Callable

from kernel_model.constants import IPC_CREAT, IPC_PRIVATE, IPC_RMID
from kernel_model.kernel import Kernel

from .measure import Figure, in_turns, seconds

TEXT = b"hello, world"
TRIPS = 2000  # on the model
TRACED = 200
REAL = 20_000


def round_trips() -> Figure:
    """The model against real Linux."""
    with RealQueue() as queue:
        ours, other = in_turns(
            lambda: seconds(model_trips(TRIPS)) / TRIPS,
            lambda: seconds(lambda: queue.trips(REAL)) / REAL,
            pairs=9,
        )
    return Figure("a message sent and received, model against Linux", ours, other, most=15)


def tracing() -> Figure:
    """The model while a trace is written against the model without."""
    ours, other = in_turns(
        lambda: seconds(model_trips(TRACED, traced=True)) / TRACED,
        lambda: seconds(model_trips(TRACED)) / TRACED,
        pairs=9,
    )
    return Figure("the same on the model, traced against untraced", ours, other, most=10)


def model_trips(count: int, traced: bool = False) -> Callable[[], None]:
    """So many messages from one process to another on a fresh kernel, ready to be sent."""
    k = Kernel()
    a, b = k.spawn("A"), k.spawn("B")
    q = a.call("msgget", IPC_PRIVATE, IPC_CREAT | 0o600).ret
    if traced:
        k.start_trace()

    def send_and_receive() -> None:
        for _ in range(count):
            a.call("msgsnd", q, 1, TEXT, 0)
            b.call("msgrcv", q, 64, 0, 0)

    return send_and_receive


class Buffer(ctypes.Structure):
    """struct msgbuf."""

    _fields_ = (("mtype", ctypes.c_long), ("text", ctypes.c_char * 64))


class RealQueue:
    """A queue of this machine, reached through the C library; removed at the end."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(None, use_errno=True)
        self.library.msgsnd.argtypes = [
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_int,
        ]
        self.library.msgrcv.argtypes = [
            ctypes.c_int,
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_long,
            ctypes.c_int,
        ]
        self.library.msgrcv.restype = ctypes.c_ssize_t
        self.id = self.library.msgget(IPC_PRIVATE, IPC_CREAT | 0o600)
        if self.id < 0:
            raise OSError(ctypes.get_errno(), "this machine makes no message queue")

    def __enter__(self) -> "RealQueue":
        return self

    def __exit__(self, *error: object) -> None:
        self.library.msgctl(self.id, IPC_RMID, None)

    def trips(self, count: int) -> None:
        """So many messages sent and received, text and type in and out."""
        buffer = Buffer()
        for _ in range(count):
            buffer.mtype, buffer.text = 1, TEXT
            if self.library.msgsnd(self.id, ctypes.addressof(buffer), len(TEXT), 0) < 0:
                raise OSError(ctypes.get_errno(), "msgsnd failed")
            size = self.library.msgrcv(self.id, ctypes.addressof(buffer), 64, 0, 0)
            if buffer.text[:size] != TEXT:
                raise OSError(ctypes.get_errno(), "msgrcv gave something else")
