"""An editor: a real client that talks to a server over the standard streams of its process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

SERVE = str(Path(__file__).with_name("serve.py"))
#: Longer waits nobody; the machine may be busy.
PATIENCE = 20


def command() -> list[str]:
    """How the server is started: measured if the tests are."""
    try:
        import coverage

        measuring = coverage.Coverage.current()
    except ImportError:
        measuring = None
    if measuring is None:
        return [sys.executable, SERVE]
    data = str(measuring.config.data_file)
    return [
        sys.executable,
        "-m",
        "coverage",
        "run",
        "--parallel-mode",
        f"--data-file={data}",
        "--source=src/convlint",
        SERVE,
    ]


class Editor:
    """A client with its open texts, and what was said to it."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        #: All that was published, in order.
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.edits: list[types.WorkspaceEdit] = []
        self.watched: list[types.Registration] = []
        self.configuration: Callable[[str | None], Any] = lambda uri: None
        #: What is answered to a question: the place among the answers.
        self.answers: list[int] = []
        self.refreshed = 0
        self.news = asyncio.Event()
        feature = client.feature
        feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self._published))
        feature(types.WINDOW_SHOW_MESSAGE)(partial(self._message))
        feature(types.WINDOW_SHOW_MESSAGE_REQUEST)(partial(self._question))
        feature(types.WORKSPACE_APPLY_EDIT)(partial(self._apply))
        feature(types.WORKSPACE_CONFIGURATION)(partial(self._configure))
        feature(types.CLIENT_REGISTER_CAPABILITY)(partial(self._register))
        feature(types.WORKSPACE_INLAY_HINT_REFRESH)(partial(self._refresh))

    def _published(self, params: types.PublishDiagnosticsParams) -> None:
        self.published.append(params)
        self.news.set()

    def _message(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params.message)
        self.news.set()

    def _question(self, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        self.messages += [action.title for action in params.actions or ()]
        return params.actions[self.answers.pop(0)] if params.actions and self.answers else None

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.edits.append(params.edit)
        self.news.set()
        return types.ApplyWorkspaceEditResult(applied=True)

    def _configure(self, params: types.ConfigurationParams) -> list[Any]:
        return [self.configuration(item.scope_uri) for item in params.items]

    def _register(self, params: types.RegistrationParams) -> None:
        self.watched += params.registrations
        self.news.set()

    def _refresh(self, params: Any) -> None:
        self.refreshed += 1
        self.news.set()

    async def until(self, done: Callable[[], Any]) -> Any:
        """Wait until something was said."""

        async def wait() -> Any:
            while not (found := done()):
                self.news.clear()
                await self.news.wait()
            return found

        return await asyncio.wait_for(wait(), PATIENCE)

    # Texts -----------------------------------------------------------------------------------------------------

    async def open(self, path: Path | str, text: str, language: str = "yaml") -> str:
        """Open a text; its uri."""
        uri = path.as_uri() if isinstance(path, Path) else path
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Change a text."""
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(version=self.versions[uri], uri=uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, list(changes)))

    def replace(self, uri: str, old: str, new: str) -> None:
        """Replace the first such words of a text, as typing does."""
        text = self.texts[uri]
        start = text.index(old)
        place = types.Range(position(text, start), position(text, start + len(old)))
        self.texts[uri] = text[:start] + new + text[start + len(old) :]
        self.change(uri, types.TextDocumentContentChangePartial(place, new))

    def close(self, uri: str) -> None:
        """Close a text."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def found(self, uri: str) -> list[types.Diagnostic]:
        """What is found in the present version of a text, as first published."""

        def published() -> list[types.PublishDiagnosticsParams]:
            return [one for one in self.published if one.uri == uri and one.version == self.versions[uri]]

        await self.until(published)
        return list(published()[-1].diagnostics)

    async def codes(self, uri: str) -> list[str]:
        """The codes of what is found."""
        quiet = types.DiagnosticSeverity.Hint
        return [str(one.code) for one in await self.found(uri) if one.severity != quiet]

    # Requests --------------------------------------------------------------------------------------------------

    def at(self, uri: str, words: str, more: int = 0) -> tuple[types.TextDocumentIdentifier, types.Position]:
        """A place in a text: that of some words."""
        text = self.texts[uri]
        return types.TextDocumentIdentifier(uri), position(text, text.index(words) + more)

    async def hover(self, uri: str, words: str) -> str:
        """The text of a hover."""
        found = await self.client.text_document_hover_async(types.HoverParams(*self.at(uri, words)))
        assert found is None or isinstance(found.contents, types.MarkupContent)
        return "" if found is None else found.contents.value

    async def hints(self, uri: str) -> list[tuple[int, str]]:
        """Lines and words of all hints."""
        everything = types.Range(types.Position(0, 0), types.Position(100_000, 0))
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), everything)
        found = await self.client.text_document_inlay_hint_async(params)
        return [(hint.position.line, str(hint.label)) for hint in found or ()]

    async def complete(self, uri: str, words: str) -> list[types.CompletionItem]:
        """What may be written behind some words."""
        params = types.CompletionParams(*self.at(uri, words, len(words)))
        found = await self.client.text_document_completion_async(params)
        return list(found.items) if isinstance(found, types.CompletionList) else []

    async def actions(self, uri: str, words: str, *only: str) -> list[Any]:
        """What may be done about some words."""
        document, start = self.at(uri, words)
        context = types.CodeActionContext([], only=list(only) or None)
        params = types.CodeActionParams(document, types.Range(start, start), context)
        found = await self.client.text_document_code_action_async(params)
        return list(found or ())

    def applied(self, uri: str, edit: types.WorkspaceEdit | None) -> str:
        """A text with an edit made."""
        assert edit is not None
        edits: list[Any] = list((edit.changes or {}).get(uri, ()))
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit) and change.text_document.version == self.versions[uri]
            edits += change.edits
        text = self.texts[uri]
        for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
            text = text[: offset(text, one.range.start)] + one.new_text + text[offset(text, one.range.end) :]
        return text


def position(text: str, offset: int) -> types.Position:
    """A position in UTF-16."""
    before = text[:offset]
    line = before.count("\n")
    column = before[before.rfind("\n") + 1 :]
    return types.Position(line, len(column.encode("utf-16-le")) // 2)


def offset(text: str, position: types.Position) -> int:
    """The offset of a position in UTF-16."""
    lines = text.split("\n")
    if position.line >= len(lines):
        return len(text)
    start = sum(len(line) + 1 for line in lines[: position.line])
    line = lines[position.line].encode("utf-16-le")
    return start + len(line[: 2 * position.character].decode("utf-16-le"))


EVERYTHING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.Source])
            )
        ),
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        configuration=True,
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
    ),
)


@asynccontextmanager
async def editing(
    root: Path,
    capabilities: types.ClientCapabilities = EVERYTHING,
    options: Any = None,
    server: list[str] | None = None,
) -> AsyncIterator[Editor]:
    """An editor with a server, which ends when it is done."""
    client = LanguageClient("tests", "1")
    editor = Editor(client)
    await client.start_io(*(server or command()))
    try:
        params = types.InitializeParams(
            capabilities=capabilities, process_id=os.getpid(), root_uri=root.as_uri(), initialization_options=options
        )
        initialized = await asyncio.wait_for(client.initialize_async(params), PATIENCE)
        editor.capabilities = initialized.capabilities  # type: ignore[attr-defined]
        client.initialized(types.InitializedParams())
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
        client.exit(None)
        await asyncio.wait_for(client.stop(), PATIENCE)
        assert client._server is not None and client._server.returncode == 0


def run(session: Callable[[], Awaitable[None]]) -> None:
    """Run a session from its beginning to its end."""
    asyncio.run(session())  # type: ignore[arg-type]
