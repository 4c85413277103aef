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
# # 11. Sockets
#
# Whatever we have had so far lives in one kernel: a pipe, a queue, a segment, a semaphore.
# The browser and the server do not even have that in common.
# Between them is a wire, on which things get lost.
# **What does each of them hold in its hands, who keeps order between them, and what does it cost?**
#
# From [Lecture 2](02_pipes.ipynb) we know a channel between relatives; here are two ends that find each other by name.
# We need about an hour and a half and Bach, section 11.4.

# %%
from functools import partial

from autograder import my_functions, progress
from kernel_model import *
from kernel_model.view import across, chart, compare, console, layers, play, quiz, table, view_of

predict = partial(quiz, "11_predictions.txt")

# %% [markdown]
# ## An end point, always in pairs
#
# A **socket** is an end point of communication.
# One alone is good for nothing: two that are connected make a channel.
# `socketpair` makes both at once, and gives two descriptors.

# %%
k = Kernel()
ada, bob = k.spawn("Ada", 1000), k.spawn("Bob", 1000)
ada.call("socketpair", AF_UNIX, SOCK_STREAM).out

# %%
predict("both-ways")

# %%
ada.call("send", 3, b"there")
ada.call("send", 4, b"and back")
[ada.call("recv", fd, 100).out["data"] for fd in (4, 3)]

# %% [markdown]
# Each end has a buffer of its own for what comes to it, so the two directions are not in each other's way.
# A pipe is one of these directions.
#
# As with a pipe, a child inherits the ends.
# Strangers need something else: a name.
#
# ## Names: two domains
#
# A socket is made in a **domain**, which says how it is named.
#
# | domain | a name | who can reach it |
# |---|---|---|
# | UNIX (`AF_UNIX`) | `/tmp/shop` in the file system, or `@shop`, which only the kernel keeps | processes of this host |
# | Internet (`AF_INET`) | an **address and a port**: `10.0.0.2:7001` | any host with a way to it |
#
# The address says which host, and the port which of its sockets.

# %%
unix, inet = (ada.call("socket", domain, SOCK_STREAM).ret for domain in (AF_UNIX, AF_INET))
names = [(unix, "/tmp/shop"), (inet, "127.0.0.1:80"), (inet, "10.9.9.9:7001"), (inet, "shop")]
[*(ada.call("bind", *name) for name in names), ada.call("bind", inet, "127.0.0.1:7001")]

# %% [markdown]
# A port below 1024 is for the superuser, an address must be one of this host, and each domain has its own kind of name.
# `127.0.0.1` is the host itself, on every host.

# %%
predict("two-on-a-port")

# %%
stream, datagram = (bob.call("socket", AF_INET, kind).ret for kind in (SOCK_STREAM, SOCK_DGRAM))
[bob.call("bind", fd, "127.0.0.1:7001") for fd in (stream, datagram)]

# %% [markdown]
# Streams and datagrams have ports of their own.
# Who does not care asks for port 0 and is given a free one; so is everybody who sends or connects without a name.

# %%
bob.call("bind", stream, "127.0.0.1:0")
bob.call("getsockname", stream).out["name"]

# %% [markdown]
# ## Client and server
#
# | the server | the client |
# |---|---|
# | `socket` makes an end point | `socket` makes an end point |
# | `bind` gives it a name | |
# | `listen` says that it takes connections | |
# | `accept` sleeps until there is one | `connect` finds the name |
# | `recv`, `send` on what `accept` gave | `send`, `recv` on its own socket |
#
# `accept` makes a **new** socket for each client; the one that listens stays as it is.
#
# Three of these calls we write ourselves in problem set 7.
# Whichever has passed its check there runs here, in the kernel of this lecture:

# %%
own = my_functions("accept", "connect", "recv")
own

# %%
predict("connect-before-accept")

# %%
shop = [
    "s = server.socket(AF_UNIX, SOCK_STREAM)",
    "server.bind(s, '@shop')",
    "server.listen(s, 2)",
    "c = client.socket(AF_UNIX, SOCK_STREAM)",
    "client.connect(c, '@shop')",
    "client.send(c, 'two loaves')",
    *["server.accept(s)", "server.recv(4, 100)", "server.recv(4, 100)"],
    "client.send(c, 'and a bun')",
]

# %%
play(shop, functions=own, title="A client comes to a shop")

# %% [markdown]
# Time runs downwards, and each process has a *life line*: green while it is in a call, broken and blue while it sleeps, Z where a sleep begins.
# An arrow is what passes from one to the other.
# Under the code are the layers of the kernel: so far only the first has anything to do.
# The arrow keys step through it, `Home` goes to the beginning; most players below start at their end.
#
# ## The queue, and when it is full
#
# Who connects while the server is busy waits in a **queue**, and is connected already: it can send.
# `listen` says how many may wait there.

# %%
predict("queue-full")

# %%
rush = ["s = server.socket(AF_UNIX, SOCK_STREAM)", "server.bind(s, '@shop')", "server.listen(s, 1)"]
for who in ("Ada", "Bob"):
    rush += [f"x = {who}.socket(AF_UNIX, SOCK_STREAM)", f"{who}.connect(x, '@shop')"]
rush += ["server.accept(s)", "Bob.connect(x, '@shop')"]
play(rush, functions=own, title="One place in the queue", step=-1)

# %% [markdown]
# `accept` takes the connection that has waited longest, and its place is free again.
# In the Internet domain a client does not give up so soon: it **sleeps** until it is let in.

# %%
inet = [call.replace("AF_UNIX", "AF_INET").replace("@shop", "127.0.0.1:7001") for call in rush]
play(inet[:-1], functions=own, title="The same rush in the Internet domain", step=-1)

# %% [markdown]
# ## Virtual circuit and datagram
#
# The second argument of `socket` is the **kind**.
#
# - `SOCK_STREAM`, a **virtual circuit**: connected once, then a stream of bytes both ways, in order, none lost, none twice.
# - `SOCK_DGRAM`, **datagrams**: each goes its own way to whom it names, and arrives in one piece or not at all.

# %%
predict("boundaries")


# %%
def pieces(kind):
    """What four calls to receive give, after three calls to send."""
    a = Kernel().spawn("a")
    a.call("socketpair", AF_UNIX, kind)
    for text in (b"one", b"two", b"three"):
        a.call("send", 3, text)
    calls = [a.call("recv", 4, 100, MSG_DONTWAIT) for _ in range(4)]
    return [call.out.get("data") or call.error.errno.name for call in calls]


pieces(SOCK_STREAM), pieces(SOCK_DGRAM)

# %%
predict("cut")

# %%
post = [
    *["d = Ada.socket(AF_UNIX, SOCK_DGRAM)", "Ada.bind(d, '@ada')"],
    *["e = Bob.socket(AF_UNIX, SOCK_DGRAM)", "Bob.bind(e, '@bob')"],
    "Bob.sendto(e, 'a long message', 0, '@ada')",
    "Bob.sendto(e, 'short', 0, '@ada')",
    "Ada.recvfrom(d, 6, MSG_TRUNC)",
    "Ada.recvfrom(d, 6)",
    "Ada.sendto(d, 'thank you', 0, '@bob')",
]
play(post, title="Two letters, and a small buffer", step=-1)

# %% [markdown]
# `sendto` names the receiver each time, and `recvfrom` tells the sender, so one socket serves any number of clients.
# `connect` of a datagram socket sends nothing: it only keeps a name, for `send`.
#
# ## Flags
#
# `send`, `sendto`, `recv` and `recvfrom` take flags, and `shutdown` is told a direction:
#
# | flag | of | what it does |
# |---|---|---|
# | `MSG_PEEK` | `recv`, `recvfrom` | what is received stays |
# | `MSG_WAITALL` | `recv` | of a circuit: waits until all `size` bytes have come |
# | `MSG_TRUNC` | `recv`, `recvfrom` | of a datagram: gives its whole length, even if it is cut off |
# | `MSG_DONTWAIT` | all four | fails with EAGAIN instead of sleeping |
# | `MSG_NOSIGNAL` | `send`, `sendto` | EPIPE without SIGPIPE |
# | `MSG_OOB` | all four | a byte *out of band*, which overtakes the others: the classic protocols here have none (EOPNOTSUPP, EINVAL) |
# | `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR` | `shutdown` | which direction ends |

# %%
predict("peek")

# %%
a = Kernel().spawn("a")
a.call("socketpair", AF_UNIX, SOCK_STREAM)
a.call("send", 3, b"abcdef")
flags = (MSG_PEEK, 0, MSG_DONTWAIT, MSG_DONTWAIT)
[a.call("recv", 4, 4, flag).out.get("data", "EAGAIN") for flag in flags]

# %% [markdown]
# ## One direction ends before the other
#
# `close` gives the descriptor away; `shutdown` ends a direction and keeps the socket.

# %%
predict("half-closed")

# %%
play(
    [
        *["client.socketpair(AF_UNIX, SOCK_STREAM)", "client.fork('server')", "client.close(4)"],
        *["server.close(3)", "server.recv(4, 100)"],
        *["client.send(3, '2 + 2')", "client.shutdown(3, SHUT_WR)"],
        *["server.recv(4, 100)", "server.send(4, '4')"],
        "client.recv(3, 100)",
        "client.send(3, '2 + 3')",
    ],
    title="That was all",
    step=-1,
)

# %% [markdown]
# So a client can say "that was all" and still hear the answer.
# Who sends where nothing more can be sent gets EPIPE and **SIGPIPE**, as with a pipe.
#
# ## Asking, and setting
#
# `getsockname` and `getpeername` tell the two names, `getsockopt` and `setsockopt` read and set options.

# %%
k = Kernel()
a = k.spawn("a")
a.call("socket", AF_INET, SOCK_STREAM)
a.call("setsockopt", 3, SOL_SOCKET, SO_RCVBUF, 1024)
a.call("listen", 3, 5)
options = (SO_TYPE, SO_ACCEPTCONN, SO_RCVBUF, SO_SNDBUF, SO_ERROR)
[a.call("getsockopt", 3, SOL_SOCKET, option).out["value"] for option in options]

# %% [markdown]
# It is a stream (1), it listens, and it holds 1024 bytes at most where it would have held 4096.
#
# ## The wrong order
#
# A socket has a *state*, and most calls make sense in one of them only.

# %%
predict("wrong-order")

# %%
CALLS = {
    "bind": (3, "@b"), "listen": (3, 1), "accept": (3,), "connect": (3, "@shop"),
    "send": (3, b"hello"), "recv": (3, 9), "shutdown": (3, SHUT_WR), "getpeername": (3,),
}  # fmt: skip
STATES = {  # the calls that lead there from a fresh socket
    "fresh": [],
    "named": [("bind", 3, "@a")],
    "listening": [("bind", 3, "@a"), ("listen", 3, 1)],
    "connected": [("connect", 3, "@shop")],
}


# %%
def outcome(state, name):
    """What a call does to a socket in this state; somebody listens at @shop."""
    k = Kernel()
    shop, a = k.spawn("shop"), k.spawn("a")
    for p, calls in ((shop, [("bind", 3, "@shop"), ("listen", 3, 5)]), (a, STATES[state])):
        for call in (("socket", AF_UNIX, SOCK_STREAM), *calls):
            p.call(*call)
    call = a.call(name, *CALLS[name])
    return call.error.errno.name if call.error else "sleeps" if call.state == "asleep" else "works"


table({name: [outcome(state, name) for state in STATES] for name in CALLS}, list(STATES))

# %% [markdown]
# None of these errors changes anything: after it the right call can still be made.
#
# There are more of them: a descriptor that leads to no socket (ENOTSOCK), a name that is taken (EADDRINUSE), nobody there (ECONNREFUSED, and ENOENT for a path), a socket of another kind there (EPROTOTYPE), nobody named for a datagram (EDESTADDRREQ).
#
# **Your turn.**
# Write the rule for `send` as a function.
# The cell after it asks the kernel in every state, for both kinds: `SOCK_STREAM`, which is 1, and `SOCK_DGRAM`, which is 2.


# %%
def send_says(kind, connected, shut, other_gone):
    """What send(3, b"x", MSG_NOSIGNAL) does: "works", or the name of its error."""
    return "works"  # write this


# %%
def kernel_says(kind, connected, shut, other_gone):
    """What it does, where `shut` is SHUT_WR by the sender, and the other end may be closed."""
    a = Kernel().spawn("a")
    a.call(*("socketpair" if connected else "socket", AF_UNIX, kind))
    if shut:
        a.call("shutdown", 3, SHUT_WR)
    if connected and other_gone:
        a.call("close", 4)
    call = a.call("send", 3, b"x", MSG_NOSIGNAL)
    return call.error.errno.name if call.error else "works"


# %%
from itertools import product

cases = list(product((SOCK_STREAM, SOCK_DGRAM), (True, False), (True, False), (True, False)))
wrong = [case for case in cases if send_says(*case) != kernel_says(*case)]
first = f", first send_says{wrong[0]}: the kernel says {kernel_says(*wrong[0])!r}" if wrong else ""
f"{len(wrong)} of {len(cases)} differ{first}"

# %% [markdown]
# ## Three layers
#
# The kernel's part is in three layers, and each knows only its neighbours:
#
# - the **socket layer**: what the calls work on; names, queues, and a buffer for what has come;
# - the **protocol layer**: how both sides keep order; of the Internet domain TCP for circuits and UDP for datagrams;
# - the **device layer**: takes packets to the wire, and from it.
#
# `send` copies the bytes into the kernel, the protocol makes packets of them, and the device gives them away.
# What arrives is an **interrupt**: no process has asked for it, and it goes up the same stairs.

# %%
predict("how-many-packets")

# %%
across(functions=own, step="the socket layer takes 1200 bytes")

# %% [markdown]
# Now there are two hosts, each with a kernel of its own, and a wire between them.
# The outer life lines are the processes, the inner ones their kernels; a slanted arrow is a packet.
# Three packets make the connection; the third is still on the wire, and `send` has just put 1200 bytes into the socket layer: the blue box.
# Step on slowly and watch it: the protocol makes packets of the bytes, and **packet 4**, the first, passes the protocol and the device layer down, the wire, and the device, protocol and socket layer up.
# The three before it carried no bytes, so they never came up to the socket layer.
#
# A circuit numbers its bytes:
#
# - **SYN**, then **SYN · ack 1**, then **ack 1**: the *handshake*. Each side tells the other that it is there, and hears that this has arrived. SYN is number 0, before the first byte.
# - **1–512**: these bytes of the stream are in the packet.
# - **ack 513**: everything below 513 has come; send me 513 next.
# - **win 1024**: I have room for so many more. A sender never sends beyond the **window**.
# - **FIN**: these were all. It has a number too, so that it can be acknowledged.
#
# Set the window to 512 and look for `win 0`: the sender has more, and must not send it.
#
# ## When packets are lost
#
# The sliders say how bad the wire is: how many packets in a hundred get **lost**, come **doubled**, or come **late**, so that others overtake them.
# Which ones these are is drawn from the **seed**: the same seed gives the same run.

# %%
predict("lost-ack")

# %%
across(functions=own, loss=20, seed=25, step="Packet 9 arrives")

# %% [markdown]
# A red cross is a packet that is lost.
# Nobody tells the sender; it only hears nothing.
# When its **timer** runs out it sends again what is not acknowledged: the thick arrows.
#
# Bytes 513 to 1024 get lost at first, and come when they are sent again.
# Then their acknowledgement gets lost, and they are sent a third time.
# This copy, packet 9, has just arrived: step on, and see that it comes no higher than the protocol layer.
# The receiver knows by the number that it has these bytes, throws the copy away, and acknowledges it all the same.
#
# So the protocol makes a **reliable** stream out of an unreliable wire, and the processes notice nothing but the time.
# Try seeds and loss rates: does one byte ever come twice, or too late?

# %% [markdown]
# **Your turn.**
# Packets arrive out of order.
# What does the receiver acknowledge after each of them?
# A packet is the number of its first byte and its length; the first byte of all is number 1.


# %%
def acknowledged(arrivals):
    """After each packet, the number that is expected next."""
    return [1 for first, length in arrivals]  # write this


# %%
from kernel_model.sockets.conversation import talk


def on_the_wire(seed):
    """Arrivals of data at the server, and the number that it acknowledges to each."""
    log = talk(size=3000, window=4096, seed=seed, loss=25, reorder=60, record=False).wire.log
    found = []
    for at, one in enumerate(log):
        if one.what == "arrived" and one.packet.data:
            answer = next(next_.packet for next_ in log[at:] if next_.what == "sent")
            found.append(((one.packet.seq, len(one.packet.data)), answer.ack))
    return found


# %%
runs = {seed: on_the_wire(seed) for seed in range(12)}
wrong = [
    seed
    for seed, run in runs.items()
    if acknowledged([packet for packet, _ in run]) != [ack for _, ack in run]
]
first = f", first seed {wrong[0]}: {runs[wrong[0]][:4]} ..." if wrong else ""
f"{len(wrong)} of {len(runs)} runs differ{first}"

# %% [markdown]
# ## Datagrams take what the wire gives
#
# The same wire, without anybody who keeps order.

# %%
predict("datagrams")

# %%
across("datagrams", own, loss=20, double=20, reorder=60, seed=2, step=-1)

# %% [markdown]
# No handshake, no acknowledgement: six calls, six packets.
# One may be lost, come twice, or overtake another.
# But each that arrives is **whole**: never half of one, never two in one.
#
# A server that counts on all six sleeps for ever.
# Who uses datagrams does the protocol's work himself, or does not need it: what does a lost picture of a film matter, once the next one is there?
#
# The figure lets both kinds talk over wires of every quality, ten times each.

# %%
import matplotlib.pyplot as plt

rates, seeds = range(0, 45, 5), range(10)
packets, shares = [], []
for loss in rates:
    runs = [talk(seed=seed, loss=loss, record=False) for seed in seeds]
    packets.append(sum(run.count("sent") for run in runs) / len(runs))
    runs = [talk("datagrams", count=20, seed=seed, loss=loss, record=False) for seed in seeds]
    shares.append(sum(len(run.got) for run in runs) / len(runs) / 20 * 100)

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.2), layout="constrained")
left.plot(rates, packets, "o-", linewidth=3)
left.set(xlabel="packets lost, %", ylabel="packets for 1200 bytes", ylim=(0, None))
left.set_title("A circuit pays with packets")
right.plot(rates, shares, "s-", linewidth=3, color="C1")
right.set(xlabel="packets lost, %", ylabel="datagrams that arrive, %", ylim=(0, 105))
right.set_title("Datagrams pay with datagrams")
chart(figure)

# %% [markdown]
# ## On one machine: by-passed
#
# If both processes are on the same host there is no wire, and nothing can get lost.

# %%
predict("loopback")

# %%
k = Kernel()
server, client = k.spawn("server"), k.spawn("client")
for who in (server, client):
    who.call("socket", AF_INET, SOCK_STREAM)
server.call("bind", 3, "127.0.0.1:7001"), server.call("listen", 3, 1)
client.call("connect", 3, "127.0.0.1:7001")
server.call("accept", 3), client.call("send", 3, b"hello")
layers(view_of(k))

# %% [markdown]
# Nobody needs to keep order where nothing gets lost, so the kernel goes round protocol and device: the bytes go from socket to socket.
#
# ## What it costs
#
# We count as in [Lecture 1](01_messages_or_memory.ipynb): a request and its answer, first on one host.

# %%
server.call("recv", 4, 100)  # the hello
ready = k.cost
client.call("send", 3, b"How much is the fish?"), server.call("recv", 4, 100)
server.call("send", 4, b"Ten of them, please."), client.call("recv", 3, 100)
near = k.cost - ready
near

# %% [markdown]
# Four crossings and four copies, as with a pipe or a queue.
# Now the same between two hosts.

# %%
predict("copies-across")

# %%
from kernel_model.sockets.wire import Wire

wire, hosts = Wire(), [Kernel(), Kernel()]
client, server = (k.spawn(name) for k, name in zip(hosts, ("client", "server"), strict=True))
for k, address in zip(hosts, ("10.0.0.1", "10.0.0.2"), strict=True):
    wire.attach(k, address)
for who in (client, server):
    who.call("socket", AF_INET, SOCK_STREAM)
server.call("bind", 3, "10.0.0.2:7001"), server.call("listen", 3, 1)
client.call("connect", 3, "10.0.0.2:7001"), server.call("accept", 3)
wire.run()
wire.made

# %% [markdown]
# Three packets, and both are connected.
# Protocol and device are objects of each kernel that count what passes them:

# %%
[(k.network.protocols["stream"], k.network.device) for k in hosts]

# %% [markdown]
# Two packets went down through the client and one came up; through the server it is the other way round.
# Now we count what a request and its answer cost.

# %%
before, sent = [k.cost for k in hosts], wire.made
for one, fd, other, its, text in (
    (client, 3, server, 4, b"How much is the fish?"),
    (server, 4, client, 3, b"Ten of them, please."),
):
    one.call("send", fd, text)
    wire.run()
    other.call("recv", its, 100)
far = [k.cost - cost for k, cost in zip(hosts, before, strict=True)]
far

# %%
accounts = {"on one host": (near, 0), "between two": (far[0] + far[1], wire.made - sent)}
table(
    {
        name: [cost.crossings, cost.copies, cost.copied, packets]
        for name, (cost, packets) in accounts.items()
    },
    ["crossings", "copies", "bytes copied", "packets"],
)

# %% [markdown]
# The processes made the same **four calls**.
# But each text was copied **four times** instead of twice: into the kernel, to the wire, from the wire, and out of the kernel.
# And the wire carried not two packets but four, since each text is acknowledged.
#
# That is why the kernel by-passes the stack where it can, and why a program that talks to its neighbour need not know whether this one lives in the same house.
#
# ## Try everything
#
# 1. Let a server listen with a queue of 1, and let three clients come. What does each of them see?
# 2. Fill the other side's buffer until `send` sleeps. How many bytes must be received before it goes on?
# 3. Make every error in the table of wrong orders with your own hands.
# 4. *Try it for real* makes the same calls on this machine's own kernel. Where does it do otherwise?

# %%
console(processes={"server": 1000, "client": 1000}, personality="linux", first="Sockets")

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | longest queue | 5 | 4096 |
# | how many may wait | as many as `listen` says | one more |
# | full queue, UNIX domain | ECONNREFUSED | the client sleeps |
# | no room for a datagram, UNIX domain | ENOBUFS, and it is lost | the sender sleeps |
# | a kind of its own | | `SOCK_SEQPACKET`: a circuit that keeps records |
# | flags of `socket` and `accept` | | `SOCK_NONBLOCK`, `SOCK_CLOEXEC` |
# | bytes out of band (`MSG_OOB`) | none | of a circuit: the last byte of such a `send` |
# | whom a new connection wakes | everybody in `accept` | the one that has slept longest |
# | `connect` to AF_UNSPEC | | takes a socket from its other end; a TCP circuit is reset |
# | SO_RCVTIMEO, SO_SNDTIMEO | | a call that sleeps longer gives up: EAGAIN |
# | SO_LINGER, 0 seconds | the last `close` resets the circuit | the same |
# | SO_LINGER, more seconds | the last `close` sleeps until all is acknowledged | at most so long |
# | on one host | the stack is by-passed | UNIX domain: by-passed; Internet domain: through TCP, to a device that loses nothing |
#
# Real TCP also begins with numbers by chance, guesses the time for its timer, sends less when the wire is crowded, and waits a while before it forgets a circuit that is over.
#
# Two clients and one place, on both:

# %%
compare(rush[:-2], "linux", title="The second client")

# %% [markdown]
# ## Do we know it?

# %%
quiz("11_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A **socket** is an end point; two make a channel, both ways. In the Internet domain its name is an **address and a port**.
# - The server **binds, listens, accepts**; the client **connects**, and may wait in a **queue** of fixed length.
# - A **virtual circuit** is a stream of bytes; **datagrams** keep their boundaries, and nothing else.
# - Each call belongs to a **state**; out of order it fails, and changes nothing.
# - Socket, protocol and device **layer**: across hosts each packet passes all of them, on one host they are **by-passed**.
# - **Numbers, acknowledgements, a window and a timer** make a reliable stream out of an unreliable wire.
#
# In problem set 7 we write `accept`, `connect` and `recv`; when they pass, the shop and both hosts of this lecture run on them.
# Next: [Lecture 12](12_why_a_second_processor.ipynb), a second processor in the same house.
