"""Every rule as plain data: code, name, default severity, whether it is on, a summary in one line, and its family.

This is the one place that decides how loud a rule is; the words are in ``rules/<family>/<name>.py``.  Rules named
after an irregularity word it; ``NETWORK`` rules look at a whole network; ``CLAIM`` rules compare what somebody wrote
with what was derived; ``NOTATION`` rules are found while a file is read.  Those of one format alone are registered by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, IntEnum
from typing import NamedTuple, TypeAlias

from convlint.words.spelling import did_you_mean


class Severity(IntEnum):
    """How bad a finding is; higher is worse."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFO  # noqa: E741


class Sort(Enum):
    """How a rule finds its mistakes."""

    NOTATION = "notation"
    IRREGULARITY = "irregularity"
    CLAIM = "claim"
    NETWORK = "network"


#: A rule that a format brings: code, name, severity, whether it is on, sort, summary.
Row: TypeAlias = tuple[str, str, Severity, bool, Sort, str]


class Rule(NamedTuple):
    """One row of the catalogue."""

    code: str
    name: str
    severity: Severity
    on: bool
    family: str
    sort: Sort
    summary: str
    #: The package of the format that brings the rule, None for those that are everybody's.
    format: str | None = None

    @property
    def module(self) -> str:
        """The module with the rule's page and words; a format keeps its own together."""
        if self.format is not None:
            return f"{self.format}.findings"
        return f"convlint.rules.{self.family}.{self.name.replace('-', '_')}"

    @property
    def page(self) -> str:
        """The rule's page: the docstring of its module, or of its function among those of a format."""
        from importlib import import_module
        from inspect import cleandoc

        words: object = import_module(self.module)
        if self.format is not None:
            words = getattr(words, self.name.replace("-", "_"))
        return cleandoc(words.__doc__ or f"Finds {self.summary}.")

    @property
    def url(self) -> str:
        """Where the rule's page can be read."""
        return f"{FILES}docs/rules/{self.code}-{self.name}.md"


_N, _I, _C, _W = Sort.NOTATION, Sort.IRREGULARITY, Sort.CLAIM, Sort.NETWORK
_ON, _OFF = True, False

# fmt: off
RULES: list[Rule] = [
    Rule(*row)
    for row in (
        ("CL001", "syntax-error", E, _ON, "notation", _N, "the text is not YAML, JSON or UTF-8"),
        ("CL002", "duplicate-key", E, _ON, "notation", _N, "a key is written twice in one mapping"),
        ("CL003", "unknown-key", E, _ON, "notation", _N, "a key that the format does not know"),
        ("CL004", "unknown-layer-type", E, _ON, "notation", _N, "a layer type that does not exist"),
        ("CL005", "wrong-type", E, _ON, "notation", _N, "a value of the wrong kind, or one that YAML reads as another"),
        ("CL006", "missing-key", E, _ON, "notation", _N, "a required key is missing"),
        ("CL007", "wrong-arity", E, _ON, "notation", _I, "a list with another length than there are axes"),
        ("CL010", "unknown-reference", E, _ON, "notation", _I, "a source that names no layer"),
        ("CL011", "duplicate-name", E, _ON, "notation", _N, "two layers with one name"),
        ("CL014", "dead-layer", W, _ON, "graph", _W, "a layer that nothing reads"),
        ("CL015", "unused-input", W, _ON, "graph", _W, "a network input that nothing reads"),
        ("CL016", "missing-input-shape", E, _ON, "notation", _N, "sizes are needed and no input size is given"),
        ("CL017", "missing-output", W, _ON, "graph", _W, "a network without an output"),
        ("CL018", "wrong-input-count", E, _ON, "graph", _I, "an operation with too few inputs"),
        ("CL020", "rank-mismatch", E, _ON, "graph", _I, "a layer for another number of axes than its input has"),
        ("CL021", "invalid-repeat", E, _ON, "notation", _N, "a repeat count below 1"),
        ("CL022", "limit-exceeded", E, _ON, "notation", _I, "a file or network beyond what is checked"),
        ("CL023", "unused-suppression", W, _ON, "notation", _N, "an ignore comment that suppresses nothing"),
        ("CL024", "unknown-suppression", W, _ON, "notation", _N, "a convlint comment that cannot be understood"),
        ("CL025", "number-spelling", W, _ON, "notation", _N, "a number with underscores"),
        ("CL026", "axis-range", E, _ON, "graph", _I, "a dim that the input does not have"),
        ("CL028", "argument-range", E, _ON, "notation", _N, "an argument out of the range that its layer takes"),
        ("CL033", "stale-stride-comment", W, _OFF, "yolo", _C, "a comment with another stride than the derived one"),
        ("CL034", "stale-parameter-comment", W, _OFF, "yolo", _C, "a comment with another parameter count than the derived one"),
        ("CL044", "level-order", W, _ON, "yolo", _I, "head levels that do not go from fine to coarse"),
        ("CL051", "block-width", E, _ON, "yolo", _I, "channels or sizes that a block cannot divide"),
        ("CL101", "invalid-window", E, _ON, "spatial", _I, "kernel, stride or dilation below 1, or padding below 0"),
        ("CL102", "kernel-too-large", E, _ON, "spatial", _I, "a window larger than its padded input"),
        ("CL103", "dropped-input", W, _ON, "spatial", _I, "a convolution that never reads the last rows or columns"),
        ("CL104", "dropped-padding", I, _OFF, "spatial", _I, "a window that leaves some of its padding unread"),
        ("CL105", "pool-drops-input", I, _ON, "spatial", _I, "a pool that never reads the last rows or columns"),
        ("CL106", "stride-skips-input", I, _ON, "spatial", _I, "a stride larger than the kernel"),
        ("CL107", "stride-dilation-gap", W, _ON, "spatial", _I, "stride and dilation that share a factor"),
        ("CL108", "unread-input", I, _OFF, "spatial", _W, "cells of the input that no window reads, wherever they are"),
        ("CL109", "pool-padding", E, _ON, "spatial", _I, "a pool padded by more than half its kernel"),
        ("CL110", "padding-exceeds-kernel", W, _ON, "spatial", _I, "whole windows that see nothing but padding"),
        ("CL111", "reflect-padding", E, _ON, "spatial", _I, "reflection or circular padding larger than the map"),
        ("CL112", "crop-too-large", E, _ON, "spatial", _I, "negative padding that leaves nothing"),
        ("CL113", "asymmetric-same", W, _ON, "spatial", _I, "padding 'same' that cannot be the same on both sides"),
        ("CL114", "same-with-stride", E, _ON, "spatial", _I, "padding 'same' together with a stride"),
        ("CL117", "ceil-window-dropped", I, _ON, "spatial", _I, "ceil mode whose extra window is taken away again"),
        ("CL118", "partial-window", I, _ON, "spatial", _I, "a ceil-mode window that hangs over its input"),
        ("CL119", "adaptive-size", E, _ON, "spatial", _I, "an adaptive pool to an impossible or larger size"),
        ("CL120", "window-on-one-cell", W, _ON, "spatial", _I, "a kernel wider than 1 on a map of one cell"),
        ("CL121", "receptive-field-exceeds-input", I, _OFF, "spatial", _W, "a layer that already saw the whole input"),
        ("CL122", "gridding-dilation", I, _OFF, "spatial", _W, "dilations in a row that share a factor"),
        ("CL123", "input-not-divisible", I, _ON, "spatial", _W, "an input size that the total stride does not divide"),
        ("CL124", "declared-shape", E, _ON, "spatial", _C, "a declared output shape that is not the derived one"),
        ("CL125", "receptive-field-mismatch", E, _ON, "spatial", _C, "a declared receptive field that is not the derived one"),
        ("CL126", "channels-last", W, _ON, "spatial", _W, "an input whose channels come last"),
        ("CL201", "channel-mismatch", E, _ON, "channels", _I, "in_channels that differs from what arrives"),
        ("CL202", "groups-divide-input", E, _ON, "channels", _I, "groups that do not divide the input channels"),
        ("CL203", "groups-divide-output", E, _ON, "channels", _I, "groups that do not divide the output channels"),
        ("CL204", "invalid-channels", E, _ON, "channels", _I, "a channel or group count below 1"),
        ("CL205", "depthwise-multiplier", E, _ON, "channels", _I, "a depthwise convolution without a whole multiplier"),
        ("CL206", "almost-depthwise", W, _ON, "channels", _I, "groups equal to the output channels but not to the input's"),
        ("CL207", "shuffle-factor", E, _ON, "channels", _I, "a pixel shuffle that does not divide"),
        ("CL208", "split-divides", E, _ON, "channels", _I, "a split, chunk, GLU or shuffle that does not divide"),
        ("CL209", "useless-shuffle", W, _ON, "channels", _I, "a channel shuffle that changes nothing"),
        ("CL210", "isolated-groups", I, _OFF, "channels", _W, "grouped convolutions in a row that never mix their groups"),
        ("CL301", "kernel-count-mismatch", E, _ON, "counts", _C, "a declared kernel count that the wiring does not give"),
        ("CL302", "ambiguous-kernel-count", E, _ON, "counts", _W, "kernel counts that fit no common convention"),
        ("CL303", "filter-count-mismatch", E, _ON, "counts", _C, "a declared count of 3-D filters that is not the derived one"),
        ("CL304", "weight-shape-mismatch", E, _ON, "counts", _C, "a declared weight shape that is not the derived one"),
        ("CL305", "parameter-count-mismatch", E, _ON, "counts", _C, "a declared parameter count that is not the derived one"),
        ("CL307", "mac-count-mismatch", E, _ON, "counts", _C, "a declared number of multiply-adds that is not the derived one"),
        ("CL308", "connection-table", E, _ON, "counts", _I, "a connection table that cannot be"),
        ("CL309", "fan-in-mismatch", E, _ON, "counts", _I, "a fan_in that the input does not have"),
        ("CL310", "table-or-groups", I, _ON, "counts", _W, "a kernel count that groups would explain as well"),
        ("CL312", "unstated-convention", I, _ON, "counts", _W, "kernel counts that fit one convention only"),
        ("CL401", "concat-size", E, _ON, "merges", _I, "a concat of maps of different sizes"),
        ("CL402", "add-shape", E, _ON, "merges", _I, "an addition of different shapes"),
        ("CL403", "odd-skip", E, _ON, "merges", _I, "a skip connection broken by an odd size"),
        ("CL404", "crop-needed", E, _ON, "merges", _I, "a skip larger than its partner, or a crop larger than its map"),
        ("CL405", "missing-projection", E, _ON, "merges", _I, "a residual addition around a stride or channel change"),
        ("CL406", "concat-axis", I, _ON, "merges", _W, "a concat along another axis than the channels"),
        ("CL407", "shifted-centres", I, _OFF, "merges", _W, "added maps whose receptive fields are shifted"),
        ("CL501", "output-padding", E, _ON, "upsampling", _I, "output_padding not below stride or dilation"),
        ("CL502", "negative-output-padding", E, _ON, "upsampling", _I, "output_padding below 0"),
        ("CL503", "upsample-empty", E, _ON, "upsampling", _I, "a transposed convolution without output"),
        ("CL504", "output-size-range", E, _ON, "upsampling", _I, "an output_size that cannot be reached"),
        ("CL505", "checkerboard", I, _ON, "upsampling", _I, "a transposed convolution whose kernel is no multiple of its stride"),
        ("CL506", "upsample-holes", W, _ON, "upsampling", _I, "a transposed convolution with a kernel below its stride"),
        ("CL507", "size-and-scale", E, _ON, "upsampling", _I, "size and scale_factor together, or neither"),
        ("CL508", "fractional-scale", W, _ON, "upsampling", _I, "a scale factor that gives a fraction"),
        ("CL509", "upsample-mode-rank", E, _ON, "upsampling", _I, "an interpolation mode for another number of axes"),
        ("CL510", "invalid-scale", E, _ON, "upsampling", _I, "a size or scale factor that leaves nothing"),
        ("CL511", "fold-blocks", E, _ON, "upsampling", _I, "a fold or unfold whose blocks do not fit"),
        ("CL513", "transposed-padding-mode", E, _ON, "upsampling", _I, "a padding word or mode on a transposed convolution"),
        ("CL601", "norm-features", E, _ON, "features", _I, "a normalisation for another number of channels"),
        ("CL602", "norm-one-value", W, _ON, "features", _I, "a normalisation over a single value"),
        ("CL603", "group-norm-divides", E, _ON, "features", _I, "GroupNorm groups that do not divide the channels"),
        ("CL604", "layer-norm-shape", E, _ON, "features", _I, "a normalized_shape that is not the last axes"),
        ("CL605", "dense-features", E, _ON, "features", _I, "in_features that differs from what arrives"),
        ("CL606", "dense-on-map", W, _ON, "features", _I, "a dense layer on an unflattened map"),
        ("CL608", "heads-divide", E, _ON, "features", _I, "attention heads that do not divide the embedding"),
        ("CL609", "prelu-parameters", E, _ON, "features", _I, "PReLU parameters that are neither 1 nor the channels"),
        ("CL610", "bias-before-norm", I, _ON, "features", _I, "a bias that the next normalisation removes"),
        ("CL611", "missing-activation", I, _OFF, "features", _W, "two linear layers with nothing non-linear between"),
        ("CL612", "double-activation", I, _ON, "features", _I, "two activations in a row"),
        ("CL613", "dropout-before-norm", I, _ON, "features", _I, "dropout directly before BatchNorm"),
        ("CL614", "norm-on-output", I, _ON, "features", _W, "a normalisation as the network's output"),
        ("CL615", "softmax-on-output", I, _OFF, "features", _W, "a softmax as the network's output"),
        ("CL616", "pointwise-on-one-cell", I, _ON, "features", _I, "a 1x1 convolution on a map of one cell"),
        ("CL617", "group-norm-one-value", W, _ON, "features", _I, "GroupNorm groups of a single value"),
        ("CL618", "reshape-size", E, _ON, "features", _I, "a reshape to another number of values"),
    )
]
# fmt: on

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}

#: With how many letters a code begins: which of them say who brings the rule.
_PREFIX = 2

#: Rules that nothing switches off: a file that cannot be read is never all right.
ALWAYS = frozenset({"CL001", "CL022"})

#: Where the project is: the one place that says so.
HOME = "https://github.com/convlint/convlint"
#: A file of it, before its path.
FILES = f"{HOME}/blob/main/"


def severity_of(name: str, *, fatal: bool, harmless: bool = False) -> Severity | None:
    """How loud a rule is about an irregularity of its name; None where that is as loud as it always is.

    What the framework refuses is an error, what it swallows none, and what does no harm at all only worth knowing.
    """
    usual = BY_NAME[name].severity
    if fatal:
        found = Severity.ERROR
    else:
        found = Severity.INFO if harmless else min(usual, Severity.WARNING)
    return None if found is usual else found


def register(format: str, family: str, rows: Iterable[Row]) -> None:
    """Add the rules that the package of a format brings.

    Their words and pages are the functions of its module ``findings`` that have their names.
    """
    for code, name, severity, on, sort, summary in rows:
        rule = Rule(code, name, severity, on, family, sort, summary, format)
        if code in BY_CODE or name in BY_NAME:
            raise ValueError(f"{code} {name} is there already")
        RULES.append(rule)
        BY_CODE[code] = BY_NAME[name] = rule
    RULES.sort(key=lambda rule: rule.code)


def find(word: str) -> Rule | None:
    """The rule with this code or name, whatever its case."""
    return BY_CODE.get(word.upper()) or BY_NAME.get(word.lower())


def matching(word: str) -> list[Rule]:
    """The rules that a word of a selection means: ALL, a code, a prefix of codes (``CL1``), or a name."""
    if word.upper() == "ALL":
        return list(RULES)
    named = find(word)
    if named is not None:
        return [named]
    prefix = word.upper()
    return [rule for rule in RULES if len(prefix) >= _PREFIX and rule.code.startswith(prefix)]


def selection(select: Iterable[str] = (), extend: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """The codes that are on.

    Without ``select`` the rules that are on by default.  Of two words the more specific one wins (a code or name over
    a longer over a shorter prefix over ALL); on a tie ``ignore`` wins.  Raises KeyError with the first unknown word.
    """
    rank: dict[str, tuple[int, bool]] = {}
    wanted = list(select)
    if not wanted:
        rank = {rule.code: (0, rule.on) for rule in RULES}
    for words, on in ((wanted, True), (list(extend), True), (list(ignore), False)):
        for word in words:
            rules = matching(word)
            if not rules:
                raise KeyError(word)
            weight = 1 if word.upper() == "ALL" else 100 if find(word) else len(word)
            for rule in rules:
                if weight >= rank.get(rule.code, (0, False))[0]:
                    rank[rule.code] = (weight, on)
    return frozenset(code for code, (_, on) in rank.items() if on)


def codes(words: Iterable[str]) -> frozenset[str]:
    """The codes of all rules that some words of a selection mean."""
    return frozenset(rule.code for word in words for rule in matching(word))


def unknown_rule(word: str) -> str:
    """A sentence about a word that means no rule."""
    meant = BY_CODE.get(word.upper().replace("O", "0").replace("I", "1"))
    hint = f"; did you mean `{meant.code}`?" if meant else did_you_mean(word, BY_NAME)
    return f"unknown rule `{word}`{hint}"
