"""Changes that rules propose, in the words of the file; where a file cannot say them, in words of the field.

The format writes (``Place.written``), these functions make its answer part of a sentence.  A file without a word for
something never reads the spelling of another format.
"""

from __future__ import annotations

from collections.abc import Sequence

from convlint.findings import Fix
from convlint.model.changes import Insert, Read, Remove, Set, Value, Written
from convlint.model.network import Place
from convlint.words.text import joined

#: Arguments in prose, with their value; of those that count something the noun, one and several.
_PROSE = {
    "dilation": "a dilation of {}",
    "dim": "dim {}",
    "embed_dim": "an embedding of {}",
    "end_dim": "last axis {}",
    "kernel_size": "a kernel of {}",
    "mode": "the mode {}",
    "output_padding": "an output padding of {}",
    "output_size": "an output size of {}",
    "padding": "a padding of {}",
    "scale_factor": "a factor of {}",
    "size": "a size of {}",
    "split_size": "parts of {}",
    "start_dim": "first axis {}",
    "stride": "a stride of {}",
}
_COUNTED = {
    "chunks": ("chunk", "chunks"),
    "groups": ("group", "groups"),
    "in_channels": ("input channel", "input channels"),
    "in_features": ("input feature", "input features"),
    "num_channels": ("channel", "channels"),
    "num_features": ("channel", "channels"),
    "num_groups": ("group", "groups"),
    "num_heads": ("head", "heads"),
    "num_parameters": ("parameter", "parameters"),
    "out_channels": ("output channel", "output channels"),
    "out_features": ("output feature", "output features"),
}
#: What an argument that is true or false does.
_SWITCHED = {
    ("bias", False): "no bias",
    ("ceil_mode", False): "rounding down",
    ("ceil_mode", True): "rounding up",
}
#: Arguments whose name alone is no word of prose.
_NOUNS = {
    "align_corners": "the aligned corners",
    "ceil_mode": "rounding up",
    "dims": "the order of the axes",
    "end_dim": "the last axis",
}


def on_axes(values: Sequence[int]) -> Value:
    """What an argument is set to that has a number for each axis: one number if it is the same on all, else all."""
    return values[0] if len(set(values)) == 1 else tuple(values)


def spelt(place: Place, glue: str = " and ", /, **values: Value) -> str:
    """Arguments with their values: `padding: 1`, or a padding of 1; several are put together with a word."""
    written = place.written(Set(values))
    if written is None:
        return glue.join(_in_prose(name, [value]) for name, value in values.items())
    return glue.join(f"`{words}`" for words in written.words)


def spelt_only(place: Place, /, **values: Value) -> str | None:
    """Arguments with their values as the file writes them, None if it cannot."""
    return spelt(place, **values) if place.written(Set(values)) is not None else None


def one_of(place: Place, argument: str, values: Sequence[Value]) -> str:
    """An argument with the values that would do: `groups: 3` or `5`, 3 or 5 groups."""
    if not values:
        written_word = place.written(Remove(argument))
        return f"other {_plain(argument)}" if written_word is None else f"another `{written_word.argument}`"
    written = [place.written(Set({argument: value})) for value in values]
    known = [change for change in written if change is not None and change.argument]
    if len(known) < len(written):
        return _in_prose(argument, values)
    return " or ".join([f"`{known[0].words[0]}`", *(f"`{change.value}`" for change in known[1:])])


def choice(place: Place, argument: str, values: Sequence[Value]) -> str:
    """An argument with its values in running text: kernel_size 3 or 5, a kernel of 3 or 5."""
    written = [place.written(Set({argument: value})) for value in values]
    known = [change for change in written if change is not None and change.argument]
    if len(known) < len(written):
        return _in_prose(argument, values)
    return f"{known[0].argument} {joined([change.value for change in known], 'or')}"


def named(place: Place, argument: str, article: bool = True) -> str:
    """An argument by the word of the file, in backquotes; else by that of the field."""
    written = place.written(Remove(argument))
    if written is not None:
        return f"`{written.argument}`"
    noun = _NOUNS.get(argument, f"the {_plain(argument)}")
    return noun if article else noun.removeprefix("the ")


def word(place: Place, argument: str) -> str:
    """An argument as a noun in running text: kernel_size where the file calls it so, else kernel size."""
    written = place.written(Remove(argument))
    return written.argument if written is not None else _plain(argument)


def layer(place: Place, type: str, /, **arguments: Value) -> str | None:
    """A new layer before this one, in backquotes; None if none can be written there."""
    written = place.written(Insert(type, arguments))
    return None if written is None else f"`{written.words[0]}`"


def between(place: Place, index: int, suffix: str, type: str, /, **arguments: Value) -> str | None:
    """The words that insert a layer between an input and the layer that reads it; None if none can be written there."""
    written = place.written(Insert(type, arguments, index, suffix))
    if written is None:
        return None
    new, reads = written.words
    return f"insert `{new}` before, and read `{reads}`"


def fix(place: Place, safe: bool = False, title: str = "", /, **values: Value) -> list[Fix]:
    """The fix that sets arguments, if it can be made in the file; ``title`` is what its title ends in."""
    written = place.written(Set(values))
    if written is None or not written.edits:
        return []
    return [Fix(f"Write {_all(written)}{title}", list(written.edits), safe)]


def _all(written: Written) -> str:
    return " and ".join(f"`{words}`" for words in written.words)


def read_instead(place: Place, index: int, name: str) -> list[Fix]:
    """The fix that reads another layer, if it can be made in the file."""
    written, now = place.written(Read(index, name)), place.source(index)
    if written is None or now is None or not written.edits:
        return []
    return [Fix(f"Read `{name}` instead of {now.name}", list(written.edits))]


def _plain(argument: str) -> str:
    return _COUNTED[argument][1] if argument in _COUNTED else argument.replace("_", " ")


def _in_prose(argument: str, values: Sequence[Value]) -> str:
    """An argument with values in words of the field."""
    switched = _SWITCHED.get((argument, values[0])) if isinstance(values[0], bool) else None
    if switched is not None:
        return switched
    shown = joined([_shown(value) for value in values], "or")
    if argument in _COUNTED:
        one, several = _COUNTED[argument]
        return f"{shown} {one if shown == '1' else several}"
    return _PROSE.get(argument, f"{_plain(argument)} {{}}").format(shown)


def _shown(value: Value | None) -> str:
    if value is None or isinstance(value, bool | int | float | str):
        return "any" if value is None else str(value)
    return f"[{', '.join(map(_shown, value))}]"
