"""Numbers that somebody wrote and that can be derived: what stands under ``expect``."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from convlint.document import Mapping, Node, Scalar, Span, python_value
from convlint.formats.native import schema
from convlint.formats.native.mistakes import Mistakes
from convlint.formats.native.model_errors import ModelErrors
from convlint.model.network import Claim


class Claims:
    """Reads the claims of layers, groups and the file."""

    def __init__(self, mistakes: Mistakes, errors: ModelErrors) -> None:
        self.mistakes = mistakes
        self.errors = errors

    def expected(self, node: Node | None, parent: Mapping, of_file: bool) -> tuple[Claim, ...]:
        """The claims of an ``expect`` mapping, in the order in which they are written."""
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self.mistakes.wrong_type("expect", node, "a mapping such as {params: 61M}", parent)
            return ()
        model = schema.expect_model(of_file)
        values = {name: python_value(value) for name, value in node.fields.items()}
        known = list(schema.FILE_CLAIMS if of_file else schema.LAYER_CLAIMS)
        try:
            made = model.model_validate(values)
        except ValidationError as error:
            self.errors.report(error, node, node.fields, "expect", known)
            bad = {str(item["loc"][0]) for item in error.errors()}
            made = model.model_validate({name: value for name, value in values.items() if name not in bad})
        found = []
        for name in made.model_fields_set:
            value = getattr(made, name)
            self.mistakes.underscored(node.fields[name])
            found.append(claim(name, value, node.fields[name], node.value_span(name)))
        return tuple(sorted(found, key=lambda claim: claim.span))


def claim(name: str, value: Any, written: Node, span: Span | None) -> Claim:
    """A claim at its value, or at its key if the value is written as a block list."""
    exact = (isinstance(written, Scalar) and written.start < written.end) or getattr(written, "flow", False)
    return Claim(name, value, span or written.span, exact)
