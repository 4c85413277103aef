"""No file outside can be read, listed or changed from inside the sandbox."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox
from tests.sandbox_room import WALLS, gains, room, run


@pytest.fixture(scope="module", params=WALLS)
def walls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("walls"), request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def open_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with room(tmp_path_factory.mktemp("open"), "none") as sandbox:
        yield sandbox


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder as a grader has it: readable and writable for everybody, to make it easy."""
    for name in ("gradebook.db", "hidden.json", "solution.py"):
        (tmp_path / name).write_text("secret = 42\n")
        (tmp_path / name).chmod(0o666)
    tmp_path.chmod(0o777)
    return tmp_path


def given(course: Path) -> dict[str, object]:
    return {
        "course": str(course),
        "secret": str(course / "gradebook.db"),
        "packages": str(Path(pytest.__file__).parent.parent),
        "repository": str(Path(__file__).parent.parent),
        "grader": os.getpid(),
    }


READING = {
    "a file": "result = 'secret' in open(secret).read()",
    "a file, through os": "import os; result = len(os.read(os.open(secret, os.O_RDONLY), 9)) > 0",
    "a file, from its folder": "import os; os.chdir(course); result = bool(open('hidden.json'))",
    "a file, below a folder's descriptor": """
        import os
        folder = os.open(course, os.O_RDONLY | os.O_DIRECTORY)
        result = os.open("hidden.json", os.O_RDONLY, dir_fd=folder) > 0
    """,
    "a file, named only": "import os; result = os.open(secret, os.O_PATH) > 0",
    "a file, through openat2": """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
        found = libc.syscall(437, -100, secret.encode(), how, 24)
        if found < 0: raise OSError(ctypes.get_errno())
        result = True
    """,
    "a file, through the dots": """
        import inside, os
        up = os.path.dirname(inside.__file__) + "/.." * 20
        result = bool(open(up + secret).read())
    """,
    "a module from outside": """
        import sys
        sys.path.append(course)
        import solution
        result = solution.secret == 42
    """,
    "a module by its path": """
        import importlib.util
        spec = importlib.util.spec_from_file_location("solution", course + "/solution.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        result = module.secret == 42
    """,
    "an installed package": """
        import sys
        sys.path.append(packages)
        import pluggy
        result = True
    """,
    "an installed package's file": "result = bool(open(packages + '/pluggy/__init__.py').read())",
    "the repository": "result = bool(open(repository + '/tests/sandbox_room.py').read())",
    "the server": "result = bool(open(repository + '/autograder/sandbox/server.py').read())",
    "the users": "result = 'root' in open('/etc/passwd').read()",
    "the grader's environment": "result = bool(open(f'/proc/{grader}/environ', 'rb').read(1))",
    "the grader's command": "result = bool(open(f'/proc/{grader}/cmdline', 'rb').read(1))",
    "its own memory map": "result = bool(open('/proc/self/maps').read())",
    "its own descriptors": "import os; result = bool(os.listdir('/proc/self/fd'))",
    "the root folder": "import os; result = 'etc' in os.listdir('/')",
    "the processes": "import os; result = str(grader) in os.listdir('/proc')",
    "the folder around": """
        import os
        result = os.path.basename(course) in os.listdir(os.path.dirname(course))
    """,
    "the course": "import os; result = bool([e.name for e in os.scandir(course)])",
    "the installed packages": "import os; result = bool(os.listdir(packages))",
}


@pytest.mark.parametrize("what", READING)
def test_cannot_be_read_inside_but_outside(
    what: str, walls: Sandbox, open_air: Sandbox, course: Path
) -> None:
    assert not gains(walls, READING[what], **given(course))
    assert gains(open_air, READING[what], **given(course))


WRITING = {
    "making a file": "open(course + '/new', 'w').write('x'); result = True",
    "making a file beside its code": """
        import inside, os
        open(os.path.dirname(inside.__file__) + "/new", "w").write("x")
        result = True
    """,
    "making a file without a name": """
        import os
        result = os.open(course, os.O_TMPFILE | os.O_WRONLY) > 0
    """,
    "overwriting": "open(secret, 'w').write('x'); result = True",
    "opening to append": "open(secret, 'a').write('x'); result = True",
    "opening to change": "open(secret, 'r+').write('x'); result = True",
    "emptying": "import os; os.truncate(secret, 0); result = True",
    "deleting": "import os; os.unlink(secret); result = True",
    "renaming": "import os; os.rename(secret, secret + '2'); result = True",
    "linking": "import os; os.link(secret, secret + '2'); result = True",
    "linking softly": "import os; os.symlink(secret, secret + '2'); result = True",
    "making a folder": "import os; os.mkdir(course + '/new'); result = True",
    "making a pipe": "import os; os.mkfifo(course + '/new'); result = True",
    "changing the mode": "import os; os.chmod(secret, 0o600); result = True",
    "changing the owner": "import os; os.chown(secret, os.getuid(), os.getgid()); result = True",
    "changing the time": "import os; os.utime(secret, (0, 0)); result = True",
    "changing the mode of its code": """
        import inside, os
        os.chmod(inside.__file__, 0o777)
        result = True
    """,
    "changing attributes": "import os; os.setxattr(secret, 'user.x', b'y'); result = True",
    "a database": """
        import sqlite3
        sqlite3.connect(course + "/other.db").execute("create table grade (score)")
        result = True
    """,
    "shared memory": """
        from multiprocessing.shared_memory import SharedMemory
        memory = SharedMemory(create=True, size=100)
        memory.unlink()
        result = True
    """,
    "memory as a file": "import os; result = os.memfd_create('x') > 0",
}
NEED_NOT_WORK_OUTSIDE = {"changing attributes"}  # not every file system has them


@pytest.mark.parametrize("what", WRITING)
def test_changes_nothing_inside_but_outside(
    what: str, walls: Sandbox, open_air: Sandbox, course: Path
) -> None:
    before = everything(course)

    assert not gains(walls, WRITING[what], **given(course))
    assert everything(course) == before
    assert gains(open_air, WRITING[what], **given(course)) or what in NEED_NOT_WORK_OUTSIDE


def everything(folder: Path) -> list[tuple[object, ...]]:
    """Names, modes, owners, times and contents."""
    found = []
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        text = path.read_bytes() if path.is_file() else b""
        found.append((path.name, about.st_mode, about.st_uid, about.st_mtime_ns, text))
    return found


def test_the_library_and_its_own_code_can_be_read(walls: Sandbox) -> None:
    code = """
        import email.message, inspect, inside, json, unittest.mock, xml.dom.minidom
        result = ["def handle" in inspect.getsource(inside), "def dumps" in inspect.getsource(json)]
    """

    assert run(walls, code) == [True, True]


def test_every_extension_module_that_needs_no_new_library_can_be_imported(walls: Sandbox) -> None:
    code = """
        import importlib
        result = [importlib.import_module(name).__name__ for name in names]
    """
    names = [
        "_csv",
        "_pickle",
        "_bisect",
        "_zoneinfo",
        "_asyncio",
        "cmath",
        "select",
        "unicodedata",
    ]

    assert run(walls, code, names=names) == names


def test_nothing_of_the_server_can_be_imported(walls: Sandbox) -> None:
    code = """
        import sys
        found = []
        for name in ("jail", "jail.landlock", "serve", "server", "watch"):
            try:
                __import__(name)
                found.append(name)
            except ImportError:
                pass
        result = [found, [p for p in sys.path if "autograder" in p]]
    """

    assert run(walls, code) == [[], []]


def test_what_site_adds_to_the_path_cannot_be_read(walls: Sandbox) -> None:
    code = """
        import site, sys
        sys.prefix = prefix
        try:
            site.main()
        except OSError:
            pass  # it was refused even the environment's configuration
        sys.path += [prefix + "/lib/python3/site-packages", packages]
        result = []
        for name in ("pluggy", "pytest", "pyseccomp", "kernel_model", "autograder"):
            try:
                __import__(name)
                result.append(name)
            except ImportError:
                pass
    """

    packages = str(Path(pytest.__file__).parent.parent)

    assert run(walls, code, prefix=sys.prefix, packages=packages) == []


def test_no_descriptor_but_its_channel_and_dev_null_is_open(walls: Sandbox) -> None:
    code = """
        import os, stat
        result = {}
        for number in range(64):
            try:
                about = os.fstat(number)
            except OSError:
                continue
            kind = "socket" if stat.S_ISSOCK(about.st_mode) else "other"
            result[number] = "null" if about.st_rdev == os.makedev(1, 3) else kind
    """

    assert run(walls, code) == {"0": "null", "1": "null", "2": "null", "3": "socket"}


def test_the_environment_is_empty(walls: Sandbox) -> None:
    code = """
        import ctypes, os
        environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        result = [dict(os.environ), bool(environ) and environ[0] is not None]
    """

    assert run(walls, code) == [{}, False]


def test_an_old_root_cannot_be_reached_by_leaving_the_new_one(walls: Sandbox) -> None:
    code = """
        import os
        os.chroot("/")
        result = True
    """

    assert not gains(walls, code)
