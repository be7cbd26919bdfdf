// Starts `convlint lsp` and hands it the YAML, JSON and .cfg files of the editor.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("convlint.restart", restart),
    commands.registerCommand("convlint.renumberRows", renumber),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("convlint.command")) await restart();
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(): Promise<void> {
  const [command, ...args] = serverCommand();
  const server: ServerOptions = { command, args };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "yaml" },
      { language: "json" },
      { language: "jsonc" },
      { scheme: "file", pattern: "**/*.cfg" },
    ],
    synchronize: { configurationSection: "convlint" },
    initializationOptions: workspace.getConfiguration("convlint"),
  };
  client = new LanguageClient("convlint", "convlint", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const words = error instanceof Error ? error.message : String(error);
    const chosen = await window.showErrorMessage(
      `convlint does not start: ${words}. It needs \`pip install 'convlint[lsp]'\`, or the setting convlint.command.`,
      "Open Settings",
    );
    if (chosen !== undefined) await commands.executeCommand("workbench.action.openSettings", "convlint.command");
  }
}

async function restart(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.stop();
  await start();
}

async function renumber(): Promise<void> {
  const editor = window.activeTextEditor;
  if (client === undefined || editor === undefined) return;
  await commands.executeCommand("convlint.renumber", editor.document.uri.toString());
}

/** What the user says, else the convlint of the workspace's own environment, else the one on the PATH. */
function serverCommand(): [string, ...string[]] {
  const [command, ...args] = workspace.getConfiguration("convlint").get<string[]>("command", []);
  if (command !== undefined) return [command, ...args];
  // A folder that nobody trusts must not choose what is run.
  for (const folder of workspace.isTrusted ? (workspace.workspaceFolders ?? []) : []) {
    for (const place of [join("bin", "convlint"), join("Scripts", "convlint.exe")]) {
      const own = join(folder.uri.fsPath, ".venv", place);
      if (folder.uri.scheme === "file" && existsSync(own)) return [own, "lsp"];
    }
  }
  return ["convlint", "lsp"];
}
