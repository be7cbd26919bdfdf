"""What a framework's own code builds of a model file: its parser evaluated on the file, its modules on feature maps.

The frameworks (ultralytics of any version, YOLOv5, YOLOv7, YOLOv9, and what people made of them) have a function
``parse_model(d, ch)`` that returns a ``Sequential`` of rows and the list of rows that are kept, and a model class whose
``forward`` passes maps from row to row.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from convlint.model.operations import Evaluated, Reshape
from convlint.source import modules
from convlint.source.evaluator import BUDGET, Run
from convlint.source.repository import Repository
from convlint.source.running import Frame
from convlint.source.trace import Trace
from convlint.source.values import (
    Bound,
    Class,
    Exhausted,
    Function,
    Instance,
    Outside,
    Raised,
    Sizes,
    Tensor,
    Undecided,
    Unknown,
    class_name,
)

if TYPE_CHECKING:
    from convlint.model.operations import Operation

#: The classes that build a model of a file, the first that is there.
_MODELS = ("DetectionModel", "Model")
#: So many arguments of a call are shown, and so many items of a list.
_MOST_SHOWN = 12
#: How they pass maps from row to row.
_FORWARD = ("_predict_once", "_forward_once", "forward_once")


class Failure:
    """What the framework's code raises, and while which row is built or run."""

    __slots__ = ("raised", "row", "running")

    def __init__(self, raised: Raised, row: int | None, running: bool) -> None:
        self.raised = raised
        self.row = row
        self.running = running

    @property
    def call(self) -> str | None:
        """The call of the module that raises while it is built, as code has it; None where no class was called."""
        if self.running or self.raised.made is None:
            return None
        cls, arguments, keywords = self.raised.made
        written = [_written(value) for value in arguments[:_MOST_SHOWN]]
        written += [f"{name}={_written(value)}" for name, value in list(keywords.items())[:_MOST_SHOWN]]
        more = ["..."] if len(arguments) + len(keywords) > len(written) else []
        return f"{class_name(cls)}({', '.join(written + more)})"


def _written(value: Any, inside: bool = False) -> str:
    """An argument of a call, as code has it; dots where that is long, or no value that code can write."""
    if isinstance(value, list | tuple) and len(value) <= _MOST_SHOWN and not inside:
        return f"[{', '.join([_written(one, inside=True) for one in value])}]"
    if isinstance(value, Class | Outside):
        return class_name(value)
    if isinstance(value, Instance):
        return f"{class_name(value.cls)}()"
    short = (isinstance(value, str) and len(value) <= 40) or (isinstance(value, int) and abs(value) < 10**18)
    return repr(value) if short or value is None or isinstance(value, float) else "..."


class Row:
    """A row as the framework's code builds it.

    ``index`` counts the rows of the file, ``number`` is what later rows call it by (a backbone that returns a list
    takes several numbers).  ``outputs`` is what its ``forward`` gives: a ``Tensor``, or lists of them; ``inputs`` are
    the tensors that it reads, each with the row and part that made it as ``source``.  ``doubts`` counts the conditions
    in it that hung on something that is not known.
    """

    __slots__ = (
        "arguments", "doubts", "index", "inputs", "instance", "number", "outputs", "params", "read", "repeats",
        "source", "tensors", "trace", "type",
    )  # fmt: skip

    def __init__(self, index: int, instance: Instance) -> None:
        self.index = index
        self.instance = instance
        number = instance.fields.get("i")
        self.number: int = number if isinstance(number, int) else index
        self.source: Any = instance.fields.get("f")
        name = instance.fields.get("type")
        self.type = name if isinstance(name, str) else class_name(instance.cls)
        self.params = modules.parameter_count(instance)
        #: The tensors of its ``state_dict()``, None if they are not all known.
        self.tensors = modules.state(instance)
        #: What the parser has called the module with, as far as these are plain values, and how often.
        self.arguments: list[Any] | None = None
        self.repeats: Any = None
        self.trace: Trace | None = None
        #: What the module is called with, and the tensors in it in order.
        self.read: list[Any] = []
        self.inputs: list[Tensor] = []
        self.outputs: Any = None
        self.doubts = 0


class Built:
    """The rows that were built, in order, and what went wrong.

    ``channels`` is the framework's own list of output channels, one behind the other as its parser keeps it.
    ``unknown`` says in words why no more is known, where the code could not be followed.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.rows: list[Row] = []
        self.channels: list[Any] = []
        self.first_channels: Any = None
        #: Whether these are what the model class gives to the parser.
        self.called = False
        self.saved: Any = None
        self.failure: Failure | None = None
        self.unknown: str | None = None
        self.model: Class | None = None


def build(repository: Repository, description: dict[str, Any], channels: int, budget: int = BUDGET) -> Built:
    """Evaluate the framework's parser on a model file's values, for an image of some channels.

    ``budget`` are the steps that it may take; what is left of them is in ``run``.
    """
    run = Run(repository, budget)
    built = Built(run)
    try:
        _build(run, built, description, channels)
    except Exhausted as exhausted:
        built.unknown = str(exhausted)
    except RecursionError:
        built.unknown = "the code nests too deeply"
    return built


def _build(run: Run, built: Built, description: dict[str, Any], channels: int) -> None:
    main = run.repository.file(run.repository.main)
    if main is None or main.problem is not None:
        built.unknown = f"{run.repository.main} cannot be read" + (f": {main.problem}" if main is not None else "")
        return
    try:
        parser = run.global_name(main, "parse_model")
    except Raised:
        parser = None
    if not isinstance(parser, Function):
        built.unknown = parser.why if isinstance(parser, Unknown) else f"{main.path} has no function parse_model"
        return
    built.model = next((model for name in _MODELS if (model := _class(run, name)) is not None), None)
    arguments, words, built.called = _parser_call(run, built.model, parser, description, channels)
    given = words.get("ch", arguments[1] if len(arguments) > 1 else None)
    built.first_channels = given[0] if isinstance(given, list) and given else given
    frames: list[Frame] = []
    row: list[int] = []
    listed: list[tuple[list[Any] | None, Any]] = []

    def see(number: int) -> None:
        row.append(number)
        if number:
            listed.append(_listed(frames[0].locals))

    def watch(frame: Frame) -> None:
        if not frames:
            frames.append(frame)
            frame.on_row = see

    run.watched[id(parser)] = watch
    try:
        result = run.call(parser, arguments, words)
    except Raised as raised:
        built.failure = Failure(raised, row[-1] if row else None, running=False)
        result = None
    except Undecided as undecided:
        result = Unknown(str(undecided))
    if isinstance(result, Unknown):
        built.unknown = result.why
    variables = frames[0].locals if frames else {}
    rows = _rows(run, result, variables)
    built.rows = [Row(index, instance) for index, instance in enumerate(rows)]
    for made, (given, repeats) in zip(built.rows, [*listed, _listed(variables)], strict=False):
        made.arguments, made.repeats = given, repeats
    kept = variables.get("ch")
    built.channels = list(kept) if isinstance(kept, list) else []
    if isinstance(result, tuple) and len(result) == 2:
        built.saved = result[1]


def _class(run: Run, name: str) -> Class | None:
    """A class of the module that has ``parse_model``."""
    main = run.repository.file(run.repository.main)
    found = run.global_name(main, name) if main is not None and name in main.names else None
    return found if isinstance(found, Class) else None


def _listed(variables: dict[str, Any]) -> tuple[list[Any] | None, Any]:
    """The parser's variables ``args`` and ``n`` (``n_`` where the repeats became an argument) at the end of a row."""
    arguments, repeats = variables.get("args"), variables.get("n_", variables.get("n"))
    known = isinstance(arguments, list) and _is_plain(arguments)
    return list(arguments) if known and isinstance(arguments, list) else None, repeats if _is_plain(repeats) else None


def _is_plain(value: Any) -> bool:
    """Whether a value is one that a file can hold."""
    if isinstance(value, list | tuple):
        return all(_is_plain(one) for one in value)
    return value is None or isinstance(value, bool | int | float | str)


def _parser_call(
    run: Run, model: Class | None, parser: Function, description: dict[str, Any], channels: int
) -> tuple[list[Any], dict[str, Any], bool]:
    """With what the model class calls the parser, and whether that was followed: it sees the file's values first."""
    caught: list[tuple[list[Any], dict[str, Any]]] = []

    class Caught(Exception):
        pass

    def catch(arguments: list[Any], words: dict[str, Any]) -> Any:
        caught.append((arguments, words))
        raise Caught

    if model is not None:
        init = model.fields.get("__init__")
        if isinstance(init, Function):
            given: dict[str, Any] = {"verbose": False} if "verbose" in {one.arg for one in init.node.args.args} else {}
            run.taken[id(parser)] = catch
            budget = run.budget
            try:
                run.call(Bound(init, Instance(model)), [description, channels], given)
            except (Caught, Raised, Undecided):
                pass
            finally:
                del run.taken[id(parser)]
                run.budget = budget
    if caught:
        return *caught[0], True
    names = [one.arg for one in parser.node.args.args]
    # YOLOv5 and its kin hand over a list.
    listed = len(names) == 2 and run.repository.framework != "ultralytics"
    return [description, [channels] if listed else channels], {}, False


def _rows(run: Run, result: Any, variables: dict[str, Any]) -> list[Instance]:
    """The modules of the rows: of what the parser returned, or of its list of layers if it did not come to an end."""
    if isinstance(result, tuple) and result and isinstance(result[0], Instance) and result[0].items is not None:
        return [_module(one) for one in result[0].items.values()]
    for name in ("layers", *variables):
        value = variables.get(name)
        if isinstance(value, list) and value and all(isinstance(one, Instance) and "f" in one.fields for one in value):
            return value
    return []


def _module(value: Any) -> Instance:
    """A row's module; one of which nothing is known, where it is a call of something outside."""
    if isinstance(value, Instance):
        return value
    made = Instance(Outside("unknown"))
    made.partial = value.why if isinstance(value, Unknown) else "a row that is no module"
    made.fields.update((value.fields or {}) if isinstance(value, Unknown) else {})
    return made


def pass_through(built: Built, shape: Sizes) -> None:
    """Evaluate the model's own way from row to row on an image of some shape (with the batch axis).

    Every row gets its inputs, outputs and trace; the first row whose ``forward`` raises is the failure.
    """
    run = built.run
    image = Tensor(shape, (1, 0))
    by_module = {id(row.instance): row for row in built.rows}
    for row in built.rows:
        run.taken[id(row.instance)] = _runner(built, row)
    try:
        if not _own_way(built, image):
            _usual_way(built, image)
    except Exhausted as exhausted:
        built.unknown = built.unknown or str(exhausted)
    except RecursionError:
        built.unknown = built.unknown or "the code nests too deeply"
    finally:
        for module in by_module:
            run.taken.pop(module, None)


def at_any_size(built: Built, shape: Sizes) -> bool:
    """Whether the code goes the same way on an image whose height and width are not known.

    Where it does, nothing that it does hangs on the size, and the layers that the rows leave hold for every one.
    It goes the way of ``pass_through`` a second time, and what modules keep and the work that it costs are as before.
    """
    steps = [layer.operation for row in built.rows if row.trace is not None for layer in row.trace.layers]
    if any(isinstance(step, Evaluated) for step in steps):
        return False
    run = built.run
    again = Built(run)
    again.saved, again.model = built.saved, built.model
    for row in built.rows:
        fresh = copy(row)
        fresh.trace, fresh.read, fresh.inputs, fresh.outputs = None, [], [], None
        again.rows.append(fresh)
    kept = [(module, dict(module.fields)) for row in built.rows for _, module in modules.walk(row.instance)]
    budget = run.budget
    try:
        pass_through(again, (*shape[:2], *[None] * (len(shape) - 2)))
    finally:
        run.budget = budget
        for module, fields in kept:
            module.fields.clear()
            module.fields.update(fields)
    if again.failure is not None or again.unknown is not None:
        return False
    if not all(map(_same_way, built.rows, again.rows)):
        return False
    for row, other in zip(built.rows, again.rows, strict=True):
        if row.trace is not None and other.trace is not None:
            # Where a size was worked out in one, the other has -1.
            row.trace.layers = other.trace.layers
    return True


def _same_way(row: Row, other: Row) -> bool:
    """Whether a row leaves the same layers on two images, all of which say what they make of any size."""
    if (row.trace is None) != (other.trace is None) or row.doubts != other.doubts:
        return False
    if [tensor.source for tensor in row.inputs] != [tensor.source for tensor in other.inputs]:
        return False
    made, others = tensors_in(row.outputs), tensors_in(other.outputs)
    if [tensor.source for tensor in made] != [tensor.source for tensor in others]:
        return False
    if any(tensor.source is None for tensor in made):
        return False  # a constant, which may be as large as what was read
    if row.trace is None or other.trace is None:
        return True
    return len(row.trace.layers) == len(other.trace.layers) and all(
        one.type == two.type
        and one.inputs == two.inputs
        and one.operation.__class__ is two.operation.__class__
        and (isinstance(two.operation, Reshape) or one.operation.__dict__ == two.operation.__dict__)
        for one, two in zip(row.trace.layers, other.trace.layers, strict=True)
    )


class _Stopped(Exception):
    """A row raised; the framework goes no further."""


def _runner(built: Built, row: Row) -> Any:
    """What takes the place of calling a row's module."""

    def call(arguments: list[Any], words: dict[str, Any]) -> Any:
        run = built.run
        row.read = list(arguments)
        row.inputs = tensors_in(arguments)
        outer = run.trace
        shapes = [tensor.shape for tensor in row.inputs]
        fresh = iter([Tensor(one) for one in shapes])
        inner = [_replaced(argument, fresh) for argument in arguments]
        run.trace = row.trace = Trace(tensors_in(inner))
        depth, doubts, taken = run.depth, run.doubts, run.taken.pop(id(row.instance), None)
        try:
            result = run.call(row.instance, inner, words)
        except Raised as raised:
            if row is built.rows[-1] and raised.kind is not RuntimeError:
                # A head gets more than maps while it is trained (boxes, texts), and some models never try it before.
                result = Unknown(raised.words)
            else:
                if built.failure is None:
                    built.failure = Failure(raised, row.index, running=True)
                raise _Stopped from None
        except Undecided as undecided:
            result = Unknown(str(undecided))
        finally:
            run.trace, run.depth = outer, depth
            row.doubts = run.doubts - doubts
            if taken is not None:
                run.taken[id(row.instance)] = taken
        row.outputs = result
        return _outer(result, row.index, [0])

    return call


def tensors_in(value: Any) -> list[Tensor]:
    """The tensors in a value, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for one in value for tensor in tensors_in(one)]
    if isinstance(value, dict):
        return [tensor for one in value.values() for tensor in tensors_in(one)]
    return []


def _replaced(value: Any, fresh: Any) -> Any:
    """The same value with other tensors."""
    if isinstance(value, Tensor):
        return next(fresh)
    if isinstance(value, list):
        return [_replaced(one, fresh) for one in value]
    if isinstance(value, tuple):
        return tuple([_replaced(one, fresh) for one in value])
    if isinstance(value, dict):
        return {key: _replaced(one, fresh) for key, one in value.items()}
    return value


def _outer(value: Any, row: int, part: list[int]) -> Any:
    """What a row made as later rows see it: its tensors come from the row."""
    if isinstance(value, Tensor):
        part[0] += 1
        return Tensor(value.shape, (row + 2, part[0] - 1))
    if isinstance(value, Unknown):
        part[0] += 1
        return Tensor(None, (row + 2, part[0] - 1))
    if isinstance(value, list):
        return [_outer(one, row, part) for one in value]
    if isinstance(value, tuple):
        return tuple([_outer(one, row, part) for one in value])
    if isinstance(value, dict):
        return {key: _outer(one, row, part) for key, one in value.items()}
    return value


class _Between(Trace):
    """What the model itself does to maps between its rows: no row is there that could have made them."""

    def add(
        self, maker: Any, type: str, operation: Operation, inputs: Sequence[Tensor], shapes: Sequence[Sizes | None]
    ) -> list[Tensor]:
        """Tensors of known shapes from nowhere."""
        return [Tensor(shape, (0, 0)) for shape in shapes]


def _own_way(built: Built, image: Tensor) -> bool:
    """Go the way of the model's own code; False if it has none that can be followed."""
    run, model = built.run, built.model
    if model is None or built.saved is None:
        return False
    fields: dict[str, Any] = {}
    ways: tuple[str, ...] = _FORWARD
    if "World" in class_name(built.rows[-1].instance.cls):
        # A model that reads texts passes them beside the maps.
        world = _class(run, "WorldModel")
        model = world or model
        ways = ("predict",) if world is not None else _FORWARD
        fields["txt_feats"] = Tensor((1, 80, 512))
    for name in ways:
        found = next((one.fields[name] for one in model.order if isinstance(one, Class) and name in one.fields), None)
        if isinstance(found, Function):
            break
    else:
        return False
    whole = Instance(model)
    sequence = Instance(Outside("torch.nn.Sequential"))
    sequence.items = {str(row.index): row.instance for row in built.rows}
    whole.fields.update(model=sequence, save=built.saved, training=True, inplace=True, yaml={}, names={}, traced=False)
    whole.fields.update(fields)
    outside, run.trace = run.trace, _Between(())
    try:
        result = run.call(Bound(found, whole), [image], {})
    except _Stopped:
        return True
    except Raised as raised:
        done = [row for row in built.rows if row.trace is not None]
        if built.failure is None and len(done) < len(built.rows):
            built.failure = Failure(raised, len(done), running=True)
        return True
    finally:
        run.trace = outside
    return not isinstance(result, Unknown) or any(row.trace is not None for row in built.rows)


def _usual_way(built: Built, image: Tensor) -> None:
    """The way of all versions: a row reads what rows made by their numbers; -1 is the one before."""
    made: dict[int, Any] = {}
    current: Any = image
    for row in built.rows:
        source = row.source
        if isinstance(source, int) and source != -1:
            current = made.get(source % row.number if row.number and source < 0 else source, Tensor(None, (0, 0)))
        elif isinstance(source, list):
            last = current
            current = [last if one == -1 else made.get(one, Tensor(None, (0, 0))) for one in source]
        try:
            current = built.run.taken[id(row.instance)]([current], {})
        except _Stopped:
            return
        made[row.number] = current
