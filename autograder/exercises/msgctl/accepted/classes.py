"""A class for the queue under control, a method for each command, and a check that collects before it acts."""

from kernel_model import *


class Control:
    def __init__(self, u, msqid, arg):
        self.u = u
        self.arg = arg
        self.q = msgconv(u, msqid)

    def stat(self):
        ipcaccess(self.u, self.q.perm, MSG_R)
        copyout(self.u, self.arg, fields=dict(queue_fields(self.q)))

    def set(self):
        if self.arg is None:
            raise KernelError(Errno.EFAULT, "bad address")
        ipcowner(self.u, self.q.perm)
        changes = []
        for name, value in copyin(self.u, self.arg).items():
            changes.append(self.change(name, value))
        for target, field, value in changes:
            setattr(target, field, value)
        self.q.ctime = self.u.k.time

    def change(self, name, value):
        if name == "qbytes":
            if value > self.q.qbytes and self.u.euid != 0:
                raise KernelError(Errno.EPERM, "qbytes")
            return self.q, "qbytes", value
        if name == "mode":
            value = (self.q.perm.mode >> 9 << 9) + value % 0o1000
        return self.q.perm, name, value

    def remove(self):
        ipcowner(self.u, self.q.perm)
        while self.q.first is not None:
            message = self.q.first
            self.q.first = message.next
            self.q.qnum -= 1
            self.q.cbytes -= len(message.text)
            msgfree(self.u, message)
        self.q.last = None
        ipcfree(self.u.k.msgque, self.q.perm)
        wakeup(self.u, self.q.arrival)
        wakeup(self.u, self.q.space)


async def msgctl(u, msqid, cmd, arg=USER_BUFFER):
    control = Control(u, msqid, arg)
    if cmd == IPC_STAT:
        control.stat()
    elif cmd == IPC_SET:
        control.set()
    elif cmd == IPC_RMID:
        control.remove()
    else:
        raise KernelError(Errno.EINVAL, "unknown command")
    return 0
