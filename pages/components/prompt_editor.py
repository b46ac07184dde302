"""The project's own wording of a prompt: read it, change it, go back."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.services.prompts import Body, PromptView, Wording
from pages.components.figures import when
from pages.components.notices import flash, show_error
from pages.components.session import Here
from pages.components.text import safe
from pages.components.text_diff import marked

_TITLES = {
    "question": "Question from class sessions (GLAN)",
    "answer": "Answer (GLAN)",
    "solve": "Answer to a question from seeds",
    "verify": "Judge",
}


def prompt_title(template: str) -> str:
    """What people call a prompt."""
    return _TITLES.get(template, template.replace("_", " ").capitalize())


def prompts_menu(h: Here) -> None:
    """All prompts that samples are made with, to be read or worded anew."""
    with st.popover("Prompts", icon=":material/edit_note:", key="generate.prompts"):
        st.markdown(
            "Read each prompt or give it the wording of this project. Plans made from then on use it; runs that were "
            "started before keep theirs. Plan files do not hold prompts."
        )
        for template, own in h.work.prompts.templates(h.project_id).items():
            label = f"{prompt_title(template)}{' · own wording' if own else ''}"
            if st.button(label, key=f"generate.prompt.{template}", type="tertiary", icon=":material/edit:"):
                edit_prompt(h, template)


def edit_button(h: Here, template: str, *, key: str) -> None:
    """Open one prompt."""
    if st.button(f"Word it yourself: {prompt_title(template)}", key=key, type="tertiary", icon=":material/edit:"):
        edit_prompt(h, template)


@st.dialog("Prompt", width="large", icon=":material/edit_note:")
def edit_prompt(h: Here, template: str) -> None:
    """Both messages as a template, what they may use, earlier wordings, and the difference to the shipped one."""
    view = h.work.prompts.view(h.project_id, template)
    badge = ":blue-badge[own wording]" if view.own else ":gray-badge[as shipped]"
    st.markdown(f"**{safe(prompt_title(template))}** {badge}  \n{safe(view.purpose)}. {safe(view.paper)}.")
    values = ", ".join(f"`{{{{ {name} }}}}`" for name in view.variables)
    form = f" The reply is read as {view.reply}; keep its form in the text." if view.reply != "text" else ""
    st.caption(
        f'Values: {values}. `{{{{ fence("question", question) }}}}` puts a value between tags, where nothing in it can '
        f"pass for an instruction.{form}"
    )
    if view.left_out:
        st.warning(f"Not given to the teacher: {safe(', '.join(view.left_out))}.", icon=":material/warning:")
    edited = _fields(template, view)
    _buttons(h, view, edited)
    if view.own:
        with st.expander("Difference to the shipped wording", type="compact", key="prompt.difference"):
            _difference(view)
    if view.wordings:
        with st.expander(f"Earlier wordings ({len(view.wordings)})", type="compact", key="prompt.wordings"):
            for wording in view.wordings:
                _wording(h, view, wording)


def _fields(template: str, view: PromptView) -> Body:
    system = st.text_area(
        "System message", view.body.system, height=170, key=f"prompt.system.{template}", max_chars=20_000
    )
    user = st.text_area("User message", view.body.user, height=260, key=f"prompt.user.{template}", max_chars=20_000)
    return Body(system, user)


def _buttons(h: Here, view: PromptView, edited: Body) -> None:
    note = st.text_input("Why (for the history)", key=f"prompt.note.{view.template}", max_chars=500)
    with st.container(horizontal=True):
        saved = st.button("Save and use", key="prompt.save", type="primary", icon=":material/save:")
        back = view.own and st.button("Back to the shipped wording", key="prompt.shipped", icon=":material/undo:")
    if not saved and not back:
        return
    try:
        if saved:
            h.work.prompts.save(h.who, h.project_id, view.template, edited, note)
        else:
            h.work.prompts.use(h.who, h.project_id, view.template, "")
    except StudioError as error:
        show_error(error)
        return
    _leave(view.template, "The new wording is in use." if saved else "The shipped wording is in use again.")


def _leave(template: str, words: str) -> None:
    for name in ("system", "user", "note"):
        st.session_state.pop(f"prompt.{name}.{template}", None)
    flash(f"{words} Preview again to see what it makes.")
    st.rerun()


def _wording(h: Here, view: PromptView, wording: Wording) -> None:
    used = " :blue-badge[in use]" if wording.in_use else ""
    old = " :orange-badge[made from an older shipped prompt]" if wording.outdated else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{when(wording.at)}, {safe(wording.person)}: {safe(wording.note) or 'no reason given'}{used}{old}",
            width="stretch",
        )
        if not wording.in_use and st.button("Use it", key=f"prompt.use.{wording.hash[:12]}", type="tertiary"):
            h.work.prompts.use(h.who, h.project_id, view.template, wording.hash)
            _leave(view.template, "That wording is in use.")


def _difference(view: PromptView) -> None:
    """Shipped on the left, own on the right."""
    for title, old, new in (
        ("System", view.shipped.system, view.body.system),
        ("User", view.shipped.user, view.body.user),
    ):
        left, right = st.columns(2, gap="medium")
        for column, head, text in zip((left, right), ("as shipped", "own"), marked(old, new), strict=True):
            column.caption(f"{title} message, {head}")
            column.markdown(text)
