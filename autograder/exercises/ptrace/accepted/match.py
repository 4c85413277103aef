"""A match statement over the request, its data and the address; the tracer is woken first."""

from kernel_model import *


class Refused(Exception):
    """The request cannot be done."""


async def done(u, t, req):
    match req, t.data:
        case (2 | 1, _):
            t.data = await read_word(u, t.addr)
        case (3, _):
            t.data = read_user(u, t.addr)
        case (4 | 5, word):
            await write_word(u, t.addr, word, req == 4)
        case (6, word):
            write_user(u, t.addr, word)
        case (7 | 9, signal) if 0 <= signal <= 64:
            u.cursig = signal
            u.step = req == 9
            if u.regs is not None:
                u.regs["pc"] = u.regs["pc"] if t.addr == 1 else t.addr
            return True
        case (8, _):
            u.cursig = 0
            u.sig.add(9)
            return True
        case _:
            raise Refused
    return False


async def procxmt(u):
    t = tracing_of(u.k)
    mine = t.lock == u.pid
    if not mine or t.req in (0, -1):
        return False
    wakeup(u, t.event)
    req, t.req = t.req, 0
    try:
        return await done(u, t, req)
    except (KernelError, Refused):
        t.req = -1
    return False
