"""No finding about a Darknet file says anything as a native file would write it."""

from convlint.catalogue import selection
from convlint.document import Source
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
