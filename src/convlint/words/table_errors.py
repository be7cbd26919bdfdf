"""What is wrong with a table that a user writes; apart from the models, which take long to load."""

from __future__ import annotations


class TableError(ValueError):
    """What is wrong with a table: ``keys`` lead to the place, ``words`` follow its name.

    ``str()`` is the sentence as it stands where the table is that of a whole file.
    """

    def __init__(self, keys: tuple[str, ...], words: str) -> None:
        super().__init__()
        self.keys = keys
        self.words = words

    def __str__(self) -> str:
        return f"`{'.'.join(self.keys)}`{self.words}"


class UnknownKey(TableError):
    """A key that a table does not have."""

    def __str__(self) -> str:
        return f"unknown key `{'.'.join(self.keys)}`{self.words}"
