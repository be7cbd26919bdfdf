"""What a layer does: from its type and its arguments to an operation of the model."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from convlint.document import Mapping, Node, Scalar, python_value
from convlint.findings import Edit, Fix
from convlint.formats.native import schema
from convlint.formats.native.keys import Entry
from convlint.formats.native.mistakes import Mistakes, beginning
from convlint.formats.native.model_errors import ModelErrors
from convlint.formats.native.remarks import Remark
from convlint.formats.native.wording import OTHER_TYPES, cut
from convlint.model import operations as op

UNKNOWN_OPERATION = op.Unknown()


class Operations:
    """Finds the operations of layers; layers with the same arguments share one."""

    def __init__(self, mistakes: Mistakes, errors: ModelErrors) -> None:
        self.mistakes = mistakes
        self.errors = errors
        self._unknown_types: set[str] = set()
        self._known: dict[tuple[str, ...], tuple[op.Operation, int | None]] = {}

    def type_name(self, type_node: Node, node: Mapping) -> str:
        """The layer type as written; an unknown one is reported once per name."""
        if not isinstance(type_node, Scalar) or not type_node.text:
            self.mistakes.wrong_type("type", type_node, "the name of a layer type", node)
            return "layer"
        name = type_node.text
        if name in schema.TYPES or name in self._unknown_types:
            return name
        self._unknown_types.add(name)
        bare = name.removeprefix("torch.").removeprefix("nn.")
        near = self.mistakes.nearest(bare, schema.TYPES)
        ranks = self._ranks(bare, near)
        other = OTHER_TYPES.get(bare.lower())
        fixes = []
        if ranks:
            help = f"did you mean `{ranks[0]}`, `{ranks[1]}` or `{ranks[2]}`?"
        elif other is not None:
            help = f"it is called `{other}` here"
        elif near is not None:
            help = f"did you mean `{near}`?"
            fixes = [Fix(f"Replace with `{near}`", [Edit(type_node.span, near)])]
        elif bare.lower() in ("sequential", "group", "block", "stage"):
            help = "a group of layers needs no `type`: write `{name: ..., layers: [...]}`"
        else:
            help = "`convlint help types` lists the layer types"
        self.mistakes.report("CL004", f"unknown layer type `{cut(name)}`", type_node.span, help=help, fixes=fixes)
        return name

    def _ranks(self, bare: str, near: str | None) -> list[str]:
        """The three types of which a name leaves out the rank, whatever else is misspelt: `MaxPool`, `Maxpol`."""
        stems = [bare]
        if near is not None and not bare.lower().endswith(("1d", "2d", "3d")):
            stems.append(near.removesuffix("3d").removesuffix("2d").removesuffix("1d"))
        every = [[f"{stem}{rank}d" for rank in (1, 2, 3)] for stem in stems]
        return next((ranks for ranks in every if all(rank in schema.TYPES for rank in ranks)), [])

    def operation(self, type_name: str, entry: Entry) -> tuple[op.Operation, int | None]:
        """What a layer does, and its ``kernels`` claim; misspelt keys are noted in the entry."""
        type_key = entry.type_key
        arguments: dict[str, Node] = {}
        key: list[str] | None = [type_name]
        for name, value in entry.node.fields.items():
            if name in ("name", "type", "from", "expect") or name == type_key:
                continue
            arguments[name] = value
            if key is not None:
                if type(value) is Scalar and value.plain and value.tag is None and "_" not in value.text:
                    key += (name, value.text)
                else:
                    key = None
        known = None if key is None else self._known.get(tuple(key))
        if known is not None:
            return known
        model = schema.model_of(type_name)
        values = {name: python_value(value) for name, value in arguments.items()}
        try:
            made = model.model_validate(values)
        except ValidationError as error:
            repaired = self._repaired(model, values, error, entry, arguments, type_name)
            if repaired is None:
                return UNKNOWN_OPERATION, None
            made, values = repaired
            # What is wrong here must be said again where it is written again.
            key = None
        for value in arguments.values():
            self.mistakes.underscored(value)
        layer_type = schema.layer_type(type_name)
        result = layer_type.lower(made), getattr(made, "kernels", None)
        if layer_type.check is not None and self._report_remark(layer_type.check(made, values), entry, type_name):
            key = None
        if key is not None:
            self._known[tuple(key)] = result
        return result

    def _report_remark(self, found: Remark | None, entry: Entry, type_name: str) -> bool:
        """Report what is wrong with an argument of the right kind; whether there is anything."""
        if found is None:
            return False
        message = f"`{found.argument}` of {type_name} {found.message}"
        misspelt = entry.meant.get(found.argument)
        span = entry.node.value_span(found.argument) or (
            misspelt.span if misspelt is not None else beginning(entry.node)
        )
        self.mistakes.report(found.code, message, span, help=found.help)
        self.mistakes.findings[-1].severity = found.severity
        return True

    def _repaired(
        self,
        model: type[BaseModel],
        values: dict[str, Any],
        error: ValidationError,
        entry: Entry,
        arguments: dict[str, Node],
        type_name: str,
    ) -> tuple[BaseModel, dict[str, Any]] | None:
        """Report what is wrong; model and values without unknown keys, misspelt ones put right, if that is enough."""
        renamed = self.errors.report(
            error, entry.node, arguments, type_name, list(schema.layer_type(type_name).arguments)
        )
        if renamed is None:
            return None
        found = {}
        for name, value in values.items():
            meant = renamed.get(name, name)
            if meant in schema.LAYER_KEYS:
                entry.meant[meant] = arguments[name]
            elif meant is not None:
                found[meant] = value
                if meant != name:
                    entry.meant[meant] = arguments[name]
        try:
            return model.model_validate(found), found
        except ValidationError:
            return None
