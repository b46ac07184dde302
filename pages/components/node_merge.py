"""The dialog that merges: the node that stays is looked for, then everything that moves is counted."""

from __future__ import annotations

import streamlit as st

from core.domain.taxonomy import Node
from core.services.merging import MergePlan
from core.services.taxonomy import NodeView
from pages.components.figures import count
from pages.components.node_choice import choice_words, choose_node, chosen_nodes
from pages.components.node_place import close_dialog, done, select
from pages.components.node_words import path_words
from pages.components.notices import problems
from pages.components.session import Here
from pages.components.text import safe


@st.dialog("Merge", width="medium", on_dismiss=close_dialog)
def merge_dialog(h: Here, view: NodeView) -> None:
    """Into which node; what goes where; then merge."""
    sources = chosen_nodes(h, view.node)
    if len(sources) > 1:
        target_id = _which_stays(h, sources)
    else:
        similar = [each.node for each in h.work.likeness.similar(h.project_id, view.node.id)]
        st.markdown(f"**{safe(view.node.name, 120)}** goes, and its name stays as a synonym of the other.")
        target_id = choose_node(h, "taxonomy.merge", "Into which node", leave_out={view.node.id}, suggested=similar)
    if target_id is None:
        st.caption("Choose the node that stays. Children, subjects, samples, links and history follow.")
        return
    sources = [node for node in sources if node.id != target_id]
    with problems():
        target = h.work.taxonomy.view(h.who, h.project_id, target_id)
        st.markdown(f":material/merge: Into {path_words(target.path, 80)}")
        plan = h.work.merging.preview(h.project_id, [node.id for node in sources], target.node.id)
        _told(plan)
        if st.button(
            f"Merge {count(len(sources), 'node')}",
            type="primary",
            icon=":material/merge:",
            key="taxonomy.merge.submit",
            disabled=bool(plan.problems),
        ):
            into = h.work.merging.merge(h.who, sources, target.node)
            select(into.id)
            done(f"Merged into {into.name}.")


def _which_stays(h: Here, sources: list[Node]) -> int | None:
    """Namesakes are told apart by where they stand."""
    names = {node.id: choice_words(h.work.taxonomy.view(h.who, h.project_id, node.id).path) for node in sources}
    return st.radio(
        "Which one stays",
        list(names),
        index=None,
        key="taxonomy.merge.to",
        format_func=lambda node_id: names.get(node_id, str(node_id)),
    )


def _told(plan: MergePlan) -> None:
    hanging = plan.hanging
    facts = {
        "Nodes that move": plan.nodes_moved,
        "Children merged with one of their name": len(plan.taken) - len({each.node.id for each in plan.taken[:1]}),
        "Subjects": hanging.subjects,
        "Samples": hanging.samples,
        "Votes kept in the history": hanging.votes,
        "Links": hanging.links,
    }
    rows = [{"What": what, "How many": number} for what, number in facts.items() if number]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch", key="taxonomy.merge.facts")
    else:
        st.caption("Only names go along: nothing hangs from it.")
    for taken in plan.taken[1:6]:
        st.caption(f"{safe(taken.node.name, 80)} is merged into the child {safe(taken.into.name, 80)}.")
    for subject in plan.renamed[:5]:
        st.caption(f"The subject {safe(subject.old_name, 80)} is kept apart as {safe(subject.name, 120)}.")
    for problem in plan.problems[:10]:
        st.markdown(f":red[:material/block: {safe(problem, 300)}]")
