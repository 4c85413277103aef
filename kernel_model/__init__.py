"""A reference model of the classic UNIX kernel (Bach, The Design of the UNIX Operating System).

`from kernel_model import *` gives what a piece of kernel code needs: the errors and constants,
the tables' classes, and the kernel's own algorithms by the book's names.
"""

from kernel_model import control as _control
from kernel_model import signals as _signals
from kernel_model.constants import *
from kernel_model.constants import NAMES
from kernel_model.errno import Errno, KernelError
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
from kernel_model.process import Call, Process, State
from kernel_model.traps import PMSG, PSLEP, PWAIT, PZERO, sleep, wakeup
from kernel_model.user import USER_BUFFER, User, copyin, copyout

__all__ = [
    "IPC_ALLOC",
    "MSG_R",
    "MSG_W",
    "NAMES",
    "PMSG",
    "PSLEP",
    "PWAIT",
    "PZERO",
    "USER_BUFFER",
    "Call",
    "Errno",
    "IpcPerm",
    "IpcTable",
    "Kernel",
    "KernelError",
    "Message",
    "MessageQueue",
    "Process",
    "State",
    "User",
    "copyin",
    "copyout",
    "ipcaccess",
    "ipcconv",
    "ipcfree",
    "ipcget",
    "ipcid",
    "ipcowner",
    "msgalloc",
    "msgconv",
    "msgctl",
    "msgfree",
    "msgget",
    "msgrcv",
    "msgsnd",
    "queue_fields",
    "sleep",
    "wakeup",
]
__all__ += [name for name in NAMES if name in globals()]
