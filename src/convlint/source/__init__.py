"""Python text read as data: what a model's own code would build, computed and never run.

``text`` and ``repository`` read files, ``evaluator`` walks their trees with the values of ``values``, ``tensors`` and
``layers`` know the shapes that ``torch`` makes, ``networks`` evaluates a framework's parser and modules on a file.
"""
