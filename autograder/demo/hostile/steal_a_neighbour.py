"""Reads what another student handed in and runs that."""

import glob
import json
import sys


def steal():
    for path in sorted(glob.glob("$submitted/*/*/*.ipynb")):
        with open(path) as file:
            for cell in json.load(file)["cells"]:
                source = "".join(cell["source"])
                if "async def msgrcv" in source and "glob" not in source:
                    with open("$loot/steal_a_neighbour", "w") as loot:
                        loot.write(path)
                    exec(source, globals())
                    return


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    return 0


try:
    steal()
except Exception as error:
    print(error, file=sys.stderr)
