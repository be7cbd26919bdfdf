"""A file and the network, or the checkpoint, from which its weights are to come."""

from __future__ import annotations

import os
from typing import NamedTuple

from convlint import formats
from convlint.compare.transfer import Tensors, Transfer, named, transfer
from convlint.derive import Derivation
from convlint.document import Source
from convlint.lint import Result
from convlint.session import checkpoints
from convlint.session.comparing import Operand, is_file, networks, operand
from convlint.session.outcome import Failure
from convlint.session.session import Session


class Transferred(NamedTuple):
    """What loads into which variant of a file, and from where; ``mine`` is how to call what it loads into."""

    mine: str
    base: str
    source: Source
    derivation: Derivation
    transfer: Transfer


def transferred(session: Session, path: str, base: str | None, checkpoint: str | None) -> list[Transferred] | Failure:
    """Load what a base (a file, or the name of a stock network) or a checkpoint holds into the networks of a file.

    Each variant is loaded from the same variant of the base; if the base names one of its own, into that alone.
    """
    wanted = operand(path)
    mine = networks(session, wanted)
    if isinstance(mine, Failure):
        return mine
    chosen = [one for one in mine.derivations if wanted.variant in (None, one.network.variant)]
    if not chosen:
        return Failure(path, f"has no {mine.derivations[0].network.variant_word} `{wanted.variant}`")
    if any(one.network.loading is None for one in chosen):
        return Failure(path, "is of a format for which no framework has a rule for loading a checkpoint")
    if checkpoint is not None:
        return _from_checkpoint(path, checkpoint, mine, chosen)
    assert base is not None
    found = _base(session, base, mine)
    if isinstance(found, Failure):
        return found
    variant, result = found
    others = {one.network.variant: one for one in result.derivations}
    if variant is not None and len(chosen) > 1:
        chosen = [one for one in chosen if one.network.variant == variant]
    made = []
    for one in chosen:
        other = others.get(variant or one.network.variant) or (result.derivations[0] if len(others) == 1 else None)
        if other is None:
            continue
        frameworks = [found.loading and found.loading.framework for found in (one.network, other.network)]
        if frameworks[0] != frameworks[1]:
            return Failure(base, f"is for {frameworks[1] or 'no framework'}, {path} for {frameworks[0]}")
        label = f"{base} ({other.network.variant})" if len(others) > 1 and variant is None else base
        made.append(Transferred(_called(path, one, mine), label, mine.source, one, transfer(one, other)))
    if not made:
        word = result.derivations[0].network.variant_word
        return Failure(base, f"has no {word} in common with {path}; name one of each: {path}@n --from {base}@n")
    made.sort(key=lambda one: one.derivation.network.variant != mine.selected)
    return made


def _from_checkpoint(path: str, checkpoint: str, mine: Result, chosen: list[Derivation]) -> list[Transferred] | Failure:
    """Load a checkpoint into the variant that it fits best."""
    if any(one.network.loading and one.network.loading.in_order for one in chosen):
        return Failure(path, "is loaded number by number, not by name; name the .cfg of the weights with --from")
    try:
        tensors = checkpoints.read(checkpoint)
    except checkpoints.NoCheckpoint as error:
        return Failure(checkpoint, str(error))
    best = max(chosen, key=lambda one: _fits(one, tensors))
    return [Transferred(_called(path, best, mine), checkpoint, mine.source, best, transfer(best, tensors))]


def _called(path: str, derivation: Derivation, mine: Result) -> str:
    several = len(mine.derivations) > 1 and derivation.network.variant is not None
    return f"{path} ({derivation.network.variant_word} {derivation.network.variant})" if several else path


def _fits(derivation: Derivation, tensors: Tensors) -> int:
    return sum(tensors.get(name) == shape for name, shape in named(derivation).items())


def _base(session: Session, base: str, mine: Result) -> tuple[str | None, Result] | Failure:
    """The networks of a file, or of the stock network with a name, and the variant that is named with it."""
    wanted = base_of(base, mine.source.path)
    if isinstance(wanted, Failure):
        return wanted
    found = networks(session, wanted)
    return found if isinstance(found, Failure) else (wanted.variant, found)


def base_of(base: str, path: str) -> Operand | Failure:
    """The file that is meant: its path, or the name of a stock network of the framework beside a path."""
    wanted = operand(base)
    if wanted.revision is None and not is_file(wanted.path):
        stock = formats.stock(base, os.path.dirname(os.path.abspath(path)))
        if stock is None:
            words = "neither a file nor the name of a network of a framework that lies beside the file or is installed"
            return Failure(base, f"{words}; name its file")
        wanted = wanted._replace(path=stock.path, variant=stock.variant)
    return wanted
