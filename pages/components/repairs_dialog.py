"""Before rejected samples go to a teacher: which ones with the reviewers' words, who answers, what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain.calls import Stage
from core.domain.plans import CHECKED_BY, RepairsPlan, TeacherChoice
from core.services.projects import choice_for
from core.services.repairs import Waiting
from pages.components.curriculum_teachers import choose_teacher
from pages.components.figures import count
from pages.components.node_propose import show_price, with_caps
from pages.components.notices import flash, problems
from pages.components.plan_execution import choose_execution
from pages.components.run_words import stage_name
from pages.components.session import Here, form_token, spend_form_token, wake_worker
from pages.components.text import plain, safe

_KEY, _OPEN = "review.repairs", "review.repairs.asked"
_SHOWN = 500
_BUILTIN = "builtin"


def ask() -> None:
    """Open the dialog with the coming drawing; it stays until it is answered or closed."""
    st.session_state[_OPEN] = True


def asked() -> bool:
    """Is it open?"""
    return bool(st.session_state.get(_OPEN))


def close() -> None:
    """Leave it."""
    st.session_state.pop(_OPEN, None)


@st.dialog("Repair rejected samples", width="large", on_dismiss=close)
def repair_dialog(h: Here) -> None:
    """Nothing is sent before the button."""
    with problems():
        found = h.work.repairs.waiting(h.project_id)
        if not found:
            close()
            st.info("No rejected sample waits to be repaired any more.")
            return
        st.markdown(
            "A teacher reads question, answer and the reviewer's words and writes the sample anew. It comes back "
            "into the queue as a new revision, with what changed marked, and is judged again."
        )
        chosen = _choose(found)
        wishes = [wish.id for each in chosen for wish in each.wishes]
        plan = with_caps(_who(h, h.work.repairs.plan(h.project_id, wishes, verify=True)), _KEY)
        _builtin(h, plan, len(chosen))
        show_price(h, h.work.repairs.estimate(h.project_id, plan), _KEY)
        _prompt(h, plan)
        _buttons(h, plan, len(chosen))


def _choose(found: Sequence[Waiting]) -> list[Waiting]:
    """All, or those whose rows are ticked."""
    shown = found[:_SHOWN]
    picked = st.dataframe(
        [_row(each) for each in shown],
        key=f"{_KEY}.list.{shown[0].wishes[0].id}.{len(shown)}",
        hide_index=True,
        width="stretch",
        height="content" if len(shown) < 6 else 246,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "Sample": st.column_config.NumberColumn(width=70, format="%d"),
            "Reviewer's words": st.column_config.TextColumn(width="large"),
            "Question": st.column_config.TextColumn(width="large"),
        },
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(shown)]
    more = f" The first {_SHOWN:,} of {count(len(found))} are listed." if len(found) > _SHOWN else ""
    st.caption(f"Tick rows to repair only those; without a tick all are repaired.{more}")
    return [shown[row] for row in rows] or list(found)


def _row(each: Waiting) -> dict[str, object]:
    said = ", ".join(dict.fromkeys(wish.person for wish in each.wishes))
    row: dict[str, object] = {
        "Sample": each.sample.id,
        "Reviewer's words": plain(" · ".join(filter(None, each.words.splitlines())), 400),
        "Question": plain(each.sample.question, 200),
        "By": plain(said, 60),
    }
    return {**row, "Tried": "without success"} if each.failed else row


def _who(h: Here, plan: RepairsPlan) -> RepairsPlan:
    """Who mends, and who checks again if that is wanted; in batches only where there is such a choice."""
    picked = choose_teacher(h, Stage.REPAIR, f"{_KEY}.teacher")
    own, pair = plan.teachers[Stage.REPAIR], (picked.connection.id, picked.model)
    mends = own if pair == (own.connection, own.model) else choice_for(Stage.REPAIR, *pair)
    checks = {stage: plan.teachers[stage] for stage in CHECKED_BY if stage in plan.teachers}
    teachers = {Stage.REPAIR: mends, **(checks if checks and _again(h, checks) else {})}
    batches = not h.work.batches.obstacle(teachers.values())
    execution = choose_execution(h, list(teachers.values()), key=f"{_KEY}.execution") if batches else "live"
    return plan.model_copy(update={"teachers": teachers, "execution": execution})


def _again(h: Here, checks: Mapping[Stage, TeacherChoice]) -> bool:
    """Is the new text to be verified as the old one was? Only asked where the old one was by calls."""
    on = st.toggle(
        "Verify the repaired texts",
        value=True,
        key=f"{_KEY}.verify",
        help="These samples were checked by calls when they were made. On: the same is asked about the new text, with "
        "the same rubric, and counts under the caps. Off: it stands as not verified.",
    )
    names = {view.connection.id: view.connection.name for view in h.work.connections.all()}
    told = [f"{stage_name(stage)} by {names.get(each.connection, '')}, {each.model}" for stage, each in checks.items()]
    st.caption(f"{safe('; '.join(told))}: the teachers that this project keeps for it." if on else "No further call.")
    return on


def _builtin(h: Here, plan: RepairsPlan, number: int) -> None:
    """Of the built-in teacher: what it can mend, before it is asked."""
    if plan.teachers[Stage.REPAIR].connection != _BUILTIN:
        return
    known = h.work.repairs.builtin_knows(h.project_id, plan)
    words = (
        "It is no language model: it computes its own kinds of questions anew, has some answers of the demo on file, "
        "and cannot follow what you wrote."
    )
    if known < number:
        st.warning(
            f"The built-in teacher can mend {known:,} of {count(number, 'sample')}. {words} Connect a language model "
            "for the others.",
            icon=":material/info:",
        )
    else:
        st.caption(words)


def _prompt(h: Here, plan: RepairsPlan) -> None:
    with st.expander("The exact prompt", icon=":material/visibility:", type="compact", key=f"{_KEY}.prompt"):
        for message in h.work.generation.first_prompts(h.project_id, plan)[0].messages:
            st.caption(message.role.capitalize())
            st.code(message.content, language=None, wrap_lines=True)


def _buttons(h: Here, plan: RepairsPlan, number: int) -> None:
    with st.container(horizontal=True):
        label = f"Repair {count(number, 'sample')}"
        if st.button(label, type="primary", key=f"{_KEY}.start", icon=":material/build:"):
            with problems():
                h.work.repairs.start(h.who, h.project_id, plan, token=form_token(_KEY))
                spend_form_token(_KEY)
                wake_worker()
                close()
                flash("The repairs are queued.")
                st.rerun()
        words = "It stays rejected" if number == 1 else "They stay rejected"
        if st.button(words, key=f"{_KEY}.give_up", help="Take the wish for a repair back; the verdict stands."):
            with problems():
                h.work.repairs.give_up(h.who, h.project_id, plan.wishes)
                close()
                st.rerun()
