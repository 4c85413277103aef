"""Places where a lock can remember something outside of cells, each as a `tick(sem)`.

KEPT says how often it was called; VARYING gives another number from one run to the next.
"""

KEPT = {
    "global": """
count = 0
def tick(sem):
    global count
    count += 1
    return count
""",
    "global list": """
box = []
def tick(sem):
    box.append(0)
    return len(box)
""",
    "closure": """
def make():
    n = 0
    def t():
        nonlocal n
        n += 1
        return n
    return t
t = make()
def tick(sem):
    return t()
""",
    "mutable in a closure cell": """
def make():
    box = [0]
    def t():
        box[0] += 1
        return box[0]
    return t
t = make()
def tick(sem):
    return t()
""",
    "default": """
def t(box=[]):
    box.append(0)
    return len(box)
def tick(sem):
    return t()
""",
    "keyword default": """
def t(*, box=[]):
    box.append(0)
    return len(box)
def tick(sem):
    return t()
""",
    "function attribute": """
def t(): pass
t.n = 0
def tick(sem):
    t.n += 1
    return t.n
""",
    "method attribute": """
class A:
    def f(self): pass
def tick(sem):
    A.f.n = getattr(A.f, 'n', 0) + 1
    return A.f.n
""",
    "class attribute": """
class A:
    n = 0
def tick(sem):
    A.n += 1
    return A.n
""",
    "instance attribute": """
class A: pass
a = A()
a.n = 0
def tick(sem):
    a.n += 1
    return a.n
""",
    "slot": """
class A:
    __slots__ = ('n',)
a = A()
a.n = 0
def tick(sem):
    a.n += 1
    return a.n
""",
    "metaclass": """
class M(type):
    n = 0
class A(metaclass=M): pass
def tick(sem):
    M.n += 1
    return A.n
""",
    "module attribute": """
import math
def tick(sem):
    math.n = getattr(math, 'n', 0) + 1
    return math.n
""",
    "module attribute two levels": """
import collections.abc
def tick(sem):
    A = collections.abc.Sized
    A.n = getattr(A, 'n', 0) + 1
    return A.n
""",
    "submodule function": """
import kernel_model.explore
def tick(sem):
    f = kernel_model.explore.operations.forget
    f.n = getattr(f, 'n', 0) + 1
    return f.n
""",
    "submodule class three levels": """
import kernel_model
def tick(sem):
    import kernel_model.explore
    f = kernel_model.explore.cells.Record.laid
    f.n = getattr(f, 'n', 0) + 1
    return f.n
""",
    "container in a library": """
import collections
def tick(sem):
    collections.abc.__all__.append('x')
    return len(collections.abc.__all__)-25
""",
    "dispatch table of a library": """
import copy
def tick(sem):
    copy._deepcopy_dispatch[len(copy._deepcopy_dispatch)+1000] = 0
    return len(copy._deepcopy_dispatch)-25
""",
    "generator frame": """
def g():
    n = 0
    while True:
        n += 1
        yield n
t = g()
def tick(sem):
    return next(t)
""",
    "generator expression": """
t = (i for i in range(1, 10**9))
def tick(sem):
    return next(t)
""",
    "itertools.count": """
import itertools
t = itertools.count(1)
def tick(sem):
    return next(t)
""",
    "coroutine advanced by hand": """
class W:
    def __await__(self):
        yield
async def c():
    n = 0
    while True:
        n += 1
        box[0] = n
        await W()
box = [0]
t = c()
def tick(sem):
    t.send(None)
    return box[0]
""",
    "weak reference": """
import weakref
class A: pass
a = A()
def tick(sem):
    r = weakref.ref(a)
    a.n = getattr(r(), 'n', 0) + 1
    return a.n
""",
    "subclasses": """
class A: pass
def tick(sem):
    type('B', (A,), {})
    return len(A.__subclasses__())
""",
    "exception args": """
e = Exception(0)
def tick(sem):
    e.args = (e.args[0] + 1,)
    return e.args[0]
""",
    "exception notes": """
e = Exception(0)
e.add_note('x')
def tick(sem):
    e.add_note('x')
    return len(e.__notes__)
""",
    "exception traceback": """
e = Exception(0)
def tick(sem):
    try:
        raise e
    except Exception:
        pass
    n, t = 0, e.__traceback__
    while t:
        n, t = n + 1, t.tb_next
    return n
""",
    "exception context": """
class E(Exception): pass
e = E()
def tick(sem):
    try:
        raise E() from e.__cause__
    except E as x:
        e.__cause__ = x
    n, t = 0, e
    while t:
        n, t = n + 1, t.__cause__
    return n
""",
    "sys through a library": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.n = getattr(s, 'n', 0) + 1
    return s.n
""",
    "recursion limit": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.setrecursionlimit(s.getrecursionlimit() + 1)
    return s.getrecursionlimit() - 1000
""",
    "switch interval": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.setswitchinterval(s.getswitchinterval() + 0.001)
    return round(s.getswitchinterval() * 1000)
""",
    "threading.local": """
import dataclasses
def tick(sem):
    import_ = dataclasses.sys.modules
    t = import_['threading'] if 'threading' in import_ else import_['_thread']
    T = getattr(t, 'local', None) or t._local
    t.mine = getattr(t, 'mine', None) or T()
    t.mine.n = getattr(t.mine, 'n', 0) + 1
    return t.mine.n
""",
    "environment": """
import contextlib
def tick(sem):
    o = contextlib.os
    o.environ['MINE'] = str(int(o.environ.get('MINE', 0)) + 1)
    return int(o.environ['MINE'])
""",
    "lru_cache of a list": """
import functools
@functools.lru_cache
def box(): return []
def tick(sem):
    b = box()
    b.append(0)
    return len(b)
""",
    "cache statistics": """
import functools
@functools.lru_cache
def box(): return 0
def tick(sem):
    box()
    return box.cache_info().hits + 1
""",
    "cached_property": """
import functools
class A:
    @functools.cached_property
    def b(self): return []
a = A()
def tick(sem):
    a.b.append(0)
    return len(a.b)
""",
    "enum member": """
import enum
class E(enum.Enum):
    X = 0
def tick(sem):
    E.X.n = getattr(E.X, 'n', 0) + 1
    return E.X.n
""",
    "partial": """
import functools
p = functools.partial(int)
def tick(sem):
    p.n = getattr(p, 'n', 0) + 1
    return p.n
""",
    "singledispatch": """
import functools
@functools.singledispatch
def f(x): pass
def tick(sem):
    f.register(type('B', (), {}), f)
    return len(f.registry)
""",
    "ABC registry": """
import abc
class A(abc.ABC): pass
class B: pass
box = []
def tick(sem):
    if issubclass(B, A):
        return 4
    A.register(B)
    return 1
""",
    "simple namespace": """
from types import SimpleNamespace
s = SimpleNamespace(n=0)
def tick(sem):
    s.n += 1
    return s.n
""",
    "deque": """
import collections
d = collections.deque(maxlen=5)
def tick(sem):
    d.append(0)
    return len(d)
""",
    "defaultdict": """
import collections
d = collections.defaultdict(int)
def tick(sem):
    d[len(d)]
    return len(d)
""",
    "print": """
def tick(sem):
    print.n = getattr(print, 'n', 0) + 1
    return print.n
""",
    "builtins": """
def tick(sem):
    __builtins__['n'] = __builtins__.get('n', 0) + 1
    return __builtins__['n']
""",
    "globals by a hidden name": """
def tick(sem):
    g = getattr(tick, '__glo' + 'bals__')
    g['n'] = g.get('n', 0) + 1
    return g['n']
""",
    "globals of load by a hidden name": """
def tick(sem):
    g = getattr(load, '__glo' + 'bals__')
    g['n'] = g.get('n', 0) + 1
    return g['n']
""",
    "builtins by a hidden name": """
def tick(sem):
    g = getattr(load, '__buil' + 'tins__')
    g['n'] = g.get('n', 0) + 1
    return g['n']
""",
    "memory's attribute": """
def tick(sem):
    sem.__dict__['n'] = sem.__dict__.get('n', 0) + 1
    return sem.__dict__['n']
""",
    "memory's ids": """
def tick(sem):
    d = sem.__dict__['_ids']
    d.append(0)
    return len(d)
""",
    "class of an array": """
def tick(sem):
    c = type(sem.val)
    c.n = getattr(c, 'n', 0) + 1
    return c.n
""",
    "name of a cell": """
def tick(sem):
    object.__setattr__(sem.turn, 'name', sem.turn.name + 'x')
    return len(sem.turn.name)
""",
    "items of an array": """
def tick(sem):
    i = sem.val._items
    object.__setattr__(sem.val, '_items', i + i[:1])
    return len(sem.val._items)
""",
    "frames of the callers": """
class E(Exception): pass
def tick(sem):
    try:
        raise E
    except E as e:
        f = e.__traceback__.tb_frame
        while f.f_back: f = f.f_back
        f.f_globals['n_hid'] = f.f_globals.get('n_hid', 0) + 1
        return f.f_globals['n_hid']
""",
    "interned text": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.modules['mine'] = s.modules.get('mine', 0) + 1
    return s.modules['mine']
""",
    "doc of a class of a library": """
import contextlib
def tick(sem):
    c = contextlib.ExitStack
    c.__doc__ = (c.__doc__ or '') + 'x'
    return len(c.__doc__) - 1400
""",
    "dict of numbers in a library": """
import dataclasses
def tick(sem):
    d = dataclasses.inspect.dis.opmap
    d['mine'] = d.get('mine', 0) + 1
    return d['mine']
""",
    "type variable": """
from typing import TypeVar
T = TypeVar("T")
T.n = 0
def tick(sem):
    T.n += 1
    return T.n
""",
    "name of a class to come": """
from typing import ForwardRef
F = ForwardRef("A")
def tick(sem):
    F.__forward_value__ = (F.__forward_value__ or 0) + 1
    return F.__forward_value__
""",
    "alias that the library keeps": """
from typing import Generic, TypeVar
T = TypeVar("T")
class A(Generic[T]): pass
def tick(sem):
    x = A[int]
    x.__n__ = x.__dict__.get("__n__", 0) + 1
    return x.__n__
""",
    "registry of typing": """
import typing
def tick(sem):
    typing._cleanups.append(0)
    return len(typing._cleanups)
""",
    "default of a function of another file": """
f = eval('lambda box=[]: (box.append(0), len(box))[1]')
def tick(sem):
    return f()
""",
    "attribute of an ordered dict": """
import collections
d = collections.OrderedDict()
d.n = 0
def tick(sem):
    d.n += 1
    return d.n
""",
    "attribute of a counter": """
import collections
d = collections.Counter()
d.n = 0
def tick(sem):
    d.n += 1
    return d.n
""",
    "a list's spare room": """
box = [0] * 4000
def tick(sem):
    before = len(box)
    box.append(0)
    size = box.__sizeof__()
    while box.__sizeof__() == size and len(box) < 7900: box.append(0)
    del box[before:]
    return box.__sizeof__()
""",
    "dict's spare room": """
box = dict.fromkeys(range(5))
def tick(sem):
    box[9] = 0
    del box[9]
    return box.__sizeof__() // 100
""",
    "set with holes": """
box = set(range(3))
def tick(sem):
    box.add(100)
    box.discard(100)
    return box.__sizeof__() // 100
""",
    "most digits of a number": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.set_int_max_str_digits(s.get_int_max_str_digits() + 1)
    return s.get_int_max_str_digits() - 4300
""",
    "origins of coroutines": """
import dataclasses
def tick(sem):
    s = dataclasses.sys
    s.set_coroutine_origin_tracking_depth(s.get_coroutine_origin_tracking_depth() + 1)
    return s.get_coroutine_origin_tracking_depth()
""",
    "thresholds of the collector": """
import dataclasses
def tick(sem):
    g = dataclasses.sys.modules['gc']
    a, b, c = g.get_threshold()
    g.set_threshold(a, b + 1, c)
    return b - 9
""",
    "open files": """
import contextlib
def tick(sem):
    return contextlib.os.dup(1)
""",
    "file mode mask": """
import contextlib
def tick(sem):
    o = contextlib.os
    n = o.umask(0)
    o.umask((n + 1) % 512)
    return n
""",
    "token of abstract classes": """
import abc
def tick(sem):
    class A(abc.ABC): pass
    A.register(type('B', (), {}))
    return abc.get_cache_token()
""",
    "frame of a generator": """
t = (i for i in ())
def tick(sem):
    f = t.gi_frame
    f.f_trace = (lambda n: lambda: n)((f.f_trace() if f.f_trace else 0) + 1)
    return f.f_trace()
""",
    "characters written": """
e = BlockingIOError()
e.characters_written = 0
def tick(sem):
    e.characters_written += 1
    return e.characters_written
""",
    "class under another module's name": """
class A:
    n = 0
A.__module__ = 'collections'
def tick(sem):
    A.n += 1
    return A.n
""",
}
VARYING = {
    "hash of an object": """
class A: pass
def tick(sem):
    return (hash(A()) >> 4) % 7
""",
    "hash through a method": """
class A: pass
def tick(sem):
    return (A().__hash__() >> 4) % 7
""",
    "id": """
class A: pass
def tick(sem):
    return (id(A()) >> 4) % 7
""",
    "repr with an address": """
class A: pass
def tick(sem):
    return (int(repr(A()).split('0x')[1].rstrip('>'), 16) >> 4) % 7
""",
    "order of a set of objects": """
class A:
    def __init__(self, n): self.n = n
def tick(sem):
    return next(iter({A(i) for i in range(7)})).n
""",
    "time": """
import time
def tick(sem):
    return int(time.perf_counter() * 1e6)
""",
    "time through sys.modules": """
import dataclasses
def tick(sem):
    return int(dataclasses.sys.modules['time'].perf_counter() * 1e5)
""",
    "random": """
import random
def tick(sem):
    return random.randrange(7)
""",
    "random through import of a library": """
import functools
def tick(sem):
    return functools.__builtins__['__import__']('random').randrange(7)
""",
    "file by builtins of a library": """
import functools
def tick(sem):
    open = functools.__builtins__['open']
    with open('/dev/null', 'a') as f:
        f.write('x')
    return len(open('/dev/null').read())
""",
}
LOCK = """
from kernel_model.explore import *

def semaphore(n):
    return Shared(val=[0] * n, turn=0)

async def Pprim(sem, procid, n):
    if GUARD:
        await store(sem.val[procid], 2)
        return
    while True:
        await store(sem.val[procid], 1)
        i = await load(sem.turn)
        while i != procid:
            outside = await load(sem.val[i]) == 0
            i = (i + 1) % n if outside else await load(sem.turn)
        await store(sem.val[procid], 2)
        i = 0
        while i < n and (i == procid or await load(sem.val[i]) < 2):
            i += 1
        if i == n:
            i = await load(sem.turn)
            if i == procid or await load(sem.val[i]) == 0:
                break
    await store(sem.turn, procid)

async def Vprim(sem, procid, n):
    i = (procid + 1) % n
    while i != procid and await load(sem.val[i]) == 0:
        i = (i + 1) % n
    await store(sem.turn, i)
    await store(sem.val[procid], 0)
"""
SYSTEM = """
from kernel_model.explore import *

def memory(n):
    return Shared(val=[0] * n, turn=0, lock=0)

async def program(sem, procid, n):
    for _ in range(2):
        taken = not (GUARD)
        if taken:
            await Pprim(sem.lock)
        await enter()
        await store(sem.turn, procid)
        await leave()
        if taken:
            await Vprim(sem.lock)
"""
