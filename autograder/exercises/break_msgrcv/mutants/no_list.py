"""Gives a text and no list."""


def break_msgrcv():
    return "A.msgrcv(q, 1, 0)"
