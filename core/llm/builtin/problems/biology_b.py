"""Homework families of molecular genetics: linkage, DNA, gene expression, mutations and laboratory methods."""

from __future__ import annotations

from random import Random

from core.llm.builtin.problem import Params, Solution
from core.llm.builtin.problems._physics_tools import family, grid, measured, nums, stated

_ORDER = "UCAG"
_LETTERS = "FFLLSSSSYY--CC-WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_NAMES = {
    "F": "Phe", "L": "Leu", "S": "Ser", "Y": "Tyr", "C": "Cys", "W": "Trp", "P": "Pro", "H": "His", "Q": "Gln",
    "R": "Arg", "I": "Ile", "M": "Met", "T": "Thr", "N": "Asn", "K": "Lys", "V": "Val", "A": "Ala", "D": "Asp",
    "E": "Glu", "G": "Gly", "-": "Stop",
}  # fmt: skip
CODE = {
    a + b + c: _NAMES[_LETTERS[16 * i + 4 * j + k]]
    for i, a in enumerate(_ORDER)
    for j, b in enumerate(_ORDER)
    for k, c in enumerate(_ORDER)
}


def _pair(strand: str, partners: str = "TAGC") -> str:
    return strand.translate(str.maketrans("ATCG", partners))


def _bases(random: Random, count: int) -> str:
    return "".join(random.choice("ACGT") for _ in range(count))


def codons(message: str) -> list[str]:
    return [message[i : i + 3] for i in range(0, len(message) - 2, 3)]


def protein(message: str) -> list[str]:
    names = [CODE[codon] for codon in codons(message)]
    return names[: names.index("Stop")] if "Stop" in names else names


@family(
    "biology-recombination-frequency",
    ("Recombination frequency", "Genetic linkage"),
    grid(a="380 412 431 455", b="391 404 427 443", c="61 72 85 94", d="58 66 79 107"),
    "A fruit fly heterozygous for two genes is test-crossed. Of the offspring, {a} and {b} show the two "
    "parental combinations, {c} and {d} the two new ones. What is the recombination frequency in percent? "
    "Round to one decimal place.",
    "A test cross of a double heterozygote gives offspring of four classes: {a} and {b} with parental "
    "combinations of traits, {c} and {d} recombinants. Find the percentage of recombinants, rounded to one "
    "decimal place.",
)
def _recombination(p: Params) -> Solution:
    a, b, c, d = nums(p, "a b c d")
    total = a + b + c + d
    return measured(
        p,
        (c + d) * 100 / total,
        "%",
        [(a + b) * 100 / total, (c + d) * 100 / (a + b), c * 100 / total],
        "Recombinants arise by crossing over between the two genes; they are the two rarer classes.",
        r"There are ${c} + {d} = {new}$ recombinants among {total} offspring.",
        r"The recombination frequency is $\frac{{{new}}}{{{total}}} \cdot 100\% \approx {ans}\%$.",
        places=1,
        new=c + d,
        total=total,
    )


def _draw_map(random: Random) -> Params:
    genes = random.sample(["w", "y", "v", "m", "f", "ct"], 3)
    near, far = random.sample(range(3, 18), 2)
    distances = {(genes[0], genes[1]): near, (genes[1], genes[2]): far, (genes[0], genes[2]): near + far}
    items = random.sample(sorted(distances.items()), 3)
    return {"distances": ", ".join(f"{a} and {b}: {d}" for (a, b), d in items)}


@family(
    "biology-genetic-map",
    ("Genetic map",),
    _draw_map,
    "Three linked genes have these distances in map units: {distances}. Which gene lies in the middle?",
    "The following map distances (in centimorgans) between three genes on one chromosome were measured: {distances}. "
    "Name the gene that lies between the two others.",
)
def _map(p: Params) -> Solution:
    parts = [part.split(": ") for part in str(p["distances"]).split(", ")]
    known = {names: int(value) for names, value in parts}
    longest = max(known, key=lambda names: known[names])
    outer = longest.split(" and ")
    genes = sorted({name for names in known for name in names.split(" and ")})
    (middle,) = [gene for gene in genes if gene not in outer]
    short = sorted(value for names, value in known.items() if names != longest)
    return stated(
        p,
        middle,
        outer,
        "The two genes with the largest distance lie outside: {longest} with {far} map units.",
        "The two other distances add up to it: ${a} + {b} = {far}$.",
        "So {middle} lies between them.",
        longest=longest,
        far=known[longest],
        a=short[0],
        b=short[1],
        middle=middle,
    )


@family(
    "biology-base-pairing",
    ("Base pairing",),
    lambda random: {"strand": _bases(random, 12)},
    "One strand of a DNA molecule reads 5'-{strand}-3'. Write down the complementary strand in the direction from 5' "
    "to 3'.",
    "Give the strand that pairs with 5'-{strand}-3' in double-stranded DNA. It must be written from 5' to 3'.",
)
def _pairing(p: Params) -> Solution:
    strand = str(p["strand"])
    other = _pair(strand)
    return stated(
        p,
        f"5'-{other[::-1]}-3'",
        [f"5'-{other}-3'", f"5'-{strand[::-1]}-3'"],
        "Adenine pairs with thymine and guanine with cytosine, so the partner reads 3'-{other}-5' base by base.",
        "The two strands run in opposite directions; read from 5' to 3' the partner is 5'-{back}-3'.",
        other=other,
        back=other[::-1],
    )


@family(
    "biology-chargaff",
    ("Chargaff's rule",),
    grid(a=[n for n in range(15, 36) if n != 25], length="2000 3000 4000 6000 10000"),
    "Of all bases in a double-stranded DNA molecule of {length} base pairs, {a}% are adenine. How many cytosine bases "
    "does the molecule contain?",
    "A DNA double helix has {length} base pairs, and adenine makes up {a}% of its bases. Calculate the number of "
    "cytosines.",
)
def _chargaff(p: Params) -> Solution:
    a, length = nums(p, "a length")
    c = 50 - a
    return measured(
        p,
        c * 2 * length / 100,
        "cytosines",
        [c * length / 100, a * 2 * length / 100, (100 - 2 * a) * 2 * length / 100],
        "By Chargaff's rule there is as much thymine as adenine, {a}%, and as much cytosine as guanine.",
        r"Guanine and cytosine together make up $100\% - 2 \cdot {a}\% = {rest}\%$, so cytosine is {c}%.",
        r"The molecule has $2 \cdot {length}$ bases, of which {ans} are cytosine.",
        rest=100 - 2 * a,
        c=c,
    )


@family(
    "biology-replication",
    ("Semiconservative replication",),
    grid(n="2 3 4 5 6 7", start="2 3 5 10"),
    "Bacteria whose DNA contains only heavy nitrogen are moved to a medium with light nitrogen. Starting from {start} "
    "DNA double helices per sample, how many helices without any heavy nitrogen are there after {n} rounds of "
    "replication?",
    "A sample with {start} DNA double helices, both strands of each labelled with heavy nitrogen, is copied {n} times "
    "in a medium with light nitrogen only. How many of the resulting double helices consist of two light strands?",
)
def _replication(p: Params) -> Solution:
    n, start = (int(x) for x in nums(p, "n start"))
    total = start * 2**n
    return measured(
        p,
        total - 2 * start,
        "double helices" if total - 2 * start > 1 else "double helix",
        [total, total - start, 2 * start],
        "Replication is semiconservative: every new helix has one old and one new strand, and old strands persist.",
        r"After {n} rounds there are ${start} \cdot 2^{n} = {total}$ helices.",
        r"The $2 \cdot {start} = {old}$ old strands are in {old} different helices, so ${total} - {old} = {ans}$ "
        r"helices "
        "are purely light.",
        total=total,
        old=2 * start,
    )


@family(
    "biology-transcription",
    ("Transcription",),
    lambda random: {"strand": _bases(random, 12)},
    "The template strand of a gene contains the section 3'-{strand}-5'. Which mRNA section, written from 5' to 3', is "
    "transcribed from it?",
    "RNA polymerase reads 3'-{strand}-5' on the template strand. Write the resulting mRNA in the direction from 5' to "
    "3'.",
)
def _transcription(p: Params) -> Solution:
    strand = str(p["strand"])
    message = _pair(strand, "UAGC")
    return stated(
        p,
        f"5'-{message}-3'",
        [f"5'-{strand.replace('T', 'U')}-3'", f"5'-{_pair(strand)}-3'", f"5'-{message[::-1]}-3'"],
        "The polymerase reads the template from 3' to 5' and builds the mRNA from 5' to 3', so the order of the "
        "letters is kept.",
        "Pairs are formed with A opposite T, U opposite A, G opposite C and C opposite G.",
        "The mRNA is 5'-{message}-3'.",
        message=message,
    )


def draw_message(random: Random, length: int = 4) -> str:
    words = [codon for codon, name in CODE.items() if name not in {"Stop", "Met"}]
    return "AUG" + "".join(random.choice(words) for _ in range(length)) + random.choice(("UAA", "UAG", "UGA"))


@family(
    "biology-translation",
    ("Translation", "Genetic code"),
    lambda random: {"message": draw_message(random)},
    "Translate the mRNA 5'-{message}-3' from its start codon with the standard genetic code. Give the amino acids as "
    "abbreviations of three letters, joined by hyphens.",
    "Which peptide is encoded by the mRNA 5'-{message}-3'? Begin at the start codon, use the standard genetic code and "
    "write abbreviations of three letters with hyphens.",
)
def _translation(p: Params) -> Solution:
    message = str(p["message"])
    peptide = protein(message)
    told = ", ".join(f"{codon} {CODE[codon]}" for codon in codons(message))
    shifted = [CODE[codon] for codon in codons(message[1:])]
    return stated(
        p,
        "-".join(peptide),
        ["-".join([*peptide, "Stop"]), "-".join(peptide[1:]), "-".join(shifted)],
        "The ribosome reads the mRNA from 5' to 3' in codons of three bases, beginning with AUG.",
        "The codons mean: {told}.",
        "The stop codon ends the chain and adds no amino acid, so the peptide is {peptide}.",
        told=told,
        peptide="-".join(peptide),
    )


@family(
    "biology-coding-length",
    ("Genetic code",),
    grid(n="120 150 210 300 450 574", u="90 150 240", v="110 200 310", i="400 650 900"),
    "A protein consists of {n} amino acids, with the methionine of the start codon included. Its gene has untranslated "
    "regions of {u} and {v} bases in the mature mRNA and introns of {i} bases in all. How many bases long is the "
    "primary transcript?",
    "The primary transcript of a gene contains introns of {i} bases altogether, untranslated regions of {u} and {v} "
    "bases and the coding sequence of a protein with {n} amino acids (start methionine included). Compute its length "
    "in bases, counting the stop codon.",
)
def _coding(p: Params) -> Solution:
    n, u, v, i = nums(p, "n u v i")
    coding = 3 * (n + 1)
    return measured(
        p,
        coding + u + v + i,
        "bases",
        [3 * n + u + v + i, coding + u + v, n + 1 + u + v + i],
        r"Each amino acid needs a codon of 3 bases, and the stop codon is added: $3 \cdot ({n} + 1) = {coding}$ bases.",
        "The primary transcript also contains the untranslated regions and the introns, which are removed later.",
        "Its length is ${coding} + {u} + {v} + {i} = {ans}$ bases.",
        coding=coding,
    )


def _draw_point(random: Random) -> Params:
    words = [codon for codon, name in CODE.items() if name != "Stop"]
    codon, place = random.choice(words), random.randrange(3)
    new = random.choice([base for base in "ACGU" if base != codon[place]])
    return {"old": codon, "new": codon[:place] + new + codon[place + 1 :]}


@family(
    "biology-point-mutation",
    ("Point mutation", "Genetic code"),
    _draw_point,
    "A point mutation turns the mRNA codon {old} into {new}. Is it a silent, a missense or a nonsense mutation?",
    "In a coding sequence the codon {old} becomes {new} by the exchange of one base. Classify the mutation as silent, "
    "missense or nonsense.",
)
def _point(p: Params) -> Solution:
    old, new = CODE[str(p["old"])], CODE[str(p["new"])]
    kind = "silent" if old == new else "nonsense" if new == "Stop" else "missense"
    effect = {
        "silent": "the amino acid stays the same",
        "missense": "a different amino acid is built in",
        "nonsense": "the chain ends too early",
    }
    return stated(
        p,
        f"{kind} mutation",
        [f"{other} mutation" for other in effect],
        "The codon {old} means {before}, the codon {new} means {after}.",
        "So {effect}, and the mutation is called {kind}.",
        before=old,
        after=new,
        effect=effect[kind],
        kind=kind,
    )


PROBLEMS = (
    _recombination,
    _map,
    _pairing,
    _chargaff,
    _replication,
    _transcription,
    _translation,
    _coding,
    _point,
)
