"""What editors ask about a checked text, without any protocol: what is under the cursor, hints, names, completions."""

from convlint.ide.view import Part, Shift, View

__all__ = ["Part", "Shift", "View"]
