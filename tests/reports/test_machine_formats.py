"""What other programs read: SARIF, GitLab's and reviewdog's JSON, JUnit, lines of JSON, Markdown.

The official schemas are not kept here; where the environment names them (CONVLINT_SARIF_SCHEMA, CONVLINT_RDJSON_SCHEMA)
everything is compared with them too.
"""

from __future__ import annotations

import json
import os
import re
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from convlint import __version__, catalogue
from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.lint import lint
from convlint.reports import REPORTS, sarif
from convlint.reports.style import Style
from convlint.session.outcome import Failure, Shown, Summary
from tests.conftest import ROOT

#: Names and words that would mean something in one of the formats, or to a terminal.
HOSTILE = [
    "a\x1b[31m.yaml",
    "]]>&<b>.yaml",
    "a|`@user`[x](y).yaml",
    "::error::x.yaml",
    "##vso[a.b]c.yaml",
    "\udc80\ufffe.yaml",
]

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": {"type": "integer", "minimum": 1},
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": TEXT,
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {"uri": {"type": "string", "format": "uri-reference"}},
                },
                "region": REGION,
            },
        },
    },
}
#: What GitHub asks for: docs.github.com, SARIF support for code scanning.
GITHUB = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules", "semanticVersion"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "fullDescription", "help"],
                                            "properties": {
                                                "name": {"type": "string", "maxLength": 255},
                                                "shortDescription": {
                                                    "properties": {"text": {"minLength": 1, "maxLength": 1024}}
                                                },
                                                "fullDescription": {
                                                    "properties": {"text": {"minLength": 1, "maxLength": 1024}}
                                                },
                                                "help": {
                                                    "required": ["text", "markdown"],
                                                    "properties": {"text": {"minLength": 1}},
                                                },
                                                "properties": {
                                                    "required": ["tags", "precision", "problem.severity"],
                                                    "properties": {
                                                        "tags": {"type": "array", "maxItems": 10},
                                                        "precision": {"enum": ["very-high", "high", "medium", "low"]},
                                                        "problem.severity": {
                                                            "enum": ["error", "warning", "recommendation"]
                                                        },
                                                    },
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "maxItems": 25000,
                        "items": {
                            "type": "object",
                            "required": ["message", "locations", "partialFingerprints", "ruleId", "ruleIndex"],
                            "properties": {
                                "message": TEXT,
                                "level": {"enum": ["error", "warning", "note"]},
                                "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": LOCATION},
                                "relatedLocations": {"type": "array", "maxItems": 1000, "items": LOCATION},
                            },
                        },
                    },
                },
            },
        },
    },
}
#: docs.gitlab.com, Code Quality report format.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "positions"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "positions": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "object", "required": ["line"], "properties": {"line": {"minimum": 1}}}
                        },
                    },
                },
            },
        },
    },
}
RANGE = {
    "type": "object",
    "required": ["start"],
    "additionalProperties": {
        "type": "object",
        "required": ["line"],
        "additionalProperties": False,
        "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    },
}
PLACE = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {"path": {"type": "string"}, "range": RANGE},
}
#: reviewdog.proto.
RDJSON = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {"required": ["name", "url"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": PLACE,
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"required": ["value", "url"]},
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "additionalProperties": False,
                            "properties": {"range": RANGE, "text": {"type": "string"}},
                        },
                    },
                    "related_locations": {
                        "type": "array",
                        "items": {"required": ["message", "location"], "properties": {"location": PLACE}},
                    },
                },
            },
        },
    },
}


def everything() -> list[Shown]:
    """The findings of all examples, infos too."""
    shown = []
    for path in sorted((ROOT / "examples").iterdir()):
        source = Source(f"examples/{path.name}", path.read_text("utf-8"))
        shown.append(Shown(source, lint(source, selection(["ALL"])).findings))
    return [file for file in shown if file.findings]


def hostile() -> list[Shown]:
    """Files whose names and texts mean harm."""
    found = []
    for name in HOSTILE:
        words = f"{name}\n::error::pwn\r##[group]a ]]> <script>alert(1)</script> | @all {{0}} [a](b)\ufffe"
        source = Source(name, f"é日😀: {words}\n")
        one = Diagnostic("CL103", words, (5, 7), "x" + words, notes=[words], help=words, severity=Severity.WARNING)
        found.append(Shown(source, [one]))
    return found


def printed(format: str, shown: list[Shown], *failures: Failure) -> str:
    summary = Summary()
    summary.files = len(shown)
    summary.failures = list(failures)
    for file in shown:
        for one in file.findings:
            summary.severities[one.severity or Severity.ERROR] += 1
    return "\n".join(REPORTS[format].parts(iter(shown), summary, Style()))


def official(variable: str, value: Any) -> None:
    """Compare with the official schema, where the environment names it."""
    if path := os.environ.get(variable):
        schema = json.loads(Path(path).read_text("utf-8"))
        jsonschema.validators.validator_for(schema)(schema).validate(value)


FAILURES = (Failure("gone.yaml", "no such file"), Failure("convlint.toml", "unknown key", 3))
CASES = {"all": everything, "hostile": hostile, "none": list}


@pytest.fixture(params=CASES)
def shown(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Shown]:
    monkeypatch.chdir(ROOT)
    return CASES[request.param]()


@pytest.mark.parametrize("failures", [(), FAILURES], ids=["whole", "failures"])
def test_sarif(shown: list[Shown], failures: tuple[Failure, ...]) -> None:
    log = json.loads(printed("sarif", shown, *failures))
    jsonschema.validate(log, GITHUB)
    official("CONVLINT_SARIF_SCHEMA", log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["version"] == __version__
    assert run["invocations"][0]["executionSuccessful"] == (not failures)
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == len(failures)
    assert len(run["results"]) == sum(len(file.findings) for file in shown)
    rules = run["tool"]["driver"]["rules"]
    prints = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] == place["region"]["endLine"]
        prints.add((place["artifactLocation"]["uri"], result["partialFingerprints"]["convlint/v1"]))
    assert len(prints) == len(run["results"])


def test_sarif_has_no_more_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    found = [
        Diagnostic("CL103", f"m{number}", (0, 1), severity=Severity.ERROR if number == 3 else Severity.INFO)
        for number in range(4)
    ]
    run = json.loads(printed("sarif", [Shown(Source("a.yaml", "a"), found)]))["runs"][0]
    assert [result["message"]["text"] for result in run["results"]] == ["m3", "m0"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "2 more results are left out, the least severe ones"


@pytest.mark.parametrize("failures", [(), FAILURES], ids=["whole", "failures"])
def test_gitlab(shown: list[Shown], failures: tuple[Failure, ...]) -> None:
    issues = json.loads(printed("gitlab", shown, *failures))
    jsonschema.validate(issues, GITLAB)
    assert len(issues) == sum(len(file.findings) for file in shown) + len(failures)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_gitlab_shows_equal_findings_once_each() -> None:
    twice = [Diagnostic("CL103", "same", (0, 1), key=number) for number in range(2)]
    first, second = json.loads(printed("gitlab", [Shown(Source("a.yaml", "a"), twice)]))
    assert first["description"] == second["description"] and first["fingerprint"] != second["fingerprint"]


@pytest.mark.parametrize("failures", [(), FAILURES], ids=["whole", "failures"])
def test_rdjson(shown: list[Shown], failures: tuple[Failure, ...]) -> None:
    report = json.loads(printed("rdjson", shown, *failures))
    jsonschema.validate(report, RDJSON)
    official("CONVLINT_RDJSON_SCHEMA", report)
    assert len(report["diagnostics"]) == sum(len(file.findings) for file in shown) + len(failures)


def test_rdjson_counts_bytes() -> None:
    found = Diagnostic("CL103", "m", (5, 7))
    (one,) = json.loads(printed("rdjson", [Shown(Source("a.yaml", "é日😀: xy\n"), [found])]))["diagnostics"]
    assert one["location"]["range"] == {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 14}}


@pytest.mark.parametrize("failures", [(), FAILURES], ids=["whole", "failures"])
def test_junit(shown: list[Shown], failures: tuple[Failure, ...]) -> None:
    report = printed("junit", shown, *failures)
    assert not re.search("[\x00-\x08\x0b-\x1f\ufffe]", report)
    root = ElementTree.fromstring(report.encode("utf-8", "strict"))
    assert root.tag == "testsuites" and len(root) > 0
    cases = root.findall("testsuite/testcase")
    assert int(root.attrib["tests"]) == len(cases) == sum(int(suite.attrib["tests"]) for suite in root)
    assert int(root.attrib["failures"]) == len(root.findall("testsuite/testcase/failure"))
    assert int(root.attrib["errors"]) == len(root.findall("testsuite/testcase/error")) == len(failures)
    loud = [one for file in shown for one in file.findings if one.severity is not Severity.INFO]
    assert int(root.attrib["failures"]) == len(loud)
    if not shown and not failures:
        assert cases[0].attrib["name"] == "no findings"


def test_lines_of_json_are_the_findings_of_json(shown: list[Shown]) -> None:
    lines = printed("json-lines", shown).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(printed("json", shown))["findings"]


@pytest.mark.parametrize("failures", [(), FAILURES], ids=["whole", "failures"])
def test_markdown(shown: list[Shown], failures: tuple[Failure, ...]) -> None:
    report = printed("markdown", shown, *failures)
    assert report.startswith("### convlint: ")
    table = [line for line in report.splitlines() if line.startswith("| ")]
    found = sum(len(file.findings) for file in shown)
    assert len(table) == (found + 1 if found else 0)
    for line in table[1:]:
        assert line.count("|") == 4 and re.fullmatch(r"\| (error|warning|info) \| <code>[^<>`@]*</code> \| .* \|", line)
        assert not re.search(r"<(?!/?code>)|[`@*]", line)
    assert "<script" not in report and "\x1b" not in report
    if found:
        assert report.count("<pre>") == report.count("</pre>") == report.count("<details>") == 1
        assert "\n\n" not in report[report.index("<pre>") : report.index("</pre>")]
    for failure in failures:
        assert failure.message in unescape(report)


def test_markdown_stays_short() -> None:
    found = [Diagnostic("CL103", f"m{number}", (0, 1), key=number, severity=Severity.ERROR) for number in range(1200)]
    report = printed("markdown", [Shown(Source("a.yaml", "a"), found)])
    assert "\n... and 200 more\n" in report and "\n... and 1,100 more\n</pre>" in report
    assert len(report) < 1_000_000


def test_every_rule_can_be_described() -> None:
    for rule in catalogue.RULES:
        described = sarif._rule(rule)
        assert 0 < len(described["fullDescription"]["text"]) <= 1024
