"""What ``ide`` answers, in the words of the protocol. A text that cannot be read is answered by the last that could."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from convlint.document import Span
from convlint.findings import Edit
from convlint.formats.editing import ARGUMENT, GROUP, INPUT, NAME, NUMBER, OUTPUT, TYPE, Item
from convlint.ide import Shift, View, names
from convlint.ide import actions as doing
from convlint.ide.actions import Action, renumberings
from convlint.ide.completion import complete
from convlint.ide.hints import hints as of_view
from convlint.ide.hints import shapes, summary
from convlint.ide.hover import hover as at
from convlint.lsp import markup
from convlint.lsp.buffers import Buffer
from convlint.lsp.markup import shown
from convlint.lsp.positions import Lines

__all__ = ["renumberings"]

FIX_ALL = "source.fixAll.convlint"
RENUMBER = "source.renumber.convlint"
_KINDS = {
    TYPE: types.CompletionItemKind.Class,
    ARGUMENT: types.CompletionItemKind.Property,
    NAME: types.CompletionItemKind.Variable,
    NUMBER: types.CompletionItemKind.Reference,
}
_SYMBOLS = {
    INPUT: types.SymbolKind.Variable,
    GROUP: types.SymbolKind.Module,
    OUTPUT: types.SymbolKind.Event,
}


def _known(buffer: Buffer) -> tuple[View, Shift]:
    """The last view that told of layers, and the way from its text to the present one."""
    view = buffer.good
    assert view is not None
    return view, Shift(view.source.text, buffer.text)


def hover(buffer: Buffer, position: types.Position, markdown: bool) -> types.Hover | None:
    """The layer under the cursor."""
    view, shift = _known(buffer)
    found = at(view, shift.old(buffer.lines.offset(position)))
    if found is None:
        return None
    return types.Hover(markup.hover(found, markdown), buffer.lines.range(shift.new(found.span)))


def hints(buffer: Buffer, place: types.Range) -> list[types.InlayHint]:
    """The words behind the layers in a part of the text."""
    view, shift = _known(buffer)
    lines = buffer.lines
    first, last = lines.span(place)
    found = []
    for hint in of_view(view, (shift.old(first), shift.old(last))):
        end = lines.end(shift.new((hint.offset, hint.offset))[0])
        found.append(types.InlayHint(lines.position(end), hint.text, tooltip=hint.more or None, padding_left=True))
    return found


def definition(buffer: Buffer, position: types.Position) -> types.Location | None:
    """Where the layer is written that is named there."""
    view, shift = _known(buffer)
    found = names.definition(view, shift.old(buffer.lines.offset(position)))
    return None if found is None else types.Location(buffer.uri, buffer.lines.range(shift.new(found)))


def references(buffer: Buffer, position: types.Position, declaration: bool) -> list[types.Location]:
    """Where the layer is read that is named there."""
    view, shift = _known(buffer)
    found = names.references(view, shift.old(buffer.lines.offset(position)), declaration)
    return [types.Location(buffer.uri, buffer.lines.range(shift.new(span))) for span in found]


def symbols(buffer: Buffer) -> list[types.DocumentSymbol]:
    """The outline, groups with what is in them."""
    view, shift = _known(buffer)
    known = shapes(view)
    found: list[types.DocumentSymbol] = []
    for part in view.parts:
        made: list[types.DocumentSymbol] = []
        for item in part.outline:
            layer = known.get(item.extent[0])
            symbol = _symbol(item, summary(*layer) if layer is not None else "", buffer.lines, shift)
            made.append(symbol)
            inside = found if item.inside is None else made[item.inside].children
            assert isinstance(inside, list)
            inside.append(symbol)
    return found


def _symbol(item: Item, detail: str, lines: Lines, shift: Shift) -> types.DocumentSymbol:
    words = f"{item.name} {item.type}" if item.numbered else item.name or item.type
    if not item.numbered and item.name and item.type not in (item.name, item.kind):
        detail = f"{item.type} {detail}".rstrip()
    inside = item.extent[0] <= item.span[0] and item.span[1] <= item.extent[1]
    span = item.span if inside else (item.extent[0], item.extent[0])
    kind = _SYMBOLS.get(item.kind, types.SymbolKind.Object)
    extent = lines.range(shift.new(item.extent))
    return types.DocumentSymbol(
        shown(words) or item.kind, kind, extent, lines.range(shift.new(span)), shown(detail), children=[]
    )


def renameable(buffer: Buffer, position: types.Position) -> types.Range | str:
    """The name that would be changed, or why none can be."""
    view = buffer.outcome.view
    if view is None or not view.readable:
        return "the file cannot be read as it is"
    found = names.renameable(view, buffer.lines.offset(position))
    return found if isinstance(found, str) else buffer.lines.range(found)


def rename(buffer: Buffer, position: types.Position, new: str) -> list[types.TextEdit] | str:
    """The edits that change a name, or why there are none."""
    view = buffer.outcome.view
    if view is None or not view.readable:
        return "the file cannot be read as it is"
    found = names.rename(view, buffer.lines.offset(position), new)
    return found if isinstance(found, str) else [text_edit(one, buffer.lines) for one in found]


def completion(view: View | None, lines: Lines, offset: int) -> types.CompletionList | None:
    """What may be written at an offset."""
    found = None if view is None else complete(view, lines.text, offset)
    if found is None:
        return None
    # What follows the cursor of a word is replaced with it.
    place = lines.range(found.span)
    items = [
        types.CompletionItem(
            choice.text,
            kind=_KINDS.get(choice.kind, types.CompletionItemKind.Value),
            detail=shown(choice.detail) or None,
            documentation=choice.about or None,
            sort_text=f"{index:05}",
            text_edit=types.TextEdit(place, choice.text + choice.after),
        )
        for index, choice in enumerate(found.choices)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def actions(view: View, span: Span, only: Sequence[str] | None) -> list[tuple[str, Action]]:
    """The actions of the kinds that are wanted, each with its kind; all but what concerns a whole file if none is."""
    found: list[tuple[str, Action]] = []
    if _wanted(types.CodeActionKind.QuickFix, only, True):
        found += [(types.CodeActionKind.QuickFix, action) for action in doing.actions(view, span)]
    if _wanted(FIX_ALL, only, False):
        everything = doing.all_fixes(view)
        found += [(FIX_ALL, everything)] if everything is not None else []
    if _wanted(RENUMBER, only, False) and doing.numbered(view):
        found.append((RENUMBER, Action("Renumber rows", [])))
    return found


def _wanted(kind: str, only: Sequence[str] | None, usually: bool) -> bool:
    if only is None:
        return usually
    return any(kind == one or kind.startswith(f"{one}.") or not one for one in only)


def text_edit(edit: Edit, lines: Lines) -> types.TextEdit:
    """An edit."""
    return types.TextEdit(lines.range(edit.span), edit.text)
