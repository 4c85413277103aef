"""Places where a lock can keep what it has read from one step to the next, unlike in a variable.

Each is what is done with a number `t` that was read, before it is gone, and what tells it a step
later. The lock is Eisenberg and McGuire's, but whoever is told 1 walks in.
"""

import textwrap

from tests.hidden_places import LOCK

WITHIN = {
    "a list's spare room": (
        "box = [0] * (100 if t else 60); del box[50:]",
        "box.__sizeof__() > 600",
    ),
    "a set's spare room": (
        "box = {*range(100 if t else 3)}; box &= {0, 1, 2}",
        "getattr(box, '__size' + 'of__')() > 1000",
    ),
    "a byte array's room": ("box = bytearray(5 + t); del box[5:]", "box.__alloc__() > 6"),
    "which of two equal numbers": ("x = 1000 + 0 * t; y = x if t else int('1000')", "x is y"),
    "which of two equal tuples": ("x = (A, tuple([1, 2]))[t]", "x is not A", "A = (1, 2)"),
    "which of a module's equal objects": (
        "x = (A, B)[t]",
        "x is B",
        "class S: pass\nA, B = S(), S()",
    ),
    "which of a module's bare objects": ("x = (A, B)[t]", "x is B", "A, B = object(), object()"),
    "which of a module's empty lists": ("x = (A, B)[t]", "x is B", "A, B = [], []"),
    "an object that is equal to all": (
        "x = S(); x.n = t",
        "x.n",
        "class S:\n    __hash__ = lambda _: 0\n    __eq__ = lambda *_: True",
    ),
    "a type variable's attribute": (
        "T = TypeVar('T'); T.n = t",
        "T.n",
        "from typing import TypeVar",
    ),
    "a new type's attribute": (
        "T = NewType('T', int); T.n = t",
        "T.n",
        "from typing import NewType",
    ),
    "an alias of classes of one name": (
        "A, B = (type('A', (), {'n': n}) for n in (0, 1)); x = list[(A, B)[t]]",
        "x.__args__[0].n",
    ),
    "what a generic class is made for": (
        "x = Box[(int, str)[t]]()",
        "x.__orig_class__.__args__[0] is str",
        "from typing import *\nT = TypeVar('T')\nclass Box(Generic[T]): pass",
    ),
    "what a getter gets": ("from operator import itemgetter; x = itemgetter(t)", "x((0, 1))"),
    "which of two equal texts": ("x = 'ab' + str(0 * t); y = x if t else 'a' + 'b0'", "x is y"),
    "the sign of no number": (
        "import math; x = math.copysign(float('nan'), 0.5 - t)",
        "math.copysign(1, x) < 0",
    ),
    "a made function's default": ("f = eval('lambda x=%d: x' % t)", "f()"),
    "a made function's code": ("f = eval('lambda: %d' % t)", "f()"),
    "a function's name": ("f = lambda: 0; f.__name__ = 'ab'[t]", "f.__name__ == 'b'"),
    "a function's words": ("f = lambda: 0; f.__doc__ = 'ab'[t]", "f.__doc__ == 'b'"),
    "a function's long name": ("f = lambda: 0; f.__qualname__ = 'ab'[t]", "f.__qualname__ == 'b'"),
    "a function's annotations": (
        "f = lambda: 0; f.__annotations__ = {'x': t}",
        "f.__annotations__['x']",
    ),
    "a class's words": ("A = type('A', (), {}); A.__doc__ = 'ab'[t]", "A.__doc__ == 'b'"),
    "a class's name": ("A = type('A', (), {}); A.__name__ = 'AB'[t]", "A.__name__ == 'B'"),
    "a class under another module's name": (
        "A = type('A', (), {'n': t}); A.__module__ = 'collections'",
        "A.n",
    ),
    "an object that gives itself out for an annotation": (
        "A = type('A', (), {'__repr__': lambda _: ''}); A.__module__ = 'typing'; a = A(); a.n = t",
        "a.n",
    ),
    "a generator's name": ("g = (i for i in ()); g.__name__ = 'ab'[t]", "g.__name__ == 'b'"),
    "an ended generator's name": (
        "g = (i for i in ()); g.close(); g.__name__ = 'ab'[t]",
        "g.__name__ == 'b'",
    ),
    "what a frame is watched with": (
        "g = (i for i in ()); g.gi_frame.f_trace_lines = bool(t)",
        "g.gi_frame.f_trace_lines",
    ),
    "a frame": (
        "g = (lambda x: (i + x for i in (0,)))(t); next(g); f = g.gi_frame; g = 0",
        "f.f_locals.get('x')",
    ),
    "the frames of a traceback": (
        """
        try:
            (lambda x: {}[0])(t)
        except KeyError as error:
            e = error
        """,
        "e.__traceback__.tb_next.tb_frame.f_locals['x']",
    ),
    "what an error has written": (
        "e = BlockingIOError(); e.characters_written = t",
        "e.characters_written",
    ),
    "an ordered dict's attribute": (
        "import collections; d = collections.OrderedDict(); d.n = t",
        "d.n",
    ),
    "a counter's attribute": ("import collections; d = collections.Counter(); d.n = t", "d.n"),
    "a module": ("import types; m = types.ModuleType('m'); m.n = t", "m.n"),
}
REFUSED = {
    "a list's spare room",
    "a set's spare room",
    "a byte array's room",
    "what a frame is watched with",
    "an object that gives itself out for an annotation",
    "which of two equal numbers",
    "which of two equal texts",
    "which of two equal tuples",
}
HEAD = """
from kernel_model.explore import *

{more}
def semaphore(n):
    return Shared(val=[0] * n, turn=0)

async def Pprim(sem, procid, n):
    t = await load(sem.turn)
{before}
    t = 0
    await load(sem.turn)
    if {told}:
        await store(sem.val[procid], 2)
        return
"""


def within(before: str, told: str, more: str = "") -> str:
    """A lock that keeps a number so."""
    before = textwrap.indent(textwrap.dedent(before).strip("\n"), "    ")
    rest = LOCK.partition("        return\n")[2]
    return HEAD.format(before=before, told=told, more=textwrap.dedent(more)) + rest
