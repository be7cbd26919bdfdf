"""The page of a file: verdict, networks to choose from, drawings beside the text, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.derive import Derivation
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result, counted
from convlint.reports import picture, sizes_report
from convlint.reports.difference import page as difference
from convlint.reports.overview import against, assets, findings, networks
from convlint.reports.overview.against import Against
from convlint.reports.picture import Drawn, said
from convlint.reports.style import Style
from convlint.session.obstacles import obstacles
from convlint.session.sizes import Sized
from convlint.words.text import joined, many

#: A drawing with opened blocks holds no more boxes.
MOST_INSIDE = 400
#: How wide words are that stand as in a terminal.
LINE = 110


def page(
    result: Result,
    compared: Against | None = None,
    meant: Sequence[Derivation] = (),
    sizes: Sized | None = None,
) -> str:
    """The page, which loads nothing.

    ``meant`` are the networks that fixes would make of the file, ``sizes`` the input sizes of the first network.
    """
    drawn = drawings(result, meant)
    title = said(name_of(result))
    body = "\n".join(_body(result, drawn, compared, sizes))
    return assets.document(title, body, len(drawn), difference.STYLE if compared is not None else "")


def drawings(result: Result, meant: Sequence[Derivation] = ()) -> list[Drawn]:
    """The networks of a file, that which it selects first."""
    chosen = sorted(result.derivations, key=lambda one: one.network.variant != result.selected)
    return [picture.drawn(result.source, one, result.findings, meant=meant) for one in chosen]


def name_of(result: Result) -> str:
    """What a page is called: its file, without folders."""
    return result.source.path.replace("\\", "/").rpartition("/")[2] or result.source.path


def verdict(found: list[Diagnostic]) -> tuple[str, str]:
    """The worst that was found, for the colour, and how much of what."""
    counts = counted(found)
    words = [many(count, str(severity)) for severity, count in sorted(counts.items(), reverse=True) if count]
    if not words:
        return "clean", "No findings"
    worst = max(severity for severity, count in counts.items() if count)
    return ("clean" if worst is Severity.INFO else str(worst)), joined(words)


def _body(result: Result, drawn: list[Drawn], compared: Against | None, sizes: Sized | None) -> Iterator[str]:
    source = result.source
    colour, words = verdict(result.findings)
    format = ", ".join(dict.fromkeys(one.TITLE for one in result.formats))
    yield '<a class="skip" href="#source">To the text of the file</a>'
    yield f'<header><h1>{said(name_of(result))}</h1><p class="quiet">{said(source.path)}: {said(format)}</p>'
    yield f'<p class="verdict {colour}">{said(words)}</p>'
    for about, note in result.notes.items():
        yield f'<p class="quiet">{said(about)}: {said(note)}</p>'
    if compared is not None:
        yield against.verdict(compared)
    yield "</header><main>"
    headings = [_heading(one, index, len(drawn)) for index, one in enumerate(drawn)]
    if len(drawn) > 1:
        network = drawn[0].derivation.network
        word = network.variant_word.capitalize() if network.variant else "Network"
        yield f'<fieldset class="views"><legend>{said(word)}</legend>'
        for index, one in enumerate(drawn):
            label = one.derivation.network.variant or headings[index]
            checked = "" if index else " checked"
            yield f'<input type="radio" name="view" id="v{index}"{checked}><label for="v{index}">{said(label)}</label>'
        yield "</fieldset>"
    if result.findings:
        yield '<section aria-labelledby="hf"><h2 id="hf">Findings</h2>'
        yield from findings.listed(source, result.findings)
        yield "</section>"
    yield f'<section class="beside" aria-label="Networks"><div class="pictures">{picture.HATCH}'
    for index, one in enumerate(drawn):
        yield from networks.picture_of(one, index, obstacles(result, one.derivation), headings[index])
    yield '</div><div class="text">'
    yield from _source(result, drawn)
    yield '</div><div class="tables">'
    for index, one in enumerate(drawn):
        yield from networks.table_of(one, index, headings[index])
    yield "</div></section>"
    yield from _inside(result, drawn, headings)
    if sizes is not None:
        text = sizes_report.text([sizes], Style(width=LINE))
        yield '<section aria-label="Input sizes"><details><summary>Input sizes at which it runs</summary>'
        yield '<div class="scroll" tabindex="0" role="region" aria-label="Input sizes in words"><pre>'
        yield "\n".join(map(said, text.split("\n")))
        yield "</pre></div></details></section>"
    if compared is not None:
        yield from against.section(compared)
    yield "</main>"
    yield '<footer><p class="quiet">Made by convlint. Nothing here is loaded from anywhere.</p></footer>'


def _inside(result: Result, drawn: list[Drawn], headings: list[str]) -> Iterator[str]:
    """The first network with its blocks opened, unless that is too large to look at."""
    if not drawn:
        return
    opened = picture.drawn(result.source, drawn[0].derivation, result.findings, opened=True)
    if not len(drawn[0].nodes) < len(opened.nodes) <= MOST_INSIDE:
        return
    words = f"Blocks opened: {headings[0]}, {len(opened.nodes):,} boxes"
    svg = picture.embedded(opened, "d0-").replace('class="net"', 'class="net large"', 1)
    yield f'<section aria-label="Blocks opened"><details><summary>{said(words)}</summary>'
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="Drawing with blocks opened">{svg}</div>'
    yield "</details></section>"


def _heading(one: Drawn, index: int, count: int) -> str:
    network = one.derivation.network
    words = [network.name] if network.name else []
    if network.variant:
        words.append(f"{network.variant_word} {network.variant}")
    return ", ".join(words) or (f"Network {index + 1}" if count > 1 else "Network")


def _source(result: Result, drawn: list[Drawn]) -> Iterator[str]:
    """The text with the numbers of its lines, and of its rows; a line with a layer is a link to its box."""
    source = result.source
    marks: dict[int, Severity] = {}
    for finding in result.findings:
        line = source.position(finding.span[0])[0]
        severity = finding.severity or Severity.ERROR
        marks[line] = max(severity, marks.get(line, severity))
    boxes: dict[int, tuple[str, str]] = {}
    for index, one in enumerate(drawn):
        for number, node in enumerate(one.nodes):
            if node.derived is not None:
                line = picture.line_of(one, number)
                row = one.rows.get(id(node.derived))
                boxes.setdefault(line, (f"b{index}-{number}", str(row.index) if row is not None else "•"))
    yield '<h2 id="source">Text</h2>'
    yield '<div class="scroll source" tabindex="0" role="region" aria-label="Text of the file">'
    for line in range(1, len(source.line_starts) + 1):
        text = source.line_text(line).expandtabs(4)
        if not text and line == len(source.line_starts):
            break
        mark = f' class="{marks[line]}"' if line in marks else ""
        code = f"<code>{said(text)}</code>"
        if line in boxes:
            box, shown = boxes[line]
            link = f'<a class="r" href="#{box}" data-b="{line}" aria-label="{shown}, box of line {line}">{shown}</a>'
            yield f'<div id="L{line}"{mark} data-l="{line}"><span class="n">{line}</span>{link}{code}</div>'
        else:
            yield f'<div id="L{line}"{mark}><span class="n">{line}</span><span class="r"></span>{code}</div>'
    yield "</div>"
