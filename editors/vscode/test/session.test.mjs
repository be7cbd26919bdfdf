// A session with `convlint lsp` by the library that VS Code's client is made of.
// CONVLINT is the command of the server, words separated by blanks; without it, `convlint lsp`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import protocol from "vscode-languageserver-protocol/node";

const TEXT = `nc: 2
scales:
  n: [1.0, 0.25, 1024]
  s: [1.0, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
head:
  - [[-1, 1], 1, Concat, [1]]
  - [-1, 1, Zorp, [64, 3, 1]]
  - [[3], 1, Detect, [nc]]
`;
const folder = mkdtempSync(join(tmpdir(), "convlint-"));
const uri = pathToFileURL(join(folder, "net.yaml")).toString();
const textDocument = { uri };
const diagnostics = new Map();
const edits = [];
let waiting = [];
let server, connection, capabilities;

function told(condition) {
  return new Promise((resolve) => {
    const look = () => (condition() ? resolve() : waiting.push(look));
    look();
  });
}

function tell() {
  const looks = waiting;
  waiting = [];
  for (const look of looks) look();
}

before(async () => {
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "net.yaml"), TEXT);
  const [command, ...args] = (process.env.CONVLINT ?? "convlint lsp").split(" ");
  server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(server.stdout),
    new protocol.StreamMessageWriter(server.stdin),
  );
  connection.onNotification("textDocument/publishDiagnostics", (params) => {
    diagnostics.set(params.version, params.diagnostics);
    tell();
  });
  connection.onRequest("workspace/applyEdit", (params) => {
    edits.push(params.edit);
    return { applied: true };
  });
  connection.listen();
  const initialized = await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).toString(),
    initializationOptions: { scale: "s" },
    capabilities: {
      textDocument: {
        publishDiagnostics: { relatedInformation: true },
        hover: { contentFormat: ["markdown"] },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source"] } } },
      },
      workspace: { workspaceEdit: { documentChanges: true } },
    },
  });
  capabilities = initialized.capabilities;
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "yaml", version: 1, text: TEXT },
  });
  await told(() => diagnostics.has(1));
});

after(async () => {
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  const code = await new Promise((resolve) => server.on("exit", resolve));
  connection.dispose();
  rmSync(folder, { recursive: true });
  assert.equal(code, 0);
});

test("what the server offers", () => {
  for (const name of ["hover", "inlayHint", "definition", "references", "documentSymbol", "rename", "completion"]) {
    assert.ok(capabilities[`${name}Provider`], name);
  }
  assert.deepEqual(capabilities.executeCommandProvider.commands, ["convlint.renumber"]);
});

test("a finding with its page", () => {
  const found = diagnostics.get(1).find((one) => one.code === "CL004");
  assert.equal(found.source, "convlint");
  assert.match(found.codeDescription.href, /CL004-unknown-layer-type\.md$/);
  assert.deepEqual(found.range, { start: { line: 9, character: 12 }, end: { line: 9, character: 16 } });
});

test("hints of the chosen scale", async () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = await connection.sendRequest("textDocument/inlayHint", { textDocument, range });
  assert.deepEqual(hints[0].position, { line: 5, character: 29 });
  assert.deepEqual(
    hints.map((hint) => hint.label).slice(0, 2),
    ["# 0  32x320x320 /2", "# 1  64x160x160 /4"],
  );
});

test("hover and definition", async () => {
  const hover = await connection.sendRequest("textDocument/hover", {
    textDocument,
    position: { line: 6, character: 14 },
  });
  assert.match(hover.contents.value, /32x320x320 -> 64x160x160/);
  const definition = await connection.sendRequest("textDocument/definition", {
    textDocument,
    position: { line: 8, character: 10 },
  });
  assert.equal(definition.range.start.line, 6);
});

test("actions: a declaration, and numbers written anew", async () => {
  const range = { start: { line: 9, character: 12 }, end: { line: 9, character: 12 } };
  const declare = await connection.sendRequest("textDocument/codeAction", {
    textDocument,
    range,
    context: { diagnostics: [] },
  });
  assert.match(declare[0].title, /^Declare `Zorp`/);
  assert.equal(declare[0].edit.documentChanges[0].edits[0].newText, "# convlint: module Zorp(c1)\n");
  const [renumber] = await connection.sendRequest("textDocument/codeAction", {
    textDocument,
    range,
    context: { diagnostics: [], only: ["source.renumber"] },
  });
  await connection.sendRequest("workspace/executeCommand", renumber.command);
  assert.equal(edits.length, 1);
});

test("what is typed is found", async () => {
  await connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [
      { range: { start: { line: 8, character: 10 }, end: { line: 8, character: 11 } }, text: "7" },
    ],
  });
  await told(() => diagnostics.has(2));
  assert.ok(diagnostics.get(2).some((one) => one.code === "CL013"));
});
