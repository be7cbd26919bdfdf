"""What a file is in which no format finds a network, and what to do about it.

One table of files that are known and not read: exporters, frameworks and the files that lie beside models. Nothing here
is imported before such a file is met.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from convlint.document import Document, Mapping, Reading, Sequence, Source
from convlint.words.spelling import slip

#: So much of a text is looked at.
_HEAD = 32 * 1024


class Sign(NamedTuple):
    """By what a file is known: the ending of its name, words that all occur in it, patterns that all match in it.

    A sign with patterns has words that they need: looking for these is a hundred times faster.
    """

    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    def is_on(self, path: str, text: str) -> bool:
        """Whether a file has all of it."""
        if self.endings and not path.lower().endswith(self.endings):
            return False
        return all(word in text for word in self.words) and all(
            re.search(pattern, text, re.MULTILINE) for pattern in self.patterns
        )


class Foreign(NamedTuple):
    """A kind of file: what one and several are called, what to do about it, and its signs, each of which is enough."""

    title: str
    plural: str
    advice: str
    signs: tuple[Sign, ...]


def _key(name: str, value: str = "") -> str:
    """A key of YAML or JSON, at the beginning of a line or behind a brace or a comma, and how its value begins."""
    return rf"(?:^|[{{,])[ \t-]*[\"']?(?:{name})[\"']?[ \t]*:[ \t]*[\"']?{value}"


_WRITE = "write its layers in convlint's own format, which has the words of torch.nn (docs/format.md)"
_BUILT = f"Python code builds its network: {_WRITE}"
_EXPORT = f"it is an export: check the description that the model was built from, or {_WRITE}"
_WEIGHTS = "it holds weights: check the description that the model is built from"
_MODEL_FILE = "the model file is the one with the keys `backbone` and `head`"

#: The first that fits counts.
# fmt: off
FOREIGN = (
    Foreign("an ONNX model", "ONNX models", _EXPORT, (
        Sign((".onnx",)),
        Sign(words=("pytorch", "\x12"), patterns=(r"\A\x08",)),
    )),
    Foreign("a PyTorch checkpoint or TorchScript archive", "PyTorch checkpoints", _WEIGHTS, (
        Sign((".pt", ".pth", ".torchscript", ".ckpt", ".safetensors")),
        Sign(words=("PK\x03\x04", "/data.pkl")),
    )),
    Foreign("weights of Darknet", "weights of Darknet", "check the .cfg file that belongs to them", (
        Sign((".weights",)),
    )),
    Foreign("a Caffe model", "Caffe models", _WRITE, (
        Sign((".prototxt", ".caffemodel")),
        Sign(words=("layer",), patterns=(r"^[ \t]*layers?[ \t]*\{", r"\b(?:type|bottom|top)[ \t]*:")),
    )),
    Foreign("a Keras model", "Keras models", _WRITE, (
        Sign((".keras", ".h5", ".hdf5")),
        Sign(words=("class_name", "config"),
             patterns=(_key("class_name", r"(?:Sequential|Functional|Model|Network)\b"),)),
    )),
    Foreign("a TensorFlow graph", "TensorFlow graphs", _EXPORT, (
        Sign((".pb", ".pbtxt", ".tflite")),
    )),
    Foreign("a configuration of diffusers", "configurations of diffusers", _BUILT, (
        Sign(words=("_class_name", "_diffusers_version")),
    )),
    Foreign("a configuration of transformers", "configurations of transformers", _BUILT, (
        Sign(words=("architectures", "model_type"), patterns=(_key("architectures"), _key("model_type"))),
    )),
    Foreign("plans of nnU-Net", "plans of nnU-Net", _BUILT, (
        Sign(words=("network_arch_class_name",)),
        Sign(words=("plans_name",), patterns=(_key("plans_name"), _key("configurations"))),
        Sign(words=("plans_per_stage",), patterns=(_key("plans_per_stage"),)),
    )),
    Foreign("a bundle of MONAI", "bundles of MONAI", _BUILT, (
        Sign(words=("_target_",), patterns=(_key("_target_"), r"\b(?:network_def|bundle_root)\b|\bmonai\.")),
    )),
    Foreign("a tree of objects of Hydra", "trees of objects of Hydra", _BUILT, (
        Sign(words=("_target_",), patterns=(_key("_target_"),)),
    )),
    Foreign("a configuration of Detectron2", "configurations of Detectron2", _BUILT, (
        Sign(words=("MODEL",), patterns=(_key("MODEL"), _key("META_ARCHITECTURE|BACKBONE|WEIGHTS|MASK_ON"))),
        Sign(words=("_BASE_", "MODEL"), patterns=(_key("_BASE_"),)),
    )),
    Foreign("a configuration of MMDetection or its kin", "configurations of MMDetection", _BUILT, (
        Sign((".py",), patterns=(r"^model[ \t]*=[ \t]*dict\(|^_base_[ \t]*=",)),
        Sign(words=("_base_",), patterns=(_key("_base_"),)),
    )),
    Foreign("Python code", "Python files", "name the YAML file that it reads", (
        Sign((".py",)),
    )),
    Foreign("a data file of ultralytics", "data files of ultralytics", f"it names images and classes; {_MODEL_FILE}", (
        Sign(words=("names",), patterns=(r"^names[ \t]*:", r"^(?:train|val|path|test)[ \t]*:")),
    )),
    Foreign("training settings of YOLO", "training settings of YOLO", _MODEL_FILE, (
        Sign(words=("lr0",), patterns=(r"^lr0[ \t]*:", r"^(?:momentum|weight_decay)[ \t]*:")),
    )),
)
# fmt: on
#: Files with these endings are listed besides those that are read.
ENDINGS = tuple(
    dict.fromkeys(ending for kind in FOREIGN for sign in kind.signs for ending in sign.endings if ending != ".py")
)


def kind(path: str, text: str) -> Foreign | None:
    """Which file that is known and not read this one is; None if it is none of them."""
    head = text[:_HEAD]
    return next((one for one in FOREIGN if any(sign.is_on(path, head) for sign in one.signs)), None)


def explained(source: Source, reading: Reading | None, keys: tuple[str, ...]) -> str:
    """Why there is no network in a file, in words that follow its name; ``keys`` are those of files that have one.

    ``reading`` is None if the text cannot be read; then there are words only for a file that is known.
    """
    known = kind(source.path, source.text)
    if known is not None:
        return f"looks like {known.title}, which convlint does not read; {known.advice}"
    if reading is None:
        return ""
    if not source.text.strip():
        return "is empty"
    if not any(_says_something(document) for document in reading.documents):
        return "is empty but for comments"
    root = reading.documents[0].root
    if isinstance(root, Sequence):
        layers = any(isinstance(item, Mapping) and "type" in item.fields for item in root.items)
        more = "; put it below the key `layers`, beside `input`" if layers else ""
        return f"holds a list, and a network is a mapping of keys{more}"
    if not isinstance(root, Mapping):
        return "holds a single value, and a network is a mapping of keys"
    for key in root.fields:
        meant = slip(key, keys)
        if meant is not None and meant != key and meant not in root.fields:
            return f"describes no network; did you mean `{meant}` by the key `{key}`?"
    return ""


def _says_something(document: Document) -> bool:
    start, end = document.root.span
    return start < end
