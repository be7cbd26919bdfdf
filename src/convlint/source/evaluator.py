"""Computes what Python text would compute, with a small set of values, and never runs it.

A tree of the text is walked with the values of ``values.py``. What the text does not define and no table models is
``Outside`` or ``Unknown``; a condition on something unknown makes the function that asks it unknown. Work is counted:
every statement and expression is a step of ``Run.budget``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from convlint.source import operators, python, records
from convlint.source.calls import Calls
from convlint.source.outside import canonical, names_of
from convlint.source.running import Frame
from convlint.source.values import (
    ITEMS_A_STEP,
    MAX_ITEMS,
    MISSING,
    Class,
    Exhausted,
    Function,
    Lazy,
    Module,
    Outside,
    Property,
    Raised,
    Static,
    Tensor,
    Undecided,
    Unknown,
    bounded,
    weight,
)

if TYPE_CHECKING:
    from convlint.source.repository import Repository
    from convlint.source.text import SourceFile

#: Steps that all scales of one file may take: a scale of a stock file takes 25,000 to 60,000.
BUDGET = 2_000_000

#: What a statement did: None to go on, or why the block ends, with the value that is returned.
Ended: TypeAlias = tuple[str, Any] | None


class Run(Calls):
    """One evaluation of a repository's code, with what was read and the work that is left."""

    def __init__(self, repository: Repository, budget: int = BUDGET) -> None:
        super().__init__()
        self.repository = repository
        self.budget = budget
        #: What a file's names stand for, as far as somebody asked.
        self.names: dict[str, dict[str, Any]] = {}
        self._asked: set[tuple[str, str]] = set()

    def step(self) -> None:
        """Count one step."""
        self.budget -= 1
        if self.budget < 0:
            raise Exhausted("the work that one file may cost is used up")

    def weigh(self, value: Any) -> Any:
        """A value, after the work of going over all that it holds is counted."""
        self.spend(weight(value))
        return value

    def spend(self, items: int) -> None:
        """Count the work of going over some items at once, or of making them."""
        self.budget -= items // ITEMS_A_STEP
        if self.budget < 0:
            raise Exhausted("the work that one file may cost is used up")

    # Names of files ---------------------------------------------------------------------------------------------

    def global_name(self, file: SourceFile, name: str) -> Any:
        """What a name of a file stands for; ``Raised`` if there is certainly none."""
        known = self.names.setdefault(file.name, {})
        if name in known:
            return known[name]
        value = self.find_name(file, name, set())
        if value is MISSING:
            value = python.BUILTINS.get(name, MISSING)
        if value is MISSING:
            if name in ("__name__", "__file__", "__package__", "__doc__"):
                return file.name if name == "__name__" else Unknown(name)
            raise Raised(NameError, f"name '{name}' is not defined")
        known[name] = value
        return value

    def find_name(self, file: SourceFile, name: str, seen: set[str]) -> Any:
        """What a file binds to a name itself or by ``import *``; ``MISSING`` if it does not."""
        if file.name in seen:
            return MISSING
        if file.problem is not None:
            return self.unreadable(file)
        seen.add(file.name)
        known = self.names.setdefault(file.name, {})
        if name in known:
            return known[name]
        own = file.names.get(name, ())
        last = own[-1] if own else -1
        outside: str | None = None
        # A later `import *` takes the place of what was bound before it.
        for number, level, module in reversed(file.stars):
            if number < last:
                break
            target = self.repository.resolve(file, level, module)
            source = self.repository.file(target)
            if source is None:
                known_names = names_of(target)
                if known_names is None:
                    outside = outside or target
                elif name in known_names:
                    return Outside(canonical(f"{target}.{name}"))
                continue
            if source.exports is not None:
                if name not in source.exports:
                    continue
            elif name.startswith("_"):
                continue
            found = self.find_name(source, name, seen)
            if found is not MISSING:
                return found
        if own:
            return self.own_name(file, name, own)
        if outside is not None and name not in python.BUILTINS:
            return Unknown(f"`{name}` may come from {outside}")
        return MISSING

    def own_name(self, file: SourceFile, name: str, numbers: Sequence[int]) -> Any:
        """Run the statements of a file that bind a name, in order."""
        asked = (file.name, name)
        if asked in self._asked:
            return Unknown(f"`{name}` is defined by itself")
        self._asked.add(asked)
        variables = self.names.setdefault(file.name, {})
        frame = Frame(file, variables)
        try:
            for number in numbers:
                statement = file.statement(number)
                if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
                    try:
                        self.execute(statement, frame)
                    except Undecided as undecided:
                        variables.setdefault(name, Unknown(str(undecided)))
                else:
                    self.execute(statement, frame)
        except Undecided as undecided:
            variables[name] = Unknown(str(undecided))
        except Raised as raised:
            # A file whose own code raised could not be imported at all: it is the evaluator that knows too little.
            variables[name] = Unknown(f"`{name}` of {file.path} ({raised.words})")
        finally:
            self._asked.discard(asked)
        # What is no Python is found out when it is asked for.
        return variables.get(name, MISSING) if file.problem is None else self.unreadable(file)

    def unreadable(self, file: SourceFile) -> Unknown:
        """What the names of a file that is no Python stand for."""
        return Unknown(f"{file.path}: {file.problem}")

    def module(self, dotted: str) -> Any:
        """A module of the repository or from outside."""
        file = self.repository.file(dotted)
        if dotted in self.repository.unread:
            return Outside(canonical(dotted))
        return (
            Module(dotted, file) if file is not None or self.repository.folder(dotted) else Outside(canonical(dotted))
        )

    def module_attribute(self, module: Module, name: str) -> Any:
        """A name of a module, or a module below it."""
        if module.file is not None:
            found = self.find_name(module.file, name, set())
            if found is not MISSING:
                self.names.setdefault(module.file.name, {}).setdefault(name, found)
                return found
        below = f"{module.name}.{name}"
        if self.repository.file(below) is not None or self.repository.folder(below):
            return self.module(below)
        if name == "__version__":
            return self.repository.version
        raise Raised(AttributeError, f"module '{module.name}' has no attribute '{name}'")

    # Statements -------------------------------------------------------------------------------------------------

    def block(self, statements: Iterable[ast.stmt], frame: Frame) -> Ended:
        """Execute statements in order."""
        for statement in statements:
            ended = self.execute(statement, frame)
            if ended is not None:
                return ended
        return None

    def execute(self, node: ast.stmt, frame: Frame) -> Ended:
        """Execute one statement."""
        self.step()
        method = getattr(self, f"do_{type(node).__name__}", None)
        if method is None:
            raise Undecided(f"line {node.lineno} of {frame.file.path}: {type(node).__name__} is not understood")
        ended: Ended = method(node, frame)
        return ended

    def do_Expr(self, node: ast.Expr, frame: Frame) -> Ended:
        if not isinstance(node.value, ast.Constant):
            self.evaluate(node.value, frame)
        return None

    def do_Pass(self, node: ast.stmt, frame: Frame) -> Ended:
        return None

    def do_Assign(self, node: ast.Assign, frame: Frame) -> Ended:
        value = self.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame)
        return None

    def do_AnnAssign(self, node: ast.AnnAssign, frame: Frame) -> Ended:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, frame), frame)
        return None

    def do_AugAssign(self, node: ast.AugAssign, frame: Frame) -> Ended:
        target = node.target
        load = ast.copy_location(_loaded(target), target)
        before = self.evaluate(load, frame)
        value = self.evaluate(node.value, frame)
        if isinstance(before, list) and isinstance(node.op, ast.Add) and not isinstance(value, Unknown | Tensor):
            for item in self.iterate(value):
                before.append(item)
                bounded(before)
            return None
        self.assign(target, operators.binary(self, node.op, before, value), frame)
        return None

    def do_Return(self, node: ast.Return, frame: Frame) -> Ended:
        return "return", None if node.value is None else self.evaluate(node.value, frame)

    def do_Break(self, node: ast.stmt, frame: Frame) -> Ended:
        return "break", None

    def do_Continue(self, node: ast.stmt, frame: Frame) -> Ended:
        return "continue", None

    def do_If(self, node: ast.If, frame: Frame) -> Ended:
        test = self.evaluate(node.test, frame)
        try:
            holds = self.truth(test)
        except Undecided as undecided:
            return self.either([node.body, node.orelse], frame, undecided)
        block, other = (node.body, node.orelse) if holds else (node.orelse, node.body)
        if block and isinstance(block[-1], ast.Raise) and "is_cuda" in ast.unparse(node.test):
            # It is made for a GPU, and people have one.
            block = other
        return self.block(block, frame)

    def either(self, blocks: Sequence[Sequence[ast.stmt]], frame: Frame, why: Undecided) -> Ended:
        """One of some blocks runs, and nobody knows which: what they would set is unknown afterwards.

        A branch that does nothing but raise is taken not to run, because networks that are trained do not raise.
        """
        left = [block for block in blocks if not (block and isinstance(block[-1], ast.Raise))]
        if len(left) == 1 and len(blocks) > 1:
            return self.block(left[0], frame)
        targets: list[ast.expr] = []
        for block in left:
            for statement in block:
                if not _touched(statement, targets):
                    raise why
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if len(names) == len(targets) and self.agreed(blocks if len(left) == len(blocks) else left, names, frame):
            return None
        for target in targets:
            self.assign(target, Unknown(str(why)), frame)
        return None

    def agreed(self, blocks: Sequence[Sequence[ast.stmt]], names: Sequence[str], frame: Frame) -> bool:
        """Whether some names have the same values behind each of some blocks, or tensors of the same shapes.

        The last block counts as the one that ran: what the others leave in the trace is taken out again.
        """
        before = dict(frame.locals)
        found: list[dict[str, Any]] = []
        for block in blocks:
            frame.locals.clear()
            frame.locals.update(before)
            start = len(self.trace.layers)
            try:
                ended = self.block(block, frame)
            except (Raised, Undecided):
                ended = "break", None
            values = {name: frame.locals.get(name, _UNBOUND) for name in names}
            if ended is not None or (found and not all(_alike(values[name], found[0][name]) for name in names)):
                self.trace.cut(start)
                frame.locals.clear()
                frame.locals.update(before)
                return False
            found.append(values)
            if len(found) < len(blocks):
                self.trace.cut(start)
        for name, value in found[-1].items():
            if any(other[name] is _UNBOUND for other in found):
                # Set on one way alone: what is read afterwards is set anew, or not known.
                frame.locals[name] = _UNBOUND
            elif isinstance(value, Tensor) and any(other[name].data != value.data for other in found):
                frame.locals[name] = Tensor(value.shape, value.source)
        return True

    def do_For(self, node: ast.For, frame: Frame) -> Ended:
        items = self.iterate(self.evaluate(node.iter, frame))
        on_row, frame.on_row = frame.on_row, None
        for number, item in enumerate(items):
            self.step()
            if on_row is not None:
                on_row(number)
            self.assign(node.target, item, frame)
            ended = self.block(node.body, frame)
            if ended is not None:
                if ended[0] == "break":
                    return None
                if ended[0] == "return":
                    return ended
        return self.block(node.orelse, frame)

    def do_While(self, node: ast.While, frame: Frame) -> Ended:
        while self.truth(self.evaluate(node.test, frame)):
            self.step()
            ended = self.block(node.body, frame)
            if ended is not None:
                if ended[0] == "break":
                    return None
                if ended[0] == "return":
                    return ended
        return self.block(node.orelse, frame)

    def do_With(self, node: ast.With, frame: Frame) -> Ended:
        suppressed: list[Any] = []
        for item in node.items:
            manager = self.evaluate(item.context_expr, frame)
            if isinstance(manager, python.Suppress):
                suppressed.extend(manager.kinds)
            if item.optional_vars is not None:
                entered = manager if isinstance(manager, Tensor) else Unknown("what a context manager gives")
                self.assign(item.optional_vars, entered, frame)
        try:
            return self.block(node.body, frame)
        except Raised as raised:
            if any(python.is_kind(raised.kind, kind) for kind in suppressed):
                return None
            raise

    def do_Try(self, node: ast.Try, frame: Frame) -> Ended:
        try:
            ended = self.tried(node, frame)
        except (Exhausted, RecursionError):
            # There is no more work to be done, not for `finally` either.
            raise
        except Exception:
            last = self.block(node.finalbody, frame)
            if last is not None:
                return last
            raise
        last = self.block(node.finalbody, frame)
        return last if last is not None else ended

    def tried(self, node: ast.Try, frame: Frame) -> Ended:
        """A ``try`` without its ``finally``."""
        try:
            ended = self.block(node.body, frame)
            return ended if ended is not None else self.block(node.orelse, frame)
        except Raised as raised:
            handler = self.handler(node.handlers, raised, frame)
            if handler is None:
                raise
            if handler.name:
                frame.locals[handler.name] = raised.value or python.exception_object(raised)
            before, self.handled = self.handled, raised
            try:
                return self.block(handler.body, frame)
            finally:
                self.handled = before

    def handler(self, handlers: Sequence[ast.ExceptHandler], raised: Raised, frame: Frame) -> ast.ExceptHandler | None:
        """The handler that takes what was raised."""
        for handler in handlers:
            if handler.type is None:
                return handler
            kinds = self.evaluate(handler.type, frame)
            for kind in kinds if isinstance(kinds, tuple) else (kinds,):
                if isinstance(kind, Unknown):
                    raise Undecided(kind.why)
                if python.is_kind(raised.kind, kind):
                    return handler
        return None

    def do_Raise(self, node: ast.Raise, frame: Frame) -> Ended:
        if node.exc is None:
            raise self.handled or Raised(RuntimeError, "No active exception to reraise")
        raise self.raised(self.evaluate(node.exc, frame))

    def do_Assert(self, node: ast.Assert, frame: Frame) -> Ended:
        test = self.evaluate(node.test, frame)
        if isinstance(test, Unknown | Tensor):
            self.doubts += 1
            return None
        try:
            holds = self.truth(test)
        except Undecided:
            return None
        if not holds:
            message = "" if node.msg is None else self.text(self.evaluate(node.msg, frame))
            raise Raised(AssertionError, message if isinstance(message, str) else "")
        return None

    def do_Import(self, node: ast.Import, frame: Frame) -> Ended:
        for alias in node.names:
            if alias.asname:
                frame.locals[alias.asname] = self.module(alias.name)
            else:
                first = alias.name.partition(".")[0]
                frame.locals[first] = self.module(first)
        return None

    def do_ImportFrom(self, node: ast.ImportFrom, frame: Frame) -> Ended:
        target = self.repository.resolve(frame.file, node.level, node.module or "")
        module = self.module(target)
        for alias in node.names:
            if alias.name == "*":
                continue
            try:
                value = self.attribute(module, alias.name)
            except Raised:
                if node.level or isinstance(module, Module):
                    message = f"cannot import name '{alias.name}' from '{target}'"
                    raise Raised(ImportError, message) from None
                raise
            frame.locals[alias.asname or alias.name] = value
        return None

    def do_Global(self, node: ast.Global, frame: Frame) -> Ended:
        for name in node.names:
            frame.globals[name] = self.names.setdefault(frame.file.name, {})
        return None

    def do_Nonlocal(self, node: ast.Nonlocal, frame: Frame) -> Ended:
        for name in node.names:
            for scope in frame.scopes:
                if name in scope:
                    frame.globals[name] = scope
                    break
        return None

    def do_Delete(self, node: ast.Delete, frame: Frame) -> Ended:
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.locals.pop(target.id, None)
            elif isinstance(target, ast.Attribute):
                self.delete_attribute(self.evaluate(target.value, frame), target.attr)
            elif isinstance(target, ast.Subscript):
                holder = self.evaluate(target.value, frame)
                key = self.evaluate(target.slice, frame)
                operators.delete_item(self, holder, key)
        return None

    def do_FunctionDef(self, node: ast.FunctionDef, frame: Frame) -> Ended:
        made: Any = self.function(node.name, node, frame)
        for decorator in reversed(node.decorator_list):
            made = self.decorated(self.evaluate(decorator, frame), made)
        frame.locals[node.name] = made
        return None

    def function(self, name: str, node: ast.FunctionDef | ast.Lambda, frame: Frame) -> Function:
        """A function with the values of its defaults."""
        arguments = node.args
        defaults = [self.evaluate(default, frame) for default in arguments.defaults]
        named = {
            argument.arg: self.evaluate(default, frame)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        }
        inside = frame.function is not None or frame.scopes
        scopes = (frame.locals, *frame.scopes) if inside else ()
        return Function(name, node, frame.file, scopes, defaults, named)

    def do_ClassDef(self, node: ast.ClassDef, frame: Frame) -> Ended:
        bases = []
        for base in node.bases:
            value = self.evaluate(base, frame)
            bases.append(value if isinstance(value, Class | Outside) else Outside(f"unknown.{ast.unparse(base)[:80]}"))
        made = Class(node.name, f"{frame.file.name}.{node.name}", frame.file, bases)
        # A class must be there for what its body says of it by name only after it; its functions see it then.
        body = Frame(frame.file, made.fields, (frame.locals, *frame.scopes) if frame.function is not None else ())
        body.function = None
        for statement in node.body:
            try:
                self.execute(statement, body)
            except Undecided as undecided:
                targets: list[ast.expr] = []
                _touched(statement, targets)
                for target in targets:
                    if isinstance(target, ast.Name):
                        made.fields[target.id] = Unknown(str(undecided))
        for field in made.fields.values():
            function = field.getter if isinstance(field, Property) else field
            function = function.function if isinstance(function, Static) else function
            if isinstance(function, Function):
                function.owner = made
        frame.locals[node.name] = made
        for decorator in node.decorator_list:
            value = self.evaluate(decorator.func if isinstance(decorator, ast.Call) else decorator, frame)
            if value == records.DATACLASS:
                records.become(made, node.body)
                continue
            value = self.evaluate(decorator, frame)
            if isinstance(value, Function):
                frame.locals[node.name] = self.call(value, [made], {})
        return None

    # Assignments ------------------------------------------------------------------------------------------------

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        """Bind a target."""
        if isinstance(target, ast.Name):
            frame.globals.get(target.id, frame.locals)[target.id] = value
        elif isinstance(target, ast.Attribute):
            self.set_attribute(self.evaluate(target.value, frame), target.attr, value)
        elif isinstance(target, ast.Subscript):
            holder = self.evaluate(target.value, frame)
            operators.store_item(self, holder, self.evaluate(target.slice, frame), value)
        elif isinstance(target, ast.Tuple | ast.List):
            self.unpack(target.elts, value, frame)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, frame)

    def unpack(self, targets: Sequence[ast.expr], value: Any, frame: Frame) -> None:
        """Bind several targets to the items of a value."""
        starred = next((number for number, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
        if isinstance(value, Unknown) or (
            isinstance(value, Tensor) and not (value.shape and value.shape[0] is not None)
        ):
            why = value.why if isinstance(value, Unknown) else "the items of a tensor of unknown size"
            for target in targets:
                self.assign(target, Unknown(why), frame)
            return
        items = list(self.iterate(value))
        if starred is None:
            if len(items) > len(targets):
                raise Raised(ValueError, f"too many values to unpack (expected {len(targets)})")
            if len(items) < len(targets):
                raise Raised(ValueError, f"not enough values to unpack (expected {len(targets)}, got {len(items)})")
        else:
            behind = len(targets) - starred - 1
            if len(items) < starred + behind:
                least = starred + behind
                raise Raised(ValueError, f"not enough values to unpack (expected at least {least}, got {len(items)})")
            middle = items[starred : len(items) - behind]
            items = [*items[:starred], middle, *items[len(items) - behind :]]
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item, frame)

    # Expressions ------------------------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""
        self.step()
        kind = type(node)
        if kind is ast.Constant:
            return node.value  # type: ignore[attr-defined]
        if kind is ast.Name:
            return self.variable(node.id, frame)  # type: ignore[attr-defined]
        method = getattr(self, f"get_{kind.__name__}", None)
        if method is None:
            return Unknown(f"line {node.lineno} of {frame.file.path}: {kind.__name__} is not understood")
        return method(node, frame)

    def variable(self, name: str, frame: Frame) -> Any:
        """What a name stands for."""
        if name in frame.globals:
            scope = frame.globals[name]
            if name in scope:
                return scope[name]
        if name in frame.locals:
            return frame.locals[name]
        for scope in frame.scopes:
            if name in scope:
                return scope[name]
        if name == "__class__" and frame.function is not None and frame.function.owner is not None:
            return frame.function.owner
        function = frame.function
        if function is not None and name in self.local_names(function):
            message = f"cannot access local variable '{name}' where it is not associated with a value"
            raise Raised(UnboundLocalError, message)
        return self.global_name(frame.file, name)

    def get_Attribute(self, node: ast.Attribute, frame: Frame) -> Any:
        return self.attribute(self.evaluate(node.value, frame), node.attr)

    def get_Call(self, node: ast.Call, frame: Frame) -> Any:
        called = self.evaluate(node.func, frame)
        arguments: list[Any] = []
        certain = True
        for one in node.args:
            if isinstance(one, ast.Starred):
                given = self.evaluate(one.value, frame)
                if isinstance(given, Unknown):
                    certain = False
                else:
                    arguments.extend(self.iterate(given))
            else:
                arguments.append(self.evaluate(one, frame))
        keywords: dict[str, Any] = {}
        for word in node.keywords:
            value = self.evaluate(word.value, frame)
            if word.arg is not None:
                keywords[word.arg] = value
            elif isinstance(value, dict):
                keywords.update({key: item for key, item in value.items() if isinstance(key, str)})
            else:
                certain = False
        if not certain:
            return Unknown("called with arguments that are not known")
        if isinstance(called, Outside) and called.path in python.FRAME_FUNCTIONS:
            return python.FRAME_FUNCTIONS[called.path](self, frame, *arguments)
        return self.call(called, arguments, keywords)

    def get_BinOp(self, node: ast.BinOp, frame: Frame) -> Any:
        left = self.evaluate(node.left, frame)
        return operators.binary(self, node.op, left, self.evaluate(node.right, frame))

    def get_UnaryOp(self, node: ast.UnaryOp, frame: Frame) -> Any:
        value = self.evaluate(node.operand, frame)
        if isinstance(node.op, ast.Not):
            return value if isinstance(value, Unknown | Tensor) else not self.truth(value)
        return operators.unary(self, node.op, value)

    def get_BoolOp(self, node: ast.BoolOp, frame: Frame) -> Any:
        stops = isinstance(node.op, ast.Or)
        unknown: Unknown | None = None
        value: Any = None
        for one in node.values:
            value = self.evaluate(one, frame)
            try:
                holds = self.truth(value)
            except Undecided as undecided:
                unknown = Unknown(str(undecided))
                continue
            if holds == stops:
                # `unknown or True` is true and `unknown and False` is false, whatever the unknown is.
                return value if unknown is None or isinstance(value, bool) else unknown
        return value if unknown is None else unknown

    def get_Compare(self, node: ast.Compare, frame: Frame) -> Any:
        left = self.evaluate(node.left, frame)
        result: Any = True
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node, frame)
            result = operators.compare(self, operator, left, right)
            if isinstance(result, Unknown | Tensor) or not result:
                return result
            left = right
        return result

    def get_IfExp(self, node: ast.IfExp, frame: Frame) -> Any:
        test = self.evaluate(node.test, frame)
        try:
            holds = self.truth(test)
        except Undecided as undecided:
            return Unknown(str(undecided))
        return self.evaluate(node.body if holds else node.orelse, frame)

    def get_Lambda(self, node: ast.Lambda, frame: Frame) -> Any:
        return self.function("<lambda>", node, frame)

    def get_Tuple(self, node: ast.Tuple, frame: Frame) -> Any:
        items = self.items(node.elts, frame)
        return items if isinstance(items, Unknown) else tuple(items)

    def get_List(self, node: ast.List, frame: Frame) -> Any:
        return self.items(node.elts, frame)

    def get_Set(self, node: ast.Set, frame: Frame) -> Any:
        items = self.items(node.elts, frame)
        return items if isinstance(items, Unknown) else operators.hashed(items)

    def items(self, nodes: Sequence[ast.expr], frame: Frame) -> Any:
        """The items of a list, set or tuple as it is written."""
        found: list[Any] = []
        for one in nodes:
            if isinstance(one, ast.Starred):
                given = self.evaluate(one.value, frame)
                if isinstance(given, Unknown):
                    return given
                found.extend(self.iterate(given))
            else:
                found.append(self.evaluate(one, frame))
        return found

    def get_Dict(self, node: ast.Dict, frame: Frame) -> Any:
        found: dict[Any, Any] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node, frame)
            if key_node is None:
                if not isinstance(value, dict):
                    return Unknown("a mapping that is not known")
                found.update(value)
                continue
            key = self.evaluate(key_node, frame)
            if isinstance(key, Unknown):
                return key
            found[operators.key(key)] = value
        return found

    def get_Subscript(self, node: ast.Subscript, frame: Frame) -> Any:
        holder = self.evaluate(node.value, frame)
        return operators.item(self, holder, self.evaluate(node.slice, frame))

    def get_Slice(self, node: ast.Slice, frame: Frame) -> Any:
        parts = [None if part is None else self.evaluate(part, frame) for part in (node.lower, node.upper, node.step)]
        return slice(*parts)

    def get_JoinedStr(self, node: ast.JoinedStr, frame: Frame) -> Any:
        texts: list[str] = []
        for part in node.values:
            value = self.evaluate(part, frame)
            if not isinstance(value, str):
                return value
            texts.append(value)
        return bounded("".join(texts))

    def get_FormattedValue(self, node: ast.FormattedValue, frame: Frame) -> Any:
        value = self.evaluate(node.value, frame)
        spec = "" if node.format_spec is None else self.evaluate(node.format_spec, frame)
        return python.formatted(self, value, spec, node.conversion)

    def get_Starred(self, node: ast.Starred, frame: Frame) -> Any:
        return self.evaluate(node.value, frame)

    def get_NamedExpr(self, node: ast.NamedExpr, frame: Frame) -> Any:
        value = self.evaluate(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def get_Yield(self, node: ast.Yield, frame: Frame) -> Any:
        if frame.yields is None:
            return Unknown("a generator")
        frame.yields.append(None if node.value is None else self.evaluate(node.value, frame))
        return None

    def get_YieldFrom(self, node: ast.YieldFrom, frame: Frame) -> Any:
        if frame.yields is None:
            return Unknown("a generator")
        frame.yields.extend(self.iterate(self.evaluate(node.value, frame)))
        return None

    def get_ListComp(self, node: ast.ListComp, frame: Frame) -> Any:
        return self.comprehension(node.generators, frame, lambda inner: self.evaluate(node.elt, inner))

    def get_GeneratorExp(self, node: ast.GeneratorExp, frame: Frame) -> Any:
        first = self.evaluate(node.generators[0].iter, frame)
        if isinstance(first, Unknown):
            return first
        # Items are made when they are asked for: `y.extend(m(y[-1]) for m in self.m)` reads what it has appended.
        return Lazy(self.generate(node.generators, frame, first, lambda inner: self.evaluate(node.elt, inner)))

    def get_SetComp(self, node: ast.SetComp, frame: Frame) -> Any:
        items = self.comprehension(node.generators, frame, lambda inner: self.evaluate(node.elt, inner))
        return items if isinstance(items, Unknown) else operators.hashed(items)

    def get_DictComp(self, node: ast.DictComp, frame: Frame) -> Any:
        def pair(inner: Frame) -> tuple[Any, Any]:
            return self.evaluate(node.key, inner), self.evaluate(node.value, inner)

        pairs = self.comprehension(node.generators, frame, pair)
        if isinstance(pairs, Unknown):
            return pairs
        found = {}
        for key, value in pairs:
            if isinstance(key, Unknown):
                return key
            found[operators.key(key)] = value
        return found

    def comprehension(
        self, generators: Sequence[ast.comprehension], frame: Frame, made: Callable[[Frame], Any]
    ) -> list[Any] | Unknown:
        """The items of a comprehension; unknown if what it goes over, or a condition, is."""
        first = self.evaluate(generators[0].iter, frame)
        if isinstance(first, Unknown):
            return first
        found: list[Any] = []
        try:
            for item in self.generate(generators, frame, first, made):
                found.append(item)
                if len(found) > MAX_ITEMS:
                    raise Exhausted(f"a list of more than {MAX_ITEMS:,} items")
        except Undecided as undecided:
            return Unknown(str(undecided))
        return found

    def generate(
        self, generators: Sequence[ast.comprehension], frame: Frame, first: Any, made: Callable[[Frame], Any]
    ) -> Iterator[Any]:
        """Make the items of a comprehension one after the other; ``first`` is what it goes over."""
        inner = Frame(frame.file, {}, (frame.locals, *frame.scopes))
        inner.function, inner.first = frame.function, frame.first

        def level(number: int) -> Iterator[Any]:
            if number == len(generators):
                yield made(inner)
                return
            generator = generators[number]
            for item in self.iterate(self.evaluate(generator.iter, inner) if number else first):
                self.step()
                self.assign(generator.target, item, inner)
                if all(self.truth(self.evaluate(test, inner)) for test in generator.ifs):
                    yield from level(number + 1)

        return level(0)


def _loaded(target: ast.expr) -> ast.expr:
    """The expression that reads what a target binds."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    assert isinstance(target, ast.Subscript)
    return ast.Subscript(target.value, target.slice, ast.Load())


#: A name that is set on some ways only.
_UNBOUND = Unknown("a name that may not be set")


def _alike(value: Any, other: Any) -> bool:
    """Whether nothing that is derived hangs on which of two values a name has."""
    if isinstance(value, Tensor) and isinstance(other, Tensor):
        return value.shape is not None and value.shape == other.shape
    plain = isinstance(value, int | float | str | None)
    return (
        value is other
        or value is _UNBOUND
        or other is _UNBOUND
        or (plain and type(value) is type(other) and bool(value == other))
    )


def _touched(node: ast.stmt, targets: list[ast.expr]) -> bool:
    """Collect what a statement would set; False if it may do more than that."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            targets.extend(target.elts if isinstance(target, ast.Tuple | ast.List) else [target])
        return True
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets.append(node.target)
        return True
    if isinstance(node, ast.Pass | ast.Import | ast.ImportFrom | ast.Assert | ast.Raise):
        return True
    if isinstance(node, ast.Expr):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            holder = call.func.value
            if isinstance(holder, ast.Name) and holder.id != "self":
                targets.append(ast.copy_location(ast.Name(holder.id, ast.Store()), holder))
        return True
    if isinstance(node, ast.If | ast.For | ast.While | ast.With):
        if isinstance(node, ast.For):
            targets.append(node.target)
        return all(_touched(one, targets) for one in [*node.body, *getattr(node, "orelse", [])])
    return False
