"""What may be written at a place of a text that need not be readable."""

from __future__ import annotations

from typing import NamedTuple

from convlint.document import Source, Span, syntax_of
from convlint.formats.editing import NAME, NUMBER, Choice
from convlint.ide.hints import shapes, summary
from convlint.ide.view import Shift, View


class Completion(NamedTuple):
    """Choices for the word at ``span``; each with its shape, where it names a layer."""

    span: Span
    choices: list[Choice]


def complete(view: View, text: str, offset: int) -> Completion | None:
    """The choices at an offset of a text, by what is known of the text when it was last readable."""
    shift = Shift(view.source.text, text)
    part = view.part(shift.old(offset))
    if part is None:
        return None
    cursor = part.editing.cursor(text, offset)
    if cursor is None:
        return None
    outline = part.outline
    if view.source.text != text:
        outline = [item._replace(extent=shift.new(item.extent)) for item in outline]
    choices = part.editing.choices(cursor, outline, part.context, part.document)
    # What does not show would be written unseen: a line break, a mark that turns the line round.
    choices = [choice for choice in choices if choice.text.isprintable()]
    known = shapes(view) if any(choice.item is not None for choice in choices) else {}
    shown = []
    quoted = text[cursor.word[0] - 1 : cursor.word[0]] in ('"', "'")
    for choice in choices:
        layer = known.get(part.outline[choice.item].extent[0]) if choice.item is not None else None
        if layer is not None and choice.kind in (NAME, NUMBER):
            detail = "  ".join(filter(None, (choice.detail, summary(*layer))))
            choice = choice._replace(detail=detail)
        shown.append(choice if quoted else _in_syntax(choice, view.source.path, text, cursor.word[1]))
    return Completion(cursor.word, shown)


def _in_syntax(choice: Choice, path: str, text: str, end: int) -> Choice:
    """A choice as the syntax of the file writes it; nothing follows it twice."""
    written = syntax_of(Source(path, text)).written(choice.text, "", False) or choice.text
    follows = text[end : end + 20].lstrip(" \t").startswith(choice.after.strip()) if choice.after else True
    return choice._replace(text=written, after="" if follows else choice.after)
