"""What a finding says would come out even does."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from convlint import catalogue
from convlint.derive import derive
from convlint.derive.repairs.even import Even
from convlint.document import Source, read
from convlint.findings import Severity
from convlint.formats import native
from convlint.lint import lint
from convlint.model.window import Window
from convlint.rules.spatial.windows import exact, formula
from tests.conftest import examples

DROPS = ("dropped-input", "pool-drops-input")


def text(size: list[int], type: str, **arguments: object) -> str:
    written = "".join(f", {name}: {value}" for name, value in arguments.items())
    return f"convlint: 1\ninput: {[3, *size]}\nlayers:\n  - {{type: {type}{written}}}\n"


def codes(yaml: str) -> list[str]:
    """Codes of what is found at warning or above, and of input that a pool drops."""
    found = lint(Source("net.yaml", yaml), catalogue.selection()).findings
    return [one.code for one in found if one.code == "CL105" or (one.severity or Severity.INFO) > Severity.INFO]


pairs = st.tuples(st.integers(1, 5), st.integers(1, 5)).map(list)


@given(st.tuples(st.integers(6, 60), st.integers(6, 60)), pairs, pairs, pairs, pairs, st.booleans())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.filter_too_much])
def test_every_repair_repairs(
    size: tuple[int, int], kernel: list[int], stride: list[int], padding: list[int], dilation: list[int], pool: bool
) -> None:
    arguments = {"kernel_size": [k + 1 for k in kernel], "stride": stride, "dilation": dilation}
    arguments["padding"] = [min(p - 1, (k + 1) // 2) for p, k in zip(padding, kernel, strict=True)]
    type = "MaxPool2d" if pool else "Conv2d"
    fixed = {} if pool else {"out_channels": 4}
    yaml = text(list(size), type, **fixed, **arguments)
    derivation = derive(native.lower(read(Source("net.yaml", yaml)).documents[0]).networks[0])
    found = [one for one in derivation.irregularities if one.kind in DROPS]
    assume(found)
    repairs = Even(found[0], derivation)
    code = "CL105" if pool else "CL103"
    # A factor that stride and dilation share is another finding's business.
    assume(code in codes(yaml))

    smaller = [size[axis] for axis in (0, 1)]
    larger = [size[axis] for axis in (0, 1)]
    for axis, window in repairs.lost:
        smaller[axis], larger[axis] = window.smaller_size or larger[axis], window.larger_size
    assert code not in codes(text(larger, type, **fixed, **arguments))
    if all(window.smaller_size for _, window in repairs.lost):
        assert code not in codes(text(smaller, type, **fixed, **arguments))

    changes: list[dict[str, object]] = [{"kernel_size": kernels} for kernels in repairs.kernels()]
    changes += [{"stride": strides} for strides in repairs.strides()]
    if repairs.padding() is not None:
        changes.append({"padding": repairs.padding()})
    if repairs.ceil():
        changes.append({"ceil_mode": "true"})
    for change in changes:
        repaired = codes(text(list(size), type, **fixed, **(arguments | change)))
        assert code not in repaired and "CL102" not in repaired and "CL109" not in repaired


def test_a_size_is_never_shown_as_whole_if_it_is_not() -> None:
    assert exact(Window(224, 11, 4)) == "54.25"
    assert exact(Window(227, 11, 4)) == "55"
    assert exact(Window(2, 1, 3)) == "1.33"
    assert exact(Window(1000, 1, 1000)) == "1.999"
    assert exact(Window(10_001, 1, 3_000)) == "4.33"
    assert exact(Window(30_002, 1, 30_000)) == "2.00003333"
    assert exact(Window(10**10, 1, 10**10)) == "1 + 9999999999/10000000000"
    assert exact(Window(5, 9, 2)) == "-1"


def test_formulas_show_the_numbers() -> None:
    assert formula(Window(224, 11, 4)) == "(224 - 11) / 4 + 1 = 54.25"
    assert formula(Window(224, 7, 2, 3, 3)) == "(224 + 2*3 - 7) / 2 + 1 = 112.5"
    assert formula(Window(56, 3, 1, 1, 2, 2)) == "(56 + 1 + 2 - (2*(3-1)+1)) / 1 + 1 = 55"
