"""The table of ``convlint show``."""

from convlint.document import Source
from convlint.lint import lint
from convlint.reports import table
from convlint.reports.style import Style


def shown(text: str, path: str = "net.yaml", style: Style | None = None) -> str:
    """The table of the one network in a text."""
    source = Source(path, text)
    (derivation,) = lint(source, frozenset()).derivations
    return table.table(source, derivation, style or Style())


def test_the_question_that_started_it() -> None:
    assert (
        shown("""\
convlint: 1
name: LeCun-Ranzato
input: [1, 83, 83]
layers:
  - {name: conv1, type: Conv2d, out_channels: 64, kernel_size: 9, kernels: 64}
  - {name: pool1, type: AvgPool2d, kernel_size: 10, stride: 5}
  - {name: conv2, type: Conv2d, out_channels: 256, kernel_size: 9, fan_in: 16, kernels: 4096}
  - {name: pool2, type: AvgPool2d, kernel_size: 6, stride: 4, expect: {output: [256, 1, 1]}}
  - {type: Flatten}
  - {name: output, type: Linear, out_features: 101}
""")
        == """\
net.yaml: LeCun-Ranzato (input 1x83x83)

layer   type       arguments        output  2-D kernels  3-D kernels      weight  parameters        MACs  field  elements
conv1   Conv2d     k=9            64x75x75           64           64    64x1x9x9       5,248  29,160,000    9x9   360,000
pool1   AvgPool2d  k=10 s=5       64x14x14            -            -           -           0           0  18x18    12,544
conv2   Conv2d     k=9 fan_in=16   256x6x6        4,096          256  256x16x9x9     332,032  11,943,936  58x58     9,216
pool2   AvgPool2d  k=6 s=4         256x1x1            -            -           -           0           0  83x83       256
-       Flatten                        256            -            -           -           0           0      -       256
output  Linear                         101            -            -     101x256      25,957      25,856      -       101
total                                                                                363,237  41,129,792

activations alive at once: at most 372,544 elements, while pool1 runs
k kernel_size, s stride, p padding, d dilation, g groups; field: receptive field; ?: unknown"""
    )


def test_groups_copies_parts_and_what_is_unknown() -> None:
    assert (
        shown("""\
convlint: 1
input: {image: [8, 16, 16], depth: [null, 16, null]}
layers:
  - {name: halves, type: Chunk, chunks: 2, from: image}
  - name: block
    repeat: 3
    from: halves.1
    layers:
      - {name: conv, type: Conv2d, out_channels: 4, kernel_size: [3, 3], padding: 1, from: input}
      - {type: Add, from: [conv, input]}
  - {name: mixed, type: Concat, from: [block, depth]}
  - {name: last, type: Conv2d, out_channels: 4, kernel_size: 1}
""")
        == """\
net.yaml (image 8x16x16, depth ?x16x?)

layer               type    from                 arguments              output  2-D kernels  3-D kernels   weight  parameters     MACs  field  elements
halves              Chunk   image                chunks=2     4x16x16, 4x16x16            -            -        -           0        0    1x1     2,048
block               group   halves.1                                   4x16x16            -            -        -         444  110,592    7x7     1,024
  block.0.conv x 3  Conv2d                       k=[3,3] p=1           4x16x16           16            4  4x4x3x3         148   36,864    3x3     1,024
  - x 3             Add     block.0.conv, input                        4x16x16            -            -        -           0        0    3x3     1,024
mixed               Concat  block, depth                               ?x16x16            -            -        -           0        0    7x7         ?
last                Conv2d                       k=1                   4x16x16            ?            4        ?           ?        ?    7x7     1,024
total                                                                                                                       ?        ?

activations alive at once: ?
k kernel_size, s stride, p padding, d dilation, g groups; field: receptive field; ?: unknown"""
    )


def test_names_from_the_file_are_escaped_and_aligned() -> None:
    assert (
        shown(
            """\
convlint: 1
name: "日本\\e[31m"
input: [1, 8, 8]
layers:
  - {name: "日本", type: Conv2d, out_channels: 4, kernel_size: 3}
  - name: "x\\n::error::"
    type: Conv2d
    out_channels: 4
    kernel_size:
      - 3
      - 1
    connections: [[0], [1], [2], [3]]
  - {type: ReLU}
""",
            path="\x1b.yaml",
        )
        == """\
\\x1b.yaml: 日本\\x1b[31m (input 1x8x8)

layer         type    arguments                            output  2-D kernels  3-D kernels   weight  parameters   MACs  field  elements
日本          Conv2d  k=3                                   4x6x6            4            4  4x1x3x3          40  1,296    3x3       144
x\\n::error::  Conv2d  k=... connections=[[0],[1],[2],[3]]   4x4x6            4            4  4x1x3x1          16    288    5x3        96
-             ReLU                                          4x4x6            -            -        -           0      0    5x3        96
total                                                                                                         56  1,584

activations alive at once: at most 240 elements, while x\\n::error:: runs
k kernel_size, s stride, p padding, d dilation, g groups; field: receptive field; ?: unknown"""
    )


def test_a_layer_without_a_name_and_a_long_argument() -> None:
    table_of = (
        "convlint: 1\ninput: [2, 4]\nlayers:\n  - {type: Conv1d, out_channels: 8, kernel_size: 1, connections: [%s]}\n"
    )
    lines = shown(table_of % ", ".join(["[0, 1]"] * 8)).split("\n")
    assert (
        lines[3]
        == "-      Conv1d  k=1 connections=[...]     8x4           16            8   8x2x1          24    64      1        32"
    )
    assert lines[6] == "activations alive at once: at most 40 elements, while the Conv1d in line 4 runs"


def test_colours() -> None:
    lines = shown("convlint: 1\ninput: [2, 4]\nlayers:\n  - {type: ReLU}\n", style=Style(True)).split("\n")
    assert lines[2].startswith("\x1b[1mlayer  type") and lines[2].endswith("elements\x1b[0m")
    assert lines[3].startswith("-      ReLU")
    assert lines[4].startswith("\x1b[1mtotal")
