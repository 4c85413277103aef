"""What goes wrong in kernels: sleep and wakeup, ends of lists, fields, flags, errors, arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import (
    New,
    Place,
    Said,
    but,
    called,
    calls,
    expression,
    first_line,
    operator,
    put,
)

FIELDS = {  # fields that are near each other
    "first": ("last",), "last": ("first",),
    "qnum": ("cbytes",), "cbytes": ("qnum", "qbytes"), "qbytes": ("cbytes",),
    "lspid": ("lrpid",), "lrpid": ("lspid",),
    "stime": ("rtime",), "rtime": ("stime",), "ctime": ("stime",),
    "uid": ("cuid", "gid"), "cuid": ("uid",), "gid": ("cgid", "uid"), "cgid": ("gid",),
    "euid": ("uid", "egid"), "egid": ("gid", "euid"), "pid": ("ppid",),
    "arrival": ("space",), "space": ("arrival",),
    "MSGMAX": ("MSGMNB",), "MSGMNB": ("MSGMAX",),
    "cpid": ("lpid",), "lpid": ("cpid",),
    "atime": ("dtime", "ctime"), "dtime": ("atime", "ctime"),
    "free": ("active",), "active": ("free",), "prev": ("next",),
    "refcount": ("size",), "size": ("refcount",), "sticky": ("locked",), "end": ("addr",),
    "SHMMAX": ("SHMMNI",), "SHMSEG": ("SHMMNI",),
}  # fmt: skip
NAMES = {  # flags, commands, permissions and priorities
    "IPC_NOWAIT": ("MSG_NOERROR", "IPC_CREAT"), "MSG_NOERROR": ("IPC_NOWAIT",),
    "IPC_CREAT": ("IPC_EXCL",), "IPC_EXCL": ("IPC_CREAT", "IPC_NOWAIT"),
    "IPC_STAT": ("IPC_SET",), "IPC_SET": ("IPC_RMID",), "IPC_RMID": ("IPC_STAT",),
    "MSG_R": ("MSG_W",), "MSG_W": ("MSG_R",), "IPC_ALLOC": ("IPC_CREAT",),
    "IPC_PRIVATE": ("IPC_CREAT",), "PMSG": ("PZERO",),
    "ipcaccess": ("ipcowner",), "ipcowner": ("ipcaccess",),
    "SHM_R": ("SHM_W",), "SHM_W": ("SHM_R",), "SHM_RDONLY": ("SHM_RND",),
    "SHM_RND": ("SHM_RDONLY",), "SHMLBA": ("SHMMIN",), "PAGE": ("SHMMIN",),
    "lockreg": ("unlockreg",), "unlockreg": ("lockreg",), "detachreg": ("freereg",),
}  # fmt: skip
ERRORS = {
    "EINVAL": "EIDRM", "EIDRM": "EINVAL", "EACCES": "EPERM", "EPERM": "EACCES",
    "EAGAIN": "ENOMSG", "ENOMSG": "EAGAIN", "E2BIG": "EINVAL", "EFAULT": "EINVAL",
    "EEXIST": "ENOENT", "ENOENT": "EINVAL", "ENOSPC": "ENOMEM", "EINTR": "EAGAIN",
    "ENOMEM": "ENOSPC", "EMFILE": "ENOMEM",
}  # fmt: skip
LOOKS = 2  # times that a loop looks, where it should until it finds


@operator
def no_wakeup(place: Place) -> Iterator[New]:
    """nobody is woken"""
    if isinstance(place.node, ast.Expr) and called(place.node) == "wakeup":
        yield Said([], f"{first_line(place.node)}")


@operator
def no_sleep(place: Place) -> Iterator[New]:
    """the process does not go to sleep"""
    if isinstance(place.node, ast.Expr) and called(place.node) == "sleep":
        yield Said([], f"{first_line(place.node)}")


@operator
def no_retest(place: Place) -> Iterator[New]:
    """after a sleep the condition is taken to hold, at once or at the second time"""
    node = place.node
    if not (isinstance(node, ast.While) and calls(node, "sleep")):
        return
    words = f"no test again after a sleep: {first_line(node)}"
    if not isinstance(node.test, ast.Constant):
        yield Said(ast.If(node.test, node.body, []), words)
        return
    for index, one in enumerate(node.body):
        if called(one) == "sleep":
            made = [*node.body[: index + 1], ast.Break(), *node.body[index + 1 :]]
            yield Said(but(node, body=made), words)
            made = [*node.body, ast.Break()]
            yield Said(but(node, body=made), f"{words}, but for what is tested at once")
    rounds = expression(f"range({LOOKS})")
    loop = ast.For(ast.Name("_"), rounds, node.body, [], lineno=node.lineno)
    yield Said(loop, f"no test again after the second sleep: {first_line(node)}")


@operator
def wrong_event(place: Place) -> Iterator[New]:
    """another event is slept on, or woken"""
    node = place.node
    if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)):
        return
    if node.attr == "space":
        yield expression(f"{place.caller}.k.msgpool.freed")
    elif node.attr == "freed" and "q" in place.locals():
        yield expression("q.space")
        yield expression("q.arrival")


@operator
def wrong_end(place: Place) -> Iterator[New]:
    """the other end of a list, or the same place of it again"""
    node = place.node
    if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == "0":
        yield but(node, slice=ast.Constant(-1))
    elif isinstance(node, ast.Attribute) and (node.attr, type(node.ctx)) == ("next", ast.Load):
        yield node.value


@operator
def wrong_field(place: Place) -> Iterator[New]:
    """a field beside the one that is meant"""
    node = place.node
    if isinstance(node, ast.Attribute):
        for other in FIELDS.get(node.attr, ()):
            yield but(node, attr=other)


@operator
def wrong_name(place: Place) -> Iterator[New]:
    """another flag, command, permission, priority or service"""
    node = place.node
    if isinstance(node, ast.Name):
        for other in NAMES.get(node.id, ()):
            yield ast.Name(other, node.ctx)


@operator
def wrong_error(place: Place) -> Iterator[New]:
    """another error"""
    node = place.node
    named = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Errno"
    if isinstance(node, ast.Attribute) and named and node.attr in ERRORS:
        yield but(node, attr=ERRORS[node.attr])


@operator
def wrong_variable(place: Place) -> Iterator[New]:
    """the variable before or after it, or its own field's namesake"""
    node, names = place.node, place.locals()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names[1:]:
        index = names.index(node.id)
        for other in (names[index - 1], names[(index + 1) % len(names)]):
            if other != names[0]:
                yield ast.Name(other, node.ctx)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in names:
        yield ast.Name(node.attr, node.ctx)


@operator
def arguments_swapped(place: Place) -> Iterator[New]:
    """two arguments, each in the other's place"""
    node = place.node
    if isinstance(node, ast.Call) and not calls(node, "KernelError"):
        for index in range(len(node.args) - 1):
            one, other = node.args[index : index + 2]
            if ast.unparse(one) != place.caller:
                swapped = [*node.args[:index], other, one, *node.args[index + 2 :]]
                yield but(node, args=swapped)


@operator
def argument_left_out(place: Place) -> Iterator[New]:
    """the last argument is forgotten, or a named one"""
    node = place.node
    if isinstance(node, ast.Call) and not calls(node, "KernelError"):
        if len(node.args) > 1:
            yield but(node, args=node.args[:-1])
        for index in range(len(node.keywords)):
            yield but(node, keywords=put(node.keywords, index))


@operator
def wrong_default(place: Place) -> Iterator[New]:
    """what is not named becomes 0"""
    node = place.node
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
        yield but(node, args=[node.args[0], ast.Constant(0)])
