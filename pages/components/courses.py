"""Work that takes a while, step by step: it is watched on a bar, and goes on when nobody watches any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException


@contextmanager
def course(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar and what moves it, `tell(done, all)`; `words` say what is counted.

    A closed tab or another press ends the run of the page at the next thing that is drawn, which here would be in the
    middle of the work: from then on nothing is drawn any more, and the run ends when the work is done.
    """
    bar = st.progress(0.0, text=f"{words} ...")
    ended: list[RerunException | StopException] = []

    def tell(done: int, every: int) -> None:
        if ended:
            return
        try:
            bar.progress(min(done / max(every, 1), 1.0), text=f"{words}: {done:,} of {every:,}")
        except (RerunException, StopException) as end:
            ended.append(end)

    yield tell
    for end in ended:
        raise end
    bar.empty()
