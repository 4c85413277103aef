"""Wrong values: numbers, arithmetic, bits, lengths, keys, parts of a text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import New, Place, but, expression, operator
from autograder.audit.source import SAID

ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv, ast.Add),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
}
BITS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitOr,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}
MASK = 64  # from here on a number is taken for bits


@operator
def number(place: Place) -> Iterator[New]:
    """a number is one too large, or one too small"""
    node = place.node
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


@operator
def mask(place: Place) -> Iterator[New]:
    """a mask has three bits too few, at one of its ends, or three too many"""
    node = place.node
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= MASK:
        yield ast.Constant(node.value >> 3)
        yield ast.Constant(node.value & ~7)
        yield ast.Constant(node.value << 3 | 7)


@operator
def length(place: Place) -> Iterator[New]:
    """a length is one too large, or one too small"""
    node = place.node
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "len":
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


@operator
def truth(place: Place) -> Iterator[New]:
    """True for False, False for True"""
    node = place.node
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)


@operator
def key(place: Place) -> Iterator[New]:
    """the value under another key"""
    node = place.node
    keyed = isinstance(place.parent, ast.Call | ast.Subscript | ast.Dict)
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and keyed
        and node is not SAID
    ):
        yield ast.Constant(node.value + "_")


@operator
def arithmetic(place: Place) -> Iterator[New]:
    """another operation on numbers"""
    node = place.node
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in ARITHMETIC.get(type(node.op), ()):
            yield but(node, op=other())


@operator
def bits(place: Place) -> Iterator[New]:
    """another operation on bits"""
    node = place.node
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in BITS.get(type(node.op), ()):
            yield but(node, op=other())


@operator
def operand(place: Place) -> Iterator[New]:
    """one operand alone, in place of two"""
    node = place.node
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right


@operator
def sign(place: Place) -> Iterator[New]:
    """a sign or a complement is forgotten"""
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.USub):
        yield node.operand


@operator
def sets(place: Place) -> Iterator[New]:
    """a counter is set and not counted on"""
    node = place.node
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=node.lineno)


@operator
def whole_word(place: Place) -> Iterator[New]:
    """a flag is compared with the whole word of flags"""
    node = place.node
    asked = isinstance(place.parent, ast.If | ast.While | ast.BoolOp | ast.IfExp | ast.UnaryOp)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and asked:
        yield ast.Compare(node.left, [ast.Eq()], [node.right])


@operator
def slices(place: Place) -> Iterator[New]:
    """a part that begins or ends elsewhere, or the whole"""
    node = place.node
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        yield node.value
        lower, upper = node.slice.lower, node.slice.upper
        yield but(node, slice=ast.Slice(upper, lower))
        for one in ("+ 1", "- 1"):
            if upper is not None:
                end = expression(f"({ast.unparse(upper)}) {one}")
                yield but(node, slice=but(node.slice, upper=end))
            if lower is not None:
                begin = expression(f"({ast.unparse(lower)}) {one}")
                yield but(node, slice=but(node.slice, lower=begin))
