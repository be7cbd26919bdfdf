"""`python -m convlint` is `convlint`."""

from convlint.cli import script

if __name__ == "__main__":
    script()
