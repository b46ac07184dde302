"""The project's own wording of a prompt: read it, change it, go back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services.prompts import Body, PromptView, Wording
from pages.components.figures import when
from pages.components.presses import press, show_problem
from pages.components.session import Here
from pages.components.text import safe
from pages.components.text_diff import marked

_OPEN = "prompt.open"
_TITLES = {
    "question": "Question from class sessions (GLAN)",
    "answer": "Answer (GLAN)",
    "solve": "Answer to a question from seeds",
    "verify": "Judge",
    "follow_up": "Next message of the user",
    "converse": "Answer in a conversation",
}


def prompt_title(template: str) -> str:
    """What people call a prompt."""
    return _TITLES.get(template, template.replace("_", " ").capitalize())


def open_prompt(template: str) -> None:
    """Open a prompt at the next drawing, from its wording in use."""
    for name in ("system", "user", "note"):
        st.session_state.pop(f"prompt.{name}.{template}", None)
    st.session_state[_OPEN] = template


def close_prompt() -> None:
    """Nothing is open any more."""
    st.session_state.pop(_OPEN, None)


def draw_prompt(h: Here) -> bool:
    """The prompt that is open, if any; it shows what its own buttons met, so the page calls it first."""
    template = st.session_state.get(_OPEN)
    if template:
        _dialog(h, template)
    return bool(template)


def prompts_menu(h: Here) -> None:
    """All prompts that samples are made with, to be read or worded anew."""
    with st.popover("Prompts", icon=":material/edit_note:", key="generate.prompts"):
        st.markdown(
            "Read each prompt or give it the wording of this project. Plans made from then on use it; runs that were "
            "started before keep theirs. Plan files do not hold prompts."
        )
        for template, own in h.work.prompts.templates(h.project_id).items():
            label = f"{prompt_title(template)}{' · own wording' if own else ''}"
            press(label, partial(open_prompt, template), key=f"generate.prompt.{template}", icon="edit", quiet=True)


def edit_button(template: str, *, key: str) -> None:
    """Opens one prompt."""
    press(
        f"Edit the prompt: {prompt_title(template)}", partial(open_prompt, template), key=key, icon="edit", quiet=True
    )


@st.dialog("Prompt", width="large", icon=":material/edit_note:", on_dismiss=close_prompt)
def _dialog(h: Here, template: str) -> None:
    """Both messages as a template, what they may use, earlier wordings, and the difference to the shipped one."""
    if _OPEN not in st.session_state:
        st.rerun()
    view = h.work.prompts.view(h.project_id, template)
    _head(view)
    _fields(view)
    with st.container(horizontal=True):
        press("Save and use", partial(_save, h, template), key="prompt.save", icon="save", primary=True)
        if view.own:
            press("Back to the shipped wording", partial(_use, h, template, ""), key="prompt.shipped", icon="undo")
    show_problem()
    if view.own:
        with st.expander("Difference to the shipped wording", type="compact", key="prompt.difference"):
            _difference(view)
    if view.wordings:
        with st.expander(f"Earlier wordings ({len(view.wordings)})", type="compact", key="prompt.wordings"):
            for wording in view.wordings:
                _wording(h, view, wording)


def _head(view: PromptView) -> None:
    badge = ":blue-badge[own wording]" if view.own else ":gray-badge[as shipped]"
    st.markdown(f"**{safe(prompt_title(view.template))}** {badge}  \n{safe(view.purpose)}. Source: {safe(view.paper)}.")
    values = ", ".join(f"`{{{{ {name} }}}}`" for name in view.variables)
    form = f" The reply is read as {view.reply}: keep what the text says of its form." if view.reply != "text" else ""
    st.caption(
        f'Values: {values}. `{{{{ fence("question", question) }}}}` puts a value between tags, where nothing in it can '
        f"pass for an instruction.{form}"
    )
    if view.left_out:
        st.warning(f"Not given to the teacher: {safe(', '.join(view.left_out))}.", icon=":material/warning:")


def _fields(view: PromptView) -> None:
    name = view.template
    st.text_area("System message", view.body.system, height=170, key=f"prompt.system.{name}", max_chars=20_000)
    st.text_area("User message", view.body.user, height=260, key=f"prompt.user.{name}", max_chars=20_000)
    st.text_input("Why (for the history)", key=f"prompt.note.{name}", max_chars=500)


def _save(h: Here, template: str) -> str:
    state = st.session_state
    body = Body(state[f"prompt.system.{template}"], state[f"prompt.user.{template}"])
    h.work.prompts.save(h.who, h.project_id, template, body, state[f"prompt.note.{template}"])
    close_prompt()
    return "The new wording is in use. Preview again to see what it makes."


def _use(h: Here, template: str, digest: str) -> str:
    h.work.prompts.use(h.who, h.project_id, template, digest)
    close_prompt()
    return "That wording is in use. Preview again to see what it makes."


def _wording(h: Here, view: PromptView, wording: Wording) -> None:
    used = " :blue-badge[in use]" if wording.in_use else ""
    old = " :orange-badge[made from an older shipped prompt]" if wording.outdated else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        note = safe(wording.note) or "no reason given"
        st.markdown(f"{when(wording.at)}, {safe(wording.person)}: {note}{used}{old}", width="stretch")
        if not wording.in_use:
            use = partial(_use, h, view.template, wording.hash)
            press("Use it", use, key=f"prompt.use.{wording.hash[:12]}", quiet=True)


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
