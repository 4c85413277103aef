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
# # 14. Locks from plain memory
#
# Several processors share a memory.
# In one step a processor can read one word of it or write one word, nothing else, and between two of its steps the others may do as much as they like.
# **Can they keep each other out of a critical section? And how would we ever be sure?**
#
# We write locks, and the explorer tries *every* interleaving of their steps: not many of them, all of them.
# We need about an hour and a half and Bach, section 12.3.

# %%
from functools import partial

from kernel_model.explore import *
from kernel_model.explore.lock import lock, system
from kernel_model.smp.printed import figure
from kernel_model.view import interleave, quiz, table, verdicts

predict = partial(quiz, "14_predictions.txt")

# %% [markdown]
# ## A flag
#
# A lock is three functions: the memory that it needs for `n` processors, `Pprim` to get in, `Vprim` to get out.
# Every `await` is one step: `load` reads a cell, `store` writes it.
#
# The first idea of everybody is a flag: wait while it is up, then raise it.


# %%
def semaphore(n):
    return Shared(flag=0)


async def Pprim(sem, procid, n):
    while await load(sem.flag):
        pass
    await store(sem.flag, 1)


async def Vprim(sem, procid, n):
    await store(sem.flag, 0)


# %%
predict("flag")

# %% [markdown]
# **Your turn.**
# We are the scheduler: the keys 1 and 2, or a click on a processor, say who takes the next step; the arrow keys go back and forth.
# Can we bring both processors into the critical section?
# If we give up, *find a bad schedule* shows a shortest way.

# %%
flag = lock(semaphore, Pprim, Vprim)
interleave(flag, title="A flag")

# %% [markdown]
# The test and the set are two steps, and the other processor's test fits in between.
# On one processor we could mask the interrupts for these two steps; on two that does not stop the other one.
#
# The whole system has only 37 states, and the picture shows all of them, with the bad one crossed out.
# A test that runs the lock a million times may miss it for a year; whoever looks at all 37 cannot.
#
# ## What we ask of a lock
#
# | property | in words |
# |---|---|
# | mutual exclusion | never are two inside |
# | no deadlock | as long as some try, some get in |
# | no starvation | everyone who tries gets in |
# | bypass | how often others get in, at most, between our first write and our own entry |
#
# What we may count on is little.
# A processor may stay outside for ever, but never stops between `Pprim` and `Vprim`; none is stopped for ever by the scheduler, and nothing is known about their speeds (*weak fairness*).

# %%
verdicts({"a flag": flag})

# %% [markdown]
# Two are inside, so it is no lock; the other columns are answered all the same.
#
# ## In turns
#
# The second idea: whoever leaves says who is next.


# %%
def semaphore(n):
    return Shared(turn=0)


async def Pprim(sem, procid, n):
    while await load(sem.turn) != procid:
        pass


async def Vprim(sem, procid, n):
    await store(sem.turn, (procid + 1) % n)


# %%
turns = lock(semaphore, Pprim, Vprim)
predict("turns", then=lambda: interleave(turns, schedule="bad", title="In turns"))

# %% [markdown]
# Two are never inside, since `turn` has one value at a time.
# But processor 1 cannot get in twice while processor 0 has no wish to get in at all.
# The explorer calls it a deadlock: from some point on somebody tries and nobody ever gets in.
# Its schedule is shorter than our question: processor 0 has not been in even once, so the turn is still its own, and processor 1 waits from the beginning.
#
# ## Each its own flag
#
# So a lock must know who wants to get in.
# Each processor gets a cell of its own that the others only read, and raises it *before* it looks.


# %%
def semaphore(n):
    return Shared(val=[0] * n)


async def anybody(sem, some):
    for i in some:
        if await load(sem.val[i]):
            return True
    return False


# %%
async def Pprim(sem, procid, n):
    await store(sem.val[procid], 1)
    while await anybody(sem, [i for i in range(n) if i != procid]):
        pass


async def Vprim(sem, procid, n):
    await store(sem.val[procid], 0)


wanting = lock(semaphore, anybody, Pprim, Vprim)

# %%
predict("wanting", then=lambda: interleave(wanting, schedule="bad", title="Each its own flag"))

# %% [markdown]
# Whoever comes second sees the flag of the first one: mutual exclusion holds.
# If both raise their flags before either looks, both wait for ever.
#
# ## After you
#
# Then whoever sees another flag lowers its own, and tries again.


# %%
async def Pprim(sem, procid, n):
    while True:
        await store(sem.val[procid], 1)
        if not await anybody(sem, [i for i in range(n) if i != procid]):
            return
        await store(sem.val[procid], 0)


polite = lock(semaphore, anybody, Pprim, Vprim)
interleave(polite, schedule="bad", title="After you")

# %% [markdown]
# Nobody stands still now, and yet nobody need ever get in: two polite people at a door.
# The schedule has a *cycle*: everything is as it was before, and so it can go on for ever.
# Step past the end, and the player goes round.
#
# ## Lower ids first
#
# Somebody has to insist.
# The usual one-sentence summary of the book's `Pprim` is: *if it is locked, or a processor with a lower id is trying, try again*.
# We write down just that: give way to lower ids, wait for higher ones.


# %%
async def Pprim(sem, procid, n):
    await store(sem.val[procid], 1)
    while await anybody(sem, range(procid)):
        await store(sem.val[procid], 0)
        while await anybody(sem, range(procid)):
            pass
        await store(sem.val[procid], 1)
    while await anybody(sem, range(procid + 1, n)):
        pass


lower_first = lock(semaphore, anybody, Pprim, Vprim)

# %%
predict("lower-first", then=lambda: verdicts({"lower ids first": lower_first}, 3))

# %% [markdown]
# It is a lock: with one bit a processor, nobody can do with less.
# But a processor with a high id can be kept out for ever by those with lower ones.

# %%
interleave(lower_first, schedule="bad", title="Lower ids first")

# %% [markdown]
# ## The book's Pprim
#
# What is missing is that the order changes.
# The book's lock (Figure 12.6, in essence Knuth's of 1966) asks the others not from the lowest id on, but from `lastid` on, round to oneself, and `Vprim` moves `lastid` along.
# A cell `val` has three values: 0 outside, 1 wants to get in, 2 claims to be in.

# %%
book = figure()
interleave(book, title="Pprim and Vprim as printed, processors numbered from 1")

# %% [markdown]
# **Follow it.**
# Let processor 1 go alone until it is inside: it reads, wants, asks, claims, looks for other claims, writes `lastid`.
# Then bring both to their claim at the same time. What happens to them?
#
# We check it for two and for three processors, everything, and for four at least that two are never inside together.

# %%
verdicts({"the book's, numbered from 1": book}, 2)

# %%
verdicts({"the book's, numbered from 1": book}, 3)

# %%
verdicts({"the book's, numbered from 1": book}, 4, ["mutex"])

# %% [markdown]
# With four processors these are 859,604 states, every one of them looked at.
# With three, one may be overtaken three times and no more: Knuth's bound is $2^{n-1}-1$.
#
# ## Is the sentence true?
#
# "Locked, or a lower id trying: try again."
# If that were what the code does, processor 3 could be kept out, and processor 1 never.

# %%
predict("sentence")

# %%
FAIR = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
interleave(book, schedule=FAIR, title="Processor 1 tries, and processor 2 goes first")

# %% [markdown]
# Processor 1 has been in, and wants to get in again; processor 2 comes later, has the higher id, and goes first: `lastid` is 2.
# The true sentence is longer: *if anybody from `lastid` round to oneself is trying, or anybody else claims, try again*.
#
# ## Who is processor 0?
#
# The figure does not say how processors are numbered; in C one would begin at 0.
# Both loops of the figure begin at 1.

# %%
predict("numbering")

# %%
interleave(figure(lowest=0), schedule="bad", title="As printed, numbered from 0")

# %% [markdown]
# Nobody asks processor 0, and nobody looks whether it claims.
# With both 1s changed to 0, or with processors numbered from 1, it is right.

# %%
verdicts(
    {
        "numbered from 1, loops from 1": figure(1, 1),
        "numbered from 0, loops from 1": figure(0, 1),
        "numbered from 0, loops from 0": figure(0, 0),
    }
)

# %% [markdown]
# ## Which two statements may be swapped?
#
# These steps of the figure stand side by side:

# %%
pairs = book.neighbours()
table({f"pair {n}": pair for n, pair in enumerate(pairs, 1)}, ["a step", "the next one"])

# %%
predict("swaps")

# %%
verdicts({f"{one} ↔ {other}": book.swapped(one, other) for one, other in pairs})

# %% [markdown]
# - `lastid` first or `val` first: either way it is right.
# - To look for other claims *before* one's own claim is the flag again: the test and the set are apart, in the other order.
# - `lastid = procid` before the look: two that meet there send each other back for ever.
# - In `Vprim` either order is right for two. With three there is a price:

# %%
verdicts({"as printed": book, "Vprim swapped": book.swapped(*pairs[0])}, 3)

# %% [markdown]
# ## One lastid for all semaphores
#
# In the figure `lastid` is a global variable, while every semaphore has its own `val`.
# Processors 1 and 2 use semaphore `a`; processor 3 takes and gives semaphore `b` all the time.
# What does it do to the other two that both semaphores move the same `lastid`?

# %%
predict("one-lastid")

# %%
from kernel_model.smp.printed import two_semaphores


def overtaken(count):
    """How often processors 1 and 2 may be overtaken at a."""
    found = check(two_semaphores(count), 3, ["starvation"]).bypass
    return ["without bound" if found[who] is None else found[who] for who in ("1", "2")]


heads = ["processor 1 is overtaken at most", "processor 2"]
table({"a lastid for each": overtaken(2), "one lastid for both": overtaken(1)}, heads)

# %% [markdown]
# With one `lastid` for both, processor 2 may be overtaken without bound: whoever uses `b` moves the place where the asking begins.
# Two are never inside all the same; that does not rest on `lastid`.
#
# ## What atomic instructions change
#
# Most machines have an instruction that reads *and* writes in one step, and no other processor gets in between.
# Then the flag works.


# %%
def semaphore(n):
    return Shared(lock=0)


async def Pprim(sem, procid, n):
    while await swap(sem.lock, 1):
        pass


async def Vprim(sem, procid, n):
    await store(sem.lock, 0)


# %%
test_and_set = lock(semaphore, Pprim, Vprim)
verdicts({"test and set": test_and_set}, 3)

# %% [markdown]
# The book's Figure 12.7 has it the other way round: `lock` is 1 when it is free, and `Pprim` is
# `while (read_and_clear(lock)) ;`
#
# Whether that is right depends on what the instruction gives back: the value that it read, or whether it found the word clear.


# %%
def semaphore(n):
    return Shared(lock=1)


async def Pprim(sem, procid, n):
    while await swap(sem.lock, 0):  # gives the value that was there
        pass


async def Vprim(sem, procid, n):
    await store(sem.lock, 1)


# %%
gives_value = lock(semaphore, Pprim, Vprim)
predict("read-and-clear")


# %%
async def Pprim(sem, procid, n):
    while not await swap(sem.lock, 0):  # gives whether it was clear
        pass


gives_clear = lock(semaphore, Pprim, Vprim)
verdicts({"gives the value read": gives_value, "gives whether it was clear": gives_clear}, 3)

# %% [markdown]
# An atomic instruction makes a lock of one word and one line, for any number of processors, whatever their ids.
# It does not make it fair: whoever tries to set the word may lose every time.
# Who wants fairness takes numbers, as at a counter.


# %%
def semaphore(n):
    return Shared(next=0, serving=0)


async def Pprim(sem, procid, n):
    mine = await fetch_and_add(sem.next, 1) % n
    while await load(sem.serving) != mine:
        pass


async def Vprim(sem, procid, n):
    await store(sem.serving, (await load(sem.serving) + 1) % n)


# %%
tickets = lock(semaphore, Pprim, Vprim)
check(tickets, 2).error

# %% [markdown]
# The numbers grow for ever, and with them the states; on a real machine they wrap round.
# So whoever draws the last one of a round takes `n` off again.


# %%
async def Pprim(sem, procid, n):
    mine = await fetch_and_add(sem.next, 1) % n
    if mine == n - 1:
        await fetch_and_add(sem.next, -n)
    while await load(sem.serving) != mine:
        pass


ticket = lock(semaphore, Pprim, Vprim)

# %% [markdown]
# Everybody still looks at the same word, which the memory has to carry from processor to processor.
# In the queue of Mellor-Crummey and Scott (MCS) each waits at a word of its own, and is told by the one before it.


# %%
def semaphore(n):
    return Shared(tail=-1, next=[-1] * n, locked=[0] * n)


async def Pprim(sem, i, n):
    await store(sem.next[i], -1)
    before = await swap(sem.tail, i)
    if before >= 0:
        await store(sem.locked[i], 1)
        await store(sem.next[before], i)
        while await load(sem.locked[i]):
            pass


# %%
async def Vprim(sem, i, n):
    if await load(sem.next[i]) < 0:
        if await compare_and_swap(sem.tail, i, -1):
            return
        while await load(sem.next[i]) < 0:
            pass
    await store(sem.locked[await load(sem.next[i])], 0)


mcs = lock(semaphore, Pprim, Vprim)

# %%
verdicts({"test and set": test_and_set, "ticket": ticket, "MCS": mcs, "the book's": book}, 3)

# %% [markdown]
# The states tell how much there is to think about: 80 for test and set, 16,987 for plain memory.
# MCS is overtaken "without bound" only until it stands in the queue: its first write is not yet its place.
#
# **Your turn.**
# Write a lock for two processors from plain memory, your own.
# A hint for one that is shorter than the book's: say that you want to, then give the other one the turn.


# %%
def semaphore(n):
    return Shared(want=[0] * n, turn=0)


async def Pprim(sem, procid, n):
    await store(sem.want[procid], 1)  # and then?


async def Vprim(sem, procid, n):
    await store(sem.want[procid], 0)


# %%
mine = lock(semaphore, Pprim, Vprim)
verdicts({"mine": mine})

# %%
interleave(mine, title="Mine")

# %% [markdown]
# ## Sleeping: P, V and CP
#
# A processor that tries again and again does nothing useful meanwhile.
# So a kernel holds such a lock for a few instructions only, and builds on it semaphores at which *processes* sleep.
# That `Pprim` and `Vprim` exclude we have shown; from here on each is one step, and `Pprim` waits while the lock is taken.
#
# A semaphore has a value, a lock, and a queue of those asleep.
# `P` takes one or sleeps, `V` gives one and wakes the first sleeper, `CP` takes one only if it need not sleep.

# %%
from kernel_model.smp.semaphores import CP, P, V, semaphore


def memory(n):
    return semaphore(1)


async def program(sem, i, n):
    if i < n - 1:
        await P(sem)
    elif not await CP(sem):
        return
    await enter()
    await leave()
    await V(sem)


# %% [markdown]
# Two processors use `P` here and one uses `CP`.
# What must hold: at the end everything is as it was before.
# `awaited` says who should be awake: a value below zero counts the sleepers, so if there are more of them in the queue, one has been given what it waits for.


# %%
def as_before(m):
    return (m.value, m.lock, m.queue) == (1, 0, ())


def awaited(m):
    return {"queue": len(m.queue) > max(0, -m.value)}


parts = [semaphore, memory, P, V, CP, program, awaited]
semaphores = system(*parts, finals=[as_before], PROCESSORS=3)
verdicts({"P, V and CP": semaphores})

# %%
interleave(semaphores, title="P, V and CP")

# %% [markdown]
# **Try** to bring one processor to sleep, and watch the value and the queue: the sleeper cannot go on until somebody's `V` has taken it out.
#
# ## Two steps in the wrong order
#
# `P` stands in the queue *before* it gives the lock back.
# We let it give the lock back first.

# %%
predict("queue-late")

# %%
late = semaphores.swapped("there was none: stand in the queue", "give the lock back")
interleave(late, schedule="bad", title="The lock goes before the processor stands in the queue")

# %% [markdown]
# Between the two steps a `V` counts the sleeper, looks into the queue, and finds nobody: the wake-up is lost.
# And if `P` sleeps first, and gives the lock back when it wakes up?

# %%
predict("asleep-with-lock")

# %%
asleep = semaphores.swapped("give the lock back", "sleep until woken")
verdicts({"as in the book": semaphores, "queue late": late, "asleep with the lock": asleep})

# %% [markdown]
# A lost wake-up leaves one asleep for ever; to sleep with the lock stops everybody.
# Neither shows in a test unless the one step in between falls just there.
#
# ## On our own lock
#
# So far `Pprim` was one step below the semaphore.
# Now we take that away, and put a lock of plain memory there: each `Pprim` is loads and stores again.
#
# Here runs what we have written in problem set 8: `my_kernel` gives our functions where their check has passed, and until then the kernel's own.

# %%
from autograder import my_kernel
from kernel_model.smp import locks, semaphores

my_lock = my_kernel(locks.semaphore, locks.Pprim, locks.Vprim)
my_lock

# %%
verdicts({"below": my_lock}, 3)

# %%
my_semaphore = my_kernel(semaphores.semaphore, semaphores.P, semaphores.V, semaphores.CP)
my_semaphore


# %%
def start(semaphore):
    return semaphore(1)


async def program(sem, i, n, P, V, CP):
    if i < n - 1 or not await CP(sem):
        await P(sem)
    await enter()
    await leave()
    await V(sem)


# %% [markdown]
# The last processor tries `CP` first, and sleeps in `P` only if there is none.
# `upon` puts the semaphore on a lock: on ours, and to see whether it matters, on the flag of the beginning.

# %%
predict("upon-the-flag")

# %%
from kernel_model.explore.upon import upon

on_lock, on_flag = (upon(my_semaphore, below, start, program) for below in (my_lock, flag))
verdicts({"on our lock": on_lock, "on the flag": on_flag})

# %%
interleave(on_lock, title="P, V and CP, down to load and store")

# %% [markdown]
# A few cells of plain memory, and no special instruction anywhere: processes that sleep, and are woken, and never are two inside.
# What stands on a wrong lock is wrong, however carefully it is written.

# %%
interleave(on_flag, schedule="bad", title="The same semaphore on the flag")

# %% [markdown]
# ## Do we know it?

# %%
quiz("14_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
from autograder import progress

progress()

# %% [markdown]
# ## What we learned
#
# - Between two steps of ours anything may happen: a lock is right if **no interleaving** breaks it, and small locks have few enough to look at all of them.
# - Mutual exclusion alone is easy; what is hard is that somebody always gets in, and that everybody does.
# - The book's `Pprim` asks **round from `lastid`**, claims, and looks again; it is right when its loops begin at the lowest id, and wrong for a processor 0 that nobody asks.
# - **Say what you want before you look**: the flag, the second look and the sleep queue all fail when these two are the other way round.
# - An **atomic instruction** makes a lock short, not fair.
# - `P` sleeps **in the queue and without the lock**.
#
# In problem set 8 we write `Pprim` and `Vprim` for processors numbered from 0, then `P`, `V` and `CP`, and repair the sleep lock of lecture 12; whatever no interleaving breaks is right.
# [Lecture 12](12_why_a_second_processor.ipynb) shows what becomes of kernel structures without locks.
