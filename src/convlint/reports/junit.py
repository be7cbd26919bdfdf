"""``--format junit``: a test report, which every CI shows; a file is a suite, a finding a case that failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

from convlint import catalogue
from convlint.findings import Severity
from convlint.reports import text
from convlint.reports.escape import escape
from convlint.reports.places import position
from convlint.reports.style import Style
from convlint.session.outcome import Shown, Summary

#: What XML 1.0 has no way to hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parts(shown: Iterable[Shown], summary: Summary, style: Style) -> Iterator[str]:
    """One document; infos are cases that passed and say something."""
    suites: list[str] = []
    tests = failed = 0
    for file in shown:
        cases = []
        bad = 0
        for found in file.findings:
            severity = found.severity or Severity.ERROR
            line, column = position(file.source, found.span[0])
            name = f"{found.code} {catalogue.BY_CODE[found.code].name} ({line}:{column})"
            place = _attributes(name=name, classname=file.source.path, file=file.source.path, line=str(line))
            words = _text(text.finding(file.source, found))
            if severity is Severity.INFO:
                inside = f"<system-out>{words}</system-out>"
            else:
                bad += 1
                inside = f"<failure {_attributes(message=found.message, type=str(severity))}>{words}</failure>"
            cases.append(f"    <testcase {place}>{inside}</testcase>\n")
        if cases:
            tests += len(cases)
            failed += bad
            counts = _attributes(name=file.source.path, tests=str(len(cases)), failures=str(bad), errors="0")
            suites.append(f"  <testsuite {counts}>\n{''.join(cases)}  </testsuite>\n")
    for failure in summary.failures:
        tests += 1
        counts = _attributes(name=failure.place, tests="1", failures="0", errors="1")
        place = _attributes(name="checked", classname=failure.path, file=failure.path)
        error = f"<error {_attributes(message=failure.message, type='not-checked')}/>"
        suites.append(f"  <testsuite {counts}>\n    <testcase {place}>{error}</testcase>\n  </testsuite>\n")
    if not suites:
        # An empty report is taken for a broken one.
        tests = 1
        counts = _attributes(name="convlint", tests="1", failures="0", errors="0")
        case = _attributes(name="no findings", classname="convlint")
        suites.append(f"  <testsuite {counts}>\n    <testcase {case}/>\n  </testsuite>\n")
    errors = len(summary.failures)
    counts = _attributes(name="convlint", tests=str(tests), failures=str(failed), errors=str(errors))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n{"".join(suites)}</testsuites>'


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={quoteattr(_NO_XML.sub('?', escape(value)))}" for name, value in values.items())


def _text(words: str) -> str:
    return xml(_NO_XML.sub("?", words))
