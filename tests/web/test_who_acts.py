"""Who acts is asked when they act, not when the page was drawn: read from the code, so that no button can be left out."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.rooms import ROOT

WEB = sorted([*(ROOT / "lib" / "web").glob("*.py"), *(ROOT / "pages").glob("*.py")])

ASKING = {"require", "recheck", "recheck_download", "visitor"}
"""Functions of `session` that look up who is there now."""

OF_THE_RUN = {
    "activity_detail.undo_button",
    "activity_list.undo_cell",
    "audit_list.panel",
    "contacts_panel.panel",
    "request_actions.preview",
    "request_actions.preview_of_cut",
    "request_packs.next_pack",
}
"""Functions that only draw, in the run of a page that asked who is there."""

WITHOUT_PEOPLE = {"wait_for_database", "offer_newer"}
"""Parts of pages that show nothing of the store."""

OF_THE_SIGN_IN = {"admission", "gate", "session", "visits"}
"""Modules that find out who is there."""

WITHOUT_DATA = {
    "lib.documents.import_examples.template_workbook",
    "lib.documents.import_examples.example_csv",
    "lib.web.reconcile_file.example",
}
"""Builders of downloads that hold nothing of the store."""

PASSED_ON = {"lib.web.reconcile_download.build", "lib.web.cloud_lists.build", "lib.web.policy_rows.table.file"}
"""Builders that the caller of a button's function names."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports_of(path: Path) -> dict[str, str]:
    """What the names that a module imports stand for."""
    names = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def functions_of(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]


def actor_of(function: ast.FunctionDef) -> tuple[int, str] | None:
    """The place and name of the parameter that says who acts."""
    for place, parameter in enumerate([*function.args.args, *function.args.kwonlyargs]):
        if parameter.arg == "actor" or (parameter.annotation and ast.unparse(parameter.annotation) == "Actor"):
            return place, parameter.arg
    return None


@cache
def deeds() -> dict[str, tuple[int, str]]:
    """Every function below the pages that somebody does something by, with the parameter that says who."""
    found = {}
    for path in [*(ROOT / "lib").rglob("*.py")]:
        for function in functions_of(path):
            actor = actor_of(function)
            if actor and not module_of(path).startswith(("lib.cli", "lib.domain.roles")):
                found[f"{module_of(path)}.{function.name}"] = actor
    return found


@cache
def reexports() -> dict[str, str]:
    """What packages pass on from their modules."""
    found = {}
    for path in (ROOT / "lib").rglob("__init__.py"):
        found.update({f"{module_of(path)}.{name}": origin for name, origin in imports_of(path).items()})
    return found


def resolved(expression: ast.expr, path: Path) -> str:
    """The full name of what an expression names, in a module."""
    text = ast.unparse(expression)
    first, dot, rest = text.partition(".")
    name = imports_of(path).get(first, f"{module_of(path)}.{first}") + dot + rest
    return reexports().get(name, name)


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def asks(call: ast.expr) -> bool:
    """Whether a call asks who is there now."""
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "session"
        and call.func.attr in ASKING
    )


def people_asked(function: ast.FunctionDef) -> set[str]:
    """The names that a function has for who is there now, or takes as who acts from a caller who asked."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and asks(node.value):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.arg) and node.arg == "actor":
            names.add("actor")
    return names


def stale_deeds(path: Path) -> Iterator[str]:
    """Functions of a module that let somebody act without asking who it is now."""
    for function in functions_of(path):
        asked = people_asked(function)
        for call in calls_in(function):
            deed = deeds().get(resolved(call.func, path))
            if deed is None:
                continue
            place, name = deed
            by_name = [keyword.value for keyword in call.keywords if keyword.arg == name]
            actor = (by_name or call.args[place : place + 1] or [ast.Constant(None)])[0]
            if not (asks(actor) or ast.unparse(actor) in asked):
                yield f"{path.stem}.{function.name}"


def own_calls(path: Path, function: ast.FunctionDef) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The functions of pages and `lib.web` that a function calls."""
    for call in calls_in(function):
        yield from function_of(resolved(call.func, path))


def asks_within(path: Path, function: ast.FunctionDef, callers: frozenset[str] = frozenset()) -> bool:
    """Whether a function asks who is there now, or one that it calls."""
    if any(map(asks, calls_in(function))):
        return True
    others = [one for one in own_calls(path, function) if one[1].name not in {*callers, function.name}]
    return any(asks_within(*one, callers | {function.name}) for one in others)


def builders(path: Path) -> Iterator[str]:
    """The full names of the functions that build a module's downloads."""
    for call in calls_in(tree_of(path)):
        if ast.unparse(call.func).endswith(("download_button.show", "reconcile_download.button")):
            builder = next((each for each in call.args if isinstance(each, ast.Call) and each.args), call.args[1])
            yield resolved(builder.args[0] if isinstance(builder, ast.Call) else builder, path)
        if ast.unparse(call.func).endswith("MoveTable"):
            yield from (resolved(keyword.value, path) for keyword in call.keywords if keyword.arg == "file")


def function_of(name: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The function of pages or `lib.web` that has a full name."""
    module, _, own_name = name.rpartition(".")
    for path in WEB:
        if module_of(path) == module:
            yield from ((path, one) for one in functions_of(path) if one.name == own_name)


def test_a_deed_is_done_by_whoever_is_there_now() -> None:
    found = {deed for path in WEB if path.stem not in OF_THE_SIGN_IN for deed in stale_deeds(path)}
    assert found == OF_THE_RUN


def test_what_is_written_is_written_by_somebody() -> None:
    for path in WEB:
        for function in functions_of(path):
            is_writing = any(ast.unparse(call.func).startswith("database.writing") for call in calls_in(function))
            if is_writing and path.stem not in OF_THE_SIGN_IN:
                assert people_asked(function) or any(map(asks, calls_in(function))), f"{path.stem}.{function.name}"


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_what_is_drawn_again_without_its_page_asks_who_is_there(path: Path) -> None:
    for function in functions_of(path):
        decorators = " ".join(map(ast.unparse, function.decorator_list))
        if ("st.dialog" in decorators or "st.fragment" in decorators) and function.name not in WITHOUT_PEOPLE:
            _, first, *_ = function.body
            assert any(map(asks, calls_in(first))), function.name
            assert "user" not in [parameter.arg for parameter in function.args.args], function.name


def test_a_file_is_built_for_whoever_may_still_have_it() -> None:
    names = {name for path in WEB for name in builders(path)} - WITHOUT_DATA
    built = [one for name in names for one in function_of(name)]
    assert len(built) >= 17
    for path, function in built:
        assert asks_within(path, function), f"{path.stem}.{function.name}"
    others = {name for name in names if not list(function_of(name))}
    assert others == PASSED_ON
