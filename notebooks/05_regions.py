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
# # 5. Regions
#
# Ada's data begin at address 0x20000.
# So do Bob's, and both run at once, on a machine that has one memory.
# **How can one address be two places, how can two addresses be one place, and who puts a byte where?**
#
# A message is copied from one process to another because neither can reach what the other has.
# Before we let two processes share memory, we must know what keeps it apart.
#
# We need about fifty minutes and Bach, sections 6.2 and 6.5, with chapter 7 on fork, exec and exit.

# %%
from functools import partial

from autograder import progress
from kernel_model import *
from kernel_model.view import console, lines, play, quiz
from kernel_model.view.pictures import frames, region_table, spaces, view_of

predict = partial(quiz, "05_predictions.txt")

# %% [markdown]
# ## Three tables between an address and a byte
#
# A process has a few **regions**: pieces of memory that hang together, such as the *text* of its program, its *data* and its *stack*.
#
# - Each process has **region entries**: which region it has at which virtual address.
# - The **region table** of the kernel has one entry a region: its type, its size, how many refer to it.
# - Each region has a **page table**: which *frame* of the physical memory holds each of its pages of 4096 bytes.
#
# A small machine shows all of it: sixteen frames, and ten entries in the region table.

# %%
SMALL = {"FRAMES": 16, "NREGION": 10}
k = Kernel(limits=SMALL)
ada, bob = k.spawn("Ada"), k.spawn("Bob")
memory_of(k)
spaces(view_of(k))

# %% [markdown]
# We follow the arrows from left to right.
#
# - Ada and Bob run the same program, so both entries for text lead to one region, and its count says 2.
# - Data and stack have the same virtual addresses in both, and lead to different regions.
# - The frames lie in no order at all.
#   Nothing has to lie side by side but the addresses that a program sees.

# %%
predict("same-address")

# %%
ada.call("mem_write", 0x20000, b"Ada's")
bob.call("mem_write", 0x20000, b"Bob's")
[p.call("mem_read", 0x20000, 5).out["data"] for p in (ada, bob)]

# %% [markdown]
# **Your turn.**
# Translate an address by hand, as the hardware does it for each instruction.
# `entries` holds a tuple for each region of a process: its virtual address, and its page table, the frames of its pages in their order.


# %%
def translate(entries, address):
    """The frame, and the byte in it, that a virtual address means; None if there is nothing."""
    return None  # write this, with a loop over the entries


# %% [markdown]
# The kernel says what is right: we let Ada write a mark at the address, and look for it in all frames.


# %%
def kernel_finds(k, p, address):
    """The frame and byte where a mark arrives that the process writes at the address."""
    p.call("mem_write", address, b"*")
    held = memory_of(k).frames.content
    return next((frame, data.find(b"*")) for frame, data in held.items() if b"*" in data)


# %%
def tried(k, p):
    """Every page of data and stack, at a byte of its own; where `translate` differs."""
    p.call("mem_alloc", b"." * 10000)
    known = [(e.addr, list(e.region.pages.values())) for e in entries_of(p)]
    for start, table in known[1:]:
        for page in range(len(table)):
            address = start + page * PAGE + 100 + page
            right, ours = kernel_finds(k, p, address), translate(known, address)
            if ours != right:
                return f"not yet: {address:#x} is {right}, and we say {ours}"
            p.call("mem_write", address, b"\0")
    return "all of them agree with the kernel"


# %%
machine = Kernel()
tried(machine, machine.spawn("Dora"))

# %% [markdown]
# ## The region table, and its two lists
#
# Each entry of the region table is on the **free list** or on the **active list**.
# Taking a region means moving it from one list to the other.

# %%
region_table(view_of(k))

# %% [markdown]
# Seven algorithms of the kernel work on regions, and every call that has to do with memory is made of them:
#
# | algorithm | does |
# |---|---|
# | `allocreg` | takes a region off the free list, puts it on the active list, gives it locked |
# | `attachreg` | enters it into a process, at a virtual address |
# | `growreg` | changes its size: frames and page table |
# | `loadreg` | fills it with what a file holds |
# | `dupreg` | makes a copy for a child, or lets both share it |
# | `detachreg` | takes it out of a process; the last one frees it |
# | `freereg` | gives back frames and page table; the region is on the free list again |
#
# We play the kernel ourselves for a moment, and call two of them by hand.

# %%
mine = allocreg(ada, None, "shared")
region_table(view_of(k))

# %% [markdown]
# The region is on the active list, *locked*, and nobody has it.
# It stays locked until whoever has allocated it is done: a half-made region is nobody else's business.

# %%
predict("over-another")


# %%
def tried_at(address):
    """What attachreg says to an address, and how many pages Ada has then."""
    try:
        attachreg(ada, mine, ada, address, "shared")
    except KernelError as error:
        return str(error), ada.size
    return "attached", ada.size


[tried_at(address) for address in (0x20000, 0x30001, 0x90000000)]

# %% [markdown]
# Three refusals: over another region, not at the beginning of a page, in the kernel's part of the addresses.
# Now a legal one.

# %%
predict("size-of-ada")

# %%
entry = attachreg(ada, mine, ada, 0x30000, "shared")
sizes = [ada.size]
growreg(ada, entry, 2)
unlockreg(mine)
[*sizes, ada.size]

# %%
spaces(view_of(k))

# %% [markdown]
# ## fork: what is shared, and what is copied
#
# A child is like its parent: the same program, the same data, the same stack.
# `fork` goes through the parent's entries, one by one.

# %%
predict("what-fork-shares")

# %%
family = [
    "x = Ada.mem_alloc('diary')",
    "Ada.fork('Kid')",
    "Kid.mem_write(x, 'mine!')",
    "Ada.mem_read(x, 5)",
    "Kid.exit(0)",
    "Ada.wait()",
]
play(family, limits=SMALL, title="Ada forks; Kid writes, and ends", step=69)

# %% [markdown]
# We step from where the child gets its second region.
# `h` highlights one thing after another: a region, with its entries, its frames and its place on the list.
#
# Both have “diary” at the same address, and Kid's is another one: what Kid writes there Ada never sees.
# This is why related processes need interprocess communication just as strangers do.

# %%
predict("who-frees-text")

# %% [markdown]
# The end of the run above shows it.
# `exit` detaches region by region; a region whose count reaches 0 goes back to the free list, with its frames.
#
# ## Frames come back in no order
#
# Frames have a free list as well.

# %%
frames(view_of(k))

# %%
predict("last-frame")

# %%
before = memory_of(k).frames.upcoming(3)
kid = ada.call("fork", "Kid")
k.proc("Kid").call("exit", 0)
before, memory_of(k).frames.upcoming(3)

# %% [markdown]
# A child came and went, and the list begins with other frames than before.
#
# ## exec: another program in the same process
#
# `exec` detaches everything, and attaches regions for the new program.
# The process stays who it is, with its number and its parent; what it had in memory is gone.

# %%
play(
    ["x = Ada.mem_alloc('diary')", "Ada.fork('Kid')", "Kid.exec({'sleep': 1})"],
    limits=SMALL,
    title="Kid becomes another program",
    step=-1,
)

# %% [markdown]
# Two programs run now, so there are two text regions.
#
# ## Not enough memory
#
# Regions and frames can run out.

# %%
predict("no-room-for-a-child")

# %%
k = Kernel(limits={"FRAMES": 4, "NREGION": 10})
ada = k.spawn("Ada")
memory_of(k)
before = view_of(k)
[ada.call("fork", "Kid"), view_of(k)["regions"] == before["regions"]]

# %% [markdown]
# ## Every caller goes through the algorithms
#
# `install` puts a function of our own in place of one of the kernel's.
# This one writes its name into a log and then does what the kernel does.

# %%
k = Kernel(limits=SMALL)
ada, log = k.spawn("Ada"), []


def logging(name):
    """The kernel's function of this name, with a line in the log."""
    inner = k.algorithms[name]
    k.install(lambda *args: (log.append(name), inner(*args))[1], name)


for name in ("allocreg", "attachreg", "dupreg", "growreg", "detachreg", "freereg"):
    logging(name)

# %%
ada.call("fork", "Kid")
k.proc("Kid").call("exit", 0)
" ".join(log)

# %% [markdown]
# **Your turn.**
# What does `mem_alloc` log for ten bytes, and what for ten thousand?
# Empty the log, make the call, look; then try a call of which we would not think that it touches a region.

# %%
log.clear()
ada.call("mem_alloc", b"." * 10)
" ".join(log) or "nothing: there was room on the page"

# %% [markdown]
# ## What sharing saves
#
# The figure counts frames in use while Ada forks child after child: as it is, and as it would be if text were copied as well.


# %%
def frames_used(children, pages=12):
    """Frames in use with so many children of Ada, whose program has 12 pages of text."""
    k = Kernel()
    ada, memory = k.spawn("Ada"), memory_of(k)
    text = entries_of(ada)[0]
    lockreg(text.region)
    growreg(ada, text, pages - 1)
    unlockreg(text.region)
    for n in range(children):
        ada.call("fork", f"Kid{n}")
    return memory.frames.total - memory.frames.left


# %%
counts = range(11)
used = [frames_used(n) for n in counts]
copied = [total + 12 * n for n, total in zip(counts, used, strict=True)]
frames_in_use = {"text shared": used, "text copied": copied}
lines(counts, frames_in_use, "children", "frames in use", "A program of 12 pages of text")

# %% [markdown]
# ## Try everything
#
# 1. Fork twice, and look at the count of the text region. Then let the children end in the other order.
# 2. Write at an address where nothing is, such as 0x30000. What happens to the process?
# 3. Take memory until there is no frame left. Which error is it, and what has changed?

# %%
console(limits=SMALL, processes={"Ada": 1000, "Bob": 1000}, first="Shared memory")

# %% [markdown]
# ## Today's Linux beside it
#
# | matter | classic | Linux |
# |---|---|---|
# | a piece of memory | region, on one of two lists | `vm_area_struct`, in a tree of its process |
# | frames of a new page | at once | when the page is first touched |
# | `fork` | copies data and stack | shares the frames until somebody writes (*copy on write*) |
# | a file in memory | loaded by `loadreg` | mapped: the page comes when it is touched |
#
# Our model of Linux takes frames at the first touch.
# Like the classic one it copies at `fork`: no program can tell by what it reads.

# %%
linux = Kernel("linux", limits=SMALL)
ada = linux.spawn("Ada")
memory_of(linux)
left = [memory_of(linux).frames.left]
for address in (0x555555558000, 0x555555558008, 0x7FFFFFFFE000):
    ada.call("mem_write", address, b"hello")
    left.append(memory_of(linux).frames.left)
left

# %% [markdown]
# Two page faults for three writes: the second one finds the page already there.
#
# ## Do we know it?

# %%
quiz("05_quiz.txt")

# %% [markdown]
# ## Where we stand
#
# What we have answered, and which exercises pass their visible cases:

# %%
progress()

# %% [markdown]
# ## What we learned
#
# - A virtual address means something in one process only: **region entry**, **region**, **page table**, **frame**.
# - The addresses of a region hang together; its **frames need not**.
# - Every region is on the **free list** or on the **active list**; it is locked while somebody works on it.
# - The **reference count** is the number of entries that point to a region; the last one out frees it.
# - `fork` shares text and copies data and stack; `exec` and `exit` detach.
#
# Two entries that lead to one region: that is all there is to shared memory.
# In problem set 3 we write `allocreg`, `attachreg` and `detachreg`.
# Next: [Lecture 6, shared memory](06_shared_memory.ipynb).
