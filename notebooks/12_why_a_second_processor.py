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
# # 12. Why a second processor breaks the kernel
#
# The kernel of the book protects its tables by two rules: a process that runs in the kernel is not preempted, and where an interrupt handler uses the same data, interrupts are masked for a few instructions.
# Both are cheap, and both have held for years.
# **Now we plug in a second processor, which runs the same kernel on the same memory. What breaks, and what can be done?**
#
# We let the explorer look for what breaks, in every interleaving of the steps of two processors.
# We need about an hour and Bach, sections 12.1 and 12.2, with 2.2.2.1 for the list.

# %%
from functools import partial

from kernel_model.explore import *
from kernel_model.explore.lock import system
from kernel_model.explore.structures import *
from kernel_model.view import interleave, quiz, table, verdicts

predict = partial(quiz, "12_predictions.txt")

# %% [markdown]
# ## One copy of the kernel
#
# Both processors execute one copy of the kernel's text and share one copy of its data: one process table, one buffer pool.
# Programs must not notice: every system call has to mean what it has always meant.
#
# `fork` looks for a free slot of the process table and takes it.
# Each `await` is one step of a processor, `load` or `store` of one word; between two of its steps the other one may do as much as it likes.


# %%
def memory(n):
    return Shared(proc=["free"] * 3, child=[None] * n)


async def program(mem, i, n):
    for slot in range(3):
        if await load(mem.proc[slot]) == "free":
            await store(mem.proc[slot], "used")
            await store(mem.child[i], slot)
            return


# %%
predict("fork")


# %%
def each_its_own(m):
    return m.child[0] != m.child[1] or f"both children have slot {m.child[0]}"


fork = system(memory, program, finals=[each_its_own])
interleave(fork, title="Two processors execute fork")

# %% [markdown]
# **Your turn.**
# We are the scheduler: the keys 1 and 2, or a click on a processor, say who takes the next step; the arrow keys go back and forth.
# Can we give both children the same slot? *Find a bad schedule* shows a shortest way.
# Each dot of the picture is a state, the crossed one is where both have slot 0; a click on a state leads there, and the key `u` to one that we have not seen.
#
# On one processor nobody can come between the look and the taking, since a process in the kernel is not preempted.
# The meaning of `fork` rests on a rule that nobody wrote into its code.
#
# ## The list of Figure 2.7
#
# The kernel is full of lists that are linked both ways.
# To put `bp1` behind `bp` takes four assignments; after the third the list is not one for a moment.


# %%
def memory(n):
    return Shared(ring=Ring(n + 1))  # node 0 is the header


async def program(mem, i, n):
    forp, backp, bp, bp1 = mem.ring.forp, mem.ring.backp, 0, i + 1
    await store(forp[bp1], await load(forp[bp]))
    await store(backp[bp1], bp)
    await store(forp[bp], bp1)
    await store(backp[await load(forp[bp1])], bp1)


# %%
def whole(m):
    return m.ring.broken([1, 2])


ring = system(memory, program, finals=[whole])
predict("ring")

# %% [markdown]
# Nobody has told the explorer how the list is corrupted.
# It knows what a list is (`broken` follows all pointers, forward and back), and finds a shortest schedule after which ours is none.

# %%
interleave(ring, schedule="bad", title="Two processors put a buffer behind the header")

# %% [markdown]
# The pointer that a step writes is drawn bold, and dashed where it led before; a node with a dashed frame is not in the list.
# **Step back**, and find the step in which node 2 goes: both have read the same `forp[0]`, and what processor 1 has written there is written over.
#
# All states are in the picture: 96, and four of them are ends with a broken list.
#
# **Count.**
# How many of all complete schedules end well?


# %%
from functools import cache

both = interleave(ring)


@cache
def ends(place):
    """How many schedules go on from here to the end, and how many of them end badly."""
    after = [both.machine.turn(place, p) for p in (0, 1) if both.machine.move(place, p)]
    if not after:
        return 1, int(both.machine.key(place) in both.subject.bad)
    return tuple(map(sum, zip(*map(ends, after), strict=True)))


# %%
every, bad = ends(both.machine.start())
table({"two insertions": [every, bad, every - bad]}, ["schedules", "break the list", "end well"])

# %% [markdown]
# Of 924 complete schedules 868 break the list.
# On a real machine two insertions take some nanoseconds and seldom meet; that makes the fault rare, and hard to find, but not absent.
#
# ## Masking interrupts
#
# The old cure: mask the interrupts while the list is no list.
# Masking is a matter of the processor that does it; here it takes `mask[i]`, and whoever runs on the same processor waits.


# %%
def memory(n):
    return Shared(ring=Ring(n + 1), mask=[0] * n)


async def program(mem, i, n):
    mask = mem.mask[i * OTHER]  # OTHER = 0: a process and a handler on one processor
    await Pprim(mask)
    await mem.ring.insert_after(0, i + 1)
    await Vprim(mask)


# %%
predict("mask")

# %%
one, two = (system(memory, program, finals=[whole], OTHER=other) for other in (0, 1))
verdicts({"a process and a handler, one processor": one, "two processors": two})

# %%
interleave(two, schedule="bad", title="Each processor has masked its own interrupts")

# %% [markdown]
# On one processor the handler has to wait: the list is whole.
# The second processor does not ask for the mask of the first.
# Non-preemption fails for the same reason: both rules say who may follow whom *on one processor*.
#
# ## The sleep lock
#
# What must stay locked for long (a buffer during a transfer, an inode) has a lock of another kind: who finds it locked sleeps, and who unlocks wakes everyone.


# %%
def memory(n):
    return Shared(locked=0, event=())


async def program(mem, i, n):
    while await load(mem.locked):
        await sleep(mem.event)
    await store(mem.locked, 1)
    await enter()  # has the buffer
    await leave()
    await store(mem.locked, 0)
    await wakeup(mem.event)


# %% [markdown]
# On one processor it is right: everyone is woken, the first who runs finds it free and locks it, the others look again and sleep again.
# That is why the sleep stands in a `while`.

# %%
predict("sleep-lock")

# %%
sleep_lock = system(memory, program)
interleave(sleep_lock, schedule="bad", title="The sleep lock on two processors")

# %% [markdown]
# The test and the set are two steps: both find it free, both have the buffer.
# Say the machine has an instruction that does both in one step. Is it right then?


# %%
async def program(mem, i, n):
    while await swap(mem.locked, 1):
        await sleep(mem.event)
    await enter()
    await leave()
    await store(mem.locked, 0)
    await wakeup(mem.event)


def awaited(m):
    return {"event": not m.locked}  # who sleeps there waits for this


# %%
predict("lost-wakeup")

# %%
at_once = system(memory, program, awaited)
interleave(at_once, schedule="bad", title="Test and set in one step, and then to sleep")

# %% [markdown]
# Never are two inside; but between the test and the sleep the other one has unlocked and woken everybody there was, and nobody was there.
# The sleeper waits for what has already happened: a **lost wake-up**.

# %%
verdicts({"test, then set": sleep_lock, "test and set at once": at_once})

# %% [markdown]
# In problem set 8 we repair it, and what we write there runs here: `my_kernel` gives our functions where their check has passed, and until then the kernel's own.

# %%
from autograder import my_kernel
from kernel_model.smp import sleeplocks

repaired = my_kernel(sleeplocks.buffer, sleeplocks.sleep_lock, sleeplocks.sleep_unlock)
repaired


# %%
def memory(n):
    return buffer()  # of the repaired lock, as are the next two


async def program(mem, i, n):
    await sleep_lock(mem)
    await enter()
    await leave()
    await sleep_unlock(mem)


# %%
mended = system(repaired, memory, program)
verdicts({"test and set at once": at_once, "repaired": mended}, 3)

# %%
interleave(mended, title="The sleep lock, repaired")

# %% [markdown]
# **Try** to lose a wake-up here: bring one processor between its look and its sleep, and let the other one unlock.
#
# ## Three ways out
#
# 1. *One processor* does all the critical work.
# 2. *Locking*: whoever uses the list excludes the others for so long.
# 3. *Other algorithms*, which need nobody to be excluded.
#
# We try each on one task: to put nodes on a free list, which is linked one way; the last node leads to `NIL`, which is -1.


# %%
def memory(n):
    return Shared(list=LinkedList(n + 1, [n]))


async def program(mem, i, n):
    await store(mem.list.next[i], await load(mem.list.head))
    await store(mem.list.head, i)


def nothing_lost(m):
    return m.list.broken(range(len(m.list.next)))


# %%
without = system(memory, program, finals=[nothing_lost])
verdicts({"nothing": without})

# %% [markdown]
# ### One processor for the critical work
#
# Processor 0 is the *master*; the others ask, and wait until it has done it for them.
# Who waits sleeps: `V` adds one to a cell, `P` waits until there is one and takes it.


# %%
def memory(n):
    return Shared(list=LinkedList(n + 1, [n]), asked=0, done=[0] * n)


async def program(mem, i, n):
    if i > 0:
        await V(mem.asked)
        await P(mem.done[i])
    for slave in range(1, n if i == 0 else 0):
        await P(mem.asked)
        await mem.list.insert(slave)
        await V(mem.done[slave])


# %%
def all_served(m):
    return m.list.broken(range(1, len(m.list.next)))


master = system(memory, program, finals=[all_served])
interleave(master, title="The master puts the node of processor 1 on the list")

# %% [markdown]
# The master needs no lock: nobody else touches the list.
# Lecture 13 has more of it.
#
# ### Locking
#
# A semaphore of value 1 around the four steps: `P` takes it or sleeps, `V` gives it back.


# %%
def memory(n):
    return Shared(list=LinkedList(n + 1, [n]), mutex=1)


async def program(mem, i, n):
    await P(mem.mutex)
    await mem.list.insert(i)
    await V(mem.mutex)


locking = system(memory, program, finals=[nothing_lost])

# %% [markdown]
# ### Another algorithm
#
# `compare_and_swap` writes a word only if it still holds what we expect, in one step.
# So we prepare our node, and hang it in if nobody has come between; else we look again.


# %%
def memory(n):
    return Shared(list=LinkedList(n + 1, [n]))


async def program(mem, i, n):
    while True:
        head = await load(mem.list.head)
        await store(mem.list.next[i], head)
        if await compare_and_swap(mem.list.head, head, i):
            return


# %%
lock_free = system(memory, program, finals=[nothing_lost])
ways = {"nothing": without, "a master": master, "a lock": locking, "compare and swap": lock_free}
verdicts(ways, 3)


# %%
def waiting(text):
    """In how many states somebody has to wait, and how many there are."""
    machine = interleave(text, 3).machine
    places = [place for level in machine.levels(5_000) for place in level.values()]
    phases = [{machine.phase(place, p) for p in range(3)} for place in places]
    return sum("waiting" in those for those in phases), len(places)


found = {name: waiting(text) for name, text in ways.items()}
table(found, ["states in which somebody has to wait", "of"])

# %% [markdown]
# With compare-and-swap nobody ever waits for anybody: if one processor stops in the middle, the others go on.
# Whoever has to look again does so because somebody else has got on.

# %%
interleave(lock_free, title="Put on a list by compare and swap")

# %% [markdown]
# ### The trap in it
#
# Taking the first node off looks just as easy: read the head, read what follows it, and swap the head if it is still the same.


# %%
def memory(n):
    return Shared(free=LinkedList(3, [0, 1, 2]), held=[NIL] * 3)


async def take(mem, place):
    while (first := await load(mem.free.head)) != NIL:
        after = await load(mem.free.next[first])
        if await compare_and_swap(mem.free.head, first, after):
            await store(mem.held[place], first)
            return first
    return NIL


# %%
async def give(mem, place, node):
    await store(mem.held[place], NIL)
    while True:
        head = await load(mem.free.head)
        await store(mem.free.next[node], head)
        if await compare_and_swap(mem.free.head, head, node):
            return


# %% [markdown]
# Processor 0 takes one node; processor 1 takes two and gives the first one back.
# What must hold in every state: nobody holds what is free.


# %%
async def program(mem, i, n):
    if i == 0:
        await take(mem, 0)
        return
    one = await take(mem, 1)
    await take(mem, 2)
    await give(mem, 1, one)


def free_or_held(m):
    both = [node for node in m.free.members() if node in list(m.held)]
    return f"node {both[0]} is free, and somebody has it" if both else None


# %%
predict("aba")

# %%
taking = system(memory, take, give, program, invariants=[free_or_held])
interleave(taking, schedule="bad", title="The head is the same again, the list is not")

# %% [markdown]
# The head is the same node as before, but the list behind it has changed; the swap cannot see that.
# It is known as the ABA problem.
# The cure is a head that is never the same twice, a node *and a count* in one word.


# %%
def memory(n):
    return Shared(head=(0, 0), next=[1, 2, NIL], held=[NIL] * 3)


async def take(mem, place):
    while (head := await load(mem.head))[0] != NIL:
        after = await load(mem.next[head[0]])
        if await compare_and_swap(mem.head, head, (after, head[1] + 1)):
            await store(mem.held[place], head[0])
            return head[0]
    return NIL


# %%
async def give(mem, place, node):
    await store(mem.held[place], NIL)
    while True:
        head = await load(mem.head)
        await store(mem.next[node], head[0])
        if await compare_and_swap(mem.head, head, (node, head[1] + 1)):
            return


# %%
def free_or_held(m):
    at, both = m.head[0], []
    while at != NIL and len(both) < 4:
        both += [at] if at in list(m.held) else []
        at = m.next[at]
    return f"node {both[0]} is free, and somebody has it" if both else None


counted = system(memory, take, give, program, invariants=[free_or_held])
verdicts({"the node": taking, "node and count": counted})

# %%
interleave(counted, title="A head with a count")

# %% [markdown]
# **Try** the same schedule here: processor 0 takes two steps, processor 1 all of its own, and then processor 0 goes on.
# It finds node 0 at the head again, but with another count, and has to look again.

# %% [markdown]
# ### A list for each processor
#
# Or nobody shares at all: each processor has its own free list and takes and gives there.


# %%
def memory(n):
    return Shared(free=[LinkedList(2 * n, [2 * i, 2 * i + 1]) for i in range(n)])


async def program(mem, i, n):
    for _ in range(2):
        node = await mem.free[i].take()
        await mem.free[i].insert(node)


def all_free_again(m):
    return [own.broken([2 * i, 2 * i + 1]) for i, own in enumerate(m.free)] == [None] * 2


# %%
predict("own-lists")

# %%
own_lists = system(memory, program, finals=[all_free_again])
verdicts({"a list for each": own_lists}, 2)

# %% [markdown]
# **Your turn.**
# Give `fork` its meaning back, in any of the three ways.
# `mutex` is there for `P` and `V`; `compare_and_swap(mem.proc[slot], "free", "used")` would do as well.


# %%
def memory(n):
    return Shared(proc=["free"] * 3, child=[None] * n, mutex=1)


async def program(mem, i, n):
    for slot in range(3):  # repair this
        if await load(mem.proc[slot]) == "free":
            await store(mem.proc[slot], "used")
            await store(mem.child[i], slot)
            return


# %%
mine = system(memory, program, finals=[each_its_own])
verdicts({"mine": mine})

# %%
interleave(mine, title="Mine")

# %% [markdown]
# ## Do we know it?

# %%
quiz("12_quiz.txt")

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
# - The meaning of system calls rests on what **cannot happen in between**; a second processor takes that away.
# - Not to be preempted, and to mask interrupts, are promises about **one** processor.
# - A list is corrupted in almost *every* interleaving of two insertions; that they rarely meet makes the fault hard to find, not harmless.
# - A sleep lock fails twice: **test and set** apart let two in, **test and sleep** apart lose a wake-up.
# - There are three ways out: **one processor** for critical work, **locking**, and **algorithms** that need no exclusion. The last one is the most subtle: the head may be the same, and the list not.
#
# What locking is made of, when a processor can do nothing but load and store, is in [Lecture 14](14_locks_from_plain_memory.ipynb).
