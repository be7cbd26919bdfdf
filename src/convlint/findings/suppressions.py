"""Comments that suppress findings.

``# convlint: ignore[CL103] reason`` at the end of a line is about that line, alone on a line about the next line that
holds more than a comment; ``# convlint: ignore-file[dead-layer]`` is about the whole file.  Rules are named by code or
name, several with commas between.  A comment that suppresses nothing, or that nobody can understand, is a finding.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from convlint import catalogue
from convlint.catalogue import ALWAYS, Sort, unknown_rule
from convlint.document import Comment, Source, Span, syntax_of
from convlint.document.reader import Reading
from convlint.findings import Diagnostic, Edit, Fix, Severity
from convlint.words.spelling import did_you_mean

#: What is said about comments themselves: only ``ignore-file`` suppresses it.
_UNUSED, _UNKNOWN = "CL023", "CL024"
_WORDS = ("ignore", "ignore-file")
#: What formats read: declarations of modules in YOLO files.
_OF_FORMATS = ("module",)

# Patterns are compiled when the first such comment is met; most files have none.
_MARKER = r"(?m)(?:^|(?<=\s))[{signs}]+[ \t]*convlint:"
_WORD = r"[ \t]*([A-Za-z][\w-]*)"
_BRACKETS = r"[ \t]*\[([^\]#]*)(\]?)"
_RULE = r"[^,\s](?:[^,]*[^,\s])?"
_LOOSE_RULES = r"[ \t:=(\[]*([A-Za-z][\w-]*(?:[ \t]*,[ \t]*[A-Za-z][\w-]*)*)"
#: Farther behind its `#` a marker is no marker.
_REACH = 50


class _Entry:
    """One rule in one comment, and whether it has suppressed anything."""

    __slots__ = ("code", "directive", "span", "used")

    def __init__(self, code: str, span: Span, directive: _Directive) -> None:
        self.code = code
        self.span = span
        self.directive = directive
        self.used = False


class _Directive:
    """A comment that was understood. ``line`` is the line that it is about, 0 the whole file, None no line."""

    __slots__ = ("entries", "inside", "line", "whole")

    def __init__(self, line: int | None, inside: Span, whole: Span) -> None:
        self.line = line
        #: What stands between the brackets, and what to delete with the last of its rules.
        self.inside = inside
        self.whole = whole
        self.entries: list[_Entry] = []


def apply(
    source: Source, reading: Reading, findings: list[Diagnostic], selected: frozenset[str], whole: bool = True
) -> tuple[list[Diagnostic], int]:
    """Drop the findings that comments suppress, add those about the comments; also returns how many were dropped.

    Nobody can say that a comment suppresses nothing unless the ``whole`` file was looked at and no mistake keeps a rule
    silent.
    """
    signs = syntax_of(source).comment_signs
    if not signs or not _mentioned(source.text, signs):
        return findings, 0
    sure = whole and not any(map(_silences, findings))
    directives, about = _read(source, reading.comments, signs)
    for_file = [directive for directive in directives if directive.line == 0]
    findings, dropped = _suppress(source, findings, directives, selected)
    about, dropped_unknown = _suppress(source, about, for_file, selected)
    unused = _unused(source, directives, selected) if sure else []
    unused, dropped_unused = _suppress(source, unused, for_file, selected)
    return findings + about + unused, dropped + dropped_unknown + dropped_unused


def _mentioned(text: str, signs: str) -> bool:
    """A cheap guess whether there is a comment for convlint."""
    offset = text.find("convlint:")
    while offset >= 0:
        if text[max(0, offset - _REACH) : offset].rstrip(" \t").endswith(tuple(signs)):
            return True
        offset = text.find("convlint:", offset + 1)
    return False


def _suppress(
    source: Source, findings: list[Diagnostic], directives: list[_Directive], selected: frozenset[str]
) -> tuple[list[Diagnostic], int]:
    """The findings that stay, and how many different ones went."""
    by_code: dict[str, dict[int, list[_Entry]]] = {}
    for directive in directives:
        for entry in directive.entries:
            if directive.line is not None:
                by_code.setdefault(entry.code, {}).setdefault(directive.line, []).append(entry)
    lines = {code: sorted(by_line) for code, by_line in by_code.items()}
    kept = []
    dropped = set()
    for finding in findings:
        by_line = by_code.get(finding.code)
        if by_line and finding.code in selected:
            first = source.position(finding.span[0])[0]
            last = source.position(max(finding.span[0], finding.span[1] - 1))[0]
            written = lines[finding.code]
            about = written[bisect_left(written, first) : bisect_right(written, last)]
            hits = [entry for line in (0, *about) for entry in by_line.get(line, ())]
            for entry in hits:
                entry.used = True
            if hits:
                dropped.add((finding.code, finding.span, finding.key))
                continue
        kept.append(finding)
    return kept, len(dropped)


def _read(source: Source, comments: list[Comment], signs: str) -> tuple[list[_Directive], list[Diagnostic]]:
    """The directives in the comments of a file, and what is wrong with them."""
    directives: list[_Directive] = []
    wrong: list[Diagnostic] = []
    starts = [comment.start for comment in comments]
    meant: dict[int, int | None] = {}
    marker = _MARKER.format(signs=signs)
    for comment in comments:
        markers = [match.span() for match in re.finditer(marker, comment.text)]
        for index, (begin, after) in enumerate(markers):
            end = markers[index + 1][0] if index + 1 < len(markers) else len(comment.text)
            text = comment.text[after:end].rstrip()
            place = comment.start + begin, comment.start + after + len(text)
            _read_one(source, starts, place, comment.start + after, text, directives, wrong, meant)
    return directives, wrong


def _read_one(
    source: Source,
    comments: list[int],
    place: Span,
    offset: int,
    text: str,
    directives: list[_Directive],
    wrong: list[Diagnostic],
    meant: dict[int, int | None],
) -> None:
    """One directive: ``text`` is what stands behind ``convlint:``, ``offset`` where, ``place`` all of it."""

    def complain(message: str, span: Span, help: str | None = None) -> None:
        wrong.append(Diagnostic(_UNKNOWN, message, span, help=help))

    word = re.match(_WORD, text)
    if word is None:
        return  # `# convlint: 1` is a key that somebody commented out
    name, name_span = word[1], (offset + word.start(1), offset + word.end(1))
    if name in _OF_FORMATS:
        return
    if name not in _WORDS:
        complain(
            f"`convlint: {name}` is unknown{did_you_mean(name, _WORDS)}",
            name_span,
            "write `# convlint: ignore[CL103]` or `# convlint: ignore-file[CL103]`",
        )
        return
    brackets = re.match(_BRACKETS, text[word.end() :])
    if brackets is None or not brackets[2] or not brackets[1].strip():
        what = "names no rule" if brackets is None or brackets[2] else "lacks its `]`"
        complain(f"`{name}` {what}", name_span, f"write `# convlint: {name}[{_meant(text[word.end() :])}]`")
        return
    behind = offset + word.end()
    inside = behind + brackets.start(1), behind + brackets.end(1)
    line = 0 if name == "ignore-file" else _line_meant(source, comments, place[0], meant)
    directive = _Directive(line, inside, _whole(source, place))
    for match in re.finditer(_RULE, brackets[1]):
        written, span = match.group(), (inside[0] + match.start(), inside[0] + match.end())
        rule = catalogue.find(written)
        if rule is None:
            if catalogue.matching(written):
                complain(f"`{written}` is not a single rule", span, "name every rule by its code or name")
            else:
                complain(unknown_rule(written), span)
        elif rule.code in ALWAYS:
            complain(f"{rule.code} ({rule.name}) cannot be suppressed", span)
        elif line != 0 and rule.code in (_UNUSED, _UNKNOWN):
            message = f"{rule.code} ({rule.name}) can be suppressed for the whole file only"
            complain(message, span, f"write `# convlint: ignore-file[{rule.code}]`")
        else:
            directive.entries.append(_Entry(rule.code, span, directive))
    directives.append(directive)


def _meant(text: str) -> str:
    """The rules that somebody wrote without brackets, as far as they are rules."""
    loose = re.match(_LOOSE_RULES, text)
    rules = [word for word in re.split(r"[ \t,]+", loose[1]) if catalogue.find(word)] if loose else []
    return ", ".join(rules) or "CL103"


def _line_meant(source: Source, comments: list[int], place: int, meant: dict[int, int | None]) -> int | None:
    """The line that an ``ignore`` is about; None if nothing follows.

    ``meant`` remembers it for the lines on the way there, so that thousands of such comments are gone over once.
    """
    first = line = source.position(place)[0]
    lines = len(source.line_starts)
    found = None
    while line <= lines:
        if line in meant:
            found = meant[line]
            break
        start, end = source.line_span(line)
        index = bisect_right(comments, end) - 1
        if index >= 0 and comments[index] >= start:
            end = comments[index]
        if source.text[start:end].strip():
            found = line
            break
        line += 1
    meant.update(dict.fromkeys(range(first, line), found))
    return found


def _whole(source: Source, place: Span) -> Span:
    """What to delete with a comment: the line if nothing else is on it, else the blanks before it too."""
    start, end = place
    line = source.position(start)[0]
    line_start, line_end = source.line_span(line)
    before = source.text[line_start:start]
    if before.strip() or source.text[end:line_end].strip():
        return line_start + len(before.rstrip()), end
    starts = source.line_starts
    return line_start, starts[line] if line < len(starts) else len(source.text)


def _silences(finding: Diagnostic) -> bool:
    """Whether a finding, suppressed or not, is a mistake that keeps other rules silent about what follows from it."""
    rule = catalogue.BY_CODE[finding.code]
    is_error = (finding.severity or rule.severity) == Severity.ERROR
    return is_error and rule.sort in (Sort.NOTATION, Sort.IRREGULARITY)


def _unused(source: Source, directives: list[_Directive], selected: frozenset[str]) -> list[Diagnostic]:
    """The entries that suppressed nothing."""
    found = []
    for directive in directives:
        idle = [entry for entry in directive.entries if not entry.used and entry.code in selected]
        idle = [entry for entry in idle if entry.code != _UNUSED]
        if not idle:
            continue
        fix = _removal(source, directive, idle)
        where = f"on line {directive.line}" if directive.line else "in this file" if directive.line == 0 else "below"
        for entry in idle:
            rule = catalogue.BY_CODE[entry.code]
            message = f"nothing to suppress: no {rule.code} ({rule.name}) {where}"
            found.append(Diagnostic(_UNUSED, message, entry.span, help=fix.title, fixes=[fix]))
    return found


def _removal(source: Source, directive: _Directive, idle: list[_Entry]) -> Fix:
    """Delete the idle rules from a comment; the whole comment if none is left in it."""
    start, end = directive.inside
    gone = {entry.span for entry in idle}
    left = [
        match.group()
        for match in re.finditer(_RULE, source.text[start:end])
        if (start + match.start(), start + match.end()) not in gone
    ]
    if left:
        word = "ignore-file" if directive.line == 0 else "ignore"
        return Fix(f"write `{word}[{', '.join(left)}]`", [Edit(directive.inside, ", ".join(left))], safe=True)
    return Fix("delete the comment", [Edit(directive.whole, "")], safe=True)
