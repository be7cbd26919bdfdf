"""What a text may cost. Steps are counted here, and things made; never seconds."""

from __future__ import annotations

import random

import pytest

from convlint import work
from convlint.catalogue import selection
from convlint.derive import walk
from convlint.derive.repairs import trial
from convlint.derive.sizing import table
from convlint.derive.state import Derived
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import Result, lint
from convlint.model.network import Layer
from convlint.session.sizes import Shared, Sized, sized

HEAD = "convlint: 1\ninput: [8, 64, 64]\nlayers:\n"
GROWS = "{type: Conv2d, out_channels: 8, kernel_size: 3, padding: 2}"
SHRINKS = "{type: Conv2d, out_channels: 8, kernel_size: 3}"


def checked(text: str, name: str = "net.yaml") -> Result:
    return lint(Source(name, text), selection())


def answered(text: str) -> list[Sized]:
    result = checked(text)
    shared = Shared(result.source, result.steps)
    return [
        sized(result.source, derivation, [], 4096, selection(), [], shared) for derivation in result.derivations
    ]  # fmt: skip


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings if finding.severity is Severity.ERROR]


def nested(depth: int, layer: str, repeat: int = 2) -> str:
    for _ in range(depth):
        layer = f"{{repeat: {repeat}, layers: [{layer}]}}"
    return layer


def yolo(*rows: str, scales: str = "") -> str:
    body = "".join(f"  - {row}\n" for row in rows)
    return f"nc: 80\n{scales}backbone:\n{body}head:\n  - [[-1], 1, Detect, [nc]]\n"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many layers are derived, in a network or in a table of sizes."""
    count = [0]

    class Counted(Derived):
        __slots__ = ()

        def __init__(self, *arguments: object) -> None:
            count[0] += 1
            super().__init__(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(walk, "Derived", Counted)
    monkeypatch.setattr(table, "Derived", Counted)
    return count


SMALL = {
    "a repeat that shrinks": f"{HEAD}  - {{repeat: 1000000000, layers: [{SHRINKS}]}}\n",
    "a repeat that grows": f"{HEAD}  - {{repeat: 99999, layers: [{GROWS}]}}\n",
    "a repeat that grows, on a line": f"{HEAD.replace('64, 64', '64')}"
    "  - {repeat: 1000000, layers: [{type: Conv1d, out_channels: 8, kernel_size: 3, padding: 2}]}\n",
    "repeats in repeats": f"{HEAD}  - {nested(45, GROWS)}\n",
    "repeats of forty": f"{HEAD}  - {nested(3, GROWS, 40)}\n",
    "a transposed convolution": f"{HEAD}  - {{repeat: 1000000000, layers: "
    "[{type: ConvTranspose2d, out_channels: 8, kernel_size: 3, output_size: 1}]}\n",
    "aliases": f"{HEAD}  - &g0 {{layers: [{GROWS}]}}\n"
    + "".join(f"  - &g{n} {{layers: [*g{n - 1}, *g{n - 1}]}}\n" for n in range(1, 17)),
    "parts": f"{HEAD}  - {{type: Chunk, chunks: 1000000000000, dim: 2}}\n",
    "a shape": f"{HEAD}  - {{type: Reshape, shape: [1000000000000, 1000000000000]}}\n",
    "a table on many maps": "convlint: 1\ninput: [50000000, 14, 14]\nlayers:\n"
    "  - {type: Conv2d, out_channels: 2, kernel_size: 3, connections: [[0, 1], [1, 200]]}\n",
    "strides without a period": HEAD
    + "".join(
        f"  - {{name: s{n}, from: input, type: Conv2d, out_channels: 8, kernel_size: {n}, stride: {n}}}\n"
        for n in range(2, 202)
    )
    + f"output: [{', '.join(f's{n}' for n in range(2, 202))}]\n",
    "rows of a thousand modules": yolo("[-1, 1, Conv, [64, 3, 2]]", *["[-1, 100, C2f, [64, True]]"] * 500),
}


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_a_small_file_costs_little(text: str, made: list[int]) -> None:
    answered(text)
    allowed = work.Budget(len(text)).total
    # Once for the findings, twice more for the sizes: no layer is derived for less than four steps.
    assert made[0] <= 3 * allowed // 4


REFUSED = ("a repeat that grows, on a line", "repeats in repeats", "aliases", "a transposed convolution")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_much_is_named(name: str) -> None:
    (error,) = [finding for finding in checked(SMALL[name]).findings if finding.code == "CL022"]
    assert error.message.startswith(("the repeats of this file", "more layers than are checked, counting what aliases"))


@pytest.mark.parametrize("name", ["parts", "a shape", "a table on many maps", "a repeat that shrinks"])
def test_what_costs_nothing_is_no_error(name: str) -> None:
    assert "CL022" not in codes(checked(SMALL[name]))


def test_a_hundred_thousand_ordinary_layers_cost_a_fifth_of_what_they_may() -> None:
    layers = [
        "  - {type: Conv2d, out_channels: 64, kernel_size: 3, padding: 1}\n",
        "  - {type: BatchNorm2d}\n",
        "  - {type: ReLU}\n",
        "  - {type: Conv2d, out_channels: 32, kernel_size: 1, bias: false}\n",
    ]
    text = HEAD + "".join(layers) * 25_000
    result = checked(text)
    assert codes(result) == [] and len(result.derivations[0].layers) == 100_000
    assert 5 * result.steps <= work.Budget(len(text)).total


def test_copies_cost_what_they_are() -> None:
    """Also far more than any network has: thirty thousand layers of changing shape from two lines."""
    result = checked(f"{HEAD}  - {{repeat: 30000, layers: [{GROWS}]}}\n")
    assert codes(result) == []
    assert result.steps >= 30_000 * work.DERIVED


def test_a_verdict_does_not_depend_on_what_was_checked_before() -> None:
    rows = [f"[-1, {n}, C2f, [64, True]]" for n in range(1, 60)]
    text = yolo("[-1, 1, Conv, [64, 3, 2]]", *rows)
    before = checked(text, "model.yaml").steps
    assert before > 100_000
    assert checked(text, "model.yaml").steps == before


def test_scales_without_end() -> None:
    scales = "".join(f"  s{n}: [0.33, 0.25, 1024]\n" for n in range(20_000))
    result = checked(yolo("[-1, 1, Conv, [64, 3, 2]]", scales=f"scales:\n{scales}"))
    assert codes(result) == ["CL022"]
    assert "are more work than is done for a file of this length" in result.findings[0].message


def test_rows_are_not_moved_without_end(made: list[int]) -> None:
    rows = ["[-1, 1, Conv, [64, 3, 1]]"] * 4000
    result = checked(yolo("[-1, 1, Conv, [64, 3, 2]]", *rows, "[-1, 1, Conv, [64, 3, 2]]", "[[-1, 4], 1, Concat, [1]]"))
    assert codes(result) == ["CL401"]


def test_long_tags_are_counted() -> None:
    text = f"%TAG !a! tag:{'x' * 100_000}\n---\n" + "- !a!t 1\n" * 30_000
    assert codes(lint(Source("net.yaml", text), selection(), named=True)) == ["CL022"]


def test_thousands_of_comments_before_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines below each of them are looked at once."""
    spans = [0]
    line_span = Source.line_span

    def counted(self: Source, line: int) -> tuple[int, int]:
        spans[0] += 1
        return line_span(self, line)

    monkeypatch.setattr(Source, "line_span", counted)
    count = 2_000
    checked(f"{HEAD}  - {SHRINKS}\n" + "# convlint: ignore[CL103]\n" * count)
    assert spans[0] <= 10 * count


def test_what_cannot_be_tried_is_not_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [0]
    replaced = trial._replaced

    def counted(layers: list[Layer], layer: Layer, changed: Layer) -> list[Layer] | None:
        made[0] += 1
        return replaced(layers, layer, changed)

    monkeypatch.setattr(trial, "_replaced", counted)
    count = 1_000
    wrong = "  - {type: Conv2d, in_channels: 9, out_channels: 8, kernel_size: 3, padding: 1}\n"
    assert len(checked(HEAD + wrong * count).findings) == count
    assert 0 < made[0] <= trial.MAX_ANEW // count


def test_sizes_are_linear_in_inputs() -> None:
    steps = []
    for count in (500, 1000):
        names = [f"a{n}" for n in range(count)]
        layers = "".join(
            f"  - {{name: {name}, from: input, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}}\n"
            for name in names
        )
        text = f"{HEAD}{layers}  - {{type: Concat, from: [{', '.join(names)}]}}\n"
        result = checked(text)
        shared = Shared(result.source, result.steps)
        before = shared.budget.spent
        (answer,) = [sized(result.source, one, [], 4096, selection(), [], shared) for one in result.derivations]
        assert answer.found is not None and not answer.too_large
        steps.append(shared.budget.spent - before)
    assert 0 < steps[1] <= 2.5 * steps[0]


class TestBudget:
    def test_nobody_counts_outside(self) -> None:
        assert work.current() is None
        assert work.affords(10**12)
        work.spend(10**12, "nothing")

    def test_what_is_spent_is_gone(self) -> None:
        with work.Budget() as budget:
            work.spend(work.BASE, "all of it")
            assert budget.left == 0
            with pytest.raises(work.TooMuch) as raised:
                work.spend(1, "one more")
            assert raised.value.what == str(raised.value) == "one more"
            assert not work.affords(0)

    def test_a_text_may_cost_what_its_length_allows(self) -> None:
        assert work.Budget(100).total == work.BASE + 100 * work.PER_CHARACTER

    def test_a_share_is_paid_by_the_whole(self) -> None:
        with work.Budget() as budget:
            share = work.Budget.share(1000)
            assert share.total == 1000 and share.pays(600) and not share.pays(600)
            assert budget.spent == 600
            with share:
                assert not work.affords(10_000)
            assert budget.spent == 1000

    def test_advice_leaves_half_for_the_verdict(self) -> None:
        with work.Budget() as budget:
            assert work.Budget.share(10 * work.BASE).total == work.BASE - budget.total // 2
            budget.left = budget.total // 3
            assert work.Budget.share(10).total == 0


def test_a_budget_does_not_hang_on_the_order_of_a_run() -> None:
    """Of texts in any order, each costs what it costs alone."""
    texts = [SMALL[name] for name in ("a repeat that shrinks", "rows of a thousand modules", "a shape")]
    alone = [checked(text).steps for text in texts]
    order = [0, 1, 2, 1, 0, 2]
    random.Random(1).shuffle(order)
    assert [checked(texts[index]).steps for index in order] == [alone[index] for index in order]
