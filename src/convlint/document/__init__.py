"""Text whose every value knows its place.

``read`` turns a ``Source`` into documents of nodes; a node is a ``Scalar``, ``Sequence`` or ``Mapping`` that remembers
the two offsets between which it was written.  The ending of a file's name tells its syntax; without one it is YAML.
Nothing in this package knows what a network is.
"""

from convlint.document.nodes import Document, Mapping, Node, Odd, Problem, Scalar, Sequence, Span, python_value, resolve
from convlint.document.reader import Reading, read
from convlint.document.source import Comment, Source, decode
from convlint.document.syntax import Syntax, syntax_of

__all__ = [
    "Comment",
    "Document",
    "Mapping",
    "Node",
    "Odd",
    "Problem",
    "Reading",
    "Scalar",
    "Sequence",
    "Source",
    "Span",
    "Syntax",
    "decode",
    "python_value",
    "read",
    "resolve",
    "syntax_of",
]
