"""A small syllabus that fits the short memory of the test model."""

from core.catalogue.models import SessionEntry, SyllabusEntry

SYLLABUS = SyllabusEntry(
    introduction="How parts of a whole are written and added.",
    objectives=("Read a fraction", "Add two fractions"),
    sessions=(
        SessionEntry(name="Halves", description="Sharing in two.", concepts=("Half of a number", "Even numbers")),
        SessionEntry(name="Quarters", description="Sharing in four.", concepts=("Quarter of a number", "Doubling")),
        SessionEntry(name="Adding", description="Parts together.", concepts=("Common denominator", "Sum of parts")),
        SessionEntry(name="Decimals", description="Tenths.", concepts=("Tenths", "Money amounts")),
    ),
)
