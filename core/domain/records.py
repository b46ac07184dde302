"""Rows that people see: projects, connections, runs and their items, samples, reviews, datasets."""

from __future__ import annotations

from core.domain.budget import Caps
from core.domain.entity import Entity, Numbers, Object, Pairs, Texts
from core.domain.plans import PlanKind
from core.domain.sampling import Difficulty
from core.domain.states import (
    DatasetState,
    ItemState,
    ReviewState,
    RunState,
    VerificationState,
    WishState,
)
from core.domain.taxonomy import Origin


class Project(Entity):
    """One taxonomy, one budget, one pool of samples. `teachers` maps stage -> choice as stored."""

    id: str
    name: str
    is_demo: bool
    guidelines: str
    reject_reasons: Texts
    cost_cap: int | None
    call_cap: int | None
    quorum: int
    teachers: Object
    created_at: float
    version: int

    @property
    def caps(self) -> Caps:
        """The project's upper limits."""
        return Caps(self.cost_cap, self.call_cap)


class Connection(Entity):
    """An endpoint. `key_source` says where the key is: "", "env:NAME" or "file"; the key itself is never here."""

    id: str
    name: str
    kind: str
    base_url: str
    key_source: str
    settings: Object
    models: Texts
    probe: Object
    probed_at: float | None
    removed: bool
    version: int

    @property
    def endpoint(self) -> str:
        """What tells this source of answers from others in a request key."""
        return self.base_url.rstrip("/") or f"{self.kind}:{self.id}"


class Run(Entity):
    """The execution of one plan; `epoch` grows with each worker that takes it over.

    `offline` is empty, or the state to return to once stored answers have been read again and nothing was sent.
    """

    id: str
    project_id: str
    kind: PlanKind
    title: str
    plan: Object
    preview: bool
    state: RunState
    reason: str
    hint: str
    cost_cap: int | None
    call_cap: int | None
    n_items: int
    created_by: str
    created_at: float
    started_at: float | None
    ended_at: float | None
    cancel: bool
    owner: str
    epoch: int
    lease_until: float
    offline: str

    @property
    def caps(self) -> Caps:
        """The run's upper limits."""
        return Caps(self.cost_cap, self.call_cap)

    @property
    def batched(self) -> bool:
        """Are its calls handed in as batches?"""
        return self.plan.get("execution") == "batch"


class Item(Entity):
    """One unit of work of a run, e.g. one sample to make. `products` are the ids of what it made.

    `request_id` is the request whose answer could not be used.
    """

    run_id: str
    idx: int
    spec: Object
    state: ItemState
    error: str
    hint: str
    products: Numbers
    request_id: int | None


class Sample(Entity):
    """A question-answer pair with its lineage; `lineage` holds names and hashes frozen when it was made.

    `history` are the earlier turns of a conversation, [question, answer] each. Samples from seeds have no node, subject
    or difficulty; `seed_example_id` and `parent_id` say what they came from. `shuffle` is the
    place in random orders, `doubt` how far machine checks leave the text uncertain, `second` whether a second person is
    to look at it: 0 no, 1 yes, 2 done.
    """

    id: int
    project_id: str
    run_id: str | None
    item_idx: int | None
    origin: Origin
    strategy: str
    difficulty: Difficulty | None
    node_id: int | None
    subject_id: int | None
    lineage: Object
    question_request: int | None
    answer_request: int | None
    question: str
    answer: str
    content_hash: str
    revision: int
    verification: VerificationState
    review: ReviewState
    preview: bool
    created_at: float
    version: int
    history: Pairs
    seed_example_id: int | None
    parent_id: int | None
    shuffle: int
    second: int
    flagged: bool
    doubt: int


class Review(Entity):
    """One entry of the append-only review history; `undoes` is the id of the entry it takes back.

    `batch` is the same for all verdicts that were given, and can be taken back, as one.
    """

    id: int
    token: str
    sample_id: int
    content_hash: str
    person: str
    verdict: str
    reason: str
    note: str
    before: Object
    undoes: int | None
    at: float
    purpose: str
    batch: str


class Gold(Entity):
    """A sample whose verdict on this very text is known; `person` says so, `why` is shown after a miss."""

    id: int
    project_id: str
    sample_id: int
    content_hash: str
    verdict: str
    why: str
    person: str
    at: float
    removed: bool


class RepairWish(Entity):
    """A reviewer's wish that a teacher mend a text; `words` say what is wrong, `review_id` is the rejection.

    `run_id` is the run that took it up last, `request_id` the call that mended the text.
    """

    id: int
    project_id: str
    sample_id: int
    content_hash: str
    review_id: int
    words: str
    person: str
    at: float
    state: WishState
    run_id: str | None
    request_id: int | None


class Dataset(Entity):
    """A dataset version. Frozen ones never change; a draft has no number, and no rows until it is prepared.

    `filter` is the wish as stored, `card` what the report says of the rows and of what was left out.
    """

    id: str
    project_id: str
    name: str
    number: int | None
    filter: Object
    state: DatasetState
    n_items: int
    card: Object
    created_by: str
    created_at: float
    prepared_at: float | None
    frozen_at: float | None


class Export(Entity):
    """A file that was written from a frozen dataset. With a `folder`, the file is that folder as a zip file.

    `split` is empty where the file holds all of them, and for files of the first versions.
    """

    id: str
    dataset_id: str
    format: str
    split: str = ""
    file: str
    folder: str = ""
    rows: int
    bytes: int
    sha256: str
    at: float
    person: str
