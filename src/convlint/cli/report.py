"""``convlint report FILE... -o page.html``: a page that shows networks, or an index and a page for each file."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from convlint.cli import troubles
from convlint.cli.options import Options
from convlint.session.meant import meant
from convlint.session.outcome import Failure
from convlint.session.session import Checked, Session
from convlint.session.trouble import internal_error
from convlint.session.writing import written
from convlint.work import Budget

if TYPE_CHECKING:
    from convlint.reports.overview.against import Against
    from convlint.session.sizes import Sized


def run(options: Options) -> int:
    """Write the page of one file, or a folder of pages."""
    said = troubles.Troubles()
    session = troubles.session(options)
    if isinstance(session, int):
        return session
    if len(options.paths) > 1 or any(path != "-" and os.path.isdir(path) for path in options.paths):
        return _folder(session, options, said, list(said.checked(session, options.paths)))
    for checked in said.checked(session, options.paths):
        compared = _against(session, options, checked)
        if isinstance(compared, Failure):
            return troubles.refuse(f"{compared.place}: {compared.message}")
        text = _page(session, checked, said, compared)
        if text is None:
            continue
        if options.into is None:
            print(text, end="")
        elif (failure := written(options.into, text, [*options.paths, options.against or ""])) is not None:
            return troubles.refuse(failure)
    return said.told()


def _against(session: Session, options: Options, checked: Checked) -> Against | Failure | None:
    """The comparison with another network, of which the weights may come too, if it is asked for."""
    base, path = options.against, checked.target.path
    if base is None or not checked.result.derivations:
        return None
    from convlint.reports.overview.against import Against
    from convlint.session.comparing import compared, operand
    from convlint.session.transferring import base_of, transferred

    wanted = base_of(base, path)
    found = wanted if isinstance(wanted, Failure) else compared(session, wanted, operand(path))
    if isinstance(found, Failure):
        return found
    loaded = transferred(session, path, base, None)
    return Against(found, [] if isinstance(loaded, Failure) else loaded)


def _page(session: Session, checked: Checked, said: troubles.Troubles, compared: Against | None = None) -> str | None:
    from convlint.reports.overview import page

    result = checked.result
    if not result.derivations:
        said.unusable(checked)
        return None
    try:
        proposed = meant(result, session.again(checked))
        with Budget(len(result.source.text), result.steps):
            return page.page(result, compared, proposed, _sizes(checked))
    except Exception as error:
        said.failed(checked.name, internal_error(error))
        return None


def _sizes(checked: Checked) -> Sized:
    """The input sizes of the network that is shown first."""
    from convlint.cli.options import UP_TO
    from convlint.session.obstacles import mistakes
    from convlint.session.sizes import Shared, sized

    result = checked.result
    first = min(result.derivations, key=lambda one: one.network.variant != result.selected)
    wrong = mistakes(result, first.network)
    return sized(result.source, first, [], UP_TO, checked.codes, wrong, Shared(result.source, result.steps))


def _folder(session: Session, options: Options, said: troubles.Troubles, found: list[Checked]) -> int:
    """An index, and a page for each file, in the folder that is asked for."""
    from convlint.reports.overview import index

    folder = options.into
    if folder is None or folder.lower().endswith((".html", ".htm")):
        return troubles.refuse("several files become a folder of pages: -o names that folder")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        return troubles.refuse(f"{folder}: cannot be made: {error.strerror or error}")
    lines: list[index.Line] = []
    names: set[str] = {"index.html"}
    for checked in found:
        text = _page(session, checked, said)
        if text is None:
            continue
        name = _name(checked.name, names)
        failure = written(os.path.join(folder, name), text, [checked.target.path])
        if failure is not None:
            return troubles.refuse(failure)
        lines += index.lines(name, checked.result)
    failure = written(os.path.join(folder, "index.html"), index.index(lines))
    if failure is not None:
        return troubles.refuse(failure)
    return said.told()


def _name(path: str, taken: set[str]) -> str:
    """The name of the page of a file: its path in plain signs, as no other page is called."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", path).strip(".-")[-120:] or "network"
    name, number = f"{plain}.html", 2
    while name.lower() in taken:
        name, number = f"{plain}-{number}.html", number + 1
    taken.add(name.lower())
    return name
