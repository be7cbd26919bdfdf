"""What is wrong with the notation of a native file, and what a misspelt word was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convlint.document import Mapping, Node, Scalar, Sequence, Span
from convlint.findings import Diagnostic, Edit, Fix, Label
from convlint.formats.native.wording import cut, meaning, plain_spelling, shown
from convlint.words.spelling import near

#: Comparisons of misspelt words with known ones that a file may cost: suggestions must never make it slow.
MAX_COMPARISONS = 100_000
#: Longer words are no misspellings.
MAX_WORD = 60


class Mistakes:
    """The findings of one file; everybody who reads a part of it reports here."""

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        #: Whether every layer, every name and everything that is read was understood.
        self.complete = True
        self._comparisons = 0

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        *,
        help: str | None = None,
        labels: list[Label] | None = None,
        fixes: list[Fix] | None = None,
    ) -> None:
        """Add a finding."""
        self.findings.append(Diagnostic(code, message, span, label, labels or [], help=help, fixes=fixes or []))

    def wrong_type(
        self,
        name: str,
        node: Node,
        what: str,
        parent: Mapping,
        path: tuple[int, ...] = (),
        help: str | None = None,
    ) -> None:
        """Report a value of the wrong kind, with what YAML made of it; ``path`` leads to an item of a list."""
        culprit = node
        for index in path:
            assert isinstance(culprit, Sequence)
            culprit = culprit.items[index]
        if culprit.start < culprit.end and (path or isinstance(culprit, Scalar) or culprit.flow):
            span = culprit.span
        else:
            span = parent.value_span(name) or beginning(parent)
        subject = f"each item of `{cut(name)}`" if path else f"`{cut(name)}`"
        message = f"{subject} must be {what}, not {shown(culprit)}"
        if isinstance(culprit, Scalar) and not culprit.text and culprit.plain:
            message = f"{subject} must be {what}, but is empty"
        made = meaning(culprit)
        label = ""
        if made and len(message) + len(made) > 100:
            label = made
        elif made:
            message += f", which is {made}"
        fixes = []
        plainly = plain_spelling(culprit, what) if isinstance(culprit, Scalar) else None
        if plainly is not None:
            instead, safe = plainly
            help = f"write `{instead}`"
            fixes = [Fix(f"Write `{instead}`", [Edit(culprit.span, instead)], safe=safe)]
        elif help is None and isinstance(culprit, Scalar):
            words = re.findall(r"'(\w+)'", what)
            if what.startswith("one of "):
                words = what.removeprefix("one of ").split(", ")
            near = self.nearest(culprit.text, words) if culprit.text else None
            if "base-60" in made:
                help = "write the number without colons"
            if near is not None:
                help = f"did you mean `{near}`?"
                fixes = [Fix(f"Write `{near}`", [Edit(culprit.span, near)])]
        self.report("CL005", message, span, label, help=help, fixes=fixes)

    def underscored(self, node: Node) -> None:
        """Warn of numbers such as 1_000 inside a value."""
        if isinstance(node, Sequence):
            for item in node.items:
                self.underscored(item)
        elif isinstance(node, Scalar) and node.plain and "_" in node.text and type(node.value) in (int, float):
            plain = node.text.replace("_", "")
            message = f"`{node.text}` is {plain} in YAML 1.1, but text in YAML 1.2"
            fixes = [Fix(f"Write `{plain}`", [Edit(node.span, plain)], safe=True)]
            self.report("CL025", message, node.span, help=f"write `{plain}`", fixes=fixes)

    def near(self, word: str, known: Iterable[str]) -> list[tuple[float, str]]:
        """Known words that look like a word; looking for them has a limit, however many words are wrong."""
        if self._comparisons > MAX_COMPARISONS or len(word) > MAX_WORD:
            return []
        words = list(known)
        self._comparisons += len(words)
        return near(word, words)

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """The known word that was probably meant."""
        found = self.near(word, known)
        return found[0][1] if found else None


def beginning(node: Mapping) -> Span:
    """The place of a mapping as a whole: its first key in block style, its opening brace otherwise."""
    if node.flow:
        return node.start, node.start + 1
    return node.span
