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
# # 2. Pipes and named pipes
#
# `cat f1 f2 | sort`: two programs that know nothing of each other, and one carries on what the other begins.
# There is no file between them, and neither waits for the other to be finished.
# **What is the bar, how do two processes find its two ends, and how does the second know when the first is done?**
#
# From [Lecture 1](01_messages_or_memory.ipynb) we know what a channel is: it has two ends, and whoever has one can use it.
# We need about an hour and Bach, section 5.12.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import compare, console, descriptors, pipe, play, quiz, shell, table, view_of

predict = partial(quiz, "02_predictions.txt")

# %% [markdown]
# ## Two descriptors
#
# `pipe` makes a pipe and gives two descriptors: one to read it, one to write it.
# There is nothing else to it: the calls that go through the pipe are `read`, `write` and `close`, as for any file.

# %%
k = Kernel(limits={"PIPEBLK": 4})
ada = k.spawn("Ada")
made = ada.call("pipe")
made.out

# %%
ada.call("write", 4, b"hello, ")
ada.call("write", 4, b"world")
ada.call("read", 3, 5).out["data"], ada.call("read", 3, 100).out["data"]

# %% [markdown]
# Two writes went in, and two other pieces came out.
#
# - A pipe is **first in, first out**: bytes come in the order in which they went.
# - It is **unstructured**: it keeps no boundary between what was written by one call and by the next.

# %%
predict("one-way")

# %%
ada.call("write", 3, b"back")

# %% [markdown]
# And a pipe goes **one way**: what is written at one end is read at the other.
#
# ## A ring of ten blocks
#
# The kernel describes each file by an **inode**: whose it is, how long it is, and in which blocks its bytes are, ten of them *direct*, named in the inode itself.
# A pipe is a file without a name.
# Its inode uses only the ten direct blocks, and they are a ring: behind the last comes the first.
# So a pipe has a **fixed greatest size**: 5120 bytes in a classic kernel with blocks of 512.
# Ours has blocks of 4 bytes, so that we can see it go round.

# %%
ada.call("write", 4, b"abcdefghijklmnopqrstuvwxyz0123")
ada.call("read", 3, 20)
ada.call("write", 4, b"ABCDEFGHIJKLMNO")
pipe(view_of(k))

# %% [markdown]
# `R` is the **read offset**, where the oldest byte is, and `W` the **write offset**, where the next byte goes.
# Both only move on, and nobody can set them: `lseek`, which does it for other files, fails.

# %%
ada.call("lseek", 3, 0, 0)

# %%
predict("equal-offsets")

# %%
k = Kernel(limits={"PIPEBLK": 4})
ada = k.spawn("Ada")
ada.call("pipe")
ada.call("write", 4, b"x" * 12), ada.call("read", 3, 12)
before = view_of(k)["pipes"][0]
ada.call("write", 4, b"y" * 40)
after = view_of(k)["pipes"][0]
rows = {"before": before, "after a write of 40": after}
table(
    {name: [one["roff"], one["woff"], one["size"]] for name, one in rows.items()},
    ["read offset", "write offset", "bytes in it"],
)

# %% [markdown]
# ## Who has the ends
#
# A descriptor is a number of one process, and no other process can do anything with it.
# But `fork` copies them: parent and child have the same two ends, and so have their children.

# %%
k = Kernel(limits={"PIPEBLK": 4})
ada, zoe = k.spawn("Ada"), k.spawn("Zoe")
ada.call("pipe")
ada.call("fork", "Bob")
bob = k.proc("Bob")
bob.call("close", 4)
ada.call("close", 3)
descriptors(view_of(k))

# %% [markdown]
# Ada kept what she writes with (→), Bob what he reads with (←).
# Zoe is a stranger to both, and for her there is no such descriptor.

# %%
[zoe.call("write", 4, b"me too"), ada.call("write", 4, b"for Bob"), bob.call("read", 3, 100)]

# %% [markdown]
# ## Four cases
#
# The kernel looks at a pipe in one of four ways:
#
# | call | there is enough | there is not |
# |---|---|---|
# | **writing** | room: put the bytes in, wake the readers | no room: sleep until somebody has read |
# | **reading** | bytes: take them out, wake the writers | none: sleep until somebody has written |
#
# One case lies between: fewer bytes than the reader wants.

# %%
predict("fewer-than-wanted")

# %%
SMALL = {"PIPEBLK": 2}
play(
    [
        "p = Ada.pipe()",
        "Ada.fork('Bob')",
        "Bob.read(p.r, 100)",
        "Ada.write(p.w, 'hello')",
        "Ada.write(p.w, 'eighteen bytes of.')",
        "Ada.write(p.w, 'text')",
        "Bob.read(p.r, 8)",
    ],
    limits=SMALL,
    title="Asleep for bytes, asleep for room",
)

# %% [markdown]
# A pipe with twenty bytes: Bob sleeps because it is empty, Ada because her last four bytes do not fit.
# Each is woken by what the other does, and looks again.
# Bob asked for a hundred and got five: a reader takes what there is, and does not wait for more.
#
# ## In one piece, or in several
#
# A write that fits into the pipe is written **in one piece**: it waits until there is room for all of it.
# So two writers never mix their lines, as long as a line is no longer than the pipe.

# %%
predict("longer-than-the-pipe")

# %%
play(
    [
        "p = Ada.pipe()",
        "Ada.fork('Bob')",
        "Ada.write(p.w, 'a text of more than twenty bytes')",
        "Bob.read(p.r, 12)",
        "Bob.read(p.r, 100)",
        "Bob.read(p.r, 100)",
    ],
    limits=SMALL,
    title="One write, two pieces",
)

# %% [markdown]
# A longer write can never be in one piece; it goes in as room comes.
#
# ## The end
#
# The kernel counts, as `readers` and `writers`, how often each end is open.
# A descriptor that `fork` or `dup` copies opens nothing anew: the end stays open until its **last copy** is closed, in whatever process.
#
# - Without a **writer**, a reader gets what is left, and then 0 bytes: the **end of the file**.
# - Without a **reader**, a writer gets the error EPIPE and the signal **SIGPIPE**, which ends it unless it is prepared ([Lecture 9](09_signals.ipynb)).

# %%
predict("when-does-it-end")

# %%
ends = [
    "p = Ada.pipe()",
    "Ada.fork('Bob')",
    "Ada.write(p.w, 'last words')",
    "Ada.close(p.w)",
    "Bob.read(p.r, 100)",
    "Bob.read(p.r, 100)",
]
play(ends, limits=SMALL, title="Bob waits for himself", step=-1)

# %% [markdown]
# Ada has closed her writing end, and yet Bob slept: **he himself** still had one, which `fork` had given him.
# Who reads must close the writing end.
# Only he could close it, and he cannot while he sleeps.

# %%
k = Kernel()
ada = k.spawn("Ada")
ada.call("pipe")
ada.call("close", 3)
ada.call("write", 4, b"is anybody there?")

# %% [markdown]
# **Your turn.**
# What does a read of 10 bytes do?
# `held` bytes are in the pipe, and `writers` have its other end open.
# `no_delay` says that the descriptor has the flag O_NDELAY: then a call that would sleep comes back at once, with 0.
# Write the rule as a function; the cell after it asks the kernel in every case.


# %%
def outcome(held, writers, no_delay):
    """What read(fd, 10) does: a number of bytes, or "sleeps"."""
    return None  # write this


# %%
def kernel_does(held, writers, no_delay):
    k = Kernel()
    a = k.spawn("a")
    a.call("pipe")
    a.call("write", 4, b"x" * held)
    if no_delay:
        a.call("fcntl", 3, F_SETFL, O_NDELAY)
    if not writers:
        a.call("close", 4)
    call = a.call("read", 3, 10)
    return "sleeps" if call.state == "asleep" else call.ret


# %%
cases = [(n, writers, flag) for n in (0, 1, 10, 11) for writers in (0, 1) for flag in (0, 1)]
wrong = [case for case in cases if outcome(*case) != kernel_does(*case)]
first = f", first outcome{wrong[0]}: the kernel says {kernel_does(*wrong[0])!r}" if wrong else ""
f"{len(wrong)} of {len(cases)} differ{first}"

# %% [markdown]
# ## The shell
#
# Now we can build the bar.
# A shell that runs `cat f1 f2 | sort` makes a pipe and forks twice.
# By `dup2` one child makes the writing end its standard output (descriptor 1), the other the reading end its standard input (descriptor 0).
# Then everybody closes what it does not use, and the programs run without knowing of any of it.
# In `f1` there are three kinds of fruit, and in `f2` three more.
# The player starts where the first bytes are in the pipe; `Home` goes to the beginning, and `n` from one sleep or wake-up to the next.

# %%
shell("cat f1 f2 | sort")

# %% [markdown]
# `sort` cannot print before it has read everything, so it waits for the end of the file: it sleeps, wakes, takes what there is, and sleeps again.
# The line can be changed: try `cat f1 f2 | cat | wc` and `cat f1 f2 | head`.

# %%
predict("left-open")

# %%
shell("cat f1 f2 | sort", forget=("shell",))

# %% [markdown]
# Nothing is printed.
# `cat` has written everything and has ended, the pipe is empty, and `sort` waits: a writing end is still open, in the shell.
# And the shell waits for `sort`.
# One forgotten `close` is a deadlock.
#
# ## What a pipe cannot do
#
# Bob and Cy both read, and Ada has news for everybody.

# %%
predict("broadcast")

# %%
news = [
    *["p = Ada.pipe()", "Ada.fork('Bob')", "Ada.fork('Cy')"],
    "Ada.write(p.w, 'news')",
    *["Bob.read(p.r, 100)", "Cy.read(p.r, 100)"],
    "Bob.write(p.w, 'thanks')",
]
play(news, limits=SMALL, title="News for everybody", step="Cy goes to sleep")

# %% [markdown]
# What one has read is gone: a pipe **cannot broadcast**.
# Step on: Bob's answer is meant for Ada, and Cy gets it.
# Whoever reads first takes it: a writer **cannot choose its reader**.
#
# And whose bytes are they?

# %%
k = Kernel()
ada = k.spawn("Ada")
ada.call("pipe")
for name in ("Bob", "Cy"):
    ada.call("fork", name)
    k.proc(name).call("write", 4, b"10 for me; ")
ada.call("read", 3, 100).out["data"]

# %% [markdown]
# Two want ten, and Ada cannot see who.
# A pipe **cannot tell its writers apart**, nor its readers: there are bytes in it, and nothing else.
# Whoever needs that puts it into the bytes, takes a pipe for each pair, or takes messages, which have a type ([Lecture 4](04_messages.ipynb)).
#
# ## Pipes with a name
#
# Strangers have no common ancestor who could give both an end.
# A **named pipe** (FIFO) is a pipe in the directory: `mknod` makes it, or `mkfifo`, and whoever has permission opens it.

# %%
predict("who-waits-in-open")

# %%
play(
    [
        "Ada.mkfifo('fifo', 0o666)",
        "Ada.open('fifo', O_RDONLY)",
        "w = Zoe.open('fifo', O_WRONLY)",
        "Zoe.write(w, 'from a stranger')",
        "Ada.read(3, 100)",
        "Zoe.close(w)",
        "Ada.read(3, 100)",
    ],
    title="Two strangers meet at a name",
)

# %% [markdown]
# `open` waits for the other side, so that nobody writes for nobody.
# With O_NDELAY it does not: a reader gets its descriptor at once, and a writer without a reader gets ENXIO.

# %%
k = Kernel()
ada = k.spawn("Ada")
ada.call("mknod", "fifo", S_IFIFO | 0o600)
[ada.call("open", "fifo", O_WRONLY | O_NDELAY), ada.call("open", "fifo", O_RDONLY | O_NDELAY)]

# %% [markdown]
# Everything else is as before, and when nobody has it open any more, what is in it is lost: only the name stays.

# %%
ada.call("open", "fifo", O_WRONLY), ada.call("write", 4, b"for whoever comes")
ada.call("close", 3), ada.call("close", 4)
[ada.call("open", "fifo", O_RDONLY | O_NDELAY), ada.call("read", 3, 100)]

# %% [markdown]
# ## What it costs
#
# A request and its answer need two pipes, one each way.

# %%
k = Kernel()
client = k.spawn("client")
client.call("pipe"), client.call("pipe")
client.call("fork", "server")
server = k.proc("server")
ready = k.cost
client.call("write", 4, b"How much is the fish?"), server.call("read", 3, 100)
server.call("write", 6, b"Ten of them, please."), client.call("read", 5, 100)
k.cost - ready

# %% [markdown]
# Four crossings and four copies, as with messages: one into the kernel and one out of it, each way.
#
# ## Try everything
#
# 1. Fill a pipe until a writer sleeps. How many bytes must be read before it goes on?
# 2. Let two processes sleep in `read`, and write one byte. Who wakes, and who returns?
# 3. Open a named pipe for both reading and writing. Whom does that process wait for?

# %%
console(processes={"Ada": 1000, "Bob": 1000}, limits=SMALL, first="Pipes")

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | how much | ten blocks | sixteen pages, 64 KiB; `fcntl` makes it more or less |
# | in one piece | all that fits into the pipe | 4096 bytes (PIPE_BUF) |
# | nothing there, O_NDELAY | 0 | EAGAIN, and 0 only at the end |
# | whom a write wakes | all readers | the one that has slept longest |
#
# Two readers sleep, and one byte comes.
# The classic kernel wakes both, and one of them looks in vain; Linux wakes one.

# %%
compare(
    [
        "p = Ada.pipe()",
        "Ada.fork('Bob')",
        "Ada.fork('Cy')",
        "Bob.read(p.r, 10)",
        "Cy.read(p.r, 10)",
        "Ada.write(p.w, '!')",
    ],
    "linux",
    title="One byte for two",
)

# %% [markdown]
# ## Do we know it?

# %%
quiz("02_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A pipe is a **ring of bytes** with two offsets, one-way, first in first out, without boundaries, of a fixed greatest size.
# - Its ends are **descriptors**: inherited, or, with a **name**, opened by strangers.
# - Who finds it empty, or too full, **sleeps**, and looks again when woken.
# - **No writer** is the end of the file, **no reader** is SIGPIPE; both are a matter of who has closed what.
# - It cannot broadcast, choose a reader, or tell who has written.
#
# In problem set 1 we write `pipe_read` and `pipe_write`.
# Next: [Lecture 3](03_what_ipc_shares.ipynb), what the three mechanisms of System V have in common.
