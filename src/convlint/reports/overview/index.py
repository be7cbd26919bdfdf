"""The index of several pages: one line a network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from convlint.derive.state import Derivation
from convlint.lint import Result
from convlint.reports.overview import assets
from convlint.reports.overview.networks import gflops, number
from convlint.reports.overview.page import verdict
from convlint.reports.picture import said


class Line(NamedTuple):
    """A network in an index: its page, its file and name, what was found in the file, and its counts."""

    page: str
    path: str
    name: str
    colour: str
    verdict: str
    parameters: int | None
    macs: int | None


def lines(page: str, result: Result) -> list[Line]:
    """The lines of a file."""
    colour, words = verdict(result.findings)
    return [
        Line(page, result.source.path, _name(one), colour, words, one.params, one.macs) for one in result.derivations
    ]


def _name(derivation: Derivation) -> str:
    network = derivation.network
    return ", ".join(word for word in (network.name, network.variant) if word)


def index(found: Iterable[Line]) -> str:
    """The page."""
    heads = '<th scope="col">File</th><th scope="col">Network</th><th scope="col">Findings</th>'
    heads += '<th scope="col" data-c="3">Parameters</th><th scope="col" data-c="4">GFLOPs</th>'
    parts = ['<header><h1>Networks</h1></header><main><section aria-label="Networks">']
    parts.append('<div class="scroll" tabindex="0" role="region" aria-label="All networks">')
    parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>")
    parts += map(_row, found)
    parts.append("</tbody></table></div></section></main>")
    return assets.document("Networks", "\n".join(parts))


def _row(one: Line) -> str:
    return (
        f'<tr class="{one.colour}"><td><a href="{quote(one.page)}">{said(one.path)}</a></td>'
        f'<td>{said(one.name)}</td><th scope="row">{said(one.verdict)}</th>'
        f'<td class="num" data-v="{one.parameters or 0}">{number(one.parameters)}</td>'
        f'<td class="num" data-v="{one.macs or 0}">{gflops(one.macs)}</td></tr>'
    )
