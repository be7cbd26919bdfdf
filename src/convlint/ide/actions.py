"""What may be done about a place: fixes of findings, declarations, all safe fixes, numbers written anew."""

from __future__ import annotations

from typing import NamedTuple

from convlint import formats
from convlint.document import Span
from convlint.findings import Diagnostic, Edit, Severity, fixing
from convlint.ide.view import View
from convlint.session.outcome import Failure
from convlint.session.renumbering import explanations


class Action(NamedTuple):
    """A change of the text; ``finding`` is what it repairs, and ``preferred`` says that nothing else is meant by it."""

    title: str
    edits: list[Edit]
    finding: Diagnostic | None = None
    preferred: bool = False


def actions(view: View, span: Span) -> list[Action]:
    """The fixes of what is found in a part of the text, and what its format offers there."""
    found = []
    for one in view.findings:
        if one.span[0] <= span[1] and span[0] <= one.span[1]:
            found += [Action(fix.title, fix.edits, one, fix.safe) for fix in one.fixes]
    for part in view.parts:
        offers = part.editing.offers(part.document, part.context, span)
        found += [Action(offer.title, offer.edits) for offer in offers]
    return found


def all_fixes(view: View) -> Action | None:
    """Every safe fix, and those that are safe after them; None if there is none."""
    if not any(fix.safe for one in view.findings for fix in one.fixes):
        return None
    lint = view.session.again(view.checked)
    fixed = fixing.fix(lint(view.source), lint, False, Severity.WARNING)
    if fixed.source.text == view.source.text:
        return None
    return Action("Apply all safe fixes of convlint", [whole(view, fixed.source.text)])


def renumberings(view: View, against: str | None) -> list[Action] | str:
    """The ways to write the row numbers anew, each with what would have happened; or in words why there is none.

    ``against`` is the text before the rows were moved, where it is known; of a text that does not fit, nothing follows.
    """
    found = explanations(view.session, view.checked, against)
    if isinstance(found, Failure) and against is not None:
        found = explanations(view.session, view.checked, None)
    if isinstance(found, Failure):
        return found.message
    return [Action(words, [whole(view, text)]) for words, text in found] or "all numbers are right as they stand"


def whole(view: View, text: str) -> Edit:
    """The edit that makes another text of it."""
    return Edit((0, len(view.source.text)), text)


def numbered(view: View) -> bool:
    """Whether rows read each other by number, so that they can be numbered anew."""
    return any(formats.numbered(part.format) is not None for part in view.parts)
