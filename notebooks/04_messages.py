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
# # 4. Messages
#
# Bob asks for a message before there is one, and Ada sends one that nobody has asked for yet.
# Neither has to be there when the other is.
# **What does the kernel do in between, and what does it do when there is nothing to give, or no room to keep it?**
#
# We know from [Lecture 3](03_what_ipc_shares.ipynb) how both find the same queue.
# Now we look behind its entry.
# We need about an hour and Bach, section 11.2.1, with section 6.6 on sleep and wakeup.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import chart, compare, console, play, quiz
from kernel_model.view.pictures import message_map, queue, sleepers, view_of

predict = partial(quiz, "04_predictions.txt")

# %% [markdown]
# ## Header, list, map
#
# Three structures hold what has been sent and not yet received:
#
# - the **queue header**, the entry of the table: who owns it, how many messages, how many bytes of how many allowed;
# - a **linked list** of message headers, oldest first, each with a type and a length;
# - the **message map**, which says which segments of one common pool are free. The texts lie in the segments.
#
# A small kernel shows all of it: a pool of twelve segments of 8 bytes, and queues of 48 bytes.

# %%
SMALL = {"MSGMNI": 2, "MSGMNB": 48, "MSGSEG": 12}
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
for mtype, text in ((3, b"a long text"), (1, b"short"), (2, b"exactly eight...")):
    ada.call("msgsnd", q, mtype, text)
queue(view_of(k))

# %%
message_map(view_of(k))

# %% [markdown]
# A text takes whole segments, one beside the other: eleven bytes take two segments and leave five bytes unused.
#
# To get a message there, `msgsnd` finds the queue, judges the message, waits for room, links it at the end of the list, counts, and wakes who waits.
# We step through it; the tables change beside the lines.

# %%
play(
    [
        "q = Ada.msgget(7, IPC_CREAT | 0o600)",
        "Ada.msgsnd(q, 3, 'a long text')",
        "Ada.msgsnd(q, 1, 'short')",
        "Ada.msgrcv(q, 100, 0)",
    ],
    limits=SMALL,
    title="Two messages go on the list, one comes off",
)

# %% [markdown]
# ## Which message?
#
# A message carries a *type*, a positive number that means whatever the programs agree on.
# The receiver's type argument says which message it wants:
#
# | argument | takes |
# |---|---|
# | 0 | the first on the list |
# | positive | the first of just that type |
# | negative, -n | the first of the lowest type that is at most n |

# %%
predict("lowest-type")

# %%
play(
    ["q = Ada.msgget(7, IPC_CREAT | 0o600)"]
    + [
        f"Ada.msgsnd(q, {mtype}, '{text}')"
        for text, mtype in zip("abcd", (3, 1, 2, 1), strict=True)
    ]
    + [f"Bob.msgrcv(q, 100, {wanted}, IPC_NOWAIT)" for wanted in (-2, 2, 0, 2)],
    limits=SMALL,
    title="Four ways to choose",
)

# %% [markdown]
# The list in the first line of the cell can be changed: put other types there, or other wishes, and run it again.

# %% [markdown]
# **Your turn.**
# Write the rule as a function over a plain list of types.
# The cell after it asks the kernel about every list of up to four types from 1 to 3.


# %%
def chosen(types, wanted):
    """The place on the list of the message that msgrcv takes; None if there is none."""
    return None  # write this


# %%
from itertools import product


def kernel_takes(types, wanted):
    """What the kernel does: each text is its own place."""
    k = Kernel()
    a = k.spawn("a")
    q = a.call("msgget", 7, IPC_CREAT | 0o600).ret
    for place, mtype in enumerate(types):
        a.call("msgsnd", q, mtype, str(place).encode())
    call = a.call("msgrcv", q, 100, wanted, IPC_NOWAIT)
    return int(call.out["data"]) if call.state == "returned" else None


# %%
lists = [types for n in range(5) for types in product((1, 2, 3), repeat=n)]
wrong = [
    (types, wanted)
    for types, wanted in product(lists, range(-4, 5))
    if chosen(list(types), wanted) != kernel_takes(types, wanted)
]
f"{len(wrong)} of {9 * len(lists)} differ" + (f", first {wrong[0]}" if wrong else "")

# %% [markdown]
# ## Too long for the receiver
#
# Bob offers a buffer of four bytes for a text of five.

# %%
predict("too-long")

# %%
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
ada.call("msgsnd", q, 1, b"hello")
[bob.call("msgrcv", q, 4, 0), bob.call("msgrcv", q, 4, 0, MSG_NOERROR)]

# %% [markdown]
# ## Nothing to give: sleep for a message
#
# Bob asks first.
# The kernel has nothing for him, so it takes the processor away from him until somebody has sent.

# %%
waiting = bob.call("msgrcv", q, 100, 2)
waiting

# %%
sleepers(view_of(k))

# %% [markdown]
# He sleeps on an *event*, a name that both sides know: "a message has arrived at this queue".
# The event says nothing about types.
#
# In the kernel's code this is `await sleep(u, q.arrival, PMSG)`.
# `PMSG` is the *priority* of the sleep; at this one a signal may end it.
# `async def` and `await` are Python's words for a function that can stop in the middle and go on later: at `await` Bob's `msgrcv` gives the processor away, and when he is woken it goes on in the next line.
# `wakeup(u, q.arrival)` has no `await`: whoever wakes others does not wait for them, it marks them ready and goes on at once.

# %%
predict("wrong-type")

# %%
for_bob = [
    "q = Ada.msgget(7, IPC_CREAT | 0o600)",
    "Bob.msgrcv(q, 100, 2)",
    "Ada.msgsnd(q, 1, 'not for you')",
    "Ada.msgsnd(q, 2, 'for you')",
]
play(for_bob, limits=SMALL, title="Woken, and back to sleep")

# %% [markdown]
# The timeline shows Bob awake twice, and only the second time does he return.
# There the blue line is his sleep, and Z its beginning; an arrow is a wake-up, and orange the time until he has the processor.
#
# ## No room: sleep for space
#
# A queue holds `qbytes` bytes of text.
# A sender whose text does not fit sleeps as well, on another event: "there is room again".

# %%
no_room = [
    "q = Ada.msgget(7, IPC_CREAT | 0o600)",
    "Ada.msgsnd(q, 1, 'these are forty-three bytes for most of it.')",
    "Bob.msgsnd(q, 2, 'thirty bytes of text from Bob.')",
    "Cy.msgsnd(q, 3, 'twenty bytes from Cy')",
    "Ada.msgrcv(q, 100, 1)",
    "Ada.msgrcv(q, 100, 0)",
]

# %%
predict(
    "who-sends",
    then=lambda: play(no_room, limits=SMALL, title="Room for one of two"),
)

# %% [markdown]
# ## Room in the queue, none in the pool
#
# All queues share one pool, and a text needs segments *that lie side by side*.
# Eight messages fill the sixteen segments of this pool; then two of them are received.

# %%
k = Kernel(limits={"MSGMNI": 2, "MSGMNB": 200, "MSGSEG": 16})
ada, bob = k.spawn("Ada"), k.spawn("Bob")
q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
for mtype in range(1, 9):
    ada.call("msgsnd", q, mtype, b"sixteen bytes...")
for mtype in (2, 6):
    ada.call("msgrcv", q, 100, mtype)
message_map(view_of(k))

# %%
his = bob.call("msgsnd", q, 9, b"three segments of text..")
his

# %% [markdown]
# Bob sleeps with 24 bytes in his hands, although 32 bytes are free.
# The map hands out the first extent that is long enough (*first fit*), and none is.

# %%
predict("two-holes")

# %%
ada.call("msgrcv", q, 100, 4)
message_map(view_of(k))

# %%
ada.call("msgrcv", q, 100, 3)
his

# %% [markdown]
# ## Five limits
#
# | limit | bounds | if it is reached |
# |---|---|---|
# | `MSGMAX` | bytes of one message | EINVAL |
# | `MSGMNB` | bytes on one queue (`qbytes` at first) | the sender sleeps |
# | `MSGSEG` | segments of the pool | the sender sleeps |
# | `MSGTQL` | messages in the whole system | the sender sleeps |
# | `MSGMNI` | queues | ENOSPC |
#
# The figure asks which limit stops a lone sender first, for messages of every length.

# %%
import matplotlib.pyplot as plt


def fits(length, limits):
    """How many messages of this length go onto one queue before the sender sleeps."""
    k = Kernel(limits=limits)
    a = k.spawn("a")
    q = a.call("msgget", 7, IPC_CREAT | 0o600).ret
    sent = 0
    while a.call("msgsnd", q, 1, b"x" * length, IPC_NOWAIT).state == "returned":
        sent += 1
    return sent


# %%
BOUNDS = {"MSGMNB": 200, "MSGSEG": 30, "MSGTQL": 25}
lengths = range(41)
figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
axes.step(lengths, [fits(n, BOUNDS) for n in lengths], where="mid", linewidth=3, label="sent")
axes.plot(lengths, [25 for _ in lengths], "--", label="MSGTQL: 25 headers")
axes.plot(lengths[5:], [200 / n for n in lengths[5:]], ":", label="MSGMNB: 200 bytes")
axes.plot(lengths[1:], [30 // -(-n // 8) for n in lengths[1:]], "-.", label="MSGSEG: 30 segments")
axes.set(xlabel="bytes in a message", ylabel="messages on the queue", ylim=(0, 42))
axes.legend()
chart(figure)

# %% [markdown]
# Empty messages need no byte and no segment; only the number of headers stops them.
#
# ## Not willing to wait
#
# With `IPC_NOWAIT` a call that would sleep fails instead: `msgrcv` with ENOMSG, `msgsnd` with EAGAIN.

# %%
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
bob.call("msgrcv", q, 100, 0, IPC_NOWAIT), ada.call("msgsnd", q, 1, b"x" * 49, IPC_NOWAIT)

# %% [markdown]
# ## Two ways to wake without a message
#
# Bob sleeps.
# Ada can send him a signal, or remove the queue from under him.

# %%
predict("removed-asleep")

# %%
play(
    [
        "q = Ada.msgget(7, IPC_CREAT | 0o600)",
        "Bob.signal(SIGUSR1, 'catch')",
        "Bob.msgrcv(q, 100, 0)",
        "Cy.msgrcv(q, 100, 0)",
        "Ada.kill(Bob.pid, SIGUSR1)",
        "Ada.msgctl(q, IPC_RMID)",
    ],
    limits=SMALL,
    title="A signal for Bob, the end of the queue for Cy",
)

# %% [markdown]
# ## One queue for both directions
#
# Types let one queue serve a server and any number of clients.
# Requests have type 1; each answer has the client's process id as its type, so that nobody takes another's.


# %%
def conversation(k):
    server, ada, bob = (k.spawn(name) for name in ("server", "Ada", "Bob"))
    q = server.call("msgget", 7, IPC_CREAT | 0o666).ret
    trace = k.start_trace()
    for client in (ada, bob):
        client.call("msgsnd", q, 1, str(client.pid).encode())
        client.call("msgrcv", q, 100, client.pid)
    for _ in range(2):
        who = int(server.call("msgrcv", q, 100, 1).out["data"])
        server.call("msgsnd", q, who, b"done")
    return trace


# %%
play(conversation(Kernel()), title="A server and two clients")

# %% [markdown]
# **Count.**
# How often did a request and its answer cross the border between user and kernel, and how often was the text copied?

# %%
k = Kernel()
server, ada = k.spawn("server"), k.spawn("Ada")
q = server.call("msgget", 7, IPC_CREAT | 0o666).ret
server.call("msgrcv", q, 100, 1)
before = k.cost.copied
ada.call("msgsnd", q, 1, b"12345678")
k.cost.copied - before

# %% [markdown]
# Eight bytes went in and the same eight came out: two copies for one message, four for a request with its answer.
#
# ## Try everything
#
# 1. Put a receiver to sleep, wake it with a message of a wrong type, then with the right one.
# 2. Fill the queue, and let two senders wait. Who goes on, and could it be otherwise?
# 3. Make a deadlock: two processes, two queues, and each waits for the other.

# %%
console(limits=SMALL, processes={"Ada": 1000, "Bob": 1000, "root": 0})

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | empty messages on a full queue | bounded by `MSGTQL` | bounded by as many as `qbytes` |
# | texts | one pool with a map | each on its own pages |
# | receivers | all woken, each looks again | the message is handed to the first that fits |
# | more flags | | `MSG_EXCEPT`, `MSG_COPY` |
#
# The same run on both models: on Linux a receiver that waits for another type is not even woken.
# The two part where the classic `msgsnd` wakes Bob for a message that is not for him.

# %%
compare(for_bob, "linux", limits={"MSGMNI": 2, "MSGMNB": 48}, title="Not for Bob")

# %% [markdown]
# ## POSIX queues, side by side
#
# Linux has a second kind of message queue, and the programs of today often mean this one:
#
# | matter | System V | POSIX |
# |---|---|---|
# | found by | a key in one table of the kernel | a name; opened and closed as a file |
# | a message carries | a type, whatever the programs agree on | a priority, 0 to 32767 |
# | which message | the receiver asks for a type | always the oldest of the highest priority |
# | full | so many bytes (`qbytes`) | so many messages (`maxmsg`) |
# | too long | the receiver's buffer is too short (E2BIG) | longer than `msgsize`, for the sender (EMSGSIZE) |
# | to be told | only by sleeping | also by a signal (`mq_notify`) |
# | removed | at once; sleepers get EIDRM | the name is; the queue goes with its last descriptor |

# %%
predict("priorities")

# %%
by_type = ["q = Ada.msgget(7, IPC_CREAT | 0o600)", "r = Bob.msgget(7, 0)"]
by_type += [f"Ada.msgsnd(q, {n}, '{text}')" for n, text in ((1, "low"), (9, "high"), (1, "low 2"))]
by_type += ["Bob.msgrcv(r, 16, 0)"] * 3
by_prio = [
    "q = Ada.mq_open('/jobs', O_CREAT | O_RDWR, 0o600, {'maxmsg': 3, 'msgsize': 16})",
    "r = Bob.mq_open('/jobs', O_RDONLY)",
]
by_prio += [f"Ada.mq_send(q, '{text}', {n})" for n, text in ((1, "low"), (9, "high"), (1, "low 2"))]
by_prio += ["Bob.mq_receive(r, 16)"] * 3
beside = {"names": ("types", "priorities"), "title": "The same numbers, as types and as priorities"}
compare(by_type, by_prio, personality="linux", **beside)

# %% [markdown]
# A type is an address, or whatever else the programs make of it, and the receiver chooses.
# A priority is an order, and the sender decides.
# So one POSIX queue cannot serve many clients as ours did above: nobody can ask for his own answers.
# With types 9 to 1 and `msgrcv(q, 16, -9)` System V queues give priorities as well, 1 the most urgent.
#
# **Your turn.**
# In which order are these messages received?
# Write it for any list; the next cell asks the kernel.


# %%
def received(prios):
    """The places of the messages, sent in this order with these priorities, as they come out."""
    return list(range(len(prios)))  # write this


# %%
def kernel_gives(prios):
    """What the kernel does: each text is the place at which the message was sent."""
    a = Kernel("linux").spawn("a")
    q = a.call("mq_open", "/q", O_CREAT | O_RDWR, 0o600, {"maxmsg": 4, "msgsize": 1}).ret
    for place, prio in enumerate(prios):
        a.call("mq_send", q, str(place).encode(), prio)
    return [int(a.call("mq_receive", q, 1).out["data"]) for _ in prios]


lists = [prios for n in range(5) for prios in product((1, 2, 3), repeat=n)]
wrong = [prios for prios in lists if received(list(prios)) != kernel_gives(prios)]
f"{len(wrong)} of {len(lists)} differ" + (f", first {wrong[0]}" if wrong else "")

# %% [markdown]
# Who sleeps stands in line by age, not by the urgency of his message.

# %%
predict("urgent-sender")

# %%
play(
    [
        "q = Ada.mq_open('/jobs', O_CREAT | O_RDWR, 0o666, {'maxmsg': 1, 'msgsize': 16})",
        "r = Bob.mq_open('/jobs', O_RDWR)",
        "s = Cy.mq_open('/jobs', O_RDWR)",
        "Ada.mq_send(q, 'first', 1)",
        "Bob.mq_send(r, 'dull', 1)",
        "Cy.mq_send(s, 'urgent', 30)",
        "Ada.mq_receive(q, 16)",
        "Ada.mq_receive(q, 16)",
    ],
    personality="linux",
    title="Full: two senders wait",
)

# %% [markdown]
# There is no wake-up in vain here: whoever takes a message puts the sleeper's own into the queue and wakes just him.
#
# With `mq_notify` a process is told of a message *without* sleeping: by a signal, once, and only if the queue was empty and nobody waits in `mq_receive`.

# %%
predict("told")

# %%
play(
    [
        "q = Ada.mq_open('/jobs', O_CREAT | O_RDWR, 0o666, {'maxmsg': 4, 'msgsize': 16})",
        *["r = Bob.mq_open('/jobs', O_RDWR)", "s = Cy.mq_open('/jobs', O_RDWR)"],
        *["Bob.signal(SIGUSR1, 'catch')", "Bob.mq_notify(r, SIGUSR1)"],
        "Cy.mq_receive(s, 16)",
        "Ada.mq_send(q, 'one', 1)",
        "Ada.mq_send(q, 'two', 1)",
        "Ada.mq_send(q, 'three', 1)",
        *["Bob.sigcount(SIGUSR1)", "Bob.mq_receive(r, 16)"],
    ],
    personality="linux",
    title="Told once, and only if nobody waits",
)

# %% [markdown]
# ## Do we know it?

# %%
quiz("04_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A queue is a **header**, a **linked list** of messages, and texts in segments that a **map** hands out.
# - The receiver **chooses by type**: 0, positive, negative.
# - Who cannot go on **sleeps on an event**; `wakeup` wakes all of them, and each **looks again**.
# - Room can lack in the queue or in the pool, and free bytes are no use unless they lie side by side.
# - A sleep ends by a message, by room, by a signal (EINTR) or by removal (EIDRM).
# - A **POSIX** queue is opened by name, keeps messages by **priority**, and can tell by a signal.
#
# In problem set 2 we write `msgsnd`, `msgrcv` and `msgctl`, and run this very conversation on them.
# There `check(msgrcv)` runs the visible cases on what we wrote, and `hint(msgrcv)` helps a step at a time.
