"""The language server protocol: positions, markup, requests. What is answered comes from ``ide``.

Needs the extra ``lsp``.
"""
