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
# # Problem set 8: locks
#
# Two processors run the same kernel at the same time.
# How does one of them keep the other out of a table, when all they share is memory?
# In this problem set we write the lock that the rest of a multiprocessor kernel stands on, and
# learn for certain whether it is right.
#
# | part | what it is |
# |---|---|
# | **given** | memory cells, and the two steps `load` and `store` |
# | **to write** | `semaphore`, `Pprim` and `Vprim`; and one answer in words |
# | **fixed** | names and parameters; the cells that call `check` |
# | **free** | everything else: the algorithm, helper functions, further cells, imports |
#
# Each check looks at every interleaving of what we wrote, not at some runs of it.
# If there is a bad schedule, it shows one of the shortest.
# Grading looks at more processors by the same rules.
#
# To read: Bach, *The Design of the UNIX Operating System*, section 12.3 up to 12.3.2.

# %% nbgrader={"grade_id": "imports"}
from autograder import check, hint, progress
from kernel_model import explore
from kernel_model.explore import Shared, load, store

# %% [markdown]
# ## What we are building
#
# A lock is a pair of coroutines over cells, and each `await` is one atomic step.
# Here is one that looks right: wait until the flag is down, then raise it.

# %%
FLAG = """
from kernel_model.explore import Shared, load, store

def semaphore(n):
    return Shared(taken=0)

async def Pprim(sem, procid, n):
    while await load(sem.taken):
        pass
    await store(sem.taken, 1)

async def Vprim(sem, procid, n):
    await store(sem.taken, 0)
"""
found = explore.check(FLAG, processors=2)
f"Does it hold? {found.holds()}. States looked at: {found.states}."

# %% [markdown]
# It does not hold.
# Both processors read the flag before either of them has raised it.

# %%
for step in found.counterexample.stem:
    print(step)

# %% [markdown]
# kernelbook: text Pprim_Vprim

# %% nbgrader={"grade_id": "Pprim_Vprim", "solution": true}
# kernelbook: solution kernel_model.smp.locks:semaphore
# kernelbook: solution kernel_model.smp.locks:Pprim
# kernelbook: solution kernel_model.smp.locks:Vprim

# %% nbgrader={"grade_id": "test_Pprim_Vprim", "grade": true}
check(Pprim, Vprim).require()

# %% [markdown]
# ## In words
#
# Suppose that a processor could read *two* cells in one step, but still write only one.
# In the lock that we wrote, which pair of steps would we make into one, and would the lock become
# simpler by it?
# And suppose instead that a processor could read a cell and write it in one step, as nearly all
# of today's can: write down `Pprim` for that machine, in words or in code.
# Which of the rules that our lock keeps does that one break, and when does it matter?
# Six sentences are enough.

# %% [markdown] nbgrader={"grade_id": "why_atomic", "grade": true, "solution": true, "points": 10}
# Reading two cells at once would let the second look at the others see two claims together, for
# instance the rivals' cells of two other processors.
# It does not make the lock simpler in principle: between reading and writing everybody else may
# still make a step, so that a claim has to be written before one looks at the others.
# With a step that reads and writes, `Pprim` is `while await swap(sem.taken, 1): pass`: whoever
# finds 0 there has taken it in the same step.
# It keeps exclusion and progress for any number of processors, with one cell in place of n + 1.
# It breaks fairness: a processor may find the flag raised each time it looks, while others
# come and go.
# That matters when the lock is held often and long, or by few processors that come back at
# once; where it is nearly always free, hardly anybody waits twice.
#
# *Three points for what may happen between reading and writing, three for a right Pprim with one
# atomic step, two for starvation, two for when it matters.*

# %% [markdown]
# ## What we have learned
#
# - A lock is right if no schedule breaks it; one schedule is enough to show that it is wrong.
# - Testing and setting in two steps is the mistake behind nearly every wrong lock.
# - First one says that one wants to get in, and only then looks at the others.
# - Exclusion, progress and fairness are three things, and a lock may have the first two only.
#
# Next: what a kernel builds on such a lock, so that whoever has to wait for long sleeps.

# %%
progress()
