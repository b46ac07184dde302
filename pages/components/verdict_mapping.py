"""What a file of verdicts means: which question is the verdict, what its words stand for, who its people are here."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.services.verdict_imports import Look, Meaning, Source, Upload
from pages.components.figures import count
from pages.components.session import Here
from pages.components.text import plain, safe

_SHOWN = 24
_LEAVE_OUT = "Leave out"
_PARTS = {
    "verdict": ("Verdict", None),
    "reason": ("Reason", "Shown with a rejection. Empty: there is none."),
    "note": ("Note", None),
}
_TEXTS = {
    "question": ("Question", "The text that is compared where the file names no sample."),
    "answer": ("Answer", "The text that is compared where the file names no sample."),
}


def ask_fields(h: Here, upload: Upload, look: Look) -> Look:
    """What was recognised, and which question or column holds what; the file as it is read with the answer."""
    file = look.file
    rows = count(file.rows, "record" if file.source is not Source.OWN else "row")
    st.markdown(
        f":green-badge[:material/search: {file.source.label}] {rows} · {count(len(file.said), 'verdict')} of "
        f"{count(len(look.people), 'person', 'people')} · from :blue-badge[{safe(file.options.verdict, 60)}]"
    )
    for note in file.notes:
        st.caption(f":material/info: {safe(note, 300)}")
    if not st.toggle("Choose the fields myself", key="verdicts.import.own_fields"):
        return look
    options = file.options
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = {
            part: _field(part, label, explain, [asked.name for asked in file.asked], getattr(options, part))
            for part, (label, explain) in _PARTS.items()
        }
        chosen |= {
            part: _field(part, label, explain, list(file.fields), getattr(options, part))
            for part, (label, explain) in _TEXTS.items()
        }
    asked = [
        {"Question or column": a.name, "Answers": a.filled, "Most frequent": " · ".join(a.first)} for a in file.asked
    ]
    st.dataframe(asked, hide_index=True, key="verdicts.import.asked", height="content")
    wanted = replace(
        options,
        verdict=chosen["verdict"] or "",
        reason=chosen["reason"] or "",
        note=chosen["note"] or "",
        question=chosen["question"] or "",
        answer=chosen["answer"] or "",
    )
    return look if wanted == options or not wanted.verdict else h.work.verdict_imports.look(upload, wanted)


def _field(part: str, label: str, explain: str | None, names: list[str], found: str) -> str | None:
    return st.selectbox(
        label,
        names,
        index=names.index(found) if found in names else None,
        format_func=lambda name: plain(name, 50),
        placeholder="None",
        key=f"verdicts.import.field.{part}",
        help=explain,
        width=160,
    )


def ask_words(look: Look) -> tuple[dict[str, Meaning], int]:
    """Their words with what they mean here, and how many are still open."""
    st.markdown("##### What their words mean")
    words = list(look.words)
    chosen: dict[str, Meaning | None] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for place, word in enumerate(words[:_SHOWN]):
            guessed = look.meanings[word]
            chosen[word] = st.selectbox(
                f"{safe(word, 40)} · {look.words[word]:,}",
                list(Meaning),
                index=list(Meaning).index(guessed) if guessed else None,
                format_func=lambda meaning: meaning.label,
                placeholder="Choose",
                key=f"verdicts.import.word.{look.file.options.verdict}.{place}",
                width=180,
            )
    if len(words) > _SHOWN:
        rest = sum(look.words[word] for word in words[_SHOWN:])
        st.caption(
            f":material/info: {count(len(words) - _SHOWN, 'rarer word')} with {count(rest, 'answer')} left out: a "
            "verdict has few words. Is another question the verdict?"
        )
    known = {word: meaning for word, meaning in chosen.items() if meaning}
    return known, len(chosen) - len(known)


def ask_people(h: Here, look: Look) -> dict[str, str]:
    """Their people with the names under which they are signed here, "" for those left out."""
    st.markdown("##### Who they are here")
    if look.file.source is not Source.OWN:
        st.caption(
            "People keep the name of their tool unless you say who they are here: two people of one name would count "
            "as one voice. Choose somebody, or type a name."
        )
    here, people = h.work.verdict_imports.people_here(h.project_id), list(look.people)
    found: dict[str, str] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for place, person in enumerate(people[:_SHOWN]):
            usual = look.name_here(person)
            options = list(dict.fromkeys([usual, *here, _LEAVE_OUT]))
            chosen = st.selectbox(
                f"{safe(person, 40)} · {look.people[person]:,}",
                options,
                format_func=lambda name: plain(name, 60),
                key=f"verdicts.import.person.{place}",
                accept_new_options=True,
                width=220,
            )
            found[person] = "" if chosen == _LEAVE_OUT else chosen or usual
    if len(people) > _SHOWN:
        st.caption(
            f":material/info: {count(len(people) - _SHOWN, 'further person', 'further people')} under their own names."
        )
    return {**{person: look.name_here(person) for person in people}, **found}
