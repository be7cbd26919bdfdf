"""The server: which requests there are, and who answers them."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, TypeVar

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

import convlint
from convlint.catalogue import Severity
from convlint.lsp import answers, markup
from convlint.lsp.abilities import Abilities
from convlint.lsp.buffers import Buffer, Outcome, Wishes
from convlint.lsp.checking import Checker
from convlint.lsp.markup import shown
from convlint.lsp.positions import UTF16
from convlint.session import paths
from convlint.session.outcome import Failure
from convlint.session.paths import Target

RENUMBER = "convlint.renumber"
_SECTION = "convlint"
#: What is around a text: settings, and the code of a framework.
_WATCHED = ("**/convlint.toml", "**/pyproject.toml", "**/*.py")
#: No more is shown of one text.
_MOST_SHOWN = 1_000
_CONTENT_MODIFIED, _REQUEST_FAILED = -32801, -32803

T = TypeVar("T")


class _Protocol(LanguageServerProtocol):
    """Leaves the texts to us: what ends a line for the protocol is not what ends it for Python."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Any:
        """Hand it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Any:
        """Hand it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Any:
        """Hand it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server:
    """The open texts of one client, and what it asks about them."""

    def __init__(self) -> None:
        self.protocol = LanguageServer("convlint", convlint.__version__, protocol_cls=_Protocol)
        self.buffers: dict[str, Buffer] = {}
        self.checker = Checker(self.publish)
        self.wishes = Wishes()
        self.client = Abilities()
        self.done = False
        #: The files of settings that have a mistake, which was told, and whose text it spoils.
        self.told: dict[str, set[str]] = {}
        self._register()

    def run(self, stdin: BinaryIO, stdout: BinaryIO) -> bool:
        """Serve until the client is done; whether it said so before it left."""
        try:
            self.protocol.start_io(stdin, stdout)
        finally:
            self.checker.stop()
        return self.done

    def _register(self) -> None:
        # Bound methods take no marks, which is what `feature` leaves on what it is given.
        feature = self.protocol.feature
        feature(types.INITIALIZE)(partial(self.initialize))
        feature(types.INITIALIZED)(partial(self.initialized))
        feature(types.SHUTDOWN)(partial(self.shut_down))
        feature(types.TEXT_DOCUMENT_DID_OPEN)(partial(self.opened))
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(partial(self.changed))
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(partial(self.closed))
        feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(partial(self.configured))
        feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(partial(self.surroundings))
        feature(types.TEXT_DOCUMENT_HOVER)(partial(self.hover))
        feature(types.TEXT_DOCUMENT_INLAY_HINT)(partial(self.hints))
        feature(types.TEXT_DOCUMENT_DEFINITION)(partial(self.definition))
        feature(types.TEXT_DOCUMENT_REFERENCES)(partial(self.references))
        feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(partial(self.symbols))
        feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(partial(self.prepare_rename))
        feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(partial(self.rename))
        signs = ["[", "{", ",", ":", "=", " ", '"']
        feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=signs))(
            partial(self.completion)
        )
        kinds = [types.CodeActionKind.QuickFix, answers.FIX_ALL, answers.RENUMBER]
        feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))(
            partial(self.actions)
        )
        self.protocol.command(RENUMBER)(partial(self.renumber))

    # The client ------------------------------------------------------------------------------------------------

    def initialize(self, params: types.InitializeParams) -> None:
        """Take over what the client says at the start."""
        self.wishes = Wishes.read(params.initialization_options)
        self.client = Abilities.of(params.capabilities)

    def shut_down(self, params: None) -> None:
        """The client is about to leave."""
        self.done = True

    async def initialized(self, params: types.InitializedParams) -> None:
        """Ask to be told when settings or code change."""
        if not self.client.watches:
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("convlint-surroundings", method, options)
        await self.protocol.client_register_capability_async(types.RegistrationParams([registration]))

    async def configured(self, params: types.DidChangeConfigurationParams) -> None:
        """The settings of the editor changed."""
        said = params.settings.get(_SECTION) if isinstance(params.settings, dict) else None
        if said is not None:
            self.wishes = Wishes.read(said)
        for buffer in list(self.buffers.values()):
            buffer.wishes = await self._wishes(buffer)
            self.checker.touch(buffer)
        await self._refresh()

    async def surroundings(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Settings or code beside the texts changed."""
        for buffer in self.buffers.values():
            self.checker.touch(buffer)
        await self._refresh()

    async def _wishes(self, buffer: Buffer) -> Wishes:
        """What the user says for one text; roots may have settings of their own."""
        if not self.client.configuration:
            return self.wishes
        item = types.ConfigurationItem(scope_uri=buffer.uri, section=_SECTION)
        try:
            said = await self.protocol.workspace_configuration_async(types.ConfigurationParams([item]))
        except JsonRpcException:
            return self.wishes
        return Wishes.read(said[0]) if said and isinstance(said[0], dict) else self.wishes

    async def _refresh(self) -> None:
        if self.client.refreshes:
            await self.protocol.workspace_inlay_hint_refresh_async(None)

    # Texts -----------------------------------------------------------------------------------------------------

    async def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text is opened."""
        encoding = self.protocol.server_capabilities.position_encoding or UTF16
        buffer = Buffer(params.text_document, encoding)
        self.buffers[buffer.uri] = buffer
        buffer.wishes = await self._wishes(buffer)
        if self.buffers.get(buffer.uri) is buffer:
            self.checker.touch(buffer)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Somebody typed."""
        buffer = self.buffers.get(params.text_document.uri)
        if buffer is not None:
            buffer.change(params.content_changes, params.text_document.version)
            self.checker.touch(buffer)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text is closed: what was found in it is no longer shown."""
        buffer = self.buffers.pop(params.text_document.uri, None)
        if buffer is not None:
            self.checker.close(buffer)
            self._forget(buffer)
            self._publish(buffer.uri, [], None)

    def publish(self, buffer: Buffer, outcome: Outcome) -> None:
        """Show what was found."""
        found = []
        self._forget(buffer)
        if outcome.failure is not None:
            self._fail(buffer, outcome.failure)
        elif outcome.view is not None:
            # The worst ones, if nobody could look through all.
            findings = sorted(buffer.findings, key=lambda one: -(one.severity or Severity.ERROR))[:_MOST_SHOWN]
            found = [markup.diagnostic(one, buffer.lines, buffer.uri, self.client.related) for one in findings]
        if outcome.failure is None or outcome.failure.path != buffer.path:
            self._publish(buffer.uri, found, buffer.version)

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None) -> None:
        self.protocol.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _fail(self, buffer: Buffer, failure: Failure) -> None:
        """Say why a text cannot be checked: at the line of the settings that is wrong, or at its own beginning."""
        own = failure.path == buffer.path
        uri = buffer.uri if own else uris.from_fs_path(os.path.abspath(failure.path))
        line = (failure.line or 1) - 1
        place = types.Range(types.Position(line, 0), types.Position(line, 1_000))
        words = f"convlint cannot check: {failure.message}" if own else failure.message
        error = types.Diagnostic(place, shown(words), types.DiagnosticSeverity.Error, source="convlint")
        self._publish(uri or buffer.uri, [error], buffer.version if own else None)
        if uri is not None and not own:
            self.told.setdefault(uri, set()).add(buffer.uri)

    def _forget(self, buffer: Buffer) -> None:
        """Take back what was said of settings for a text."""
        for uri, spoilt in list(self.told.items()):
            spoilt.discard(buffer.uri)
            if not spoilt:
                del self.told[uri]
                self._publish(uri, [], None)

    # Requests --------------------------------------------------------------------------------------------------

    async def _ready(self, uri: str) -> Buffer | None:
        """A buffer when its present version was checked; None if it is not open."""
        buffer = self.buffers.get(uri)
        if buffer is None:
            return None
        version = buffer.version
        while buffer.seen != version:
            await buffer.waited()
            if self.buffers.get(uri) is not buffer:
                return None
            if buffer.version != version:
                raise JsonRpcException("the text has changed", _CONTENT_MODIFIED)
        return buffer

    async def _answer(self, uri: str, answer: Callable[[Buffer], T]) -> T | None:
        """Ask about the text as it is now."""
        buffer = await self._ready(uri)
        if buffer is None or buffer.good is None:
            return None
        return await self.checker.work(partial(answer, buffer))

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """The arithmetic of the layer under the cursor."""
        answer = partial(answers.hover, position=params.position, markdown=self.client.markdown)
        return await self._answer(params.text_document.uri, answer)

    async def hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """Number, shape and stride behind each layer."""
        buffer = self.buffers.get(params.text_document.uri)
        if buffer is None or not buffer.wishes.hints:
            return None
        return await self._answer(buffer.uri, partial(answers.hints, place=params.range))

    async def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """What a layer reads."""
        return await self._answer(params.text_document.uri, partial(answers.definition, position=params.position))

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        """Who reads a layer."""
        declaration = params.context.include_declaration
        answer = partial(answers.references, position=params.position, declaration=declaration)
        return await self._answer(params.text_document.uri, answer)

    async def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        """The outline."""
        return await self._answer(params.text_document.uri, answers.symbols)

    async def prepare_rename(self, params: types.PrepareRenameParams) -> types.Range | None:
        """The name under the cursor, if it can be changed."""
        return _told(
            await self._answer(params.text_document.uri, partial(answers.renameable, position=params.position))
        )

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        """Another name for a layer."""
        answer = partial(answers.rename, position=params.position, new=params.new_name)
        edits = _told(await self._answer(params.text_document.uri, answer))
        return None if edits is None else self._edit(self.buffers[params.text_document.uri], edits)

    async def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        """What may be written, by what is known of the last text that was readable: nobody waits for a check."""
        buffer = self.buffers.get(params.text_document.uri)
        if buffer is None or (buffer.good is None and await self._ready(buffer.uri) is None):
            return None
        offset = buffer.lines.offset(params.position)
        return await self.checker.work(partial(answers.completion, buffer.good, buffer.lines, offset))

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """Fixes, declarations, all safe fixes, and numbers written anew."""
        uri = params.text_document.uri
        only = params.context.only
        buffer = await self._ready(uri)
        view = None if buffer is None else buffer.outcome.view
        if buffer is None or view is None or not self.client.actions:
            return None
        found = await self.checker.work(partial(answers.actions, view, buffer.lines.span(params.range), only))
        offered = []
        for kind, action in found:
            made = types.CodeAction(shown(action.title), kind, is_preferred=action.preferred or None)
            if action.finding is not None:
                made.diagnostics = [markup.diagnostic(action.finding, buffer.lines, uri, self.client.related)]
            if kind == answers.RENUMBER:
                made.command = types.Command(shown(action.title), RENUMBER, arguments=[uri])
            else:
                made.edit = self._edit(buffer, [answers.text_edit(one, buffer.lines) for one in action.edits])
            offered.append(made)
        return offered

    async def renumber(self, uri: str) -> None:
        """Write row numbers anew; where several things may have happened, ask which."""
        buffer = await self._ready(uri)
        view = None if buffer is None else buffer.outcome.view
        if buffer is None or view is None:
            return
        version = buffer.version
        found = await self.checker.work(partial(answers.renumberings, view, _saved(buffer)))
        if isinstance(found, str):
            message = shown(found)
            self.protocol.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
            return
        chosen = found[0]
        if len(found) > 1:
            titles = {shown(one.title): one for one in found}
            asked = types.ShowMessageRequestParams(
                types.MessageType.Info,
                "What happened to the rows?",
                [types.MessageActionItem(title) for title in titles],
            )
            answer = await self.protocol.window_show_message_request_async(asked)
            if answer is None or answer.title not in titles or buffer.version != version:
                return
            chosen = titles[answer.title]
        edit = self._edit(buffer, [answers.text_edit(one, buffer.lines) for one in chosen.edits])
        await self.protocol.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "Renumber rows"))

    def _edit(self, buffer: Buffer, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
        """Edits of one text; of the version that they were made for, where the client looks at that."""
        if not self.client.versioned:
            return types.WorkspaceEdit({buffer.uri: edits})
        document = types.OptionalVersionedTextDocumentIdentifier(buffer.uri, buffer.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [*edits])])


def _told(answer: T | str | None) -> T | None:
    """An answer; words are why there is none."""
    if isinstance(answer, str):
        raise JsonRpcException(shown(answer), _REQUEST_FAILED)
    return answer


def _saved(buffer: Buffer) -> str | None:
    """The text of a buffer as it is on disk, if it is another one."""
    if not buffer.stored:
        return None
    try:
        source, problem = paths.load(Target(buffer.path, True), buffer.path)
    except (OSError, ValueError):
        return None
    return None if problem is not None or source.text == buffer.text else source.text


def serve() -> bool:
    """Run a server on standard input and output; whether its client took leave."""
    # What goes wrong is answered; nobody reads standard error but for what is wrong with the server itself.
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    # What is loaded stays; when the rest is collected decides the one who checks.
    gc.disable()
    gc.freeze()
    # Only the protocol is written there, whoever prints.
    stdout, sys.stdout = sys.stdout, sys.stderr
    with os.fdopen(os.dup(stdout.fileno()), "wb") as output:
        return Server().run(sys.stdin.buffer, output)
