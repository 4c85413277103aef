# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Problem set 7: sockets
#
# A pipe joins processes that have a common ancestor.
# A socket joins a client and a server that have only a name in common, on one host or on two.
# In this problem set we write how they meet, and how what was sent is received.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | three system calls: `accept`, `connect`, `recv`; and one answer in words |
# | **fixed** | names and parameters of the three; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# A function that is not written yet costs only its own points: the checks of the others run on a
# kernel that has the missing ones.
# Each check runs the visible cases and shows the first step at which our kernel goes wrong.
# Grading runs further cases of the same rules, and looks at the tables as well: who waits in which
# queue, who is connected to whom, what has been received and not read.
#
# Who is stuck asks for a hint, in a cell of their own: `hint(accept)` gives the first, the same
# call again the second, and the third one all but answers.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 11.4, and section 6.6 on sleep
# and wakeup.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *
from kernel_model.view import view_of

# %% [markdown]
# ## What we are building
#
# A server binds a socket to a name and listens.
# Two clients connect, and nobody has called `accept` yet: the kernel has made a socket for each of
# them, and these wait in the queue of the socket that listens.

# %%
k = Kernel()
server, client, other = k.spawn("server"), k.spawn("client"), k.spawn("other")
for proc in (server, client, other):
    proc.call("socket")
server.call("bind", 3, "@shop")
server.call("listen", 3, 2)
[proc.call("connect", 3, "@shop") for proc in (client, other)]


# %%
def sockets(kernel):
    for so in view_of(kernel)["sockets"]:
        print(so["number"], so["state"], "peer", so["peer"], "queue", so["queue"], so["text"])


sockets(k)

# %% [markdown]
# So a client may send before anybody has accepted it.
# `accept` takes the first of the queue, and `recv` what has come there.

# %%
client.call("send", 3, "two apples, please")
accepted = server.call("accept", 3)
if accepted.state == "returned":  # while a process sleeps it calls nothing
    received = server.call("recv", accepted.ret, 100, 0)
    print(accepted, received, received.out["data"])
    sockets(k)

# %% [markdown]
# kernelbook: text accept

# %% nbgrader={"grade_id": "accept", "solution": true}
# kernelbook: solution kernel_model.sockets.connecting:accept

# %% nbgrader={"grade_id": "test_accept", "grade": true}
check(accept).require()

# %% [markdown]
# kernelbook: text connect

# %% nbgrader={"grade_id": "connect", "solution": true}
# kernelbook: solution kernel_model.sockets.connecting:connect

# %% nbgrader={"grade_id": "test_connect", "grade": true}
check(connect).require()

# %% [markdown]
# kernelbook: text recv

# %% nbgrader={"grade_id": "recv", "solution": true}
# kernelbook: solution kernel_model.sockets.receiving:recv

# %% nbgrader={"grade_id": "test_recv", "grade": true}
check(recv).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as all three pass their checks, they carry a text between two hosts, over a wire that
# loses one packet in five and delivers others in the wrong order.


# %%
def carried(text, *functions):
    from kernel_model.sockets.wire import Wire

    wire, ends = Wire(seed=1, loss=20, reorder=30), []
    for address in ("10.0.0.1", "10.0.0.2"):
        ours = Kernel()
        [ours.install(function) for function in functions]
        wire.attach(ours, address)
        ends.append(ours.spawn(address))
    return wire, text_over(wire, text, *ends)


# %%
def text_over(wire, text, client, server):
    for proc in (client, server):
        proc.call("socket", AF_INET, SOCK_STREAM, 0)
    server.call("bind", 3, "10.0.0.2:7001")
    server.call("listen", 3, 1)
    server.call("accept", 3)
    client.call("connect", 3, "10.0.0.2:7001")
    wire.run()
    client.call("send", 3, text)
    got = server.call("recv", 4, len(text), MSG_WAITALL)
    wire.run()
    return got.out["data"].decode() == text


# %%
ours = (accept, connect, recv)
if all(check(function).passed is True for function in ours):
    wire, arrived = carried("all work and no play makes Jack a dull boy. " * 20, *ours)
    print(arrived, sum(one.what == "lost" for one in wire.log), "packets lost")

# %% [markdown]
# ## In words
#
# A friend has written a client and a server that talk over a virtual circuit.
# The client calls `send(fd, request)` once for each request, and the server `recv(fd, size)` once
# for each, with a `size` that is larger than any request.
# On the friend's machine it has worked for a year; on two hosts it sometimes reads half a request,
# and sometimes two in one.
# Which promise has the friend taken for granted that a circuit does not give, why did it seem to be
# kept on one machine, and what are two ways to mend it?
# And what would go wrong if the friend took datagrams instead?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "no_records", "grade": true, "solution": true, "points": 10}
# A virtual circuit carries bytes in order, and knows nothing of the calls that put them there: one
# `recv` gives what has come, at most `size`, be it a part of one `send` or several of them.
# On one machine the protocol is by-passed: the bytes of a `send` are with the receiver at once and
# in one piece, and as long as the server is quick enough it finds exactly one request there.
# On a network a long request goes in several packets, and the server may be woken by the first;
# and while it works for one request, two others arrive and are read as one.
# The friend can send the length first, and receive so many bytes (with MSG_WAITALL, or in a loop);
# or end each request by a sign that cannot come in it, and keep what comes behind it for the next.
# Datagrams keep the borders, one `recv` for each `send`; but a datagram may be lost, come twice or
# out of turn, and what is longer than `size` is cut off, so the friend would need answers, numbers
# and repetition.
#
# *Three points for what a circuit promises, two for why one machine hides it, three for two
# remedies, two for what datagrams cost.*

# %% [markdown]
# ## What we have learned
#
# - A connection is made when the client asks, not when the server accepts; in between it waits in a
#   queue of limited length.
# - What happens when the queue is full is the domain's affair: refused here, waited for there.
# - A circuit is a stream of bytes without borders, a datagram has borders and may get lost.
# - Whoever waits looks again: for a connection, for a place, for bytes, and for their end.
#
# Next: what happens to all of this when the machine has a second processor.

# %%
progress()
