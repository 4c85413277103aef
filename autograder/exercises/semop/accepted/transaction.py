"""A transaction that rolls itself back unless it was committed."""

from dataclasses import dataclass, field

from kernel_model import *


class MustWait(Exception):
    pass


@dataclass
class Transaction:
    u: object
    s: object
    log: list = field(default_factory=list)
    old: int = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, where):
        while kind is not None and self.log:
            num, op, noted = self.log.pop()
            self.s.sems[num].semval -= op
            if noted:
                semaoe(self.u, self.s, num, op)
        return False

    def do(self, one):
        sem = self.s.sems[one.num]
        self.old, now = sem.semval, sem.semval + one.op
        if now < 0 or (one.op == 0 and now > 0):
            raise MustWait(one)
        if now > SEMVMX:
            raise KernelError(Errno.ERANGE, f"{now}")
        noted = bool(one.flags & SEM_UNDO)
        if noted:
            semaoe(self.u, self.s, one.num, -one.op)
        sem.semval = now
        self.log.append((one.num, one.op, noted))

    def commit(self):
        for num, op, _ in self.log:
            sem = self.s.sems[num]
            sem.sempid = self.u.pid
            if op > 0:
                wakeup(self.u, self.s.increase(num))
            elif op < 0 and sem.semval == 0:
                wakeup(self.u, self.s.zero(num))
        self.s.otime = self.u.k.time
        return self.old


def allowed(u, s, one):
    ipcaccess(u, s.perm, SEM_A if one.op else SEM_R)
    if one.num >= len(s.sems):
        raise KernelError(Errno.EFBIG, "no such semaphore")


async def semop(u, semid, ops):
    s = semconv(u, semid)
    array = operations(u, ops)
    for one in array:
        allowed(u, s, one)
    while True:
        try:
            with Transaction(u, s) as transaction:
                for one in array:
                    transaction.do(one)
                return transaction.commit()
        except MustWait as wait:
            [one] = wait.args
        if one.flags & IPC_NOWAIT:
            raise KernelError(Errno.EAGAIN, "would have to wait")
        await semsleep(u, s, one)
        semconv(u, semid, Errno.EIDRM)
