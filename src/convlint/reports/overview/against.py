"""What a page says of a network that it is compared with: what changed, and which pretrained weights still fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from convlint.reports import transfer_report
from convlint.reports.difference import page
from convlint.reports.picture import said
from convlint.reports.style import Style
from convlint.session.comparing import Compared
from convlint.session.transferring import Transferred


class Against(NamedTuple):
    """The comparison with another network; ``transferred`` is empty where no framework has a rule for loading."""

    compared: Compared
    transferred: list[Transferred]


def verdict(against: Against) -> str:
    """Two lines for the top of the page."""
    label = said(against.compared.before.label)
    words = "differs from" if against.compared.differs else "is no other network than"
    first = f'<p class="quiet">Compared: <a href="#against">{words} {label}</a></p>'
    if not against.transferred:
        return first
    found = against.transferred[0]
    many = f"{found.transfer.loaded:,} of {found.transfer.total:,}"
    return f'{first}<p class="quiet">Weights that fit: <a href="#weights">{many} from {said(found.base)}</a></p>'


def section(against: Against) -> Iterator[str]:
    """All of it."""
    yield '<section aria-labelledby="against">'
    yield f'<h2 id="against">Compared with {said(against.compared.before.label)}</h2>'
    yield from page.sections(against.compared)
    if against.transferred:
        yield '<h2 id="weights">Which pretrained weights still load</h2>'
        yield '<div class="scroll" tabindex="0" role="region" aria-label="Tensors that load"><pre>'
        # Line by line, so that long reports are not cut.
        yield "\n".join(map(said, transfer_report.text(against.transferred, Style()).split("\n")))
        yield "</pre></div>"
    yield "</section>"
