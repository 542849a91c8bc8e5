# SPDX-License-Identifier: Apache-2.0
"""`sluice completion bash|zsh`: what the shell completes after `sluice`, made from the table of commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from sluice.commands import TABLE, Command, find

_USAGE = 2
_Case = Callable[[str, list[str], bool], str]

_BASH = """\
# bash completion for sluice; to use it: eval "$(sluice completion bash)"
_sluice() {
    local word=${COMP_WORDS[COMP_CWORD]} words='' files=''
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words='%(commands)s'
    else
        case "${COMP_WORDS[1]} ${COMP_WORDS[2]-}" in
%(cases)s
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [ -n "$files" ] && [ ${#COMPREPLY[@]} -eq 0 ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -F _sluice sluice
"""

_ZSH = """\
#compdef sluice
# zsh completion for sluice; to use it: eval "$(sluice completion zsh)"
_sluice() {
    local -a found
    local files=''
    if (( CURRENT == 2 )); then
        found=(
%(commands)s
        )
        _describe 'command' found
        return
    fi
    case "${words[2]} ${words[3]-}" in
%(cases)s
    esac
    (( ${#found} )) && compadd -- $found
    [[ -n $files ]] && _files
}
compdef _sluice sluice
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the script for a shell; return the exit code."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    scripts = {"bash": bash, "zsh": zsh}
    if len(asked) != 1 or asked[0] not in scripts:
        print(f"sluice: usage: sluice completion bash|zsh (got={' '.join(asked)})", file=sys.stderr)
        return _USAGE
    print(scripts[asked[0]](), end="")
    return 0


def bash() -> str:
    """The script for bash."""
    names = " ".join([*(row.name for row in _commands()), "help", "--version"])
    return _BASH % {"commands": names, "cases": "\n".join(_cases(_bash_case))}


def zsh() -> str:
    """The script for zsh; it has the summaries too."""
    described = [f"            {_quoted(f'{row.name}:{row.summary[0]}')}" for row in _commands()]
    return _ZSH % {"commands": "\n".join(described), "cases": "\n".join(_cases(_zsh_case))}


def _commands() -> list[Command]:
    """Those that this installation has."""
    home = os.environ.get("SLUICE_HOME", "")
    return [row for row in TABLE if find(row.name, home) is not None]


def _cases(case: _Case) -> list[str]:
    """A case for each action of a command, then one for the command itself; the first that fits counts."""
    lines = []
    for row in _commands():
        lines += [case(f"{row.name} {action.name}", list(action.options), False) for action in row.actions]
        words = [*(action.name for action in row.actions), *row.options]
        lines.append(case(f"{row.name} *", words, _takes_files(row)))
    return lines


def _takes_files(row: Command) -> bool:
    return row.files or not (row.actions or row.options)


def _bash_case(pattern: str, words: list[str], files: bool) -> str:
    name, _, rest = pattern.partition(" ")
    return f"            '{name} '{rest}) words='{' '.join(words)}' files={'1' if files else ''} ;;"


def _zsh_case(pattern: str, words: list[str], files: bool) -> str:
    name, _, rest = pattern.partition(" ")
    return f"        '{name} '{rest}) found=({' '.join(words)}) files={'1' if files else ''} ;;"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


if __name__ == "__main__":
    sys.exit(main())
