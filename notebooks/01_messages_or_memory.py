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
# # 1. Messages or memory?
#
# One process has what another one needs.
# It can *send* it: the kernel takes it here and hands it over there.
# Or it can *show* it: both look at the same memory.
# **What does each way give, what does it cost, and from which size on does it matter?**
#
# This is the question of the whole course, so we answer it twice: by counting what the kernel does, and with a clock on this very machine.
#
# We need about an hour, no book, and no knowledge of any call.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import console, play, quiz, table
from kernel_model.view.pictures import mechanisms, spaces, view_of

predict = partial(quiz, "01_predictions.txt")

# %% [markdown]
# ## Who has to do with whom
#
# A process is **independent** when nothing that others do changes its result, and nothing that it does changes theirs.
# It is **cooperating** when it gives or takes anything.

# %%
predict("cooperating")

# %% [markdown]
# Cooperating processes are **related** when one has forked the other, or an ancestor both; otherwise they are **unrelated**.
# It makes a difference: a child *inherits*, and strangers have to find each other.
#
# Our kernel runs in this page.
# `spawn` makes a process that nobody here has forked, and `call` lets a process make a system call.

# %%
k = Kernel()
ada, bob = k.spawn("Ada"), k.spawn("Bob")
ada.call("fork", "Kid")
table({p.name: [p.pid, p.ppid] for p in k.procs.values()}, ["process id", "its parent's"])

# %% [markdown]
# Ada and Kid are related, and Bob is a stranger to both: process 1 stands for the system that started him.
#
# ## Why there must be interprocess communication
#
# Each process has memory of its own, and that is a promise: nobody else can read it, or break it.

# %%
predict("child-writes")

# %%
k = Kernel(limits={"FRAMES": 16, "NREGION": 10})
ada = k.spawn("Ada")
note = ada.call("mem_alloc", b"milk").ret
ada.call("fork", "Kid")
k.proc("Kid").call("mem_write", note, b"beer")
ada.call("mem_read", note, 4).out["data"]

# %%
spaces(view_of(k))

# %% [markdown]
# Same address, other memory; [Lecture 5](05_regions.ipynb) explains this picture.
# So whatever one wants from the other has to go through the kernel, or be set up by it.
# People want four things:
#
# | purpose | example |
# |---|---|
# | **information sharing** | a seat map, which every counter reads and changes |
# | **data transfer** | a page, from the browser to the printer |
# | **synchronisation** | only one counter sells the last seat |
# | **event notification** | the child has ended; the alarm is due |

# %%
predict("which-purpose")

# %% [markdown]
# ## The map
#
# What UNIX offers falls into two families: in one the kernel carries something from here to there, in the other it lets two processes have the same memory.
# The number in each box is the lecture that tells of it.

# %%
mechanisms()

# %% [markdown]
# - *Message-based*: what is sent leaves the sender, passes through the kernel, and arrives as a copy.
# - *Memory-based*: nothing is sent; what one writes the other sees.
# - *Synchronisation*: nothing is carried at all, but somebody may go on, or must wait.
# - *Higher-level semantics* are built from these: a call of a procedure in another process looks like a call, and is two messages.
#
# ## Channel and port
#
# Messages need a place to go to.
#
# - A **channel** connects two ends; whoever has an end can use it, and there is no need to say who is meant.
# - A **port** is a mailbox: it belongs to the one who receives, and everybody who knows it can send there.

# %%
predict(
    "port-or-channel",
    then=lambda: play(
        [
            "port = Server.msgget(7, IPC_CREAT | 0o666)",
            *(f"{who}.msgsnd(port, 1, 'from {who}')" for who in ("Ada", "Bob", "Cy")),
            *["Server.msgrcv(port, 100, 0)"] * 3,
        ],
        title="A port: three senders, one receiver",
    ),
)

# %% [markdown]
# ## Counting: a request and its answer by messages
#
# The kernel counts what it does.
# A client sends a request, a server receives it, answers, and the client receives the answer.

# %%
predict("how-many")

# %%
k = Kernel()
client, server = k.spawn("client"), k.spawn("server")
q = server.call("msgget", 7, IPC_CREAT | 0o600).ret
ready = k.cost
client.call("msgsnd", q, 1, b"How much is the fish?")
server.call("msgrcv", q, 100, 1)
server.call("msgsnd", q, 2, b"Ten of them, please.")
client.call("msgrcv", q, 100, 2)
accounts = {"a message queue": k.cost - ready}
accounts["a message queue"]

# %% [markdown]
# Four times a process went into the kernel and came back, and four times the kernel copied a text: in, out, in, out.
# By call:

# %%
spent = {name: cost for name, cost in k.costs.items() if name}
table(
    {name: [c.crossings, c.copies, c.copied] for name, c in spent.items()},
    ["crossings", "copies", "bytes"],
)

# %% [markdown]
# We step through one of the two messages.
# The arrow keys move on and back; `?` shows all keys.

# %%
play(
    [
        "q = server.msgget(7, IPC_CREAT | 0o600)",
        "server.msgrcv(q, 100, 1)",
        "client.msgsnd(q, 1, 'how much?')",
        "server.msgsnd(q, 2, 'ten')",
        "client.msgrcv(q, 100, 2)",
    ],
    limits={"MSGMNI": 2, "MSGMNB": 48, "MSGSEG": 12},
    title="A request and its answer",
)

# %% [markdown]
# The server asked too early and slept; the message woke it.
# The kernel has done all the rest as well: it kept the text, it kept order, it let one wait for the other.
#
# ## Counting: the same by pipes
#
# A pipe is a channel: two ends, which a child inherits.
# It goes one way, so a request and its answer need two of them.

# %%
k = Kernel()
client = k.spawn("client")
client.call("pipe"), client.call("pipe")
client.call("fork", "server")
server, ready = k.proc("server"), k.cost
client.call("write", 4, b"How much is the fish?")
server.call("read", 3, 100)
server.call("write", 6, b"Ten of them, please.")
client.call("read", 5, 100)
accounts["two pipes"] = k.cost - ready
accounts["two pipes"]

# %% [markdown]
# The same four and four: the kernel takes the bytes here and hands them over there.
# What a pipe does not have are boundaries between texts, and types ([Lecture 2](02_pipes.ipynb)).
#
# ## Counting: the same by sockets
#
# A socket is an end of a channel that goes both ways, and the other end may be on another machine.
# First both are on one.

# %%
k = Kernel()
client = k.spawn("client")
client.call("socketpair", AF_UNIX, SOCK_STREAM)
client.call("fork", "server")
server, ready = k.proc("server"), k.cost
client.call("send", 3, b"How much is the fish?")
server.call("recv", 4, 100)
server.call("send", 4, b"Ten of them, please.")
client.call("recv", 3, 100)
accounts["sockets"] = k.cost - ready
accounts["sockets"]

# %% [markdown]
# Four and four again: the kernel puts the bytes from one socket straight into the other.
# Now two machines, each with a kernel, and a wire between them.

# %%
predict("to-another-host")

# %%
from kernel_model.sockets.wire import Wire

wire, kernels = Wire(), {"10.0.0.1": Kernel(), "10.0.0.2": Kernel()}
for address, k in kernels.items():
    wire.attach(k, address)
client, server = kernels["10.0.0.1"].spawn("client"), kernels["10.0.0.2"].spawn("server")
for p in (client, server):
    p.call("socket", AF_INET, SOCK_STREAM)
server.call("bind", 3, "10.0.0.2:7001"), server.call("listen", 3, 1)
client.call("connect", 3, "10.0.0.2:7001"), server.call("accept", 3)
wire.run()
f"{wire.made} packets until they are connected"

# %%
before, packets = [k.cost for k in kernels.values()], wire.made
client.call("send", 3, b"How much is the fish?"), wire.run()
server.call("recv", 4, 100)
server.call("send", 4, b"Ten of them, please."), wire.run()
client.call("recv", 3, 100)
accounts["sockets of two hosts"] = client.k.cost - before[0] + (server.k.cost - before[1])
accounts["sockets of two hosts"], f"{wire.made - packets} packets"

# %% [markdown]
# The programs make the same four calls, but each text is copied **four times** on its way: into the kernel, to the wire, from the wire, out of the kernel.
# On one host the kernel leaves out what is between ([Lecture 11](11_sockets.ipynb)).
#
# ## Counting: the same by shared memory

# %%
k = Kernel()
client, server = k.spawn("client"), k.spawn("server")
memory_of(k)
start = k.cost
m = server.call("shmget", 7, 100, IPC_CREAT | 0o600).ret
here, there = [p.call("shmat", m, 0).ret for p in (client, server)]
k.cost - start

# %%
ready = k.cost
client.call("mem_write", here, b"How much is the fish?")
server.call("mem_read", there, 21)
server.call("mem_write", there, b"Ten of them, please.")
client.call("mem_read", here, 20)
accounts["shared memory"] = k.cost - ready
accounts["shared memory"]

# %% [markdown]
# Three crossings to set it up, and then **none, and no copy**, however long they go on.
# Nothing is left but the bytes that the programs write and read themselves.
# A request and its answer, by each way:

# %%
table(
    {name: [one.crossings, one.copies, one.copied] for name, one in accounts.items()},
    ["crossings", "copies", "bytes copied"],
)

# %% [markdown]
# There is a catch.
# We, outside, let the server read *after* the client had written; in life somebody must tell it.

# %%
predict("hand-over")

# %%
USR1 = NAMES["SIGUSR1"]
for p in (client, server):
    p.call("signal", USR1, "catch")
ready = k.cost
for one, at, other, text in ((client, here, server, b"Fish?"), (server, there, client, b"Ten.")):
    other.call("pause")
    one.call("mem_write", at, text)
    one.call("kill", other.pid, USR1)
k.cost - ready

# %% [markdown]
# As many crossings as with messages, and each waited once; but no copies, whatever the size.
# This is what remains to be weighed: **copies against hand-overs**.
#
# ## Fewer copies, not none

# %%
predict("abolished")


# %%
def touched(elsewhere):
    """Bytes that the programs touch until an answer of 100 bytes is read; where it is made."""
    buffer = server.call("mem_alloc", b" " * 100).ret
    before = k.cost
    server.call("mem_write", buffer if elsewhere else there, b"x" * 100)
    if elsewhere:
        text = server.call("mem_read", buffer, 100).out["data"]
        server.call("mem_write", there, text)
    client.call("mem_read", here, 100)
    return (k.cost - before).touched


touched(elsewhere=False), touched(elsewhere=True)

# %% [markdown]
# Made in the segment, each byte is written once and read once.
# Made elsewhere, it is also read there and written into the segment: that is one copy, made by the program and not by the kernel.
# Shared memory **reduces** the copies; it does not abolish them.
#
# ## What each gives, what each costs
#
# | matter | messages | shared memory |
# |---|---|---|
# | calls of the kernel | two for each message | to set up |
# | copies | two for each message | none, or one into the segment |
# | waiting for each other | the kernel does it | ours: semaphores, Lecture 7 |
# | one at a time | the kernel does it | ours: exclusion, Lecture 8 |
# | where one text ends | the kernel knows | ours: a protocol |
# | room, and what if there is none | the kernel manages buffers | ours: a ring, [Lecture 6](06_shared_memory.ipynb) |
# | to another machine | with sockets | no |
# | a mistake of the other | a strange message | destroyed data |
#
# Messages are simple to use, and carry an overhead; memory is fast, and simple only as long as one process is in it.
#
# **Your turn.**
# How many crossings does each way need for so many requests with their answers, set-up included?
# With memory, an *empty message* says each time that something is there.


# %%
def crossings(way, requests):
    """Crossings for so many requests and answers by "messages" or "memory", with set-up."""
    return None  # write this


# %%
def counted(way, requests):
    """What the kernel counts."""
    k = Kernel()
    a, b = k.spawn("a"), k.spawn("b")
    q = a.call("msgget", 7, IPC_CREAT | 0o600).ret
    if way == "memory":
        m = a.call("shmget", 7, 100, IPC_CREAT | 0o600).ret
        a.call("shmat", m, 0), b.call("shmat", m, 0)
    for one, other in ((a, b), (b, a)) * requests:
        one.call("msgsnd", q, 1, b"" if way == "memory" else b"a text")
        other.call("msgrcv", q, 100, 1)
    return k.cost.crossings


# %%
asked = [(way, n) for way in ("messages", "memory") for n in (0, 1, 10)]
wrong = [(way, n, counted(way, n)) for way, n in asked if crossings(way, n) != counted(way, n)]
"all counted right" if not wrong else f"not yet: {wrong[0][2]} crossings for {wrong[0][:2]}"

# %% [markdown]
# ## With a clock, on this machine
#
# A count says nothing about time: how long does a copy take, and how long a hand-over?
# The next cell starts two real processes on the machine that runs this notebook.
# They exchange messages of six sizes by a pipe, a message queue, a socket and shared memory, for about two seconds.
# Your figures will differ from those that are stored here.

# %%
predict("once-or-often")

# %% tags=["nbval-ignore-output"]
from autograder.measure import Measured, copy_or_map

mine = copy_or_map(quick=True)
mine

# %% [markdown]
# *Set up once, used many times*: small messages are cheaper by copy, since a hand-over costs more than copying them; large ones by memory.
# *Set up for each message*: the first touch of each new page is a page fault, and costs more than copying a page.
#
# Two seconds are little.
# A full run takes minutes, has sizes up to 64 MiB, repeats each nine times or more, and draws the middle half of the repeats as a band.
# This one was made with `kernelbook measure copy-or-map`:

# %%
stored = Measured.read("01_copy_or_map.csv")
stored

# %%
best = [c for c in stored.crossovers() if c.copy == "the best copy"]
table({f"{c.use}: {c.mapping}": [str(c)] for c in best}, ["against the best copy"])

# %%
table({name: [value] for name, value in stored.about.items()}, ["of this run"])

# %% [markdown]
# So “for large data mapping is much cheaper than copying” is half of the truth.
# It holds for memory that is set up once and used often; for a single use, up to 64 MiB, it did not hold in this run.
#
# ## A rule of one number
#
# Windows NT has *local procedure calls* between processes of one machine.
# They copy a message of up to 256 bytes through a port, and put what is larger into a section of shared memory.
# The chart applies such a rule to what was measured above: many small messages, few large ones, about a MiB of each size.
# **Move the slider**: which threshold would you build into a system?

# %%
from autograder.measure.threshold import Threshold

Threshold(stored)

# %% [markdown]
# The best threshold is where the lines cross, and in this run 256 bytes is far from it.
# With another hand-over, another processor, or data that have to be copied into the segment it would lie elsewhere: change `stored` to `mine`, and run the cell again.
#
# ## Try everything
#
# 1. Send a message to a process that has not asked yet, and receive one that has not been sent yet. Who waits in which case?
# 2. Now the same with shared memory. Who waits?
# 3. Let a process fork, and find out which of its queue and its segment the child may use at once.

# %%
console(processes={"Ada": 1000, "Bob": 1000})

# %% [markdown]
# ## Do we know it?

# %%
quiz("01_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - **Independent** processes need nothing from each other; **cooperating** ones share information, transfer data, synchronise or notify.
# - **Related** ones can inherit what strangers have to find by a name.
# - By **messages**, a pipe or a socket a request and its answer cost **four crossings and four copies**, and the kernel does the rest; to another machine **eight copies**.
# - By **memory** only the set-up crosses; copies are **reduced, not abolished**; synchronisation, protocol and buffers are ours.
# - Mapping beats copying when it is **set up once and used often**, from some size on, which one **measures**.
#
# Next: [Lecture 2](02_pipes.ipynb), the oldest channel of all.
