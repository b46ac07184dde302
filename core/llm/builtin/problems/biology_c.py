"""Homework families of genetics: mutations, genes in populations and laboratory methods."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated
from core.llm.builtin.problems.biology_b import codons, draw_message, protein


def _draw_frameshift(random: Random) -> Params:
    while True:
        message, place = draw_message(random, 5), random.randrange(4, 10)
        mutant = message[: place - 1] + message[place:]
        if len(protein(mutant)) > 2 and protein(mutant) != protein(message):
            return {"message": message, "place": place}


@family(
    "biology-frameshift",
    ("Frameshift mutation", "Translation"),
    _draw_frameshift,
    "In the mRNA 5'-{message}-3', which begins with the start codon, base number {place} is missing because of a "
    "deletion in the gene. Translate the shortened mRNA with the standard genetic code up to a stop codon or the last "
    "complete codon, in abbreviations of three letters joined by hyphens.",
    "A deletion removes base number {place} from 5'-{message}-3', an mRNA that starts with AUG. Which peptide arises "
    "from the remaining sequence (up to a stop codon or the last complete codon)? Use abbreviations of three letters "
    "with hyphens.",
)
def _frameshift(p: Params) -> Solution:
    message, place = str(p["message"]), int(p["place"])
    mutant = message[: place - 1] + message[place:]
    return stated(
        p,
        "-".join(protein(mutant)),
        ["-".join(protein(message)), "-".join(protein(mutant)[:-1]), "-".join(protein(mutant)[1:])],
        "Without the deletion the peptide would be {before}.",
        "The deletion shifts the reading frame of all codons behind it; the new codons are {words}.",
        "They are translated to {after}.",
        before="-".join(protein(message)),
        words=" ".join(codons(mutant)),
        after="-".join(protein(mutant)),
    )


@family(
    "biology-mutation-rate",
    ("Mutation rate",),
    grid(rate="2 3 5", genes="20000 25000", size="1200 1500 3000", n="4 6 10 20"),
    "Each base pair mutates with a probability of {rate}·10⁻⁹ per cell division. A genome has {genes} genes of {size} "
    "base pairs on average. How many new mutations in genes does one cell line collect in {n} divisions on average?",
    "A genome contains {genes} genes with {size} base pairs each, and the mutation rate is {rate}·10⁻⁹ per base pair "
    "and division. Find the expected number of mutations in genes after {n} divisions.",
)
def _mutations(p: Params) -> Solution:
    rate, genes, size, n = nums(p, "rate genes size n")
    total = genes * size
    value = rate * total * n / 10**9
    return measured(
        p,
        value,
        "mutations",
        [rate * total / 10**9, value * 10, rate * genes * n / 10**6],
        r"The genes have ${genes} \cdot {size} = {total}$ base pairs in all.",
        r"Per division ${rate} \cdot 10^{{-9}} \cdot {total} = {each}$ mutations are expected.",
        r"In {n} divisions these are ${each} \cdot {n} = {ans}$.",
        places=4,
        total=total,
        each=rate * total / 10**9,
    )


@family(
    "biology-allele-frequency",
    ("Allele frequency",),
    grid(a="90 120 160 210", b="80 100 140", c="20 30 50 70"),
    "In a population of snapdragons {a} plants are red (RR), {b} pink (RW) and {c} white (WW). What is the frequency "
    "of the allele R? Round to three decimal places.",
    "Count the alleles of {a} RR, {b} RW and {c} WW snapdragons: which share of all alleles is R? Round to three "
    "decimal places.",
)
def _alleles(p: Params) -> Solution:
    a, b, c = nums(p, "a b c")
    total = a + b + c
    return measured(
        p,
        (2 * a + b) / (2 * total),
        "",
        [a / total, (a + b) / total, (2 * c + b) / (2 * total)],
        "Every plant carries two alleles, so {total} plants have {twice} alleles.",
        r"An RR plant contributes two R, an RW plant one: $2 \cdot {a} + {b} = {count}$.",
        r"The frequency is $\frac{{{count}}}{{{twice}}} \approx {ans}$.",
        places=3,
        total=total,
        twice=2 * total,
        count=2 * a + b,
    )


@family(
    "biology-hardy-weinberg",
    ("Hardy-Weinberg equilibrium", "Allele frequency"),
    grid(
        q="0.1 0.2 0.3 0.4 0.02 0.05", n="2000 5000 10000 20000", kind=["heterozygous carriers", "homozygous dominant"]
    ),
    "In a population of {n} individuals in Hardy-Weinberg equilibrium the frequency of a recessive allele is {q}. How "
    "many individuals are {kind}?",
    "A recessive allele has the frequency {q} in a population of {n} that satisfies the Hardy-Weinberg conditions. "
    "Determine the number of individuals that are {kind}.",
)
def _hardy(p: Params) -> Solution:
    q, n = nums(p, "q n")
    shares = {"heterozygous carriers": 2 * q * (1 - q), "homozygous dominant": (1 - q) ** 2}
    share = shares[str(p["kind"])]
    formula = "2pq" if str(p["kind"]).startswith("het") else "p^2"
    return measured(
        p,
        n * share,
        "individuals",
        [n * q * (1 - q), n * (1 - q), n * q * q],
        "The dominant allele has the frequency $p = 1 - {q} = {rest}$.",
        "In equilibrium the genotypes have the frequencies $p^2$, $2pq$ and $q^2$.",
        r"Needed is ${formula} = {share}$, so there are ${share} \cdot {n} = {ans}$ individuals.",
        rest=1 - q,
        share=share,
        formula=formula,
    )


@family(
    "biology-selection",
    ("Selection against an allele", "Hardy-Weinberg equilibrium"),
    grid(q="0.1 0.2 0.3 0.4 0.5 0.6", s="0.2 0.4 0.5 0.8 1"),
    "A recessive allele has the frequency {q} before selection, in Hardy-Weinberg proportions. Homozygous recessive "
    "individuals have a relative fitness reduced by s = {s}, all others have full fitness. What is the frequency of "
    "the allele in the next generation? Round to three decimal places.",
    "Selection with the coefficient s = {s} acts only against homozygous recessive individuals of a randomly mating "
    "population. Starting with the allele frequency {q}, compute the frequency after one generation, rounded to three "
    "decimal places.",
)
def _selection(p: Params) -> Solution:
    q, s = nums(p, "q s")
    return measured(
        p,
        q * (1 - s * q) / (1 - s * q * q),
        "",
        [q * (1 - s), q * (1 - s * q), q - s * q * q / 2],
        r"Of the recessive homozygotes, with frequency $q^2 = {square}$, the share s is lost, so the mean fitness is "
        r"$1 - {s} \cdot {square} = {mean}$.",
        r"The allele remains in heterozygotes and surviving homozygotes: $q p + q^2 (1 - s) = {left}$.",
        r"The new frequency is $\frac{{{left}}}{{{mean}}} \approx {ans}$.",
        places=3,
        square=q * q,
        mean=1 - s * q * q,
        left=q * (1 - s * q),
    )


@family(
    "biology-pcr",
    ("Polymerase chain reaction",),
    grid(start="5 8 10 20 50", n="10 12 14 15 18 20 25"),
    "A polymerase chain reaction starts with {start} double-stranded copies of a DNA segment and doubles their number "
    "perfectly in each cycle. How many copies are there after {n} cycles?",
    "Starting with {start} double-stranded template molecules, how many copies does a PCR with perfect doubling "
    "produce in {n} cycles?",
)
def _pcr(p: Params) -> Solution:
    start, n = (int(x) for x in nums(p, "start n"))
    return measured(
        p,
        start * 2**n,
        "copies",
        [start * 2 * n, start * 2 ** (n - 1), start * n * n],
        "In each cycle the strands are separated and both are copied, so the number doubles.",
        "After {n} cycles it has been multiplied by $2^{{{n}}} = {factor}$.",
        r"There are ${start} \cdot {factor} = {ans}$ copies.",
        factor=2**n,
    )


def _draw_cuts(random: Random) -> Params:
    while True:
        cuts = sorted(random.sample(range(4, 60), 3))
        length = random.randrange(64, 90) * 100
        params: Params = {"length": length, "cuts": ", ".join(str(cut * 100) for cut in cuts)}
        if len(set(_fragments(params))) == 4:
            return params


@family(
    "biology-restriction-digest",
    ("Restriction digest", "Gel electrophoresis"),
    _draw_cuts,
    "A linear DNA molecule of {length} base pairs is cut completely by a restriction enzyme at the positions {cuts}. "
    "Which fragment lengths, in base pairs, appear in gel electrophoresis, listed from the fragment that travels "
    "farthest?",
    "A restriction enzyme cuts a linear piece of DNA with {length} base pairs at the positions {cuts}. List the "
    "lengths of the fragments in base pairs in the order of falling distance travelled in a gel.",
)
def _digest(p: Params) -> Solution:
    sizes = _fragments(p)
    up, down = sorted(sizes), sorted(sizes, reverse=True)
    return stated(
        p,
        ", ".join(map(str, up)),
        [", ".join(map(str, down)), ", ".join(map(str, sizes)), str(p["cuts"])],
        "Three cuts of a linear molecule give four fragments, whose lengths are differences of neighbouring positions.",
        "From one end to the other they are {sizes}.",
        "Short fragments travel farther in the gel, so the order is {up}.",
        sizes=", ".join(map(str, sizes)),
        up=", ".join(map(str, up)),
    )


def _fragments(p: Params) -> list[int]:
    ends = [0, *(int(x) for x in str(p["cuts"]).split(", ")), int(p["length"])]
    return [b - a for a, b in pairwise(ends)]


PROBLEMS = (_frameshift, _mutations, _alleles, _hardy, _selection, _pcr, _digest)
