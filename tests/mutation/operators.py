"""What can be wrong with one node of a syntax tree, as other nodes in its place."""

import ast
import copy
import re
from collections.abc import Callable, Iterator

__all__ = ["variants"]

Variant = tuple[str, ast.AST | None]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "any_of": "all_of", "all_of": "any_of"}
_NAMED = {
    "earliest": "latest",
    "latest": "earliest",
    "start": "end",
    "end": "start",
    "valid_from": "valid_to",
    "YES": "UNKNOWN",
    "NO": "UNKNOWN",
    "UNKNOWN": "NO",
    "COUNTS": "PARTIAL",
    "ASSUMED": "CONTEXT",
    "AGAINST": "COUNTS",
    "WITHDRAWN": "COUNTS",
    "MET": "NOT_MET",
    "NOT_MET": "MET",
    "INDETERMINATE": "NOT_ADDRESSED",
    "REVIEW": "DATA_QUALITY",
    "DISCORDANT": "REVIEW",
}
# A code, a field of the vocabulary or an identifier: one word, not a sentence.
_CODE = re.compile(r"[A-Za-z0-9][\w.:/-]*")


def variants(node: ast.AST) -> list[Variant]:
    """Each by the name of what was done; None leaves the statement out."""
    make = _BY_TYPE.get(type(node))
    return [] if make is None else list(make(node))


def _compare(node: ast.Compare) -> Iterator[Variant]:
    for at, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            changed = copy.deepcopy(node)
            changed.ops[at] = other()
            yield "comparison", changed


def _boolean(node: ast.BoolOp) -> Iterator[Variant]:
    yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for at in range(len(node.values)):
        rest = [value for place, value in enumerate(node.values) if place != at]
        yield "operand dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[Variant]:
    if not isinstance(node.op, ast.USub):
        yield "negation dropped", node.operand


def _arithmetic(node: ast.BinOp) -> Iterator[Variant]:
    if other := _COMPUTED.get(type(node.op)):
        yield "arithmetic", ast.BinOp(node.left, other(), node.right)


def _constant(node: ast.Constant) -> Iterator[Variant]:
    match node.value:
        case bool():
            yield "constant", ast.Constant(not node.value)
        case int() | float():
            yield "constant", ast.Constant(node.value + 1)
            yield "constant", ast.Constant(node.value - 1)
        case str() if _CODE.fullmatch(node.value):
            yield "code", ast.Constant(f"{node.value}-other")


def _call(node: ast.Call) -> Iterator[Variant]:
    match node.func:
        case ast.Name(id=name) if name in _CALLED:
            yield "call swapped", ast.Call(ast.Name(_CALLED[name], ast.Load()), node.args, node.keywords)
        case ast.Name(id="sorted" | "reversed") if node.args:
            yield "order dropped", ast.Call(ast.Name("list", ast.Load()), node.args[:1], [])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg in ("key", "reverse", "default"):
            rest = [other for place, other in enumerate(node.keywords) if place != at]
            yield "argument dropped", ast.Call(node.func, node.args, rest)


def _attribute(node: ast.Attribute) -> Iterator[Variant]:
    if isinstance(node.ctx, ast.Load) and node.attr in _NAMED:
        other = _NAMED[node.attr]
        if node.attr == "UNKNOWN" and isinstance(node.value, ast.Name) and node.value.id == "Verdict":
            other = "NOT_MET"
        yield "member swapped", ast.Attribute(node.value, other, ast.Load())


def _choice(node: ast.If | ast.IfExp | ast.While) -> Iterator[Variant]:
    if not isinstance(node.test, ast.Compare):
        changed = copy.deepcopy(node)
        changed.test = _negated(node.test)
        yield "condition negated", changed


def _filter(node: ast.comprehension) -> Iterator[Variant]:
    for at in range(len(node.ifs)):
        changed = copy.deepcopy(node)
        del changed.ifs[at]
        yield "filter dropped", changed


def _return(node: ast.Return) -> Iterator[Variant]:
    match node.value:
        case None | ast.Constant(value=None | bool()):
            return
        case _:
            yield "return", ast.Return(ast.Constant(None))


def _statement(node: ast.Expr | ast.AugAssign) -> Iterator[Variant]:
    match node:
        case ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="assert_never"))):
            return  # a docstring, and what no run reaches
        case _:
            yield "statement dropped", None


def _jump(node: ast.Continue | ast.Break) -> Iterator[Variant]:
    yield "jump", ast.Break() if isinstance(node, ast.Continue) else ast.Pass()


def _match(node: ast.Match) -> Iterator[Variant]:
    for at in range(len(node.cases) if len(node.cases) > 1 else 0):
        changed = copy.deepcopy(node)
        del changed.cases[at]
        yield "case dropped", changed


def _tuple(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Variant]:
    """A member of a table of codes or constants; what is unpacked or built has a fixed form."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or len(node.elts) < 2:
        return
    if all(isinstance(each, ast.Constant | ast.Attribute) for each in node.elts):
        for at in range(len(node.elts)):
            changed = copy.deepcopy(node)
            del changed.elts[at]
            yield "member dropped", changed


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


_BY_TYPE: dict[type[ast.AST], Callable[..., Iterator[Variant]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.If: _choice,
    ast.IfExp: _choice,
    ast.While: _choice,
    ast.comprehension: _filter,
    ast.Return: _return,
    ast.Expr: _statement,
    ast.AugAssign: _statement,
    ast.Continue: _jump,
    ast.Break: _jump,
    ast.Match: _match,
    ast.Tuple: _tuple,
    ast.List: _tuple,
    ast.Set: _tuple,
}
