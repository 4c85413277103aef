"""A notebook's cell without what is not Python: magics, shell lines, requests for help.

Of a submission, this runs in the sandbox only: there are cells of a few thousand characters on
which Python's own parser takes hours.
"""

from __future__ import annotations

import ast

# Cell magics whose body is still Python
TRANSPARENT = {"time", "timeit", "capture", "prun"}


def clean_cell(text: str) -> str:
    """A cell without magics and shell lines; one that is Python already stays as it is.

    Lines keep their numbers. A cell whose magic makes it something else than Python is empty.
    """
    if is_python(text):
        return text
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if lines[first][2:].split(maxsplit=1)[:1] not in [[name] for name in TRANSPARENT]:
            return ""
        lines[first] = ""
    return "\n".join(clean_line(line) for line in lines)


def clean_line(line: str) -> str:
    """A line, or `pass` where it is a magic, a shell line or a request for help."""
    bare = line.strip()
    blank = line[: len(line) - len(line.lstrip())] + "pass"
    if bare.startswith(("%", "!")) or (bare.endswith("?") and "#" not in bare):
        return blank
    name, sign, right = bare.partition("=")
    if sign and right.lstrip().startswith(("!", "%")) and name.strip().isidentifier():
        return line[: len(line) - len(line.lstrip())] + f"{name.strip()} = None"
    return line


def is_python(text: str) -> bool:
    """Does it parse as it stands (`await` at the top included)?

    It is not compiled: CPython's compiler can be made to crash.
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
