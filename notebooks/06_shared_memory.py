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
# # 6. Shared memory
#
# Ada has a table that Bob needs, and it changes all the time.
# With messages each change crosses into the kernel twice, and is copied twice.
# **What if both had the table itself, and what must they then do that the kernel did for them?**
#
# From [Lecture 5](05_regions.ipynb) we know how near that is: two entries that lead to one region.
#
# We need about an hour and Bach, section 11.2.2.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import compare, console, lines, play, quiz
from kernel_model.view.pictures import region_table, segment_table, spaces, view_of

predict = partial(quiz, "06_predictions.txt")

# %% [markdown]
# ## A segment, and no memory yet
#
# `shmget` is the get call of [Lecture 3](03_what_ipc_shares.ipynb), with a size: it finds the entry with a key, or makes it.
# Our machine has sixteen frames, ten regions, and a table of three segments.

# %%
SMALL = {"FRAMES": 16, "NREGION": 10, "SHMMNI": 3}
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
memory_of(k)
free = memory_of(k).frames.left

# %%
predict("frames-of-shmget")

# %%
m = ada.call("shmget", 7, 9000, IPC_CREAT | 0o600).ret
segment_table(view_of(k))

# %%
free, memory_of(k).frames.left

# %%
region_table(view_of(k))

# %% [markdown]
# There is an entry, and a region of no pages that nobody has.
# It *stays* although its count is 0: it waits for whoever attaches it.
#
# ## Attach: one segment at two addresses
#
# `shmat` enters the region into the caller, at an address that it names or that the kernel picks (0, or the null pointer).

# %%
x = ada.call("shmat", m, 0).ret
segment_table(view_of(k))

# %% [markdown]
# The flag has changed: this was the first attach, and it has allocated three frames.

# %%
predict("second-attach")

# %%
y = bob.call("shmat", m, 0x50000000).ret
spaces(view_of(k))

# %% [markdown]
# This is the whole idea.
# Ada has the segment at one address, Bob at another; both entries lead to one region, whose pages lie in frames here and there.
# What Ada stores, Bob loads.

# %%
ada.call("mem_write", x + PAGE, b"hello")
bob.call("mem_read", y + PAGE, 5).out["data"]

# %% [markdown]
# We step through all of it once, from the table entry to the first byte.

# %%
together = [
    "m = Ada.shmget(7, 9000, IPC_CREAT | 0o600)",
    "x = Ada.shmat(m, 0, 0)",
    "y = Bob.shmat(m, 0x50000000, 0)",
    "Ada.mem_write(x + 4096, 'hello')",
    "Bob.mem_read(y + 4096, 5)",
]
play(together, limits=SMALL, title="One segment at two addresses")

# %% [markdown]
# Pointing at the segment (or `h`) highlights all that belongs to it: two entries, one region, one place on the active list, three frames.
#
# ## Whose address is it?

# %%
astray = [
    *together[:4],
    "Ada.mem_write(x, 'at 0x40001000')",
    "Bob.mem_read(y, 13)",
    "Bob.mem_read(0x40001000, 5)",
]
predict("pointer", then=lambda: play(astray, limits=SMALL, title="Bob follows Ada's pointer"))

# %% [markdown]
# **Your turn.**
# Bob reads an address that is Ada's.
# Write the function that makes it his.


# %%
def here(address, theirs, mine):
    """My address of what lies at `address` for them; we have the segment at `theirs` and `mine`."""
    return None  # write this


# %%
def kernel_agrees(k, ada, bob):
    """Ada writes a mark at an address of hers, and Bob reads at what `here` says."""
    for offset in (0, 5, PAGE, 2 * PAGE + 100):
        address = here(x + offset, x, y)
        ada.call("mem_write", x + offset, b"*")
        found = bob.call("mem_read", address, 1).out if address else {}
        ada.call("mem_write", x + offset, b"\0")
        if found.get("data") != b"*":
            return f"not yet: Ada's {x + offset:#x} is not {address} for Bob"
    return "Bob finds everything"


# %%
kernel_agrees(k, ada, bob)

# %% [markdown]
# ## Which addresses will do?
#
# | address | flags | what comes of it |
# |---|---|---|
# | 0 | | the kernel picks one: the lowest that is free |
# | that of a page | | if the whole segment fits there |
# | any | `SHM_RND` | rounded down to a multiple of `SHMLBA` |
# | any other | | EINVAL |

# %%
predict("rounded")

# %%
wishes = [(0x60000123, SHM_RND), (0x70000123, 0), (0x50001000, 0), (0x7FFFE000, 0)]
calls = [bob.call("shmat", m, *wish) for wish in wishes]
[str(call.error or f"at {call.ret:#x}") for call in calls]

# %% [markdown]
# Bob has the segment twice now, which is allowed.
# The last two fail because the segment would lie over itself, and over the stack.

# %%
bob.call("shmdt", 0x60000000), bob.call("shmdt", 0x60000000)

# %% [markdown]
# ## To read only, and what a page fault is
#
# With `SHM_RDONLY` a process asks for less, and needs only the permission to read.

# %%
predict("writes-read-only")

# %%
play(
    [
        *together[:2],
        "y = Bob.shmat(m, 0x50000000, SHM_RDONLY)",
        "Bob.mem_read(y, 5)",
        "Bob.mem_write(y, 'mine')",
        "Ada.shmctl(m, IPC_STAT)",
    ],
    limits=SMALL,
    title="Bob may read, and writes",
)

# %% [markdown]
# `n` leads from event to event: the fault, the signal, Bob's end.
# A fault is a way into the kernel that nobody has called.
# All that Bob had is detached as by `exit`, so nothing leaks: the last call says `nattch 1`.
#
# ## What it costs

# %%
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
memory_of(k)
start = k.cost
m = ada.call("shmget", 7, 9000, IPC_CREAT | 0o600).ret
x, y = ada.call("shmat", m, 0).ret, bob.call("shmat", m, 0x50000000).ret
k.cost - start

# %%
ready = k.cost
for n in range(100):
    ada.call("mem_write", x, b"item %d" % n)
    bob.call("mem_read", y, 7)
k.cost - ready

# %% [markdown]
# Three calls to set it up, one entry of a page table for each page; after that nothing.
# A hundred items went from Ada to Bob without a crossing and without a copy by the kernel.
# What is left are the bytes that the programs touch themselves, and that we let the two take turns.
#
# The figure holds a message queue beside it: `by_queue` makes one, sends so many items of 8 bytes through it, and counts crossings.

# %%
from kernel_model.programs.classics.handover import by_queue, by_semop, by_words

items = range(11)
spent = {
    "message queue": [by_queue(n) for n in items],
    "segment": [(ready - start).crossings for _ in items],
}
lines(items, spent, "items", "crossings", "Set-up and use")

# %% [markdown]
# The line of the segment is flat, and that is too good to be true: nothing tells Bob that an item is there.
# We come back to that.
#
# ## fork, exec, exit
#
# A segment is shared with a child, like text.

# %%
predict("attached")

# %%
k = Kernel(limits={"FRAMES": 32, "NREGION": 20, "SHMMNI": 3})
ada = k.spawn("Ada")
m = ada.call("shmget", 7, 9000, IPC_CREAT | 0o600).ret
ada.call("shmat", m, 0)
line = [("Ada", ("fork", "Kid")), ("Ada", ("fork", "Kit")), ("Kid", ("exec", {"sleep": 1}))]
region, counts = segments(ada).entries[0].region, []
for who, call in line:
    k.proc(who).call(*call)
    counts.append(region.refcount)
counts

# %%
spaces(view_of(k))

# %% [markdown]
# Kid has another program now, and no segment.
#
# ## Removal waits
#
# `shmctl` with `IPC_RMID` removes, as for every mechanism.

# %%
predict("removed-but-there")

# %%
removed = [
    "m = Ada.shmget(7, 5000, IPC_CREAT | 0o600)",
    "x = Ada.shmat(m, 0x50000000, 0)",
    "y = Bob.shmat(m, 0x60000000, 0)",
    "Ada.shmctl(m, IPC_RMID)",
    "Bob.mem_write(y, 'still here')",
    "Cy.shmat(m, 0, 0)",
    "Cy.shmget(7, 5000, 0)",
    "Ada.shmdt(x)",
    "Bob.shmdt(y)",
]
play(removed, limits=SMALL, title="Removed, and gone with the last detach")

# %% [markdown]
# The descriptor is stale at once and the key finds nothing, but Ada and Bob go on undisturbed.
# `detachreg` finds a count of 0 only when Bob detaches as well; then region and frames go back to their free lists.
#
# Programs use this: attach, remove at once, and the memory goes with the last of them, however they end.
#
# ## A ring buffer: the protocol is ours now
#
# A queue kept texts apart, in order, and said when it was full.
# In a segment there are bytes.
# We agree on a *ring* of four slots:
#
# | byte | what it holds |
# |---|---|
# | 0 | `in`: how many items were put in, modulo 8, as a digit |
# | 1 | `out`: how many were taken out |
# | 8, 16, 24, 32 | the slots, 8 bytes each |

# %%
IN, OUT, SLOTS = 0, 1, 4


def counter(p, at, which):
    """One of the two counters of the ring that the process has at an address."""
    return int(p.call("mem_read", at + which, 1).out["data"])


def slot(at, n):
    """Where the item lies that was put in as number n."""
    return at + 8 + n % SLOTS * 8


# %%
def put(p, at, text):
    """Puts a text into the ring; False if it is full."""
    n = counter(p, at, IN)
    if (n - counter(p, at, OUT)) % 8 == SLOTS:
        return False
    p.call("mem_write", slot(at, n), text.ljust(8))
    p.call("mem_write", at + IN, str((n + 1) % 8))
    return True


# %% [markdown]
# Counters to 8 for 4 slots: equal means empty, four apart means full, and neither side ever writes the other's counter.
#
# **Your turn.**
# Take an item out.


# %%
def get(p, at):
    """The oldest item of the ring, without blanks at its end; None if the ring is empty."""
    return None  # write this


# %%
def ring(names):
    """A fresh kernel, and for each process the address of an empty ring in a segment."""
    k = Kernel(limits=SMALL)
    procs = [k.spawn(name) for name in names]
    m = procs[0].call("shmget", 7, 40, IPC_CREAT | 0o666).ret
    at = [(p, p.call("shmat", m, 0x50000000 + n * 0x10000000).ret) for n, p in enumerate(procs)]
    procs[0].call("mem_write", at[0][1], "00")
    return at


# %%
def ring_works():
    """Puts, and gets, in turn: what comes out must be what a list would give."""
    (a, x), (b, y) = ring(["a", "b"])
    held = []
    for n, puts in enumerate((1, 0, 2, 0, 4, 1, 0, 0, 0, 0, 0, 3, 0)):
        held += [f"{n}.{one}" for one in range(puts) if put(a, x, f"{n}.{one}")]
        right = held.pop(0) if puts == 0 and held else None
        ours = get(b, y) if puts == 0 else None
        if ours != right:
            return f"not yet: get gives {ours!r}, and should give {right!r}"
    return "the ring works"


# %%
ring_works()

# %% [markdown]
# One producer and one consumer need no more than this, as long as stores are seen in the order in which they are made.
#
# ## Two producers: what is missing
#
# Ada and Bob both put in.
# Each makes three steps: read the counter, write the slot, write the counter.
# Nothing says that one waits for the other.

# %%
predict("two-of-twenty")


# %%
def producer(p, at, text):
    """The three steps of put, with room for another process after each."""
    n = counter(p, at, IN)
    yield
    p.call("mem_write", slot(at, n), text)
    yield
    p.call("mem_write", at + IN, str(n + 1))
    yield


# %%
from itertools import permutations


def arrives(order):
    """Which items are in the ring when the producers take their steps in this order."""
    (a, x), (b, y) = ring(["Ada", "Bob"])
    steps = {"A": producer(a, x, "Ada's"), "B": producer(b, y, "Bob's")}
    for who in order:
        next(steps[who])
    return [a.call("mem_read", slot(x, n), 5).out["data"] for n in range(counter(a, x, IN))]


# %%
orders = sorted({"".join(order) for order in permutations("AAABBB")})
both = [order for order in orders if len(arrives(order)) == 2]
len(orders), both, arrives("ABABAB")

# %% [markdown]
# The kernel excluded one sender while another was inside `msgsnd`.
# Here nobody excludes anybody, and in eighteen of twenty orders an item is lost without a word.
# The same run step by step:

# %%
race = [
    "m = Ada.shmget(7, 40, IPC_CREAT | 0o600)",
    "x = Ada.shmat(m, 0x50000000, 0)",
    "y = Bob.shmat(m, 0x60000000, 0)",
    "Ada.mem_write(x, '00')",
    "Ada.mem_read(x, 1)",
    "Bob.mem_read(y, 1)",
    "Ada.mem_write(x + 8, 'Ada')",
    "Bob.mem_write(y + 8, 'Bob')",
    "Ada.mem_write(x, '1')",
    "Bob.mem_write(y, '1')",
]
play(race, limits=SMALL, title="Two put in, one arrives", step=-12)

# %% [markdown]
# The second thing that is missing: a consumer of an empty ring can only look again and again.


# %%
def looks(rounds):
    """What it costs to look at an empty ring so often."""
    (a, x), _ = ring(["a", "b"])
    before = a.k.cost
    for _ in range(rounds):
        counter(a, x, IN), counter(a, x, OUT)
    return a.k.cost - before


looks(1000)

# %% [markdown]
# No crossing, and the processor does nothing else for a thousand rounds; a process asleep in `msgrcv` costs nothing.
#
# Both are cured by one thing: a **semaphore**, on which a process can wait without running and which only one can pass.
# A look ahead to Lecture 7: whoever wants to put in first takes 1 from a semaphore that begins at 1, and gives it back.

# %%
cured = [
    *race[:4],
    "s = Ada.semget(8, 1, IPC_CREAT | 0o600)",
    *["Ada.semop(s, [[0, 1, 0]])", "Ada.semop(s, [[0, -1, 0]])", "Ada.mem_read(x, 1)"],
    "Bob.semop(s, [[0, -1, 0]])",
    *["Ada.mem_write(x + 8, 'Ada')", "Ada.mem_write(x, '1')", "Ada.semop(s, [[0, 1, 0]])"],
    *["Bob.mem_read(y, 1)", "Bob.mem_write(y + 16, 'Bob')", "Bob.mem_write(y, '2')"],
    "Bob.semop(s, [[0, 1, 0]])",
]
play(cured, limits=SMALL, title="One waits for the other, and both arrive")

# %% [markdown]
# Bob sleeps until Ada has written the counter, and both items arrive.
#
# ## The hand-over: waiting without looking
#
# The other half of what a queue did: the consumer sleeps while there is nothing, the producer while there is no room.
# Two semaphores count for them: 0 the free slots, 1 the items that are there.
# Whoever wants one takes 1 away, and sleeps if it is 0.

# %%
predict("who-gives")

# %%
handed = [
    *race[:3],
    *["s = Ada.semget(8, 2, IPC_CREAT | 0o600)", "Ada.semop(s, [[0, 4, 0]])"],
    "Bob.semop(s, [[1, -1, 0]])",
    *["Ada.semop(s, [[0, -1, 0]])", "Ada.mem_write(x + 8, 'job 1')", "Ada.semop(s, [[1, 1, 0]])"],
    *["Bob.mem_read(y + 8, 5)", "Bob.semop(s, [[0, 1, 0]])"],
]
play(handed, limits=SMALL, title="Bob sleeps until there is an item")

# %% [markdown]
# Bob looks once, sleeps, and is woken when there is something for him: the hand-over of [Lecture 1](01_messages_or_memory.ipynb).
# Now we can draw the honest picture of what an item costs.
# `by_semop` makes these four calls of `semop` for each item.

# %%
by_semop(10), by_queue(10)

# %% [markdown]
# Four crossings for an item, where the queue needs two (and one to be made): shared memory saves the copies, not the calls.
#
# It need not be so.
# A semaphore of **POSIX** is itself a word of shared memory.
# Whoever finds it above 0 takes 1 away by an atomic instruction; the kernel is asked only by those who must sleep, or wake a sleeper.

# %%
words = [
    "m = Ada.shmget(7, 40, IPC_CREAT | 0o600)",
    "x = Ada.shmat(m, 0x1000000000, 0)",
    "y = Bob.shmat(m, 0x1100000000, 0)",
    *["Ada.sem_init(x, 1, 0)", "Bob.sem_wait(y)", "Ada.mem_write(x + 32, 'job 1')"],
    *["Ada.sem_post(x)", "Bob.mem_read(y + 32, 5)"],
    *["Ada.mem_write(x + 32, 'job 2')", "Ada.sem_post(x)"],
    *["Bob.sem_wait(y)", "Bob.mem_read(y + 32, 5)"],
]
play(words, personality="linux", limits={"FRAMES": 16}, title="A semaphore in the segment itself")

# %% [markdown]
# `by_words` counts the same with two such semaphores, when the consumer is always there first and sleeps, and when it never does.

# %%
spent = {
    "segment and semop": [by_semop(n) for n in items],
    "message queue": [by_queue(n) for n in items],
    "words, always asleep": [by_words(n, True) for n in items],
    "words, never asleep": [by_words(n, False) for n in items],
}
lines(items, spent, "items", "crossings", "An item with its hand-over")

# %% [markdown]
# When the consumer sleeps each time, two crossings are left: one to sleep, one to wake.
# When both are busy, there are none: only now is the flat line of above honest.
#
# What a semaphore is, and what else it can do, is Lecture 7.

# %% [markdown]
# ## Variants on the same regions
#
# Three younger interfaces give the same memory by other names.
# Our kernel has them as Linux has, and puts them into the same tables.
#
# **POSIX shared memory** has names instead of keys, and descriptors as files have:
#
# | System V | POSIX |
# |---|---|
# | `shmget(key, size, flags)` | `shm_open(name, flags, mode)`, then `ftruncate(fd, size)` |
# | `shmat(m, addr, flags)` | `mmap(addr, size, prot, flags, fd, offset)`: also a part of it |
# | `shmdt(addr)` | `munmap(addr, size)`: also a part of it |
# | `shmctl(m, IPC_RMID)` | `shm_unlink(name)` |

# %%
k = Kernel("linux", limits={"FRAMES": 16})
ada, bob = k.spawn("Ada"), k.spawn("Bob")


def mapped(p, fd, pages=2):
    """The address at which the process has the first pages of what the descriptor stands for."""
    p.call("ftruncate", fd, pages * PAGE)
    return p.call("mmap", None, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0).ret


# %%
fds = [p.call("shm_open", "/table", O_CREAT | O_RDWR, 0o600).ret for p in (ada, bob)]
x, y = mapped(ada, fds[0]), mapped(bob, fds[1])
ada.call("mem_write", x + PAGE, b"hello")
ada.call("shm_unlink", "/table")
[bob.call("mem_read", y + PAGE, 5).out["data"], str(bob.call("shm_open", "/table", O_RDWR).error)]

# %%
spaces(view_of(k))

# %% [markdown]
# One region, of type *mapped*, with one page in memory: the other has not been touched.
# The name is gone, and both still have the memory, as after `IPC_RMID`.
#
# **Memory-mapped files** are regions with a file behind them.
# What is written into the memory gets to the disk later: at the last `munmap`, or when `msync` asks for it.

# %%
fd = ada.call("open", "/notes", O_CREAT | O_RDWR, 0o600).ret
ada.call("write", fd, b"old text")
at = mapped(ada, fd, 1)
ada.call("mem_write", at, b"new")
disk = [bytes(k.filesystem.inodes[-1].disk[:8])]
ada.call("msync", at, PAGE, MS_SYNC)
[*disk, bytes(k.filesystem.inodes[-1].disk[:8])]

# %% [markdown]
# **Android's ashmem** is for machines with little memory.
# A program *unpins* what it could make again, such as a picture it has decoded.
# When memory runs out the kernel takes unpinned pages; whoever *pins* them again is told whether they are still there.

# %%
k = Kernel("linux", limits={"FRAMES": 16})
ada, bob = k.spawn("Ada"), k.spawn("Bob")
cache = ada.call("ashmem_create_region", "cache", 2 * PAGE).ret
at = ada.call("mmap", None, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, cache, 0).ret
for page in range(2):
    ada.call("mem_write", at + page * PAGE, b"decoded")
ada.call("ashmem_unpin_region", cache, PAGE, PAGE)
left = memory_of(k).frames.left
left

# %%
predict("purged")

# %%
size = (left + 1) * PAGE
much = bob.call("mmap", None, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0).ret
bob.call("mem_write", much, b"x" * size)
[ada.call("ashmem_pin_region", cache, page * PAGE, PAGE).ret for page in range(2)]

# %%
spaces(view_of(k))

# %% [markdown]
# 0: the first page was pinned and is there.
# 1: the second was taken, and Bob has its frame.
#
# ## Try everything
#
# 1. Attach the same segment twice in one process. Write at one address, read at the other.
# 2. Make three segments, attach them, remove the second. Which of its tables is free at once, which is not?
# 3. Let a process end that has two segments attached. Watch both counts.
# 4. Ask for a segment larger than the memory, and attach it. Which call fails, and with what?

# %%
console(limits=SMALL, processes={"Ada": 1000, "Bob": 1000}, first="Shared memory")

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | frames | all at the first attach | each when its page is first touched |
# | the kernel picks an address | from below | from above |
# | segments in a process | at most `SHMSEG` (EMFILE) | no limit of their own |
# | attach after `IPC_RMID` | EINVAL | allowed by descriptor as long as somebody has it |
# | what `fork` leaves in the entry | nothing | the parent as the last one |
#
# The same run on both models; they part at the first attach.

# %%
compare([*together[:3], "Ada.mem_write(x, 'hello')"], "linux", limits={"FRAMES": 16})

# %% [markdown]
# ## Do we know it?

# %%
quiz("06_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - `shmget` makes an entry and a **region without memory**; the **first attach** allocates it.
# - **One segment at two addresses**: two entries, one region, one page table, frames anywhere. Pointers do not travel, offsets do.
# - A store where one may not write is a **page fault**, and SIGSEGV.
# - After set-up, using it costs **no crossing and no copy by the kernel**.
# - **Removal waits** for the last detach; the key and the descriptor do not.
# - POSIX objects, mapped files and ashmem are **the same regions** under other names.
# - What messages did for us is ours to do: **slots and counters, exclusion, waiting**.
#
# In problem set 4 we write `shmget`, `shmat` and `shmdt`.
# Lecture 7 tells of the semaphores that the ring needs.
