"""A YOLO file for whoever edits it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from convlint.document import Document, Mapping, Span
from convlint.document.cursor import Cursor
from convlint.document.cursor import in_tree as cursor
from convlint.findings import Edit
from convlint.formats.editing import ARGUMENT, INPUT, LAYER, NUMBER, TYPE, VALUE, Choice, Item, Offer, Read
from convlint.formats.lowered import Context
from convlint.formats.yolo import torch_layers
from convlint.formats.yolo.beside import code
from convlint.formats.yolo.dialects import Dialect
from convlint.formats.yolo.lowering import known
from convlint.formats.yolo.options import Options
from convlint.formats.yolo.reading import rows
from convlint.formats.yolo.reading_file import KNOWN_KEYS, dialect_of, numbered_rows
from convlint.formats.yolo.signatures import signature
from convlint.formats.yolo.wiring import sources_of
from convlint.source.repository import Repository
from convlint.source.text import SourceFile

__all__ = ["choices", "cursor", "offers", "outline"]

#: So far are names followed from one file of the framework to the next.
_FARTHEST = 4
_SECTIONS = ("backbone", "head")
_WORDS = ("nc", "anchors", "None", "True", "False", "nearest")


def outline(document: Document, context: Context) -> list[Item]:
    """The rows, behind the image that the first one reads."""
    if not isinstance(document.root, Mapping):
        return []
    root = document.root
    image = root.span
    found = [Item("", "image", INPUT, image, image)]
    listed = numbered_rows(document, context)
    for row in listed:
        reads = []
        for source in sources_of(row):
            target = source.row + 1 if row.index and 0 <= source.row < row.index else None
            reads.append(Read(source.node.span, target if row.index else 0))
        extent = (row.node.start, row.node.end)
        module = row.module or "row"
        found.append(Item(str(row.number), module, LAYER, extent, row.span, reads=tuple(reads), numbered=True))
    return found


# What may be written -----------------------------------------------------------------------------------------------


def choices(cursor: Cursor, outline: Sequence[Item], context: Context, document: Document | None) -> list[Choice]:
    """Numbers of earlier rows, modules, words among arguments, and keys of the file."""
    path, before = cursor.path, cursor.before
    if cursor.top not in _SECTIONS:
        if path == (None,) and not cursor.top:
            return [Choice(key, ARGUMENT, after=": ") for key in sorted(KNOWN_KEYS) if key not in cursor.beside]
        return []
    if path and isinstance(path[0], str):
        # All rows of a section in one list.
        path, before = path[2:], before[2:]
    step = path[0] if path else None
    if step == 0:
        return _numbers(outline, cursor.word[0])
    if step == 2:
        return _modules(context, document)
    if step == 3:
        module = before[0][2].strip("\"'") if before and len(before[0]) > 2 else ""
        return [Choice(word, VALUE, f"an argument of {module}") for word in _WORDS]
    return []


def _numbers(outline: Sequence[Item], before: int) -> list[Choice]:
    """The numbers by which a row at a place may read others: the row before it, then the last ones first."""
    earlier = [(place, item) for place, item in enumerate(outline) if item.kind == LAYER and item.extent[1] <= before]
    last = [Choice("-1", NUMBER, f"{item.name} {item.type}", item=place) for place, item in earlier[-1:]]
    return last + [Choice(item.name, NUMBER, item.type, item=place) for place, item in reversed(earlier)]


def _modules(context: Context, document: Document | None) -> list[Choice]:
    """The modules that a row may name: those of the code beside the file, else of the framework; and torch.nn's."""
    options: Options = context.options or Options()
    root = document.root if document is not None else None
    dialect = _dialect(root, options)
    found: dict[str, Choice] = {}
    own = code(context, options, dialect.name)
    for name, path in _of_code(own, context) if own is not None else ():
        found[name] = Choice(name, TYPE, _takes(dialect, name), path)
    for name in dialect.names() if own is None else ():
        found[name] = Choice(name, TYPE, _takes(dialect, name), dialect.title)
    for name in options.modules if own is None else ():
        found[name] = Choice(name, TYPE, "", "declared in the settings")
    for name in torch_layers.LAYERS:
        found[f"nn.{name}"] = Choice(f"nn.{name}", TYPE, _takes(dialect, f"nn.{name}"), "torch.nn")
    return list(found.values())


def _dialect(root: object, options: Options) -> Dialect:
    from convlint.formats.yolo.dialects import DIALECTS, ULTRALYTICS

    if options.dialect:
        return DIALECTS[options.dialect]
    return dialect_of(root, rows(root)) if isinstance(root, Mapping) else ULTRALYTICS


def _takes(dialect: Dialect, name: str) -> str:
    """The arguments of a module as its constructor has them, in one line."""
    module = known(dialect, name)
    if module is None or name == "nn":
        return ""
    try:
        words, _, _, defaults = signature(module)
    except AssertionError:
        return ""
    return f"({', '.join(f'{word}={defaults[word]}' if word in defaults else word for word in words)})"


def _of_code(own: Repository, context: Context) -> list[tuple[str, str]]:
    """The classes that the module with ``parse_model`` knows by name, with the file of each."""
    kept = {} if context.memory is None else context.memory.setdefault("modules by name", {})
    if own not in kept:
        kept.clear()
        main = own.file(own.main)
        kept[own] = [] if main is None else sorted(_classes(own, main))
    found: list[tuple[str, str]] = kept[own]
    return found


def _classes(own: Repository, main: SourceFile) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(main.names)
    for _, level, module in main.stars:
        file = own.file(own.resolve(main, level, module))
        names.update(dict.fromkeys(file.star_names() if file is not None else ()))
    for name in names:
        if name[:1].isupper():
            where = _class(own, main, name, _FARTHEST)
            if where is not None:
                yield name, where


def _class(own: Repository, file: SourceFile, name: str, steps: int) -> str | None:
    """The path of the file that has the class of a name; None if it is no class, or that is not known."""
    numbers = file.names.get(name)
    if not numbers:
        for _, level, module in file.stars if steps else ():
            other = own.file(own.resolve(file, level, module))
            found = None if other is None else _class(own, other, name, steps - 1)
            if found is not None:
                return found
        return None
    statement = file.statement(numbers[-1])
    if isinstance(statement, ast.ClassDef):
        return file.path
    if not isinstance(statement, ast.ImportFrom) or not steps:
        return None
    other = own.file(own.resolve(file, statement.level, statement.module or ""))
    called = next((alias.name for alias in statement.names if name in (alias.asname, alias.name)), name)
    return None if other is None else _class(own, other, called, steps - 1)


# What may be added -------------------------------------------------------------------------------------------------


def offers(document: Document, context: Context, span: Span) -> list[Offer]:
    """Declarations of a module that nobody knows, for the row at a place."""
    root = document.root
    key = root.key_span("backbone") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or key is None:
        return []
    options: Options = context.options or Options()
    listed = rows(root)
    dialect = _dialect(root, options)
    found: list[Offer] = []
    for row in listed:
        name = row.module
        inside = row.node.start <= span[1] and span[0] <= row.node.end
        if not inside or not name.isidentifier() or known(dialect, name) is not None:
            continue
        declared = any(f"module {name}" in comment.text for comment in context.comments())
        if declared or name in dialect.special or name in options.modules or code(context, options, dialect.name):
            continue
        start = context.text.rfind("\n", 0, key[0]) + 1
        for fields, words in (
            ("(c1)", "it keeps the shape, and takes the input channels first"),
            ("(c2) kind=base", "its first argument are the output channels, scaled"),
            (" kind=opaque", "nothing is known of it"),
        ):
            line = f"# convlint: module {name}{fields}\n"
            found.append(Offer(f"Declare `{name}`: {words}", [Edit((start, start), line)]))
    return found
