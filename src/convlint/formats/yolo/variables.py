"""Text among the arguments of a row, where it names a variable of the parser: the frameworks look it up."""

from __future__ import annotations

from typing import Any

from convlint.findings import Severity
from convlint.formats.yolo import findings
from convlint.formats.yolo.reading import Row
from convlint.formats.yolo.refusal import Refused, Reported, shown
from convlint.formats.yolo.state import State
from convlint.formats.yolo.values import Captured, evaluated, literal

#: Channels beyond which nothing is computed with a number.
MAX_NUMBER = 10_000_000
#: Variables that rows are meant to name.
_MEANT = frozenset(["nc", "kpt_shape", "reg_max", "anchors"])
#: Variables of ultralytics' parser that are no plain values.
_OBJECTS = {
    name: Captured(name)
    for name in ("ch", "layers", "save", "d", "m", "args", "ast", "base_modules", "repeat_modules", "default_act")
}


def variables(state: State, row: Row) -> dict[str, Any]:
    """The variables of the parser that text among the arguments can capture; none where there is no text."""
    values = row.values[3]
    if not isinstance(values, list) or not any(isinstance(value, str) for value in values):
        return {}
    top, scale = state.file.top, state.scale
    if not state.file.ultralytics:
        return {"nc": top.get("nc"), "anchors": top.get("anchors"), "gd": scale.depth, "gw": scale.width}
    found = {
        "nc": top.get("nc"),
        "kpt_shape": top.get("kpt_shape", 1.0),
        "reg_max": top.get("reg_max", 16),
        "end2end": top.get("end2end"),
        "act": top.get("activation"),
        "scales": top.get("scales"),
        "depth": scale.depth,
        "width": scale.width,
        "max_channels": scale.max_channels,
        "scale": scale.letter,
        "legacy": state.legacy,
        "verbose": False,
        "restricted": False,
        "c2": state.c2,
        "i": row.index,
        "f": row.values[0],
        "n": row.values[1],
    }
    found |= _OBJECTS
    if row.index:
        # Those that the parser sets further down are still those of the row before.
        found |= {"n_": state.listing[row.index - 1].repeats, "m_": Captured("m_"), "t": Captured("t")}
    if state.c1 is not None:
        found["c1"] = state.c1
    return found


def value_of(text: str, known: dict[str, Any], dialect: str) -> Any:
    """A variable of the parser, a literal, or the text itself."""
    if text in known:
        return known[text]
    if dialect == "ultralytics":
        return literal(text)
    try:
        return evaluated(text)
    except Refused:
        if dialect != "yolov7":
            raise
        # YOLOv7 leaves what it cannot evaluate as it is, whatever went wrong.
        return text


def arguments(state: State, row: Row, known: dict[str, Any]) -> list[Any]:
    """The arguments of a row with text replaced."""
    values = row.values[3]
    dialect = state.file.dialect.name
    if not isinstance(values, list):
        raise findings.no_list_of_arguments(values, evaluates=not state.file.ultralytics)
    found = []
    for index, value in enumerate(values):
        if isinstance(value, str):
            name, place = value, row.args[index].span
            if not state.file.ultralytics and "na*(nc" in name.replace(" ", ""):
                raise findings.head_arguments(
                    f"`{name}` is the head of YOLOv5 1.0: since 2.0 Detect makes these convolutions itself",
                    None,
                    "delete the row, and let Detect read what it reads",
                )
            try:
                value = value_of(name, known, dialect)
            except Refused as refused:
                state.report(refused.at(place), row)
                raise Reported from None
            if name in known and name not in _MEANT:
                message = f"`{name}` captures a variable of the parser, which is {shown(value)} here"
                state.report(findings.bad_string_argument(message).at(place, Severity.WARNING), row)
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise Refused("CL022", f"{value} is beyond what is computed with ({MAX_NUMBER:,})", "args")
        found.append(value)
    return found
