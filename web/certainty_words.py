"""What a report says of how far it is to be trusted: sentences by fixed rules from its figures."""

from deliberation.certainty import Certainty, Influence, Lookalikes
from deliberation.errors import N_
from deliberation.figures import MILLION
from web.speech import Speech

STABLE = N_(
    "These groups are stable: with a tenth of the votes left out, nearly the same people are together again "
    "(%(figure)s, where 1 is exactly the same and 0 is chance)."
)
UNSTABLE = N_(
    "These groups are unstable: with a tenth of the votes left out, some people end up in other groups "
    "(%(figure)s, where 1 is exactly the same and 0 is chance). Take them as a rough picture."
)
SHADING = N_("The groups shade into each other: many people stand between them.")
FALLING_APART = N_(
    "No distinct opinion groups: whatever groups one looks for, they fall apart when a tenth of the votes is left out."
)
EXPLAINED_WITHOUT = N_(
    "No distinct opinion groups: knowing who agrees often and which statements are popular explains these votes "
    "as well as any grouping would."
)


class CertaintyWords(Speech):
    def stability(self, certainty: Certainty | None) -> str:
        """How far the groups are to be trusted; empty where the method does not say."""
        if certainty is None or certainty.stability is None:
            return ""
        said = UNSTABLE if certainty.stable is False else STABLE
        sentence = self.gettext(said, figure=self.hundredths(certainty.stability))
        return f"{sentence} {self.gettext(SHADING)}" if certainty.apart is False else sentence

    def stays_together(self, share: int) -> str:
        """`share` of a group, in millionths."""
        return self.gettext("%(share)s of it stays together when a tenth of the votes is left out.", share=self.percent(share))

    def no_groups(self, certainty: Certainty | None) -> str:
        """Why there are none."""
        structure = None if certainty is None else certainty.structure
        fell_apart = structure is not None and structure.candidates and structure.excess is None
        return self.gettext(FALLING_APART if fell_apart else EXPLAINED_WITHOUT)

    def lookalikes(self, alike: Lookalikes) -> str:
        return self.ngettext(
            "%(people)s participants voted almost exactly alike within minutes of each other; they form %(n)s circle. "
            "Perhaps friends at one table, perhaps somebody with several devices: the votes do not tell, "
            "and they count like all others.",
            "%(people)s participants voted almost exactly alike within minutes of each other; they form %(n)s circles. "
            "Perhaps friends at one table, perhaps somebody with several devices: the votes do not tell, "
            "and they count like all others.",
            len(alike.cohorts),
            people=self.number(alike.people),
        )

    def standing_out_changed(self, alike: Lookalikes) -> str:
        n = len(alike.standing_out_changed)
        if not n:
            return self.gettext("What groups stand out by stays the same without them.")
        return self.ngettext(
            "What groups stand out by changes for %(n)s statement without them.",
            "What groups stand out by changes for %(n)s statements without them.",
            n,
        )

    def influence(self, most: Influence) -> str:
        """The part of the votes without which the findings change most."""
        which = {
            "time": N_("Cut into ten equal parts by time, part %(number)s of the votes changes the findings most."),
            "most_active": N_("The votes of those who voted most, a tenth of all participants, change the findings most."),
            "cohort": N_("The votes of circle %(number)s of those who voted alike change the findings most."),
        }[most.part]
        return f"{self.gettext(which, number=self.number(most.number))} {self._without(most)}".strip()

    def _without(self, most: Influence) -> str:
        """Empty where it is not known how many findings were looked at: a share of them alone would mislead."""
        if most.shared is None or most.standing_out is None:
            return ""
        return self.gettext(
            "Without these %(votes)s votes, %(shared)s of the %(of_shared)s statements with the surest agreement and "
            "%(standing)s of the %(of_standing)s that groups stand out by would drop out of these lists; the share of agreement "
            "with the former would change by %(points)s percentage points at most.",
            votes=self.number(most.votes),
            shared=self.number(round(most.shared * most.shared_leaving / MILLION)),
            of_shared=self.number(most.shared),
            standing=self.number(round(most.standing_out * most.standing_out_leaving / MILLION)),
            of_standing=self.number(most.standing_out),
            points=self.number(round(most.largest_change / 10_000, 1)),
        )
