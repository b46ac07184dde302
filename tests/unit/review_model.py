"""The review of samples as one plain list: what follows from all that people did, written as simply as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain.review import is_seconded

VERDICTS = {"accept": "accepted", "reject": "rejected"}
TOGETHER = {"bulk", "import"}


@dataclass(eq=False)
class Said:
    """One entry of the history; `text` is what it was about, for an edit what stood there before.

    `kind` is plain, settle, gold, bulk or import. A rejection may ask for a repair: `fix`, `mended`.
    """

    person: str
    sample: int
    word: str
    text: str
    kind: str = "plain"
    batch: str = ""
    fix: bool = False
    stands: bool = True
    mended: bool = False

    @property
    def counts(self) -> bool:
        """Is it a verdict that moves its sample where its text is the present one?"""
        return self.stands and self.word in VERDICTS and self.kind != "gold"


@dataclass
class Paper:
    """A sample; `gold` is who said what is right about which text, `log` what was done to all samples."""

    id: int
    shuffle: int
    text: str
    log: list[Said] = field(repr=False)
    gold: tuple[str, str] | None = None

    @property
    def told(self) -> list[Said]:
        """Its own history."""
        return [said for said in self.log if said.sample == self.id]

    def voices(self) -> list[Said]:
        """Of each person the last word on the present text."""
        counting = [said for said in self.told if said.counts and said.text == self.text]
        return [said for n, said in enumerate(counting) if said.person not in {s.person for s in counting[n + 1 :]}]

    def state(self) -> str:
        """The adjudicator's word, else what all say."""
        voices = self.voices()
        heard = {said.word for said in [voice for voice in voices if voice.kind == "settle"][-1:] or voices}
        if not heard:
            return "pending_review"
        return VERDICTS[heard.pop()] if len(heard) == 1 else "disputed"

    def second(self, share: float) -> tuple[int, str]:
        """(is a second person to look, who gave the verdict to which theirs is due)."""
        voices = self.voices()
        if len(voices) != 1:
            return min(len(voices), 2), ""
        known = self.gold is not None and self.gold[1] == self.text
        due = voices[0].kind != "settle" and not known and is_seconded(self.shuffle, share)
        return int(due), voices[0].person if due else ""

    def flagged(self) -> bool:
        """What the last mark that stands says."""
        return [said.word for said in self.told if said.stands and "flag" in said.word][-1:] == ["flag"]

    def wish(self, said: Said) -> str:
        """How the wish of a rejection stands."""
        if said.mended or not said.stands:
            return "done" if said.mended else "withdrawn"
        return "open" if (self.text, self.state()) == (said.text, "rejected") else "outdated"

    def wishes(self) -> list[str]:
        """How all of them stand."""
        return [self.wish(said) for said in self.told if said.fix]

    def add(self, person: str, word: str, **more: object) -> None:
        """One more entry about the present text."""
        self.log.append(Said(**{"person": person, "sample": self.id, "word": word, "text": self.text} | more))  # type: ignore[arg-type]

    def judge(self, person: str, word: str, *, blind: bool, note: bool, fix: bool) -> None:
        """One person's verdict; the same again, without a word beside it, is none."""
        own = [said for said in self.voices() if said.person == person]
        settles = any(said.kind == "settle" for said in own) or (not own and self.state() == "disputed")
        known = self.gold is not None and self.gold[0] != person and self.gold[1] == self.text
        if known and (blind or not settles):
            self.add(person, word, kind="gold")
        elif note or fix or not any(said.word == word and said.kind not in TOGETHER for said in own):
            self.add(person, word, kind="settle" if settles else "plain", fix=fix)

    def imports(self, person: str, word: str, text: str) -> bool:
        """Does a file with this verdict add anything?"""
        if self.gold is not None and self.gold[1] == text and self.gold[0] != person:
            return False
        own = [said for said in self.told if said.counts and (said.person, said.text) == (person, text)][-1:]
        return not own or (own[0].word != word and own[0].kind == "import")

    def change(self, person: str, text: str) -> None:
        """Another text."""
        if text != self.text:
            self.add(person, "edit")
            self.text = text

    def mend(self, text: str) -> bool:
        """A teacher does what open wishes ask for, if there are any."""
        wanted = [said for said in self.told if said.fix and self.wish(said) == "open"]
        for said in wanted:
            said.mended = True
        if wanted:
            self.change("teacher", text)
        return bool(wanted)

    def holds(self, edit: Said) -> bool:
        """Did somebody else build on this edit?"""
        later = self.told[self.told.index(edit) + 1 :]
        return any(
            said.word == "edit" or (said.word in VERDICTS and said.text == self.text)
            for said in later
            if said.stands and said.person != edit.person
        )


def last(log: Sequence[Said], person: str) -> Said | None:
    """What this person would take back: files are taken back by themselves."""
    own = [said for said in log if said.person == person and said.stands and said.kind != "import"]
    return own[-1] if own else None


def take_back(papers: Sequence[Paper], said: Said) -> bool:
    """Undo of a step, or of all that was given with it; False where that is refused."""
    paper = next(each for each in papers if each.id == said.sample)
    if said.word == "edit":
        if paper.holds(said):
            return False
        paper.text = said.text
    for each in paper.log:
        each.stands = each.stands and not (each is said or (each.batch == said.batch != ""))
    return True
