"""No finding about a Darknet file says anything as a native file would write it."""

from convlint.catalogue import selection
from convlint.document import Source
from convlint.explain import explain
from convlint.lint import lint
from tests.formats.yolo.test_texts import NATIVE, SNAKES, advised, said
from tests.rules.test_cases import CASES

NET = "[net]\nwidth=33\nheight=33\nchannels=3\n\n"


def test_nothing_is_said_in_native_spelling() -> None:
    texts = [case.yaml for case in CASES if case.syntax == "cfg"]
    odd = "[convolutional]\nsize=2\nstride=3\nfilters=5\n[maxpool]\nsize=2\nstride=3\n[convolutional]\ngroups=2\nfilters=3\n"
    texts += [
        f"{NET}{odd}",
        f"{NET}{odd}[shortcut]\nfrom=-2\n",
        f"{NET}{odd}[upsample]\nstride=2\n[route]\nlayers=-1,0\n",
    ]
    assert len(texts) > 40
    for text in texts:
        for one in lint(Source("net.cfg", text), selection(["ALL"])).findings:
            assert not [words for words in said(one) if NATIVE.search(words)]
            assert not [words for words in advised(one) if SNAKES.search(words)]


def test_an_explanation_has_the_keys_of_the_file() -> None:
    plain = "size=3\npad=1\nactivation=linear\n"
    text = f"{NET}[convolutional]\nfilters = 6\n{plain}[convolutional]\nfilters=4\ngroups=2\n{plain}[maxpool]\nsize=2\n"
    source = Source("net.cfg", text)
    (derivation,) = lint(source, selection()).derivations
    told = [
        part if isinstance(part, str) else "\n".join(part)
        for at in derivation.layers
        for section in explain(derivation, source, at).sections
        for part in section.parts
    ]
    assert not [part for part in told if NATIVE.search(part)]
    assert any(part.startswith("6 output maps are made (`filters = 6`) from 3 input maps") for part in told)
    assert any("4 output maps are made (`filters=4`) from 6 input maps. `groups=2` cuts both" in part for part in told)
    assert any("(line 6, `filters = 6`)" in part for part in told)
