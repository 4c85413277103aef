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
# # 3. What System V IPC shares
#
# Two programs have never met: no parent forked both, and no pipe runs from one to the other.
# One has something to say.
# **How does it find the other, who decides whether it may speak, and what stays behind when both are gone?**
#
# System V answers the three questions once, for messages, semaphores and shared memory alike.
# We look at the answer through messages; every rule here holds for all three.
#
# We need about fifty minutes and Bach, *The Design of the UNIX Operating System*, section 11.2.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import compare, console, lines, play, quiz, table
from kernel_model.view.pictures import ipc_table, view_of

predict = partial(quiz, "03_predictions.txt")

# %% [markdown]
# ## One table for each mechanism
#
# The kernel has a table of queues, a table of semaphore sets and a table of shared segments.
# Each table has a fixed number of entries, and each entry begins with the same *permission structure*.
# Our kernel gets a small table, so that we see all of it.

# %%
k = Kernel(limits={"MSGMNI": 3})
ada, bob = k.spawn("Ada", uid=1000), k.spawn("Bob", uid=2000)
carl = k.spawn("Carl")
ipc_table(view_of(k))

# %% [markdown]
# All three entries are free.
# Nobody owns a free entry, and what is written in it means nothing.
#
# ## The get call: from a key to a descriptor
#
# Ada makes a queue.
# She names it by a *key*, a number that she and Bob have agreed on, and says who may do what with nine permission bits.

# %%
q = ada.call("msgget", 7, IPC_CREAT | 0o640).ret
ipc_table(view_of(k))

# %% [markdown]
# The kernel has filled in the first free entry and given Ada a *descriptor*, a number of its own choice.
# From here on she uses the descriptor; the key has done its work.
#
# Bob has never heard of Ada's descriptor, but he knows the key.

# %%
found = bob.call("msgget", 7, 0)
found.ret == q

# %% [markdown]
# So two programs meet by a number they agreed on, and no kinship is needed.
# The get call has two flags, and together with the table they decide everything:
#
# | said | key is in the table | key is not in the table |
# |---|---|---|
# | no flag | found | ENOENT |
# | `IPC_CREAT` | found | a new entry |
# | `IPC_CREAT` and `IPC_EXCL` | EEXIST | a new entry |
# | key `IPC_PRIVATE` | a new entry, whatever the flags say | a new entry |
#
# A new entry needs a free one; if there is none, the call fails with ENOSPC.

# %% [markdown]
# **We commit before we look.**
# Ada made the queue with mode `640`: she may read and write, her group may read, others nothing.
# Now Bob, who is neither Ada nor in her group, asks for it with `msgget(7, 0o600)`.


# %%
def met(mode, flags):
    """Ada makes the queue with a mode, Bob asks for it with flags: what comes of his call."""
    k = Kernel()
    k.spawn("Ada", uid=1000).call("msgget", 7, IPC_CREAT | mode)
    return k.spawn("Bob", uid=2000).call("msgget", 7, flags)


predict("asks-600", then=lambda: met(0o640, 0o600))

# %% [markdown]
# We step through it.
# The pane on the left shows the algorithm `ipcget`, which all three get calls share; the arrow keys move us on and back.
# The marked line comes next; what the step before it changed is yellow, and stands beside "just changed".
# Above that runs a lane for each process: a broad bar where it runs in the kernel, a thin line where it is in user mode; a cross is a call that fails.

# %%
meeting = [
    "Ada.msgget(7, IPC_CREAT | 0o640)",
    "Bob.msgget(7, 0o600)",
    "Bob.msgget(7, 0o660)",
    "Ada.msgget(7, IPC_CREAT | IPC_EXCL | 0o640)",
]
who = {"Ada": 1000, "Bob": 2000}
play(meeting, uids=who, limits={"MSGMNI": 3}, title="Two processes meet at key 7")

# %% [markdown]
# A player takes any list of calls: change one, run the cell again, and see what comes of it.

# %% [markdown]
# ## A key for nobody
#
# `IPC_PRIVATE` is a key too, and every free entry happens to have that very number in its key field.

# %%
predict("private-twice")

# %%
private = [ada.call("msgget", IPC_PRIVATE, 0o600).ret for _ in range(2)]
ipc_table(view_of(k))

# %% [markdown]
# The table is full now, and the two private entries show the same key without being the same queue.
# Bob would like a queue of his own:

# %%
bob.call("msgget", 8, IPC_CREAT | 0o600)

# %% [markdown]
# ## Why a descriptor is not just a slot
#
# Ada removes her first queue, and somebody makes a new one.
# The new queue gets the same slot, since that is the first free one.

# %%
ada.call("msgctl", q, IPC_RMID)
new = bob.call("msgget", 9, IPC_CREAT | 0o600).ret
q, new

# %% [markdown]
# Same slot, another descriptor.
# Each entry counts how often it has been removed, its *reuse count*, and
#
# $$\text{descriptor} = \text{slot} + \text{reuse count} \times \text{table size}.$$
#
# The kernel gets the slot back as the rest of a division by the table size.

# %%
reuse = [entry.perm.seq for entry in k.msgque.entries]
table(
    {f"slot {n}": [seq, n + seq * 3] for n, seq in enumerate(reuse)}, ["reuse count", "descriptor"]
)

# %% [markdown]
# To receive from a queue, a process calls `msgrcv(descriptor, room in bytes, type, flags)`; type 0 takes any message.
# With the flag `IPC_NOWAIT` it does not wait: if there is no message, the call fails with ENOMSG.

# %%
predict(
    "stale-descriptor",
    then=lambda: carl.call("msgrcv", 0, 100, 0, IPC_NOWAIT),
)

# %% [markdown]
# **Your turn.**
# Write the two directions, from a slot to a descriptor and back.
# The cell below tries them against the kernel, in every slot of a table of three.


# %%
def descriptor(slot, seq, size):
    """The descriptor of the entry in `slot`, which was removed `seq` times."""
    return None  # write this


def slot_of(msqid, size):
    """The slot that a descriptor leads to."""
    return None  # write this


# %%
def tried(a):
    """All three slots taken and freed ten times; where our functions differ from the kernel."""
    for seq in range(10):
        made = [a.call("msgget", IPC_PRIVATE, 0o600).ret for _ in range(3)]
        for slot, msqid in enumerate(made):
            if (descriptor(slot, seq, 3), slot_of(msqid, 3)) != (msqid, slot):
                return f"not yet: the kernel gives {msqid} for slot {slot} after {seq} removals"
            a.call("msgctl", msqid, IPC_RMID)
    return "both agree with the kernel"


tried(Kernel(limits={"MSGMNI": 3}).spawn("Dora"))

# %% [markdown]
# How long does this protect us?
# The count grows by one with each removal, so a descriptor comes back only when the count does.
# The figure follows slot 0 of tables of different sizes through a hundred removals.

# %%
removals = range(101)
ids = {f"table of {size}": [seq * size for seq in removals] for size in (3, 10, 50)}
lines(removals, ids, "removals of slot 0", "descriptor", "No descriptor comes twice")

# %% [markdown]
# ## Owner, creator, mode
#
# The permission structure names two users: the *creator*, who never changes, and the *owner*, who can be changed.
# Each has a group beside it.
# A later call, `msgrcv` for instance, asks by class, and takes the first class that fits:
#
# | who asks | bits that count |
# |---|---|
# | the superuser | none: always yes |
# | the owner's or creator's user id | the first three |
# | the owner's or creator's group id | the middle three |
# | anybody else | the last three |

# %%
predict("owner-shut-out")

# %%
k = Kernel(limits={"MSGMNI": 3})
ada, bob = k.spawn("Ada", uid=1000), k.spawn("Bob", uid=2000)
q = ada.call("msgget", 7, IPC_CREAT | 0o066).ret
[process.call("msgrcv", q, 100, 0, IPC_NOWAIT) for process in (ada, bob)]

# %% [markdown]
# Bob gets as far as finding no message; Ada is stopped at the door of her own queue.
#
# ## The control call: query, set, remove
#
# `msgctl(descriptor, command, argument)` has three commands, and so have `semctl` and `shmctl`.
#
# | command | what it does | who may |
# |---|---|---|
# | `IPC_STAT` | copies the entry out | who may read |
# | `IPC_SET` | sets owner, group, mode (and the queue's `qbytes`) | owner, creator, superuser |
# | `IPC_RMID` | removes the entry at once | owner, creator, superuser |

# %%
ada.call("msgctl", q, IPC_SET, {"mode": 0o660})
ada.call("msgsnd", q, 1, b"hello")
fields = ada.call("msgctl", q, IPC_STAT).out["fields"]
{name: fields[name] for name in ("uid", "cuid", "qnum", "lspid", "stime", "rtime", "ctime")}

# %% [markdown]
# The entry remembers who sent last (`lspid`) and when (`stime`), who received last, and when it was last changed (`ctime`).
# The clock of our kernel counts system calls, so that the same run gives the same times.
#
# Ada now gives the queue away, to Bob.

# %%
ada.call("msgctl", q, IPC_SET, {"uid": 2000})
ipc_table(view_of(k))


# %%
def given_away():
    """Ada makes a queue, gives it to Bob and then tries to remove it."""
    ada = Kernel().spawn("Ada", uid=1000)
    q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
    ada.call("msgctl", q, IPC_SET, {"uid": 2000})
    return ada.call("msgctl", q, IPC_RMID)


predict("creator-removes", then=given_away)

# %% [markdown]
# ## A command, not a flag
#
# Many lists put `IPC_RMID` beside `IPC_CREAT` and `IPC_EXCL`, as if it were a flag of the get call.
# It is a command of the control call, and as a number it is nothing at all:

# %%
f"{IPC_CREAT:#o}", f"{IPC_EXCL:#o}", f"{IPC_NOWAIT:#o}", f"{IPC_RMID:#o}"

# %%
predict("rmid-flag")

# %% [markdown]
# ## What stays behind
#
# Ada ends.
# Does her queue?

# %%
k = Kernel(limits={"MSGMNI": 3})
ada, bob = k.spawn("Ada", uid=1000), k.spawn("Bob", uid=1000)
q = ada.call("msgget", 7, IPC_CREAT | 0o600).ret
ada.call("msgsnd", q, 1, b"last words")
ada.call("exit", 0)
bob.call("msgrcv", bob.call("msgget", 7, 0).ret, 100, 0)

# %% [markdown]
# A pipe goes when the last process closes it; a System V entry stays until somebody removes it.
# That is how two programs can talk that never run at the same time, and why machines fill up with forgotten queues (`ipcs` lists them).
#
# ## Try everything
#
# The console below is a whole kernel.
# Make a process, choose a call, and see the table change.
#
# 1. Make three queues, then a fourth. Which error is it?
# 2. Remove the second one and make it again. What is its descriptor, and why?
# 3. Let a process of another user fail in three different ways: once in the get call, once in `msgrcv`, once in `msgctl`.

# %%
console(limits={"MSGMNI": 3}, processes={"Ada": 1000, "Bob": 2000, "root": 0})

# %% [markdown]
# ## Today's Linux beside it
#
# Linux kept the calls and changed three rules:
#
# | rule | classic | Linux |
# |---|---|---|
# | permission in the get call | bits as they stand, also for the superuser | by class, like every other call |
# | descriptor | slot + reuse count × table size | slot + sequence number × 32768 |
# | the next slot | the first free one | the next one in turn |
#
# The same calls on both models part where Bob asks for the bits 600, and Linux looks at the class that he is in.
# His request for 660 would part them as well: the classic kernel refuses it for the bits that 640 lacks, Linux for the class of others.

# %%
compare(meeting, "linux", uids=who, limits={"MSGMNI": 3}, title="Bob asks for 600")

# %% [markdown]
# ## Do we know it?

# %%
quiz("03_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A **key** is agreed on by programs; a **descriptor** is chosen by the kernel, and goes stale when its entry is removed.
# - The **get call** finds or makes: `IPC_CREAT`, `IPC_EXCL` and `IPC_PRIVATE` decide which.
# - The **permission structure** has owner, creator, mode and reuse count; each later call asks by class.
# - The **control call** queries, sets and removes; `IPC_RMID` is one of its commands.
# - An entry outlives the processes that used it.
#
# In problem set 2 we write `ipcget` ourselves.
# Next: [Lecture 4, messages](04_messages.ipynb), what is behind the entry that we found.
