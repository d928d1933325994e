"""Which pages there are."""

import ast
from pathlib import Path

PAGES = Path(__file__).parents[2] / "ticketapp" / "pages"


def routes() -> set[str]:
    """List the routes that the pages register; "404" is the page for all others."""
    return {
        node.value.value
        for file in PAGES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.keyword) and node.arg == "route" and isinstance(node.value, ast.Constant)
    }
