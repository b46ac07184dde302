"""Bringing a file in, as far as it is the same for all kinds: open the steps, ask for the file, name it, read it.

Session state holds the hash of the file; the content is kept by the core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from core.errors import ImportRejectedError, StudioError
from core.services.uploads import Upload
from pages.components.figures import bytes_of
from pages.components.notices import show_error
from pages.components.text import safe

MEGABYTES = 25
_ENDINGS = ["jsonl", "ndjson", "json", "csv", "tsv", "txt", "parquet"]
_PASTED = "pasted text"

T = TypeVar("T")
Keep = Callable[[bytes, str], Upload]


@dataclass(frozen=True, slots=True)
class Pasting:
    """The field for who has no file: its label, and an example of what goes in."""

    label: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class FileSteps:
    """Keys of widgets for the file in hand begin with `prefix`, and what was chosen for it goes with it."""

    prefix: str

    def key(self, name: str) -> str:
        """Of a widget, or of what is kept."""
        return f"{self.prefix}.{name}"

    def is_open(self) -> bool:
        """Has somebody begun?"""
        return bool(st.session_state.get(self.key("open")))

    def open(self) -> None:
        """Begin, or begin again."""
        self.forget()
        st.session_state[self.key("open")] = True

    def forget(self) -> None:
        """Close the steps; every choice made in them goes."""
        for key in [key for key in st.session_state if str(key).startswith(f"{self.prefix}.")]:
            del st.session_state[key]

    def upload(self) -> Upload | None:
        """The file in hand."""
        kept = st.session_state.get(self.key("upload"))
        return Upload(*kept) if kept else None

    def title(self, words: str) -> None:
        """What is begun, and the way out."""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(words, anchor=False, width="stretch")
            st.button("Cancel", key=self.key("cancel"), icon=":material/close:", type="tertiary", on_click=self.forget)

    def ask(self, label: str, keep: Keep, about: str, pasting: Pasting | None = None) -> None:
        """Ask for the file, or for a text instead; `about` says what can be read."""
        if pasting and self._way() == "Paste":
            text = st.text_area(pasting.label, key=self.key("text"), height=200, placeholder=pasting.placeholder)
            if st.button("Read it", key=self.key("read"), icon=":material/plagiarism:", disabled=not text):
                self._take(keep(text.encode("utf-8", "replace"), _PASTED))
        else:
            file = st.file_uploader(label, type=_ENDINGS, key=self.key("file"), max_upload_size=MEGABYTES)
            if file is not None:
                self._take(keep(file.getvalue(), file.name))
        st.caption(about)

    def _way(self) -> str:
        ways, key = ["Upload", "Paste"], self.key("way")
        return st.segmented_control("Where they come from", ways, default=ways[0], key=key, required=True)

    def _take(self, upload: Upload) -> None:
        self.open()
        st.session_state[self.key("upload")] = (upload.digest, upload.name, upload.size)
        st.rerun()

    def show(self, upload: Upload) -> None:
        """The file in hand, and the way to another one."""
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f":material/draft: **{safe(upload.name, 80)}** · {bytes_of(upload.size)}", width="content")
            st.button("Another file", key=self.key("another"), icon=":material/restart_alt:", on_click=self.open)


def read_file(upload: Upload, look: Callable[[], T], way_on: str) -> T | None:
    """What `look` finds in it. None for a file that cannot be read: that is shown, `way_on` where no hint is better."""
    try:
        with st.spinner(f"Reading {safe(upload.name, 60)} ..."):
            return look()
    except ImportRejectedError as error:
        show_error(StudioError(error.message, error.hint or way_on))
        return None


def stem_of(name: str) -> str:
    """What to call the content of a file at first; "" for a pasted text."""
    return "" if name == _PASTED else name.rsplit(".", 1)[0].replace("_", " ").strip()[:120]
