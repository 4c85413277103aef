"""A class that stands for one signal of one process; issig is a method called until it is sure."""

from dataclasses import dataclass

from kernel_model import *


@dataclass
class Pending:
    u: Process
    number: int

    @property
    def action(self):
        return self.u.actions.get(self.number, "SIG_DFL")

    def off(self):
        clearsig(self.u, self.number)

    async def settled(self):
        """None: look again."""
        if not self.number:
            return False
        new = self.number != self.u.cursig and self.number != SIGKILL
        if new and self.u.tracer is not None:
            return await tracestop(self.u, self.number)
        if ignores(self.u, self.number):
            if self.number == SIGCHLD and self.action == "SIG_IGN":
                freechildren(self.u)
            return self.off()
        if stops(self.u, self.number):
            self.off()
            return await stop(self.u, self.number)
        return True

    async def handled(self):
        handler = self.action
        self.off()
        if handler in ("SIG_DFL", "SIG_IGN"):
            psexit(self.u, self.number)
        if self.u.flags.get(self.number, 0) & SA_RESETHAND:
            self.u.actions[self.number] = "SIG_DFL"
        await sendsig(self.u, self.number, handler)


async def issig(u):
    while (answer := await Pending(u, fsig(u)).settled()) is None:
        pass
    return answer


async def psig(u):
    await Pending(u, fsig(u)).handled()
