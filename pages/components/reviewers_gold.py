"""Gold items: samples whose verdict is known. Making and removing them, and how people judge them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.states import ReviewState
from core.services.blind_agreement import FEW
from core.services.reviewers import GoldItem, GoldScore, GoldSet
from pages.components.charts import table
from pages.components.figures import count, percent, when
from pages.components.notices import empty, flash, problems
from pages.components.presets import preset
from pages.components.presses import press
from pages.components.session import Here
from pages.components.text import plain, safe

_WORDS = {ReviewState.ACCEPTED: "Is to be accepted", ReviewState.REJECTED: "Is to be rejected"}
_BELOW, _ALL = "reviewers.gold.below", "reviewers.gold.all"
_ADDED = "reviewers.gold.added"
_BLANK = {"reviewers.gold.sample": None, "reviewers.gold.verdict": ReviewState.ACCEPTED, "reviewers.gold.why": ""}
_NAMED = 5


def _known() -> tuple[ReviewState, str]:
    """The known verdict and why, as they are typed."""
    preset("reviewers.gold.verdict", ReviewState.ACCEPTED)
    chosen = st.segmented_control(
        "Known verdict",
        list(_WORDS),
        required=True,
        format_func=_WORDS.__getitem__,
        key="reviewers.gold.verdict",
    )
    why = st.text_input(
        "Why",
        key="reviewers.gold.why",
        max_chars=2000,
        placeholder="What a careful reader notices",
        help="Shown to a reviewer who said something else.",
    )
    return ReviewState(chosen or ReviewState.ACCEPTED), why or ""


def show_gold(h: Here) -> None:
    """How people judge gold items, then the items."""
    below, every = int(st.session_state.get(_BELOW, 0)), bool(st.session_state.get(_ALL))
    found = h.work.reviewers.gold(h.project_id, below=below, reader=h.who.name, every=every)
    if not found.count:
        empty(
            "No gold items yet",
            "A gold item is a sample whose verdict is known. It is mixed into everybody's queue, looks like any other "
            "sample, and shows how well a reviewer judges. Its verdict moves no sample.",
            ":material/star:",
        )
    elif found.scores:
        _scores(found)
    else:
        st.info("Nobody has met a gold item yet.", icon=":material/info:")
    _add(h)
    if found.count:
        _items(h, found)


def _scores(found: GoldSet) -> None:
    st.markdown(_in_short(found))
    table([_score(each) for each in found.scores], key="reviewers.gold.scores", name="gold items by person")
    st.caption(
        "Of each person the first verdict on an item counts, also when it was taken back: afterwards the answer is "
        "known. Ranges are 95 % intervals. Judges as they say: the whole range is at 80 % or more. Misses too often: "
        f"all of it is below. Not clear yet: more gold items would tell. With fewer than {FEW} nothing is concluded."
    )


def _in_short(found: GoldSet) -> str:
    """What the scores ask for."""
    enough = [each for each in found.scores if not each.few]
    often = [safe(each.person, 60) for each in enough if each.misses_often]
    if often:
        names = ", ".join(often[:_NAMED]) + (f" and {len(often) - _NAMED} more" if len(often) > _NAMED else "")
        miss = "misses" if len(often) == 1 else "miss"
        return f"**{names} {miss} too often**: go through the misses together; each item below says who missed it."
    if enough:
        return f"Of {count(len(enough), 'person', 'people')} who met at least {FEW} gold items nobody misses too often."
    return f"Nobody has met {FEW} gold items yet, so nothing is concluded: add more, or raise their share in the plan."


def _score(each: GoldScore) -> dict[str, object]:
    low, high = each.interval
    return {
        "Person": each.person,
        "Meaning": each.meaning,
        "Share of hits": f"{percent(each.hits / each.shown)} ({percent(low)} to {percent(high)})",
        "Hits": each.hits,
        "Judged": each.shown,
        "Wrongly accepted": each.let_in,
        "Wrongly rejected": each.kept_out,
    }


def _add(h: Here) -> None:
    """A form that keeps what was typed until it was taken."""
    if st.session_state.pop(_ADDED, False):
        st.session_state.update(_BLANK)
    st.subheader("Add a gold item", anchor=False)
    with st.form("reviewers.gold.form"):
        number = st.number_input(
            "Number of the sample",
            min_value=1,
            value=None,
            step=1,
            key="reviewers.gold.sample",
            placeholder="As it stands on its card",
            width=260,
        )
        verdict, why = _known()
        pressed = st.form_submit_button("Add", key="reviewers.gold.add", icon=":material/star:", type="primary")
    if pressed and number is None:
        st.warning("Name the sample by its number.", icon=":material/warning:")
    elif pressed and number is not None:
        with problems():
            h.work.reviewers.add_gold(h.who, h.project_id, int(number), verdict, why)
            st.session_state[_BELOW], st.session_state[_ADDED] = 0, True
            flash(f"Sample {int(number)} is a gold item.")
            st.rerun()


def _items(h: Here, found: GoldSet) -> None:
    st.subheader(count(found.count, "gold item"), anchor=False)
    if found.outdated:
        st.warning(
            f"{count(found.outdated, 'of them is', 'of them are')} outdated: the sample was edited, so its verdict is "
            "no longer known. Add it again if the verdict still holds, or remove it.",
            icon=":material/history:",
        )
    if found.ahead:
        _still_to_come(found.ahead)
    for item in found.items:
        _item(h, item)
    below = int(st.session_state.get(_BELOW, 0))
    with st.container(horizontal=True):
        if below:
            press("Newest", partial(_page, 0), key="reviewers.gold.newest", icon="first_page", quiet=True)
        if found.more:
            older = partial(_page, found.items[-1].id)
            press("Older", older, key="reviewers.gold.older", icon="chevron_right", quiet=True)


def _still_to_come(number: int) -> None:
    """What the list leaves out for the one who looks, unless they want it."""
    if not st.session_state.get(_ALL):
        left = count(number, "gold item is not shown", "gold items are not shown")
        st.caption(f"{left}: {'it is' if number == 1 else 'they are'} still to measure you.")
    words = "Then you know the answer before you meet them in the queue."
    st.toggle("Show those too", key=_ALL, help=words, on_change=_page, args=(0,))


def _page(below: int) -> None:
    st.session_state[_BELOW] = below


def _item(h: Here, item: GoldItem) -> None:
    with st.container(border=True, gap="xsmall"):
        mark = " :orange-badge[:material/history: Outdated]" if item.outdated else ""
        st.markdown(f"**{_WORDS[item.verdict]}**{mark}")
        st.text(plain(item.question, 200))
        if item.why:
            st.markdown(f"Why: {safe(item.why, 300)}")
        met = f"judged by {count(item.shown, 'person', 'people')}, {_missed(item)}" if item.shown else "not met yet"
        st.caption(f"{safe(item.person, 60)}, {when(item.at)}; {met}")
        with st.container(horizontal=True, vertical_alignment="center"):
            query = {"project": h.project_id, "sample": str(item.sample_id), "state": "all"}
            label = f"Sample {item.sample_id}"
            st.page_link("review.py", label=label, icon=":material/rate_review:", query_params=query)
            press(
                "Remove", partial(_remove, h, item), key=f"reviewers.gold.remove.{item.id}", icon="delete", quiet=True
            )


def _missed(item: GoldItem) -> str:
    """Who said something else."""
    if not item.missed_by:
        return "nobody missed"
    more = f" and {len(item.missed_by) - _NAMED} more" if len(item.missed_by) > _NAMED else ""
    return f"missed by {', '.join(safe(name, 60) for name in item.missed_by[:_NAMED])}{more}"


def _remove(h: Here, item: GoldItem) -> str:
    h.work.reviewers.remove_gold(h.who, h.project_id, item.id)
    return f"Sample {item.sample_id} is no gold item any more."
