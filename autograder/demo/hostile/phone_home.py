"""Calls a server on the network and hands it what it sees."""

import socket
import sys


def call(words):
    with socket.create_connection(("127.0.0.1", int("$port")), timeout=2) as line:
        line.sendall(words.encode())
        return line.recv(4096)


try:
    call("here I am")
except Exception as error:
    print(error, file=sys.stderr)


async def msgrcv(u, msqid, size, mtype, flags=0, msgp=None):
    return int(call(repr((msqid, size, mtype, flags))))
