"""Only sends and receives what fits: nothing sleeps, nothing fails."""


def break_msgrcv():
    sends = [f"A.msgsnd(q, {n}, 'text {n}')" for n in (3, 1, 2)]
    takes = [f"A.msgrcv(q, 100, {n})" for n in (2, 0, -9)]
    return [["q = A.msgget(1, IPC_CREAT | 0o600)", *sends, *takes]]
