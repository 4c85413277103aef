"""Connects a socket anew whose connection is over."""

from kernel_model import *


async def connect(u, fd, name):
    so = getsock(u, fd)
    nodelay = getf(u, fd).nonblock
    name = sockargs(u, so, name)
    done = False
    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
        done = True
    else:
        if so.state == LISTENING:
            raise KernelError(Errno.EOPNOTSUPP, "I am a server")
        if so.state == CONNECTING:
            raise KernelError(Errno.EALREADY, "I am doing that")
        if so.state == CONNECTED:
            raise KernelError(Errno.EISCONN, "I have a connection")
        if solocal(u, so, name) == True:
            server = solookup(u, so, name)
            if server == None:
                raise KernelError(Errno.ECONNREFUSED, "no server")
            if server.cantread == True:
                raise KernelError(Errno.ECONNREFUSED, "server is shut down")
            if server.state != LISTENING:
                raise KernelError(Errno.ECONNREFUSED, "server does not listen")
            waiting = 0
            for _ in server.queue:
                waiting = waiting + 1
            if waiting < server.qlimit:
                connection = sonewconn(u, server, so, name)
                server.queue.append(connection)
                wakeup(u, server.event("connection"))
                done = True
            else:
                if so.domain == AF_UNIX:
                    raise KernelError(Errno.ECONNREFUSED, "server is busy")
                else:
                    so.state = CONNECTING
                    so.far = name
                    server.pending.append(so)
        else:
            sosyn(u, so, name)
    if done == False:
        if nodelay == True:
            raise KernelError(Errno.EINPROGRESS, "I do not wait")
        while so.state == CONNECTING:
            await sleep(u, so.event("connect"), PSOCK)
        error = error_of(so)
        if error != None:
            raise error
    return 0
