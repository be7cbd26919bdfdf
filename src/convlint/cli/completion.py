"""``convlint completion SHELL``: a script that completes command lines, made of the options themselves."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import NamedTuple

from convlint import catalogue
from convlint.cli import COMMANDS, exits
from convlint.cli.options import SHELLS, Options, parser_of
from convlint.reports import REPORTS

#: Signs that mean something to a shell, and others in their stead.
_PLAIN = str.maketrans("[]':\\", "()`,/")
#: What takes rules, and what takes a file.
_RULES, _FILES = ("RULES",), ("FILE", "OLD", "CODE", "BASE")


class Choice(NamedTuple):
    """An option: its flags, help, the words that it takes, and whether it takes a file or any other value."""

    flags: tuple[str, ...]
    help: str
    words: tuple[str, ...]
    files: bool
    value: bool


def run(options: Options) -> int:
    """Print the script."""
    script = {"bash": _bash, "zsh": _zsh, "fish": _fish}[options.paths[0]]
    print(script(), end="")
    return exits.CLEAN


def choices(command: str) -> list[Choice]:
    """The options of a command."""
    found = []
    for action in parser_of(command)._actions:
        if not action.option_strings or action.help == argparse.SUPPRESS:
            continue
        words = tuple(map(str, action.choices or ()))
        metavar = str(action.metavar)
        if metavar in _RULES:
            words = _rules()
        elif metavar == "FORMAT=FILE":
            words = tuple(f"{name}=" for name in REPORTS)
        found.append(
            Choice(
                tuple(action.option_strings),
                " ".join((action.help or "").split()),
                words,
                metavar in _FILES,
                action.nargs != 0,
            )
        )
    return found


def _about(command: str) -> str:
    """What a command does, in a few words."""
    words = " ".join((parser_of(command).description or "").split())
    return words.split(". ")[0].removesuffix(".").translate(_PLAIN)


def _rules() -> tuple[str, ...]:
    return ("ALL", *(word for rule in catalogue.RULES for word in (rule.code, rule.name)))


def _flags(options: Iterable[Choice]) -> list[str]:
    return [flag for option in options for flag in option.flags]


def _words(command: str) -> tuple[str, ...]:
    """What a command takes besides options and files."""
    return {"explain": _rules(), "rules": _rules(), "schema": ("settings",), "completion": SHELLS}.get(command, ())


def _bash() -> str:
    cases = []
    flags = []
    for command in COMMANDS:
        options = choices(command)
        flags.append(f"    {command}) flags='{' '.join(_flags(options))}'; words='{' '.join(_words(command))}' ;;")
        for option in options:
            if option.value:
                where = "|".join(f"{command}:{flag}" for flag in option.flags)
                what = f"-W '{' '.join(option.words)}'" if option.words else "-f" if option.files else ""
                done = f'COMPREPLY=($(compgen {what} -- "$current"))' if what else ":"
                space = "; compopt -o nospace 2>/dev/null" if any(word.endswith("=") for word in option.words) else ""
                cases.append(f"    {where}) {done}{space}; return ;;")
    lines = "\n".join
    return f"""\
# Completes command lines of convlint in bash: source <(convlint completion bash)
_convlint() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=check flags words
  if [ "$current" = = ]; then
    current=
  elif [ "$before" = = ]; then
    before=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 1 ]; then
    case ${{COMP_WORDS[1]}} in
      {"|".join(COMMANDS)}) command=${{COMP_WORDS[1]}} ;;
    esac
  fi
  case $command:$before in
{lines(cases)}
  esac
  case $command in
{lines(flags)}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="$words {" ".join(COMMANDS)}"
  fi
  case $current in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current")) ;;
  esac
}}
complete -o filenames -F _convlint convlint
"""


def _zsh() -> str:
    commands = "\n".join(f"    '{command}:{_about(command)}'" for command in COMMANDS)
    functions = "\n".join(_zsh_function(command) for command in COMMANDS)
    return f"""\
#compdef convlint
# Completes command lines of convlint in zsh: put this into a file _convlint in a folder of $fpath.
{functions}
_convlint() {{
  local -a commands=(
{commands}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
  fi
  case $words[2] in
    {"|".join(COMMANDS)})
      local command=$words[2]
      shift words
      (( CURRENT-- ))
      _convlint_$command
      ;;
    *) _convlint_check ;;
  esac
}}
if [ "$funcstack[1]" = _convlint ]; then
  _convlint "$@"
else
  compdef _convlint convlint
fi
"""


def _zsh_function(command: str) -> str:
    specs = []
    for option in choices(command):
        about = option.help.translate(_PLAIN)
        value = ""
        if option.value:
            what = f"({' '.join(option.words)})" if option.words else "_files" if option.files else " "
            value = f":value:{what}"
        specs += [f"    '*{flag}[{about}]{value}'" for flag in option.flags]
    words = _words(command)
    rest = "'*:file:_files'"
    if words:
        rest = f'\'*:word:_alternative "words:word:({" ".join(words)})" "files:file:_files"\''
    lines = " \\\n".join([*specs, f"    {rest}"])
    return f"_convlint_{command}() {{\n  _arguments \\\n{lines}\n}}"


def _fish() -> str:
    others = " ".join(command for command in COMMANDS if command != "check")
    lines = ["# Completes command lines of convlint in fish: convlint completion fish | source"]
    lines += [f"complete -c convlint -n __fish_use_subcommand -a {name} -d '{_about(name)}'" for name in COMMANDS]
    for command in COMMANDS:
        seen = f"__fish_seen_subcommand_from {command}"
        condition = f"'not __fish_seen_subcommand_from {others}'" if command == "check" else f"'{seen}'"
        for option in choices(command):
            flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
            about = option.help.replace("\\", "\\\\").replace("'", "\\'")
            value = ""
            if option.value:
                value = f" -x -a '{' '.join(option.words)}'" if option.words else " -r" if option.files else " -x"
            lines.append(f"complete -c convlint -n {condition} {flags}{value} -d '{about}'")
        if words := _words(command):
            lines.append(f"complete -c convlint -n {condition} -a '{' '.join(words)}'")
    return "\n".join(lines) + "\n"
