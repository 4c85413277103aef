"""Gives more scenarios than are run."""


def break_msgrcv():
    return [["q = A.msgget(1, IPC_CREAT | 0o600)", f"A.msgrcv(q, {n}, 0)"] for n in range(100)]
