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
# # Problem set 3: regions
#
# A process believes that it has memory from its first address to its last.
# The kernel knows better: it has a few regions, some of them together with others, each at a
# virtual address, over pages that lie anywhere.
# In this problem set we write the algorithms that give a process a region and take it away.
#
# | part | what it is |
# |---|---|
# | **given** | a whole kernel: what `from kernel_model import *` brings, by the book's names |
# | **to write** | three functions: `allocreg`, `attachreg`, `detachreg`; and one answer in words |
# | **fixed** | names and parameters of the three; the cells that call `check` |
# | **free** | everything else: helper functions, further cells, imports, the order of work |
#
# The three are no system calls: `fork`, `exec`, `exit` and the calls of shared memory use them.
# So the checks make such calls, and then look at the tables: which region is on which list, who is
# counted, how large a process is, what is locked, which frames are in use.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 6.5.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import *

# %% [markdown]
# ## What we are building
#
# `A` has a text, a data and a stack region.
# It forks: `B` shares the text, which nobody can change, and has copies of the other two.


# %%
def regions_of(*processes):
    for p in processes:
        for entry in entries_of(p):
            region = entry.region
            print(p.name, f"{entry.type:7}", hex(entry.addr), "is region", region.slot,
                  "with", region.refcount, "reference" + "s" * (region.refcount > 1))  # fmt: skip


k = Kernel()
a = k.spawn("A")
s = a.call("shmget", 7, 2 * PAGE, IPC_CREAT | 0o600).ret
a.call("fork", "B")
b = k.proc("B")
regions_of(a, b)

# %% [markdown]
# Every region stands on one of two lists of the region table, linked in both directions.

# %%
table = memory_of(k).regions
print("active", [(region.slot, region.type) for region in table.listed(table.active)])
print("free  ", len(table.listed(table.free)), "more")

# %% [markdown]
# The child attaches the segment, so that its region gets memory: two frames, which lie wherever
# there was room.
# When the child ends, what it had for itself is free again, and the segment stays.

# %%
b.call("shmat", s, 0x10000000, 0)
regions_of(b)
print("pages of region 3 in the frames", table.entries[3].pages)

# %%
b.call("exit", 0)
regions_of(a)
print("active", [(region.slot, region.type) for region in table.listed(table.active)])

# %% [markdown]
# kernelbook: text allocreg

# %% nbgrader={"grade_id": "allocreg", "solution": true}
# kernelbook: solution kernel_model.regions:allocreg

# %% nbgrader={"grade_id": "test_allocreg", "grade": true}
check(allocreg).require()

# %% [markdown]
# kernelbook: text attachreg

# %% nbgrader={"grade_id": "attachreg", "solution": true}
# kernelbook: solution kernel_model.regions:attachreg kernel_model.regions:freeslot

# %% nbgrader={"grade_id": "test_attachreg", "grade": true}
check(attachreg).require()

# %% [markdown]
# kernelbook: text detachreg

# %% nbgrader={"grade_id": "detachreg", "solution": true}
# kernelbook: solution kernel_model.regions:detachreg

# %% nbgrader={"grade_id": "test_detachreg", "grade": true}
check(detachreg).require()

# %% [markdown]
# ## A kernel of our own
#
# As soon as all three pass their checks, they run a kernel together.
# A family of processes comes and goes, one of them with another program; in the end every region
# and every frame is free again.


# %%
def family(*functions):
    ours = Kernel()
    for function in functions:
        ours.install(function)
    parent = ours.spawn("parent")
    for name in ("first", "second"):
        parent.call("fork", name)
    ours.proc("first").call("exec", {"sleep": 1})
    parent.call("kill", ours.pids["first"], 9)
    for name in ("second", "parent"):
        ours.proc(name).call("exit", 0)
    memory = memory_of(ours)
    return len(memory.regions.listed(memory.regions.active)), memory.frames.left


# %%
ours = (allocreg, attachreg, detachreg)
if all(check(function).passed is True for function in ours):
    active, frames = family(*ours)
    print(f"{active} regions are in use, and {frames} frames are free")

# %% [markdown]
# ## In words
#
# `attachreg` wants the region to be locked, and so do `growreg`, `dupreg` and `detachreg`, although
# no other process runs while the kernel works on a region here.
# In Bach's kernel `loadreg` sleeps until the disk has delivered a page.
# Describe a run, step by step, in which two processes start the same program and something goes
# wrong because the text region is not locked while it is loaded.
# What does the second process do in Bach's kernel when it finds the region locked, and why must
# `exec` not ask whether a region is locked, and then lock it, with a sleep in between?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "why_locked", "grade": true, "solution": true, "points": 10}
# A starts a program: it allocates a text region, attaches it, and loads it.
# While it waits for the disk it sleeps, and B starts the same program.
# B finds a text region of this file on the active list, attaches it, and begins to run; but only a
# part of the text is in memory, so B executes whatever the other frames hold.
# It would be as bad if A's load failed: A would free the region that B has just attached.
# With the lock, B finds the region locked, sleeps until A unlocks it, and then looks again, since
# the region may be gone by then.
# If testing and locking were two steps with a sleep between them, two processes could both find the
# region unlocked, and both lock it; so the test is repeated after each sleep, and nothing that can
# sleep comes between the last test and the lock.
#
# *Four points for a run in which it happens, two for sleeping and looking again, two for the region
# being gone or half loaded, two for test and lock in one step.*

# %% [markdown]
# ## What we have learned
#
# - A region is shared by being pointed to: an entry of each process, and a count that agrees.
# - Three numbers must always agree: the entries that point to a region, its reference count, and
#   the sizes of the processes.
# - What is on two lists, or on none, is lost: a list is changed in all its links or not at all.
# - A lock is held by whoever took it, over every call, and given back on every way out.
#
# Next: a region with a name, which unrelated processes can find and share.

# %%
progress()
