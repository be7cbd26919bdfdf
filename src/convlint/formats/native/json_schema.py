"""The JSON Schema of the native format, for editors; generated from the models."""

from __future__ import annotations

from typing import Any

from convlint.formats.native import schema

ID = "https://raw.githubusercontent.com/convlint/convlint/main/schemas/convlint.schema.json"

_NAME = {"type": ["string", "integer", "number", "boolean"]}
_SHAPE = {"type": "array", "items": {"type": ["integer", "null"], "minimum": 1}, "minItems": 1}

#: What an editor shows while somebody types; one line for each key.
DESCRIPTIONS = {
    "in_channels": "Input feature maps. May be left out; written, it is checked against what arrives.",
    "out_channels": "Output feature maps.",
    "kernel_size": "Size of the window: one integer, or one per axis.",
    "stride": "Step of the window: one integer, or one per axis. A pool's default is its kernel_size.",
    "padding": "Cells added on both sides of each axis; for padding layers (before, after) pairs, last axis first.",
    "dilation": "Distance between the taps of the kernel; 1 means that they touch.",
    "groups": "Groups of channels that do not see each other; divides the input and the output channels.",
    "bias": "Whether there is a trainable bias (of a norm: a shift).",
    "padding_mode": "What the padding is filled with.",
    "fan_in": "How many input maps each output map reads (a partial connection).",
    "connections": "Partial connection: for each output map the list of the input maps that it reads, from 0.",
    "kernels": "Claim: how many kernels the layer has, in the file's kernel_convention. Checked, never used.",
    "output_padding": "Transposed convolution: cells added to one side of the output; below stride or dilation.",
    "output_size": "Size of the output: for adaptive pools, Fold, or asked of a transposed convolution.",
    "ceil_mode": "Round the output size up instead of down.",
    "norm_type": "The p of the norm.",
    "in_features": "Size of the last axis. May be left out; written, it is checked against what arrives.",
    "out_features": "Size of the last axis of the output.",
    "num_features": "Channels to normalise. May be left out; written, it is checked.",
    "num_channels": "Channels to normalise. May be left out; written, it is checked.",
    "num_groups": "Groups of channels that are normalised together.",
    "normalized_shape": "The last axes, which are normalised together.",
    "affine": "Whether there are a trainable scale and shift for each channel.",
    "kdim": "Width of the keys. They come from the layer's one input, so it is embed_dim.",
    "vdim": "Width of the values. They come from the layer's one input, so it is embed_dim.",
    "dim": "The axis, counted with the batch axis: channels are 1.",
    "start": "First cell along the axis, from 0; negative ones count from the end.",
    "end": "Cell before which it ends; negative ones count from the end.",
    "step": "Distance between the cells that are taken.",
    "other": "A number in the second map's stead.",
    "exponent": "The power to which every value is raised.",
    "length": "How many cells are taken; all have to be there.",
    "shifts": "By how many cells each axis is moved.",
    "keepdim": "Whether the axes stay, with size 1, or are gone.",
    "correction": "What the number of values is lessened by before it divides the squares; 1 by default.",
    "start_dim": "First axis to flatten, counted with the batch axis.",
    "end_dim": "Last axis to flatten, counted with the batch axis.",
    "size": "Size of the output, or number of neighbouring channels (LocalResponseNorm).",
    "scale_factor": "Factor by which every axis grows.",
    "mode": "How the values in between are computed.",
    "upscale_factor": "Factor r: (C, H, W) becomes (C / r^2, H * r, W * r).",
    "downscale_factor": "Factor r: (C, H, W) becomes (C * r^2, H / r, W / r).",
    "shape": "The new shape without the batch axis; one size may be -1. Of a Parameter, its shape.",
    "requires_grad": "Whether the numbers are trained.",
    "dims": "Axes, counted with the batch axis. Of a Permute their new order, in which the batch stays first.",
    "split_size": "Size of every part, or a list with the size of each part.",
    "chunks": "Number of parts.",
    "name": "A name by which later layers can read this one.",
    "type": "The layer type: a class of torch.nn, or Add, Mul, Sub, Concat, Split, Chunk, Reshape, Permute, ...",
    "from": "What the layer reads: the name of an earlier layer, or a list of names. Default: the layer before.",
    "expect": "Claims about what follows; checked, never used.",
    "repeat": "How often the layers of the group follow each other.",
    "layers": "The layers, in order.",
    "convlint": "Version of the format.",
    "input": "Shape of the input: channels first, without the batch axis; or a mapping of several inputs.",
    "kernel_convention": "What a bare `kernels` counts in this file: 2-D kernels or 3-D kernels.",
    "output": "The layers that are the network's outputs. Default: the last one.",
    "params": "Trainable values: exact, or rounded such as 61M.",
    "macs": "Multiply-adds for one example: exact, or rounded such as 714M.",
    "kernels_2d": "Kernels counted one per connected pair of an input and an output map.",
    "kernels_3d": "Kernels counted one per output map.",
    "weight": "Shape of the weight tensor in PyTorch's layout.",
    "receptive_field": "Cells of the input that one output cell sees: one integer, or one per axis.",
}


def generate() -> dict[str, Any]:
    """The whole schema (draft 2020-12)."""
    definitions: dict[str, Any] = {
        "expect": _described(schema.expect_model(False).model_json_schema()),
        "file_expect": _described(schema.expect_model(True).model_json_schema()),
        "sources": {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]},
        "layer": _layer(),
        "group": _group(),
    }
    for name in schema.TYPES:
        definitions[name] = layer_type(name)
    properties: dict[str, Any] = {
        "convlint": {"enum": list(schema.VERSIONS)},
        "name": _NAME,
        "input": {
            "anyOf": [
                _SHAPE,
                {"type": "null"},
                {"type": "object", "additionalProperties": {"anyOf": [_SHAPE, {"type": "null"}]}, "minProperties": 1},
            ]
        },
        "kernel_convention": {"enum": ["2d", "3d"]},
        "layers": {"type": "array", "items": {"$ref": "#/$defs/layer"}},
        "output": {"$ref": "#/$defs/sources"},
        "expect": {"$ref": "#/$defs/file_expect"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "convlint network description",
        "description": "A convolutional network, layer by layer, with the layer types and arguments of torch.nn.",
        "type": "object",
        "properties": _with_descriptions(properties),
        "patternProperties": {"^x-": {}},
        "required": ["input", "layers"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _with_descriptions(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {**value, "description": DESCRIPTIONS[name]} if name in DESCRIPTIONS else value
        for name, value in properties.items()
    }


def _described(model: dict[str, Any]) -> dict[str, Any]:
    """A pydantic model's schema without its generated titles, with our descriptions."""
    properties = {
        name: {key: item for key, item in value.items() if key not in ("title", "default")}
        | ({"default": value["default"]} if value.get("default") is not None else {})
        for name, value in model.get("properties", {}).items()
    }
    found = {"type": "object", "properties": _with_descriptions(properties), "additionalProperties": False}
    if model.get("required"):
        found["required"] = model["required"]
    return found


def layer_type(name: str) -> dict[str, Any]:
    """What a layer of a type may say."""
    found = _described(schema.model_of(name).model_json_schema())
    common = {
        "name": _NAME,
        "type": {"const": name},
        "from": {"$ref": "#/$defs/sources"},
        "expect": {"$ref": "#/$defs/expect"},
    }
    found["properties"] = _with_descriptions(common) | found["properties"]
    found["required"] = ["type", *found.get("required", [])]
    return found


def _layer() -> dict[str, Any]:
    """A layer by its type, so that an editor completes the arguments of that type only; or a group."""
    return {
        "type": "object",
        "if": {"required": ["type"]},
        "then": {
            "properties": {"type": {"enum": list(schema.TYPES), "description": DESCRIPTIONS["type"]}},
            "allOf": [
                {
                    "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                    "then": {"$ref": f"#/$defs/{name}"},
                }
                for name in schema.TYPES
            ],
        },
        "else": {"$ref": "#/$defs/group"},
    }


def _group() -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": _NAME,
        "repeat": {"type": "integer", "minimum": 1, "default": 1},
        "from": {"$ref": "#/$defs/sources"},
        "layers": {"type": "array", "items": {"$ref": "#/$defs/layer"}},
        "expect": {"$ref": "#/$defs/expect"},
    }
    return {
        "type": "object",
        "properties": _with_descriptions(properties),
        "required": ["layers"],
        "additionalProperties": False,
    }
