"""What a client can do."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol.types import ClientCapabilities, MarkupKind
from pygls.capabilities import get_capability


class Abilities(NamedTuple):
    """Which of the protocol's later additions a client knows.

    ``related`` places beside a finding, ``markdown`` in hovers, ``actions`` that are more than commands, ``versioned``
    edits, ``configuration`` that can be asked for, ``watches`` files for us, ``refreshes`` hints when told to.
    """

    related: bool = False
    markdown: bool = True
    actions: bool = False
    versioned: bool = False
    configuration: bool = False
    watches: bool = False
    refreshes: bool = False

    @classmethod
    def of(cls, said: ClientCapabilities) -> Abilities:
        """What a client says of itself."""

        def can(path: str) -> bool:
            return bool(get_capability(said, path, False))

        formats = get_capability(said, "text_document.hover.content_format", None)
        return cls(
            related=can("text_document.publish_diagnostics.related_information"),
            markdown=formats is None or MarkupKind.Markdown in formats,
            actions=can("text_document.code_action.code_action_literal_support"),
            versioned=can("workspace.workspace_edit.document_changes"),
            configuration=can("workspace.configuration"),
            watches=can("workspace.did_change_watched_files.dynamic_registration"),
            refreshes=can("workspace.inlay_hint.refresh_support"),
        )
