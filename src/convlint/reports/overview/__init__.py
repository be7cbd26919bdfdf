"""``convlint report``: a page that shows a file and its networks, and an index of such pages."""
