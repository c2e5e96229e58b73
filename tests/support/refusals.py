"""``refused``: the block must raise an error of driftql's own that is one sentence a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from driftql import DriftqlError

__all__ = ["Refusal", "assert_one_sentence", "refused"]


@dataclass
class Refusal:
    """What was said; empty until the block has ended."""

    text: str = ""

    def names(self, *words: str) -> None:
        """Each of the words must be in the sentence."""
        missing = [word for word in words if word not in self.text]
        assert not missing, f"{missing} not in {self.text!r}"


def assert_one_sentence(text: str) -> None:
    """No lines, no traces of Python, and short enough to be read."""
    assert text == text.strip()
    assert 10 < len(text) < 500, text
    assert "\n" not in text, text
    assert text.endswith("...") or not text.endswith("."), text
    for trace in ("Traceback", 'File "', "object at 0x", "pydantic", "ValidationError", "<class"):
        assert trace not in text, text


@contextmanager
def refused(kind: type[DriftqlError], *words: str) -> Iterator[Refusal]:
    """Demand an error of exactly this kind, and that it holds these words."""
    refusal = Refusal()
    with pytest.raises(DriftqlError) as caught:
        yield refusal
    assert type(caught.value) is kind, repr(caught.value)
    refusal.text = str(caught.value)
    assert_one_sentence(refusal.text)
    refusal.names(*words)
