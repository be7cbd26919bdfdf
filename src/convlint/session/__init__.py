"""From a path to a checked file: which settings, which format, which options, and what came of it."""
