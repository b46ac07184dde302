"""The composition root: settings to store, keys and services. Pages and the command line begin here."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from core.ids import Clock, now
from core.llm.keys import KeyFile
from core.runs.worker import ensure_worker, hold_app_lock, keep_worker
from core.services.actions import ActionService
from core.services.adviser import AdviserService
from core.services.batches import BatchService
from core.services.benchmarks import BenchmarkService
from core.services.bulk_edits import BulkEditor
from core.services.bulk_verdicts import BulkVerdictService
from core.services.connections import ConnectionService
from core.services.context import Context
from core.services.curriculum import CurriculumService
from core.services.dataset_choices import DatasetChoices
from core.services.datasets import DatasetService
from core.services.exports import ExportService
from core.services.generation import GenerationService
from core.services.growth import GrowthService
from core.services.histories import HistoryService
from core.services.human_seeds import HumanSeedService
from core.services.insights import InsightService
from core.services.kinds import KindService
from core.services.likeness import LikenessService
from core.services.maintenance import MaintenanceService
from core.services.merging import MergeService
from core.services.node_links import LinkService
from core.services.outlines import OutlineService
from core.services.previews import PreviewService
from core.services.projects import ProjectService
from core.services.prompts import PromptService
from core.services.queues import QueueService
from core.services.repairs import RepairService
from core.services.review import ReviewService
from core.services.reviewers import ReviewerService
from core.services.runs import RunService
from core.services.seeds import SeedService
from core.services.splitting import SplitService
from core.services.subject_edits import SubjectEditor
from core.services.subject_merges import SubjectMerger
from core.services.switch_points import SwitchPointService
from core.services.syllabus_proposals import ProposalService
from core.services.taxonomy import TaxonomyService
from core.services.tree_edits import TreeEditor
from core.services.tree_files import TreeFiles
from core.services.tree_removal import TreeRemover
from core.services.tree_rows import TreeRows
from core.services.tree_search import TreeSearch
from core.services.verdict_imports import VerdictImportService
from core.services.verification import VerificationService
from core.services.verifying import VerifyingService
from core.services.votes import VoteService
from core.settings import Settings
from core.store import backups
from core.store.database import Store
from core.store.migrations import migrate


@contextmanager
def app_open(environ: Mapping[str, str]) -> Iterator[None]:
    """While inside, an app is open on this installation and a worker serves it, another one when it dies."""
    settings = Settings.load(environ)
    closing = threading.Event()
    with hold_app_lock(settings):
        keeper = threading.Thread(target=keep_worker, args=(settings, closing), name="worker keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            closing.set()
            keeper.join(timeout=10)


@dataclass(frozen=True)
class Workspace:
    """One installation: its store and every service."""

    context: Context
    projects: ProjectService
    taxonomy: TaxonomyService
    rows: TreeRows
    search: TreeSearch
    tree: TreeEditor
    files: TreeFiles
    votes: VoteService
    growth: GrowthService
    verifying: VerifyingService
    actions: ActionService
    history: HistoryService
    outlines: OutlineService
    merging: MergeService
    splitting: SplitService
    kinds: KindService
    removal: TreeRemover
    bulk: BulkEditor
    links: LinkService
    likeness: LikenessService
    curriculum: CurriculumService
    subjects: SubjectEditor
    merges: SubjectMerger
    proposals: ProposalService
    connections: ConnectionService
    adviser: AdviserService
    switch_points: SwitchPointService
    generation: GenerationService
    prompts: PromptService
    previews: PreviewService
    runs: RunService
    batches: BatchService
    review: ReviewService
    queues: QueueService
    reviewers: ReviewerService
    bulk_verdicts: BulkVerdictService
    repairs: RepairService
    datasets: DatasetService
    dataset_choices: DatasetChoices
    exports: ExportService
    insights: InsightService
    verification: VerificationService
    seeds: SeedService
    human_seeds: HumanSeedService
    benchmarks: BenchmarkService
    maintenance: MaintenanceService
    verdict_imports: VerdictImportService

    @property
    def settings(self) -> Settings:
        """Paths and identity."""
        return self.context.settings

    @staticmethod
    def open(settings: Settings, environ: Mapping[str, str], clock: Clock = now) -> Workspace:
        """Open and, after a backup, migrate the database; raises StoreError."""
        store = Store(settings.database)
        migrate(store, lambda: backups.before_update(store, settings.backups, clock()))
        context = Context(store, settings, KeyFile(settings.keys, environ), environ, clock)
        return Workspace(
            context,
            ProjectService(context),
            TaxonomyService(context),
            TreeRows(context),
            TreeSearch(context),
            TreeEditor(context),
            TreeFiles(context),
            VoteService(context),
            GrowthService(context),
            VerifyingService(context),
            ActionService(context),
            HistoryService(context),
            OutlineService(context),
            MergeService(context),
            SplitService(context),
            KindService(context),
            TreeRemover(context),
            BulkEditor(context),
            LinkService(context),
            LikenessService(context),
            CurriculumService(context),
            SubjectEditor(context),
            SubjectMerger(context),
            ProposalService(context),
            ConnectionService(context),
            AdviserService(context),
            SwitchPointService(context),
            GenerationService(context),
            PromptService(context),
            PreviewService(context),
            RunService(context),
            BatchService(context),
            ReviewService(context),
            QueueService(context),
            ReviewerService(context),
            BulkVerdictService(context),
            RepairService(context),
            DatasetService(context),
            DatasetChoices(context),
            ExportService(context),
            InsightService(context),
            VerificationService(context),
            SeedService(context),
            HumanSeedService(context),
            BenchmarkService(context),
            MaintenanceService(context),
            VerdictImportService(context),
        )

    def wake_worker(self) -> None:
        """Make sure that somebody executes what is queued."""
        ensure_worker(self.settings)

    def close(self) -> None:
        """Close the database."""
        self.context.store.close()
