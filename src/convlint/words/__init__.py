"""How numbers, shapes and lists are written, and what a misspelt word was meant to be: once for all who word."""
