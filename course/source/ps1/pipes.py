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
# # Problem set 1: pipes
#
# A pipe is the oldest way by which UNIX processes work together, and the shortest piece of kernel
# code that has everything in it: a buffer that runs full, a reader and a writer who wait for each
# other, and an end that somebody must notice.
# In this problem set we write both halves of it.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | two functions: `pipe_read`, `pipe_write`; and one answer in words |
# | **fixed** | names and parameters of the two; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# The two are no system calls: `read` and `write` come to them when a descriptor leads to a pipe.
# So the checks make such calls, and then look at the pipe: how many bytes are in it, where the
# offsets are, who sleeps, and whether what went in has come out.
# Each check runs the visible cases and shows the first step at which our kernel goes wrong; grading
# runs further cases of the same rules.
#
# Who is stuck asks for a hint, in a cell of their own: `hint(pipe_read)` gives the first, the same
# call again the second, and the third one all but answers.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 5.12.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *
from kernel_model.view import pipe, view_of

# %% [markdown]
# ## What we are building
#
# A pipe is an inode whose ten blocks are a ring.
# This one has blocks of 4 bytes, so that we can see it go round: 30 bytes went in, 20 came out, and
# the next 15 begin behind the others and end in front of them.

# %%
k = Kernel(limits={"PIPEBLK": 4})
a = k.spawn("A")
a.call("pipe")
a.call("write", 4, "abcdefghijklmnopqrstuvwxyz0123")
a.call("read", 3, 20)
a.call("write", 4, "ABCDEFGHIJKLMNO")
pipe(view_of(k))

# %% [markdown]
# `R` is the read offset, where the oldest byte is, and `W` the write offset, where the next one
# goes.
# A child has its parent's descriptors; it reads until the pipe is empty, and then it sleeps until
# somebody writes again.

# %%
a.call("fork", "B")
b = k.proc("B")
first, second = b.call("read", 3, 100), b.call("read", 3, 100)
print(first, first.out["data"])
print(second)

# %%
a.call("write", 4, "more")
print(second, second.out["data"])

# %% [markdown]
# kernelbook: text pipe_read

# %% nbgrader={"grade_id": "pipe_read", "solution": true}
# kernelbook: solution kernel_model.pipes:pipe_read

# %% nbgrader={"grade_id": "test_pipe_read", "grade": true}
check(pipe_read).require()

# %% [markdown]
# kernelbook: text pipe_write

# %% nbgrader={"grade_id": "pipe_write", "solution": true}
# kernelbook: solution kernel_model.pipes:pipe_write

# %% nbgrader={"grade_id": "test_pipe_write", "grade": true}
check(pipe_write).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as both pass their checks, they carry a whole text from one process to another, much
# longer than the pipe.


# %%
def carried(*functions):
    ours = Kernel(limits={"PIPEBLK": 4})
    for function in functions:
        ours.install(function)
    writer = ours.spawn("writer")
    writer.call("pipe")
    writer.call("fork", "reader")
    reader, text = ours.proc("reader"), "all work and no play makes Jack a dull boy. " * 20
    reader.call("close", 4)
    writing = writer.call("write", 4, text)
    arrived = b""
    while writing.state == "asleep":
        reader.call("read", 3, 17)
        arrived += reader.out["data"]
    writer.call("close", 4)
    while reader.call("read", 3, 17).ret:
        arrived += reader.out["data"]
    return writing.ret, arrived.decode() == text


# %%
ours = (pipe_read, pipe_write)
if all(check(function).passed is True for function in ours):
    print(carried(*ours))

# %% [markdown]
# ## In words
#
# A shell runs `cat f1 f2 | sort`: it makes a pipe, forks twice, and each child puts its end of the
# pipe in the place of its standard output or input.
# A friend has written such a shell, and `sort` never prints anything.
# Which descriptors may have been left open, in which processes, and why does `sort` wait for ever
# in each case?
# And why does the same mistake with the reading end not make `cat` wait for ever at once, but a
# `cat` whose `sort` has been killed?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "who_closes", "grade": true, "solution": true, "points": 10}
# `sort` prints when it has read the end of its input, and a read gives the end of the file only
# when the pipe is empty and no writing end is open in any process.
# Three processes have one after the forks: the shell, `cat` and `sort` itself.
# If the shell does not close its own, it holds the pipe open while it waits for `sort` to end: the
# two wait for each other.
# If `sort` does not close the writing end that it has inherited, it waits for a byte that only it
# could write.
# `cat` ends and closes everything, so its own descriptors do no harm, unless it has left a child.
# A reading end that stays open does no harm as long as `sort` reads; but if `sort` is killed, a
# forgotten reading end keeps `readers` above 0, so that `cat` gets no SIGPIPE: it fills the pipe,
# and sleeps for room that nobody will make.
#
# *Two points for the condition of the end of the file, three for the shell's end, two for `sort`'s
# own, three for the reading end: no SIGPIPE, and a full pipe.*

# %% [markdown]
# ## What we have learned
#
# - A pipe is a ring with two offsets and a size; the size tells full from empty.
# - Who finds nothing, or no room, sleeps in a loop, and whoever changes that wakes everybody.
# - One piece up to the capacity, never more than there is room for: a pipe promises no more.
# - Its end is a matter of counting: no writer is the end of the file, no reader is SIGPIPE.
#
# Next: messages, which have an end of their own, and a type.

# %%
progress()
