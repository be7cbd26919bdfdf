"""How much work a text may cost: one budget for all that is done with it, counted in steps and never in seconds.

Whoever does work that is not plainly proportional to the text asks here first: a copy of a layer, a pair of inputs, a
size that is tried.  So a verdict does not depend on the machine, nor on what was checked before.  A step is about a
microsecond, or some hundred bytes that are kept.  A network of the usual kind costs less than half a step for every
character, so that a text is refused only where it costs several times what others of its length do.
"""

from __future__ import annotations

from contextvars import ContextVar, Token

#: The steps that every text may cost, and those that it may cost for each of its characters.
BASE, PER_CHARACTER = 1_000_000, 3
#: What it takes to read a layer that is written once and stands in several places, to derive it, and to list it.
READ, DERIVED, LISTED = 20, 15, 40


class TooMuch(Exception):
    """A text would cost more than it may; ``what`` names the work."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Budget:
    """The steps that a text of some length may cost, while this is entered; nobody counts outside of all budgets."""

    __slots__ = ("_entered", "_outer", "left", "total")

    def __init__(self, characters: int = 0, spent: int = 0) -> None:
        self.total = BASE + PER_CHARACTER * characters
        self.left = self.total - spent
        #: What else pays for what is spent here.
        self._outer: Budget | None = None

    def __enter__(self) -> Budget:
        self._entered: tuple[Token[Budget | None], int] = _CURRENT.set(self), self.left
        return self

    def __exit__(self, *_: object) -> None:
        token, before = self._entered
        _CURRENT.reset(token)
        if self._outer is not None:
            self._outer.left -= before - max(0, self.left)

    @property
    def spent(self) -> int:
        """How many steps were asked for."""
        return self.total - self.left

    def pays(self, steps: int) -> bool:
        """Whether so many steps are left; then they are taken."""
        with self:
            return self.left >= steps and affords(steps)

    @classmethod
    def share(cls, most: int) -> Budget:
        """For what is no part of the verdict, such as advice: of the first half of the current budget alone."""
        budget = cls()
        outer = budget._outer = _CURRENT.get()
        budget.total = budget.left = most if outer is None else max(0, min(most, outer.left - outer.total // 2))
        return budget


_CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current() -> Budget | None:
    """The budget of the text that is worked on."""
    return _CURRENT.get()


def affords(steps: int) -> bool:
    """Take some steps from the budget; False if there are not so many left, and then never again."""
    budget = _CURRENT.get()
    if budget is None:
        return True
    budget.left -= steps
    return budget.left >= 0


def spend(steps: int, what: str) -> None:
    """Take some steps from the budget. Raises TooMuch."""
    if not affords(steps):
        raise TooMuch(what)
