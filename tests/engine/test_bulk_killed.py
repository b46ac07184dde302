"""A process killed while it takes a bulk verdict back leaves whole slices, and the rest to the next press of undo."""

from __future__ import annotations

import subprocess
import sys

from core.domain.filters import SampleFilter
from core.domain.states import ReviewState
from core.services.bulk_verdicts import BulkVerdictService
from core.services.maintenance import MaintenanceService
from core.settings import ROOT
from core.store import reviews
from tests.engine.conftest import PROJECT, Bench
from tests.engine.mending import ADA, Desk

UNDO = """
import sys, time
from pathlib import Path
from core.domain.people import Principal
from core.llm.keys import KeyFile
from core.services import bulk_verdicts as module
from core.services import slices
from core.services.context import Context
from core.services.review import ReviewService
from core.settings import Settings
from core.store.database import Store

settings, hung, real = Settings.load({"STUDIO_HOME": sys.argv[1]}), [], module.bulk_verdicts.take_back

def hang_in_the_third(*args):
    done = real(*args)
    if len(hung) == 2:
        print("written, not committed", flush=True)
        time.sleep(600)
    hung.append(done)
    return done

slices.MOST, module.bulk_verdicts.take_back = 3, hang_in_the_third
context = Context(Store(Path(sys.argv[2])), settings, KeyFile(settings.keys, {}), {}, time.time)
ReviewService(context).undo(Principal("Ada"), sys.argv[3], token="u")
"""


def killed_in_the_middle(bench: Bench) -> None:
    """Undo by a process that two slices survive."""
    command = [sys.executable, "-c", UNDO, str(bench.settings.home), str(bench.settings.database), PROJECT]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written, not committed\n"
        process.kill()


def test_an_undo_that_was_killed_loses_nothing_and_is_finished_by_the_same_press(bench: Bench) -> None:
    desk = Desk(bench, bench.connect(), 20)
    bulk = BulkVerdictService(desk.context)
    seen = bulk.preview(PROJECT, SampleFilter())
    looked = [each.id for each in seen.examples]
    bulk.judge(ADA, PROJECT, seen, ReviewState.ACCEPTED, looked=looked, token="t")
    killed_in_the_middle(bench)
    assert bulk.preview(PROJECT, SampleFilter()).states[ReviewState.ACCEPTED] == 14
    told = bulk.unfinished(ADA, PROJECT)
    assert told is not None
    assert (told.left, told.taken) == (14, 6)
    assert desk.review.undo(ADA, PROJECT, token="u").id == desk.made[0].id
    assert bulk.unfinished(ADA, PROJECT) is None
    assert {desk.present(each).review for each in desk.made} == {ReviewState.PENDING}
    with bench.store.read() as tx:
        told_of = [[entry.verdict for entry in reviews.of_sample(tx, each.id)] for each in desk.made]
    assert told_of == [["accept", "undo"]] * 20
    assert not [each for each in MaintenanceService(desk.context).doctor() if each.level == "problem"]
