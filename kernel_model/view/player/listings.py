"""Functions as the algorithm pane shows them: coloured lines of open ones, words of sealed ones."""

from __future__ import annotations

import ast
import io
import keyword
import textwrap
import tokenize
from html import escape
from typing import Any

from kernel_model.trace import Listing

ANCHOR = "# DOC:"  # by which a lecture finds the lines that it quotes; it says nothing to readers
KINDS = {tokenize.STRING: "s", tokenize.NUMBER: "n", tokenize.COMMENT: "c"}


def shown(listing: Listing) -> dict[str, Any]:
    """What the page gets of a function. Of a sealed one nothing but its steps in words."""
    if listing.sealed:
        return {"sealed": True, "steps": list(dict.fromkeys(listing.steps.values()))}
    if not listing.source:
        return {"sealed": True, "steps": ["its source is not there to be shown"]}
    source = textwrap.dedent("\n".join(listing.source))
    lines = enumerate(source.split("\n"), 1)
    unseen = [number for number, line in lines if line.lstrip().startswith(ANCHOR)]
    return {
        "sealed": False,
        "lines": coloured(source),
        "fold": _docstring(source),
        "unseen": unseen,
    }


def coloured(source: str) -> list[str]:
    """Each line as HTML, with a class for keywords, strings, numbers, comments and steps."""
    lines = source.split("\n")
    marks: list[list[tuple[int, int, str]]] = [[] for _ in lines]
    try:
        for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
            kind = _kind(token)
            if kind:
                (first, start), (last, end) = token.start, token.end
                for row in range(first, last + 1):
                    stop = end if row == last else len(lines[row - 1])
                    marks[row - 1].append((start if row == first else 0, stop, kind))
    except (tokenize.TokenError, SyntaxError):  # half a function: show it plain
        marks = [[] for _ in lines]
    return [_line(line, found) for line, found in zip(lines, marks, strict=True)]


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "k"
    if token.type == tokenize.COMMENT and token.string.startswith("#: "):
        return "p"
    name = tokenize.tok_name[token.type]
    return "s" if name.startswith("FSTRING") else KINDS.get(token.type, "")


def _line(line: str, marks: list[tuple[int, int, str]]) -> str:
    told, at = "", 0
    for start, stop, kind in marks:
        told += escape(line[at:start], quote=False)
        if kind == "p":  # the sign of a step is less than its words
            told, start = f'{told}<i class="c">#: </i>', start + 3
        told += f'<i class="{kind}">{escape(line[start:stop], quote=False)}</i>'
        at = stop
    return told + escape(line[at:], quote=False)


def _docstring(source: str) -> list[int]:
    """First and last line of what of the docstring is folded away: all but its first line."""
    try:
        define = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return []
    first = define.body[0] if isinstance(define, ast.FunctionDef | ast.AsyncFunctionDef) else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        last = first.end_lineno or first.lineno
        return [first.lineno + 1, last] if last > first.lineno else []
    return []
