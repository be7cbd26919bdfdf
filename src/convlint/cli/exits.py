"""What the exit code of the process says."""

#: Nothing was found at the level of ``--fail-on`` or above.
CLEAN = 0
#: Something was found; a file that is not YAML, not UTF-8 or beyond the limits is a finding too.
FINDINGS = 1
#: Something could not be done, whatever else was found: wrong usage or settings, a path that cannot be read, a file
#: named on the command line that describes no network, a bug in convlint.
TROUBLE = 2
#: The user pressed Ctrl-C.
INTERRUPTED = 130
