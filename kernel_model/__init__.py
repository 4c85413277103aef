"""A reference model of the classic UNIX kernel (Bach, The Design of the UNIX Operating System).

`from kernel_model import *` gives what a piece of kernel code needs: the errors and constants,
the tables' classes, and the kernel's own algorithms by the book's names.
"""

from kernel_model import children as _children
from kernel_model import descriptors as _descriptors
from kernel_model import direct as _direct
from kernel_model import directories as _directories
from kernel_model import faults as _faults
from kernel_model import fifos as _fifos
from kernel_model import files as _files
from kernel_model import futex as _futex
from kernel_model import identity as _identity
from kernel_model import mqueues as _mqueues
from kernel_model import sigaction as _sigaction
from kernel_model import sigmask as _sigmask
from kernel_model import signals as _signals
from kernel_model import sockets as _sockets
from kernel_model.constants import *
from kernel_model.constants import NAMES
from kernel_model.control import psexit
from kernel_model.cost import Cost
from kernel_model.delivery import clearsig, freechildren, fsig, issig, psig, sendsig
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, Inode, free_descriptors, getf
from kernel_model.ipc import (
    IPC_ALLOC,
    MSG_R,
    MSG_W,
    IpcPerm,
    IpcTable,
    ipcaccess,
    ipcconv,
    ipcfree,
    ipcget,
    ipcid,
    ipcowner,
)
from kernel_model.kernel import Kernel
from kernel_model.memory import PAGE, Frames, getframe, putframe
from kernel_model.messages import (
    Message,
    MessageQueue,
    msgalloc,
    msgconv,
    msgctl,
    msgfree,
    msgget,
    msgrcv,
    msgsnd,
    queue_fields,
)
from kernel_model.pipes import SIGPIPE, Pipe, pipe_of, pipe_read, pipe_write
from kernel_model.posting import SIGCHLD, SIGKILL, catches, ignores, psignal, stops
from kernel_model.process import Call, Process, State
from kernel_model.ptrace import AS_IT_IS, procxmt
from kernel_model.regions import (
    allocreg,
    attachreg,
    detachreg,
    dupreg,
    freereg,
    freeslot,
    growreg,
    illegal,
    loadreg,
    pages_of,
)
from kernel_model.regiontable import (
    FIXED,
    Pregion,
    Region,
    RegionTable,
    Segment,
    entries_of,
    lockreg,
    memory_of,
    unlockreg,
)
from kernel_model.semaphores import semget, semop, semsleep
from kernel_model.semcontrol import semctl, set_fields
from kernel_model.semtable import (
    SEM_A,
    SEM_R,
    SEMVMX,
    Operation,
    Semaphore,
    SemaphoreSet,
    Undo,
    operations,
    semaphores_of,
    semconv,
)
from kernel_model.semundo import semaoe, semexit
from kernel_model.shm import (
    SHM_R,
    SHM_W,
    SHMLBA,
    SHMMIN,
    pick,
    segment_fields,
    segment_of,
    segments,
    shmat,
    shmconv,
    shmctl,
    shmdetach,
    shmdt,
    shmget,
)
from kernel_model.signals import NSIG
from kernel_model.sockets.connecting import accept, connect, listen
from kernel_model.sockets.datagrams import soaim
from kernel_model.sockets.meeting import solocal, solookup, sonewconn, soplace, sosyn
from kernel_model.sockets.naming import peer_name, sockargs
from kernel_model.sockets.receiving import recv, sorcvd
from kernel_model.sockets.table import (
    CLOSED,
    CONNECTED,
    CONNECTING,
    LISTENING,
    PSOCK,
    UNCONNECTED,
    Chunk,
    Socket,
    descriptor,
    error_of,
    getsock,
)
from kernel_model.stopping import stop, tracestop
from kernel_model.tracewords import read_user, read_word, write_user, write_word
from kernel_model.tracing import Tracing, tracing_of
from kernel_model.traps import PMSG, PPIPE, PSEMN, PSEMZ, PSLEP, PWAIT, PZERO, sleep, wakeup
from kernel_model.user import USER_BUFFER, User, copyin, copyout, useracc

__all__ = [
    "AS_IT_IS",
    "CLOSED",
    "CONNECTED",
    "CONNECTING",
    "FIXED",
    "IPC_ALLOC",
    "LISTENING",
    "MSG_R",
    "MSG_W",
    "NAMES",
    "NSIG",
    "PAGE",
    "PMSG",
    "PPIPE",
    "PSEMN",
    "PSEMZ",
    "PSLEP",
    "PSOCK",
    "PWAIT",
    "PZERO",
    "SEMVMX",
    "SEM_A",
    "SEM_R",
    "SHMLBA",
    "SHMMIN",
    "SHM_R",
    "SHM_W",
    "SIGCHLD",
    "SIGKILL",
    "SIGPIPE",
    "UNCONNECTED",
    "USER_BUFFER",
    "Call",
    "Chunk",
    "Cost",
    "Errno",
    "File",
    "Frames",
    "Inode",
    "IpcPerm",
    "IpcTable",
    "Kernel",
    "KernelError",
    "Message",
    "MessageQueue",
    "Operation",
    "Pipe",
    "Pregion",
    "Process",
    "Region",
    "RegionTable",
    "Segment",
    "Semaphore",
    "SemaphoreSet",
    "Socket",
    "State",
    "Tracing",
    "Undo",
    "User",
    "accept",
    "allocreg",
    "attachreg",
    "catches",
    "clearsig",
    "connect",
    "copyin",
    "copyout",
    "descriptor",
    "detachreg",
    "dupreg",
    "entries_of",
    "error_of",
    "free_descriptors",
    "freechildren",
    "freereg",
    "freeslot",
    "fsig",
    "getf",
    "getframe",
    "getsock",
    "growreg",
    "ignores",
    "illegal",
    "ipcaccess",
    "ipcconv",
    "ipcfree",
    "ipcget",
    "ipcid",
    "ipcowner",
    "issig",
    "listen",
    "loadreg",
    "lockreg",
    "memory_of",
    "msgalloc",
    "msgconv",
    "msgctl",
    "msgfree",
    "msgget",
    "msgrcv",
    "msgsnd",
    "operations",
    "pages_of",
    "peer_name",
    "pick",
    "pipe_of",
    "pipe_read",
    "pipe_write",
    "procxmt",
    "psexit",
    "psig",
    "psignal",
    "putframe",
    "queue_fields",
    "read_user",
    "read_word",
    "recv",
    "segment_fields",
    "segment_of",
    "segments",
    "semaoe",
    "semaphores_of",
    "semconv",
    "semctl",
    "semexit",
    "semget",
    "semop",
    "semsleep",
    "sendsig",
    "set_fields",
    "shmat",
    "shmconv",
    "shmctl",
    "shmdetach",
    "shmdt",
    "shmget",
    "sleep",
    "soaim",
    "sockargs",
    "solocal",
    "solookup",
    "sonewconn",
    "soplace",
    "sorcvd",
    "sosyn",
    "stop",
    "stops",
    "tracestop",
    "tracing_of",
    "unlockreg",
    "useracc",
    "wakeup",
    "write_user",
    "write_word",
]
__all__ += [name for name in NAMES if name in globals()]
