"""House rules: each reads one source text and gives the lines that break it."""

import ast
import re
from collections.abc import Callable, Iterator

Rule = Callable[[str], list[str]]

FUNCTION_LINES_MAX = 60
HANDLER_LINES_MAX = 30
FILE_LINES_MAX = 400
MONEY = re.compile(r"minor|price|amount|fee|total|cents", re.IGNORECASE)
HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")


def ended_transactions(source: str) -> list[str]:
    """Only the runtime commits and rolls back."""
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in _nodes(source, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}
    ]


def undeclared_events(source: str) -> list[str]:
    """Every public method of a state can be called by any browser, so each says that it means to be."""
    return [
        f"{method.lineno}: {state.name}.{method.name}"
        for state in _states(source)
        for method in _functions(state)
        if not method.name.startswith("_")
        and not _decorators(method) & {"rx.event", "rx.var", "event", "var"}
    ]


def states_without_role(source: str) -> list[str]:
    """Every state says who may call it; the guard refuses one that does not."""
    return [
        f"{state.lineno}: {state.name}"
        for state in _states(source)
        if not any(keyword.arg == "mixin" for keyword in state.keywords)
        and "REQUIRED_ROLE" not in {name for statement in state.body for name in _assigned(statement)}
    ]


def long_handlers(source: str) -> list[str]:
    """A handler asks one thing of a service and shows the answer."""
    return [
        f"{method.lineno}: {state.name}.{method.name} has {_length(method)} lines"
        for state in _states(source)
        for method in _functions(state)
        if _length(method) > HANDLER_LINES_MAX
    ]


def long_functions(source: str) -> list[str]:
    return [
        f"{function.lineno}: {function.name} has {_length(function)} lines"
        for function in _nodes(source, ast.FunctionDef, ast.AsyncFunctionDef)
        if _length(function) > FUNCTION_LINES_MAX
    ]


def long_files(source: str) -> list[str]:
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines > FILE_LINES_MAX else []


def hex_colours(source: str) -> list[str]:
    """Colours are tokens of assets/styles.css."""
    return [
        f"{text.lineno}: {found.group()}"
        for text in _nodes(source, ast.Constant)
        if isinstance(text.value, str)
        for found in HEX_COLOUR.finditer(text.value)
    ]


def floating_money(source: str) -> list[str]:
    """Money is whole minor units: no float, no division that makes one."""
    divisions = [node for node in _nodes(source, ast.BinOp) if isinstance(node.op, ast.Div)]
    floats = [node for node in _nodes(source, ast.Call) if ast.unparse(node.func) == "float"]
    annotated = [node for node in _nodes(source, ast.AnnAssign, ast.arg) if _is_float(node.annotation)]
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in (*divisions, *floats, *annotated)
        if MONEY.search(ast.unparse(node))
    ]


def assigned_statuses(source: str) -> list[str]:
    """A status changes through its table of legal moves."""
    moves = [
        range(node.lineno, node.lineno + _length(node))
        for node in _nodes(source, ast.FunctionDef)
        if node.name == "move_to"
    ]
    return [
        f"{assignment.lineno}: {ast.unparse(assignment)}"
        for assignment in _nodes(source, ast.Assign)
        for target in assignment.targets
        if isinstance(target, ast.Attribute) and target.attr == "status"
        if not any(assignment.lineno in lines for lines in moves)
    ]


def skipped_or_sleeping_tests(source: str) -> list[str]:
    """A test runs, and waits only for what it names."""
    banned = {
        "pytest.skip",
        "pytest.mark.skip",
        "pytest.mark.skipif",
        "pytest.mark.xfail",
        "pytest.importorskip",
    }
    banned |= {"time.sleep", "asyncio.sleep", "page.wait_for_timeout"}
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in _nodes(source, ast.Attribute)
        if ast.unparse(node) in banned
    ]


def searched_assets(source: str) -> list[str]:
    """An island lies in assets/islands: for one beside its component Reflex searches the whole stack at each start."""
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in _nodes(source, ast.Call)
        if ast.unparse(call.func) == "rx.asset" and any(keyword.arg == "shared" for keyword in call.keywords)
    ]


def app_imports(source: str) -> list[str]:
    """A migration runs when the app has long changed, so it imports nothing of it."""
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in _nodes(source, ast.Import, ast.ImportFrom)
        if "ticketapp" in ast.unparse(node)
    ]


def unfinished_words(source: str) -> list[str]:
    """What is not done is not left in the code."""
    marks = ("TO" + "DO", "FIX" + "ME")
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(source.splitlines(), start=1)
        if any(re.search(rf"\b{mark}\b", line) for mark in marks)
    ]


def _nodes(source: str, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))


def _states(source: str) -> Iterator[ast.ClassDef]:
    for node in _nodes(source, ast.ClassDef):
        if any(ast.unparse(base).endswith("State") for base in node.bases):
            yield node


def _functions(owner: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in owner.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _decorators(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {ast.unparse(mark).split("(")[0] for mark in function.decorator_list}


def _assigned(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.AnnAssign):
        return [ast.unparse(statement.target)]
    if isinstance(statement, ast.Assign):
        return [ast.unparse(target) for target in statement.targets]
    return []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def _is_float(annotation: ast.expr | None) -> bool:
    return annotation is not None and "float" in ast.unparse(annotation)
