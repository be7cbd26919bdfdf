"""`convlint lsp` as the tests start it: its end is not cut short, so that what was reached can be measured."""

import sys

from convlint.cli import main

raise SystemExit(main(["lsp", *sys.argv[1:]]))
