"""Where the layers of a network stand in a picture, and how the lines between them run: values, and no output.

Columns are layers in order, lanes are sizes of maps: a backbone goes down, a neck goes up and down, heads are to the
right.  What follows each other on one lane stands below each other.
"""

from convlint.draw.labels import Label, labels
from convlint.draw.layout import Box, Edge, Lane, Picture, picture
from convlint.draw.nodes import Node, nodes

__all__ = ["Box", "Edge", "Label", "Lane", "Node", "Picture", "labels", "nodes", "picture"]
