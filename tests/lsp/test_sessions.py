"""Sessions of an editor with the server, over the standard streams of its process."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

types = pytest.importorskip("lsprotocol.types", reason="the extra [lsp] is not installed")
pytest.importorskip("pygls", reason="the extra [lsp] is not installed")

from tests.cli.test_renumber import BARE  # noqa: E402
from tests.formats.yolo.repository import NET, written  # noqa: E402
from tests.ide.conftest import DARKNET, NATIVE, YOLO  # noqa: E402
from tests.lsp.editor import Editor, command, editing, run  # noqa: E402

#: A row was put in, and nothing tells which.
SEVERAL = BARE.replace("  - [-1, 1, Conv, [64, 3, 2]]", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [64, 3, 2]]")


@pytest.fixture(autouse=True)
def root(tmp_path: Path) -> Path:
    """A folder that is the root of a repository."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_a_yolo_file(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", YOLO)
            assert await editor.codes(uri) == []
            assert (await editor.hints(uri))[:2] == [(5, "# 0  16x320x320 /2"), (6, "# 1  32x160x160 /4")]
            hover = await editor.hover(uri, "[128, 3")
            assert hover.startswith("**model\\.1 \\(Conv\\), scale n**") and "16x320x320 -> 32x160x160" in hover
            # A row is put in; half of it makes the file unreadable, and what was known stays.
            editor.replace(uri, "  - [-1, 1, Conv, [128", "  - [-1, 1, \n  - [-1, 1, Conv, [128")
            assert await editor.codes(uri) == ["CL001"]
            assert (await editor.hints(uri))[-1][1].startswith("# 4")
            items = await editor.complete(uri, "  - [-1, 1, \n"[:-1])
            assert {"Conv", "C2f", "nn.Upsample"} <= {item.label for item in items}
            editor.replace(uri, "[-1, 1, \n", "[-1, 1, C2f, [64]]\n")
            await editor.found(uri)
            (numbers,) = [item.label for item in await editor.complete(uri, "[[-1, ") if item.label == "0"]
            assert numbers == "0"

    run(session)


def test_a_native_file(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", NATIVE)
            assert await editor.codes(uri) == []
            definition = await editor.client.text_document_definition_async(
                types.DefinitionParams(*editor.at(uri, "stem, body]"))
            )
            assert definition.range.start.line == 3
            document, place = editor.at(uri, "stem")
            references = await editor.client.text_document_references_async(
                types.ReferenceParams(context=types.ReferenceContext(True), text_document=document, position=place)
            )
            assert [one.range.start.line for one in references] == [3, 9, 11]
            symbols = await editor.client.text_document_document_symbol_async(
                types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
            )
            assert [one.name for one in symbols] == ["input", "stem", "body", "parts", "sum", "all", "output"]
            assert [one.name for one in symbols[2].children] == ["conv", "Add"]
            assert symbols[1].detail == "Conv2d 8x32x32"
            document, place = editor.at(uri, "parts.1")
            name = await editor.client.text_document_prepare_rename_async(
                types.PrepareRenameParams(position=place, text_document=document)
            )
            assert (name.start, name.end.character - name.start.character) == (place, 5)
            edit = await editor.client.text_document_rename_async(
                types.RenameParams(position=place, text_document=document, new_name="halves")
            )
            assert "from: [halves.0, halves.1]" in editor.applied(uri, edit)
            with pytest.raises(Exception, match="is the name of another layer"):
                await editor.client.text_document_rename_async(
                    types.RenameParams(position=place, text_document=document, new_name="stem")
                )
            editor.replace(uri, "layers:", "layers: [")
            assert await editor.codes(uri) == ["CL001"]
            with pytest.raises(Exception, match="cannot be read as it is"):
                await editor.client.text_document_prepare_rename_async(
                    types.PrepareRenameParams(position=place, text_document=document)
                )
            with pytest.raises(Exception, match="cannot be read as it is"):
                await editor.client.text_document_rename_async(
                    types.RenameParams(position=place, text_document=document, new_name="x")
                )

    run(session)


def test_a_darknet_file(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.cfg", DARKNET, "properties")
            await editor.found(uri)
            assert [text for _, text in await editor.hints(uri)] == [
                "# 0  16x32x32 /2", "# 1  16x32x32 /2", "# 2  32x32x32 /2"
            ]  # fmt: skip
            assert "16x32x32" in await editor.hover(uri, "filters=16")
            assert "mish" in {item.label for item in await editor.complete(uri, "activation=")}
            untitled = await editor.open("untitled:Untitled-1", DARKNET, "ini")
            assert len(await editor.hints(untitled)) == 3

    run(session)


def test_fixes(root: Path) -> None:
    wrong = NATIVE.replace("from: [stem, body]", "from: [stem, bdy]").replace(
        "  - {name: all", "  - ReLU\n  - {name: all"
    )

    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", wrong)
            found = await editor.found(uri)
            assert {one.source for one in found} == {"convlint"} and len(found) == 2
            unknown = next(one for one in found if one.code == "CL010")
            assert unknown.code_description.href.endswith("docs/rules/CL010-unknown-reference.md")
            assert unknown.severity == types.DiagnosticSeverity.Error and "did you mean `body`?" in unknown.message
            (action,) = await editor.actions(uri, "bdy")
            assert action.kind == "quickfix" and list(action.diagnostics) == [unknown]
            assert "from: [stem, body]" in editor.applied(uri, action.edit)
            (everything,) = await editor.actions(uri, "convlint", "source.fixAll")
            assert "- {type: ReLU}" in editor.applied(uri, everything.edit)
            assert await editor.actions(uri, "convlint", "refactor") == []

    run(session)


def test_related_places(root: Path) -> None:
    wrong = NATIVE.replace("name: parts", "name: stem").replace("parts", "stem")

    async def session(capabilities: object, related: int, inside: bool) -> None:
        async with editing(root, capabilities) as editor:
            uri = await editor.open(root / "net.yaml", wrong)
            double = next(one for one in await editor.found(uri) if one.code == "CL011")
            assert len(double.related_information or ()) == related
            assert ("line 4: first used here" in double.message) == inside
            if not related:
                hover = await editor.hover(uri, "Concat")
                assert "**" not in hover
                assert await editor.actions(uri, "convlint") == []
                renamed = await editor.client.text_document_rename_async(
                    types.RenameParams(
                        position=editor.at(uri, "body")[1], text_document=editor.at(uri, "body")[0], new_name="b"
                    )
                )
                assert renamed.document_changes is None and "name: b" in editor.applied(uri, renamed)

    from tests.lsp.editor import EVERYTHING

    plain = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
        )
    )
    run(lambda: session(EVERYTHING, 1, False))
    run(lambda: session(plain, 0, True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_positions_in_the_units_of_the_client(root: Path, encoding: str) -> None:
    text = 'convlint: 1\ninput: [3, 8, 8]\nlayers:\n  - {name: "日本😀", type: Foo}\r\n  - {type: ReLU, x: "\u2028é", from: nix}\n'

    def units(words: str) -> int:
        width = {"utf-8": len(words.encode()), "utf-16": len(words.encode("utf-16-le")) // 2, "utf-32": len(words)}
        return width[encoding]

    async def session() -> None:
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
        )
        async with editing(root, capabilities) as editor:
            assert editor.capabilities.position_encoding == encoding
            uri = await editor.open(root / "net.yaml", text.replace("\u2028", ""))
            found = await editor.found(uri)
            foo = next(one for one in found if "Foo" in one.message)
            assert (foo.range.start.line, foo.range.start.character) == (3, units('  - {name: "日本😀", type: '))
            place = types.Position(3, units('  - {name: "日本😀", type: '))
            end = types.Position(3, place.character + 3)
            editor.change(uri, types.TextDocumentContentChangePartial(types.Range(place, end), "ReLU"))
            assert not [one for one in await editor.found(uri) if "Foo" in one.message]
            editor.change(uri, types.TextDocumentContentChangeWholeDocument(NATIVE))
            assert await editor.found(uri) == []

    run(session)


def test_the_chosen_scale_first_the_others_when_idle(root: Path) -> None:
    # Wrong in one scale alone.
    text = YOLO.replace("  s: [1.0, 0.5, 1024]", "  s: [1.0, 0.5, 1024]\n  m: [1.0, bad, 1024]")

    async def session() -> None:
        async with editing(root, options={"scale": "s"}) as editor:
            uri = await editor.open(root / "net.yaml", text)
            assert await editor.codes(uri) == ["CL046"]
            assert (await editor.hints(uri))[0][1] == "# 0  32x320x320 /2"
            # What is put right in another scale is seen when that is checked, after the chosen one.
            editor.replace(uri, "m: [1.0, bad,", "m: [1.0, 0.75,")
            await editor.until(lambda: len([one for one in editor.published if one.version == 2]) > 1)
            first, last = [
                {one.code for one in published.diagnostics if one.severity != types.DiagnosticSeverity.Hint}
                for published in editor.published
                if published.version == 2
            ]
            assert (first, last) == ({"CL046"}, set())
            # What is typed while the others are checked comes first.
            for number in range(3, 12):
                editor.replace(uri, f"nc: {number - 1}", f"nc: {number}")
                await editor.found(uri)
            # The chosen scale is gone.
            editor.replace(uri, "  s: [", "  l: [")
            await editor.found(uri)
            assert (await editor.hints(uri))[0][1].startswith("# 0  ")

    run(session)


def test_what_was_found_in_other_scales_stays_until_they_are_checked_again(root: Path) -> None:
    # 32 groups divide the channels of all scales but the smallest.
    text = YOLO.replace("  - [-1, 1, Conv, [128, 3, 2]]", "  - [-1, 1, Conv, [64, 3, 2, 1, 32]]")

    def errors(editor: Editor) -> list[object]:
        error = types.DiagnosticSeverity.Error
        return [one for one in editor.published[-1].diagnostics if one.severity == error]

    async def session() -> None:
        async with editing(root, options={"scale": "s"}) as editor:
            uri = await editor.open(root / "net.yaml", text)
            (before,) = [one for one in await editor.found(uri) if one.severity == types.DiagnosticSeverity.Error]
            editor.replace(uri, "nc: 2\n", "nc: 2\n\n")
            (after,) = [one for one in await editor.found(uri) if one.severity == types.DiagnosticSeverity.Error]
            assert (after.code, after.range.start.line) == (before.code, before.range.start.line + 1)
            # Put right in the smallest: all are checked again when nobody types.
            editor.replace(uri, ", 1, 32]]", ", 1, 16]]")
            await editor.until(lambda: editor.published[-1].version == 3 and not errors(editor))

    run(session)


def test_code_and_settings_beside_are_followed(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            await editor.until(lambda: editor.watched)
            uri = await editor.open(root / "net.yaml", NET)
            assert await editor.codes(uri) == ["CL004"]
            (declaration, *_) = await editor.actions(uri, "Gate")
            assert declaration.title.startswith("Declare `Gate`")
            (root / "net.yaml").write_text(NET)
            written(root)

            async def again() -> list[str]:
                count = len(editor.published)
                editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
                await editor.until(lambda: len(editor.published) > count)
                return [str(one.code) for one in editor.published[-1].diagnostics]

            assert await again() == []
            items = await editor.complete(uri, "Gate"[:0] or "Conv")
            assert "Gate" in {item.label for item in items}
            (root / "convlint.toml").write_text('[yolo]\nsource = "none"\n')
            assert await again() == ["CL004"]
            (root / "convlint.toml").write_text('select = ["nonsense"]\n')
            await again()
            await editor.until(lambda: [one for one in editor.published if one.uri.endswith("convlint.toml")])
            told = next(one for one in editor.published if one.uri.endswith("convlint.toml"))
            assert "nonsense" in told.diagnostics[0].message
            (root / "convlint.toml").unlink()
            await again()
            await editor.until(
                lambda: not [one for one in editor.published if one.uri.endswith("toml")][-1].diagnostics
            )
            editor.close(uri)
            await editor.until(lambda: editor.published[-1].version is None)
            assert not editor.published[-1].diagnostics and editor.refreshed

    run(session)


def test_several_roots_with_settings_of_their_own(root: Path) -> None:
    for name in ("one", "two"):
        (root / name / ".git").mkdir(parents=True)
    (root / "one" / "convlint.toml").write_text('ignore = ["CL010"]\n')
    wrong = NATIVE.replace("from: [stem, body]", "from: [stem, bdy]")

    async def session() -> None:
        async with editing(root) as editor:
            editor.configuration = lambda uri: {"hints": uri is not None and "/one/" in uri}
            one = await editor.open(root / "one" / "net.yaml", wrong)
            two = await editor.open(root / "two" / "net.yaml", wrong)
            assert (await editor.codes(one), await editor.codes(two)) == ([], ["CL010"])
            assert await editor.hints(one) and not await editor.hints(two)
            editor.configuration = lambda uri: {"hints": True, "config": str(root / "one" / "convlint.toml")}
            count = len(editor.published)
            editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"convlint": {}}))
            await editor.until(lambda: len(editor.published) >= count + 2)
            assert await editor.codes(two) == [] and await editor.hints(two)
            editor.configuration = lambda uri: {"config": str(root / "gone.toml")}
            editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await editor.until(lambda: [one for one in editor.published if one.uri.endswith("gone.toml")])

    run(session)


def test_what_is_no_network_is_silent(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "docker-compose.yaml", "services:\n  web: {image: nginx}\n")
            assert await editor.found(uri) == [] and await editor.hints(uri) == []
            assert await editor.complete(uri, "web: ") == [] and await editor.actions(uri, "web") == []
            empty = await editor.open(root / "empty.yaml", "")
            assert await editor.found(empty) == [] and await editor.hover(empty, "") == ""
            editor.change(empty, types.TextDocumentContentChangeWholeDocument(NATIVE))
            assert await editor.found(empty) == [] and await editor.hints(empty)
            assert await editor.hover(empty, "") == "" and await editor.hints("file:///nowhere") == []

    run(session)


def test_requests_for_a_text_that_changes_are_not_answered_with_an_older_one(root: Path) -> None:
    layers = "".join(
        f"  - {{name: c{index}, type: Conv2d, out_channels: 8, kernel_size: 1}}\n" for index in range(2000)
    )

    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", NATIVE.partition("layers:\n")[0] + "layers:\n" + layers)
            await editor.found(uri)
            # Whoever is quicker, the server or the next key: it is tried until the key is.
            for _ in range(20):
                editor.replace(uri, "out_channels: 8", "out_channels: 9")
                asked = asyncio.ensure_future(editor.hints(uri))
                await asyncio.sleep(0)
                editor.replace(uri, "out_channels: 9", "out_channels: 7")
                (answer,) = await asyncio.gather(asked, return_exceptions=True)
                if isinstance(answer, Exception):
                    assert "the text has changed" in str(answer)
                    break
                editor.replace(uri, "out_channels: 7", "out_channels: 8")
            else:
                pytest.fail("never asked for an older text")
            assert (await editor.hints(uri))[0][1] == "# 7x32x32"
            # A request that is given up is answered so.
            params = types.InlayHintParams(
                types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), types.Position(9, 0))
            )
            for digit in range(20):
                editor.replace(uri, "{name: c", "{name: of_c")
                name = f"give-up-{digit}"
                future = editor.client.protocol.send_request(types.TEXT_DOCUMENT_INLAY_HINT, params, msg_id=name)
                editor.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams(name))
                (answer,) = await asyncio.gather(asyncio.wrap_future(future), return_exceptions=True)
                if isinstance(answer, Exception):
                    assert "cancel" in str(answer).lower()
                    break
            else:
                pytest.fail("no request was given up")
            editor.replace(uri, "out_channels: 7", "out_channels: 5")
            waiting = asyncio.ensure_future(editor.hints(uri))
            await asyncio.sleep(0)
            editor.close(uri)
            assert [hint for _, hint in (await waiting)[:1]] in ([], ["# 5x32x32"])

    run(session)


def test_renumbering(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            (root / "net.yaml").write_text(YOLO)
            uri = await editor.open(root / "net.yaml", YOLO)

            async def renumber() -> None:
                params = types.ExecuteCommandParams("convlint.renumber", [uri])
                await editor.client.workspace_execute_command_async(params)

            assert [one.title for one in await editor.actions(uri, "nc", "source.renumber")] == ["Renumber rows"]
            # Against what is saved: it is clear which row is new.
            editor.replace(uri, "  - [-1, 1, Conv, [128", "  - [-1, 1, C2f, [64]]\n  - [-1, 1, Conv, [128")
            await renumber()
            assert "[[-1, 2], 1, Concat, [1]]" in editor.applied(uri, editor.edits[-1])
            numbered = editor.applied(uri, editor.edits[-1])
            editor.change(uri, types.TextDocumentContentChangeWholeDocument(numbered))
            await renumber()
            assert editor.messages == ["all numbers are right as they stand"] and len(editor.edits) == 1
            params = types.ExecuteCommandParams("convlint.renumber", ["file:///nowhere"])
            await editor.client.workspace_execute_command_async(params)

    run(session)


def test_renumbering_asks_where_several_things_may_have_happened(root: Path) -> None:
    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", SEVERAL)
            params = types.ExecuteCommandParams("convlint.renumber", [uri])
            await editor.client.workspace_execute_command_async(params)
            assert len(editor.messages) > 1 and not editor.edits
            editor.answers = [1]
            await editor.client.workspace_execute_command_async(params)
            applied = editor.applied(uri, editor.edits[-1])
            assert "[[-1, 2], 1, Concat" in applied and "[[8, 5], 1, Detect" in applied

    run(session)


def test_nothing_in_a_file_is_markup(root: Path) -> None:
    text = NATIVE.replace("stem", '"![x](http://evil/`a.png)\\u202e"')

    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", text)
            await editor.found(uri)
            hover = await editor.hover(uri, "out_channels")
            board = re.sub(r"(?s)```.*?```", "", hover)
            assert "![x](" not in board and "\\!\\[x\\]\\(http://evil/\\`a\\.png\\)" in hover and "\u202e" not in hover
            editor.replace(uri, "layers:\n", 'layers:\n  - {type: "Foo\\u202e"}\n')
            document, place = editor.at(uri, '"Foo')
            with pytest.raises(Exception, match="has no name") as refused:
                await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(document, place))
            assert "\u202e" not in str(refused.value)

    run(session)


def test_what_is_long_or_many_is_cut(root: Path) -> None:
    layers = "".join(f"  - {{type: Nonsense{index}}}\n" for index in range(1_200))
    many = f"convlint: 1\ninput: [3, 8, 8]\nlayers:\n{layers}  - {{type: {'x' * 5_000}}}\n"

    async def session() -> None:
        async with editing(root) as editor:
            uri = await editor.open(root / "net.yaml", many)
            found = await editor.found(uri)
            assert 100 < len(found) <= 1_000
            assert max(len(line) for one in found for line in one.message.split("\n")) <= 1_003
            long = await editor.open(root / "long.yaml", NATIVE.replace("stem", "x" * 5_000))
            assert len(await editor.hover(long, "kernel_size")) < 20_000

    run(session)


def test_a_client_that_leaves_without_a_word() -> None:
    import subprocess

    done = subprocess.run(command(), input=b"", capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, b"")


def test_without_the_extra_there_is_one_line(root: Path) -> None:
    import subprocess

    code = "import sys; sys.modules['pygls'] = sys.modules['lsprotocol'] = None; from convlint.cli import main; sys.exit(main(['lsp']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "convlint: the language server needs pygls: pip install 'convlint[lsp]'\n"
