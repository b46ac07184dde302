"""Homework families of genetics: crosses, sex linkage, blood groups, pedigrees and gene maps."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

from core.llm.builtin.numbers import plain
from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

_TRAITS = [
    "purple flowers over white flowers in pea plants",
    "black fur over brown fur in mice",
    "normal wings over vestigial wings in fruit flies",
    "tall stems over short stems in tomatoes",
    "polled over horned in cattle",
]


@family(
    "biology-monohybrid-cross",
    ("Monohybrid cross",),
    grid(trait=_TRAITS, n="80 120 160 200 240 360 400"),
    "One gene determines a trait; dominance: {trait}. Two heterozygous individuals are crossed and have {n} offspring. "
    "How many offspring with the recessive trait are expected?",
    "Consider a gene with the following dominance: {trait}. How many of {n} offspring of two heterozygotes should show "
    "the recessive form?",
)
def _monohybrid(p: Params) -> Solution:
    (n,) = nums(p, "n")
    return measured(
        p,
        n / 4,
        "offspring",
        [n / 2, 3 * n / 4, n / 3],
        "Both parents are Aa and pass on A or a with equal probability.",
        r"The Punnett square gives AA, Aa, aA and aa, so the recessive phenotype aa has the probability "
        r"$\frac{{1}}{{4}}$.",
        r"Expected are $\frac{{1}}{{4}} \cdot {n} = {ans}$ offspring.",
    )


@family(
    "biology-test-cross",
    ("Test cross",),
    grid(d="48 51 53 97 102", r="0 47 50 52 98", trait=_TRAITS),
    "Dominance in a gene is as follows: {trait}. An individual with the dominant form is crossed with one that has the "
    "recessive form; {d} offspring show the dominant and {r} the recessive form. What is the genotype of the dominant "
    "parent? Use the letters A and a.",
    "To test an individual with the dominant form of a trait ({trait}), a breeder crosses it with a recessive partner "
    "and counts {d} dominant and {r} recessive offspring. Name the genotype of the tested individual with the letters "
    "A and a.",
)
def _test(p: Params) -> Solution:
    d, r = nums(p, "d r")
    genotype = "Aa" if r else "AA"
    return stated(
        p,
        genotype,
        [g for g in ("AA", "aa", "Aa") if g != genotype],
        "The recessive partner aa passes on only a, so the offspring reveal the gametes of the tested parent.",
        "Of {total} offspring {r} are recessive, so the tested parent passes on a as well as A."
        if r
        else "None of the {total} offspring is recessive, so the tested parent evidently passes on A only.",
        "Its genotype is {genotype}.",
        total=d + r,
        genotype=genotype,
    )


_BLENDS = ["snapdragons with red, pink and white flowers", "four-o'clock plants with red, pink and white flowers"]


@family(
    "biology-incomplete-dominance",
    ("Incomplete dominance",),
    grid(plant=_BLENDS, n="60 80 100 120 160 200 240", other="red white pink"),
    "In {plant}, heterozygotes are pink because neither allele is dominant. A pink plant is crossed with a {other} "
    "one. How many pink plants are expected among {n} offspring?",
    "Flower colour shows incomplete dominance in {plant}: the heterozygote is pink. How many of {n} offspring of the "
    "cross pink × {other} should be pink?",
)
def _incomplete(p: Params) -> Solution:
    (n,) = nums(p, "n")
    pair = {"red": "RR", "white": "WW", "pink": "RW"}[str(p["other"])]
    boxes = ["".join(sorted(a + b)) for a, b in product("RW", pair)]
    share = Fraction(boxes.count("RW"), 4)
    return measured(
        p,
        n * share,
        "plants",
        [n / 4, 3 * n / 4, n],
        "A pink plant is RW; the {other} partner is {pair}.",
        "The Punnett square has the boxes {boxes}.",
        r"The share of RW is {share}, so {ans} of {n} offspring are expected to be pink.",
        pair=pair,
        boxes=", ".join(boxes),
        share=share,
    )


@family(
    "biology-dihybrid-cross",
    ("Dihybrid cross", "Product rule for independent genes"),
    grid(n="160 320 480 640 800 960", kind=["both", "exactly one", "none"], first="AaBb Aabb aaBb"),
    "Two genes lie on different chromosomes, and in each the capital letter is dominant. In the cross AaBb × {first} "
    "with {n} offspring, how many are expected to show {kind} of the two dominant traits?",
    "Among {n} offspring of the cross AaBb × {first}, how many should display {kind} of the two dominant traits, given "
    "independent assortment and dominance of the capital letters?",
)
def _dihybrid(p: Params) -> Solution:
    (n,) = nums(p, "n")
    other, kind = str(p["first"]), str(p["kind"])
    x = Fraction(3, 4) if other[0] == "A" else Fraction(1, 2)
    y = Fraction(3, 4) if other[2] == "B" else Fraction(1, 2)
    share = {"both": x * y, "exactly one": x * (1 - y) + y * (1 - x), "none": (1 - x) * (1 - y)}[kind]
    sums = {"both": f"{x} · {y}", "exactly one": f"{x} · {1 - y} + {1 - x} · {y}", "none": f"{1 - x} · {1 - y}"}[kind]
    return measured(
        p,
        n * share,
        "offspring",
        [n * Fraction(9, 16), n * Fraction(3, 16), n / 4],
        "Genes on different chromosomes are inherited independently, so each gene is treated as its own monohybrid "
        "cross and the probabilities are multiplied.",
        "The dominant trait appears with probability {x} for the first gene and {y} for the second.",
        "For {kind} of the traits the probability is {sums} = {share}, so {ans} offspring are expected.",
        x=str(x),
        y=str(y),
        sums=sums,
        share=str(share),
    )


def _draw_genotype(random: Random) -> Params:
    letters = "ABCDEF"[: random.choice((4, 5, 6))]
    return {"genotype": "".join(random.choice((x + x.lower(), x + x.lower(), x + x, x.lower() * 2)) for x in letters)}


@family(
    "biology-gamete-count",
    ("Gamete formation", "Product rule for independent genes"),
    _draw_genotype,
    "An organism has the genotype {genotype}, and all these genes lie on different chromosomes. How many genetically "
    "different kinds of gametes can it form with respect to them?",
    "How many kinds of gametes are possible for the genotype {genotype} if its genes assort independently?",
)
def _gametes(p: Params) -> Solution:
    text = str(p["genotype"])
    pairs = [text[i : i + 2] for i in range(0, len(text), 2)]
    mixed = [pair for pair in pairs if pair[0] != pair[1]]
    count = 2 ** len(mixed)
    return measured(
        p,
        count,
        "kinds of gametes" if count > 1 else "kind of gametes",
        [2 ** len(pairs), 2 * len(mixed), len(pairs)],
        "A gamete receives one allele of each gene; only a heterozygous gene offers a choice.",
        "Heterozygous are: {mixed}.",
        "The choices are independent, so there are $2^{many} = {ans}$ kinds.",
        mixed=", ".join(mixed) or "none",
        many=len(mixed),
    )


@family(
    "biology-epistasis",
    ("Epistasis",),
    grid(n="80 160 240 320 400 480 560 640 800", color="black brown yellow"),
    "In Labrador dogs allele B gives black and b brown pigment, while dogs with ee are yellow whatever the other gene "
    "is. Both genes assort independently. How many of {n} puppies from crosses BbEe × BbEe should be {color}?",
    "Coat colour of Labradors: ee makes the coat yellow and hides the gene B (black, dominant) or b (brown). Expect "
    "how many {color} dogs among {n} offspring of BbEe parents, with independent assortment?",
)
def _epistasis(p: Params) -> Solution:
    (n,) = nums(p, "n")
    shares = {"black": Fraction(9, 16), "brown": Fraction(3, 16), "yellow": Fraction(1, 4)}
    share = shares[str(p["color"])]
    why = {
        "black": r"\frac{3}{4} \cdot \frac{3}{4}",
        "brown": r"\frac{1}{4} \cdot \frac{3}{4}",
        "yellow": r"\frac{1}{4}",
    }[str(p["color"])]
    return measured(
        p,
        n * share,
        "puppies",
        [n * other for other in (*shares.values(), Fraction(1, 16)) if other != share],
        "Epistasis means that one gene hides the effect of another: here ee hides the gene B.",
        "Black needs B and E, brown needs bb and E, yellow needs ee.",
        "For {color} the probability is ${why}$, so {ans} puppies are expected.",
        why=why,
    )


@family(
    "biology-x-linked",
    ("X-linked inheritance",),
    grid(
        mother=["a carrier mother", "an affected mother", "a mother without the allele"],
        father=["an affected father", "a healthy father"],
        child="sons daughters",
        trait=["red-green colour blindness", "haemophilia A"],
    ),
    "For {trait}, caused by a recessive allele on the X chromosome, consider {mother} and {father}. Which percentage "
    "of their {child} is expected to be affected?",
    "A couple, {mother} and {father}, asks about {trait} (X-linked recessive). What percentage of the {child} will be "
    "affected on average?",
)
def _linked(p: Params) -> Solution:
    carrier = {"a carrier mother": Fraction(1, 2), "an affected mother": Fraction(1)}
    x = carrier.get(str(p["mother"]), Fraction(0))
    father = p["father"] == "an affected father"
    sons = p["child"] == "sons"
    value = x if sons else x * int(father)
    return measured(
        p,
        value * 100,
        "%",
        [100 * (x * int(father) if sons else x), 25, 75],
        "Sons receive their only X chromosome from the mother; daughters receive one from each parent.",
        "The mother passes on the recessive allele with a probability of {x}%.",
        "For a son this alone decides."
        if sons
        else "A daughter is affected only if the X chromosome of the father carries the allele too, which is {kind}.",
        "Expected are {ans}%.",
        x=x * 100,
        kind="the case here" if father else "not the case here",
    )


def _group(genes: str) -> str:
    letters = "".join(sorted(set(genes) - {"0"}))
    return letters or "O"


def _draw_groups(random: Random) -> Params:
    genotypes = ["IᴬIᴬ", "Iᴬi", "IᴮIᴮ", "Iᴮi", "IᴬIᴮ", "ii"]
    return {"one": random.choice(genotypes), "two": random.choice(genotypes)}


def _alleles(text: object) -> list[str]:
    plain_text = str(text).replace("Iᴬ", "A").replace("Iᴮ", "B").replace("i", "0")
    return list(plain_text)


@family(
    "biology-blood-groups",
    ("ABO blood groups",),
    _draw_groups,
    "A mother has the ABO genotype {one}, the father {two}. Which blood groups can their children have, and with which "
    "probabilities?",
    "List the possible ABO blood groups, with probabilities, of children whose parents have the genotypes {one} and "
    "{two}.",
)
def _blood(p: Params) -> Solution:
    one, two = _alleles(p["one"]), _alleles(p["two"])
    groups = [_group(a + b) for a, b in product(one, two)]
    found = [g for g in ("A", "B", "AB", "O") if g in groups]
    told = ", ".join(f"{g}: {plain(Fraction(groups.count(g) * 100, 4))}%" for g in found)
    even = ", ".join(f"{g}: {plain(Fraction(100, len(found)))}%" for g in found)
    return stated(
        p,
        told,
        [even, "A: 25%, B: 25%, AB: 25%, O: 25%", "A: 50%, B: 50%", "A: 75%, O: 25%"],
        "The alleles Iᴬ and Iᴮ are codominant, and both are dominant over i.",
        "Each parent passes on one of its two alleles, which gives four equally likely combinations with the groups "
        "{groups}.",
        "Counting them gives {told}.",
        groups=", ".join(groups),
        told=told,
    )


@family(
    "biology-pedigree",
    ("Pedigree analysis",),
    grid(
        k="2 3 4",
        trait=[
            "cystic fibrosis",
            "albinism",
            "phenylketonuria",
            "sickle-cell disease",
            "galactosaemia",
            "Wilson disease",
            "alkaptonuria",
        ],
    ),
    "Two healthy people whose parents are all healthy carriers of {trait} (autosomal recessive) have children "
    "together. Neither of them has been tested. How likely is it that each of their first {k} children (counted from "
    "the eldest) is affected? Answer as a fraction.",
    "In a pedigree for {trait}, an autosomal recessive disorder, a healthy man and a healthy woman each have two "
    "carrier parents; nothing more is known. With which probability, as a fraction, are all of their first {k} "
    "children affected?",
)
def _pedigree(p: Params) -> Solution:
    (k,) = (int(x) for x in nums(p, "k"))
    value = Fraction(4, 9) * Fraction(1, 4) ** k
    return stated(
        p,
        str(value),
        [str(Fraction(1, 4) ** (k + 1)), str(Fraction(1, 9) ** k), str(Fraction(1, 4) ** k)],
        r"A healthy child of two carriers is AA or Aa in the ratio 1 to 2, so it is a carrier with probability "
        r"$\frac{{2}}{{3}}$.",
        r"Both partners are carriers with probability $\frac{{2}}{{3}} \cdot \frac{{2}}{{3}} = \frac{{4}}{{9}}$.",
        r"Then each child is affected with probability $\frac{{1}}{{4}}$, independently of the others, which gives "
        "{value}.",
        value=str(value),
    )


PROBLEMS = (_monohybrid, _test, _incomplete, _dihybrid, _gametes, _epistasis, _linked, _blood, _pedigree)
