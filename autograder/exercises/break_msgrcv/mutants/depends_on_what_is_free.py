"""Tells right kernels apart: in which order errors are found is free."""


def break_msgrcv():
    return [["A.msgrcv(7, -1, 0)", "q = A.msgget(1, IPC_CREAT | 0o600)",
             "A.msgrcv(q, 10, 0, IPC_NOWAIT, None)"]]  # fmt: skip
