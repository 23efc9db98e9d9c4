"""What a report says of who took part, of what it cannot say and of what is new: sentences by fixed rules from its figures.

Every template has them in its language, as `turnout_words`.
"""

from deliberation.certainty import Agenda
from deliberation.comparison import Comparison
from deliberation.errors import N_
from deliberation.exposure import Exposure
from deliberation.figures import MILLION, Figures
from deliberation.findings import Findings
from deliberation.limits import Limit, LimitKind
from deliberation.participation import Participation, Span
from deliberation.values import Channel, Choice, Reason
from web import words
from web.report_words import ALL
from web.speech import Speech

IN_GROUP = {
    Choice.AGREE: N_("In this group, %(share)s of %(votes)s votes agree."),
    Choice.DISAGREE: N_("In this group, %(share)s of %(votes)s votes disagree."),
}
REASON_UNKNOWN = N_("No reason was given")
SEEN_UNEQUALLY = N_(
    "Hardly anybody votes on everything, and what came late was seen by fewer. "
    "A share says nothing about those who did not see a statement."
)
OWN_GROUPS = N_("The groups are those of this analysis.")
PUBLISHED_GROUPS = N_(
    "The groups are those that were published where this conversation was imported from, not those of this analysis."
)
PLAIN_LIMITS = {
    LimitKind.ONE_CHANNEL: N_("It does not say what people think who are not online: everybody took part over the internet."),
    LimitKind.NO_GROUPS: N_("There may be opinion groups that these votes do not show."),
    LimitKind.UNSTABLE: N_(
        "Who belongs to which group is unsure: with some of the votes left out, the groups come out differently."
    ),
    LimitKind.SHADING: N_("The groups have no sharp edges: many people stand between them and could be counted with either."),
    LimitKind.CHANCE_ONLY: N_(
        "The ranges in brackets tell of chance alone. They know nothing of who did not come, nor of how statements were worded."
    ),
}


class TurnoutWords(Speech):
    # What one group, and everybody, says to a statement.

    def of_group(self, figures: Figures, label: str, choice: Choice) -> str:
        """Empty where the group's votes on it are withheld."""
        own = figures.shown.get(label)
        if own is None:
            return ""
        return self.gettext(IN_GROUP[choice], share=self.share(own, choice), votes=self.number(own.votes))

    def of_all(self, figures: Figures, choice: Choice) -> str:
        everybody = figures.everybody
        return self.gettext(ALL[choice], total=self.number(everybody.votes), all=self.share(everybody, choice))

    # Who took part.

    def people(self, n: int) -> str:
        return self.ngettext("%(n)s participant", "%(n)s participants", n)

    def votes_each(self, took_part: Participation, people: int) -> str:
        """How many votes people gave; empty where that was not counted."""
        if took_part.half_gave is None or not people:
            return ""
        return self.ngettext(
            "Half of the %(people)s participants gave %(n)s vote or more.",
            "Half of the %(people)s participants gave %(n)s votes or more.",
            took_part.half_gave,
            people=self.number(people),
        )

    def span(self, span: Span) -> str:
        if span.most is None:
            return self.gettext("%(least)s votes or more", least=self.number(span.least))
        if span.least == span.most:
            return self.ngettext("%(n)s vote", "%(n)s votes", span.least)
        return self.gettext("%(least)s–%(most)s votes", least=self.number(span.least), most=self.number(span.most))

    def channel(self, channel: str) -> str:
        return self.gettext(words.CHANNELS[Channel(channel)])

    def channels(self, took_part: Participation, people: int) -> str:
        """How people came in, in a sentence."""
        if list(took_part.channels) == [Channel.ONLINE]:
            return self.ngettext("The %(n)s participant came in online.", "All %(n)s participants came in online.", people)
        if took_part.withholds_channels:
            return self.gettext(
                "How people came in. Where so few came by one way that somebody might be recognised, the number is not shown."
            )
        return self.gettext("How the %(people)s participants came in.", people=self.number(people))

    def languages(self, took_part: Participation) -> str:
        n = sum(took_part.languages.values())
        return self.ngettext(
            "The language in which %(n)s statement was written.", "The languages in which %(n)s statements were written.", n
        )

    def organisers(self, took_part: Participation) -> str:
        n = took_part.organisers
        return self.ngettext(
            "%(n)s statement was there from the start, written by those who organise the conversation.",
            "%(n)s statements were there from the start, written by those who organise the conversation.",
            n,
        )

    def rejected(self, took_part: Participation) -> str:
        n = sum(took_part.rejected.values())
        if not n:
            return self.gettext("Moderators have rejected no statement.")
        return self.ngettext(
            "Moderators have rejected %(n)s statement, for this reason.",
            "Moderators have rejected %(n)s statements, for these reasons.",
            n,
        )

    def reason(self, reason: str) -> str:
        return self.gettext(words.REASONS[Reason(reason)] if reason else REASON_UNKNOWN)

    def banned(self, took_part: Participation) -> str:
        n = took_part.banned
        return self.ngettext(
            "%(n)s person was excluded by moderators; their votes are in no figure.",
            "%(n)s people were excluded by moderators; their votes are in no figure.",
            n,
        )

    # How many saw what.

    def exposure(self, seen: Exposure) -> str:
        middle = seen.spread[len(seen.spread) // 2]
        return self.gettext(
            "Half of the statements have %(votes)s votes or more, which is %(share)s of the %(people)s participants. "
            "In the picture each column is a statement, and the dashed line is the middle one.",
            votes=self.number(middle),
            share=self.percent(round(MILLION * middle / seen.participants)),
            people=self.number(seen.participants),
        )

    def most_seen(self, seen: Exposure) -> str:
        n = seen.spread[-1]
        return self.ngettext("Seen by the most: %(n)s vote", "Seen by the most: %(n)s votes", n)

    def least_seen(self, seen: Exposure) -> str:
        n = seen.spread[0]
        return self.ngettext("Seen by the fewest: %(n)s vote", "Seen by the fewest: %(n)s votes", n)

    def seen_unequally(self) -> str:
        return self.gettext(SEEN_UNEQUALLY)

    def part(self, tenth: int, parts: int) -> str:
        """What a part of the exposure stands for: so many percent of the people."""
        low, high = self.whole(100 * tenth // parts), self.whole(100 * (tenth + 1) // parts)
        if not tenth:
            return self.gettext("up to %(high)s of the participants", high=high)
        return self.gettext("more than %(low)s, up to %(high)s", low=low, high=high)

    def seen(self, votes: int, people: int) -> str:
        return self.ngettext(
            "%(n)s vote, from %(share)s of the participants",
            "%(n)s votes, from %(share)s of the participants",
            votes,
            share=self.percent(round(MILLION * votes / people)),
        )

    def late(self, seen: Exposure) -> str:
        """Empty without any statement that came late."""
        n = len(seen.late)
        if not n:
            return ""
        return self.ngettext(
            "%(n)s statement came when most of the participants had given their last vote.",
            "%(n)s statements came when most of the participants had given their last vote.",
            n,
        )

    # Which groups the agenda was reckoned from.

    def agenda(self, agenda: Agenda, *, published: bool) -> str:
        rule = self.gettext(
            "On this list is each statement with which at least %(share)s of its voters agree. The largest group and half of all "
            "the people in the other groups make up as large a share of everybody in a group.",
            share=self.percent(agenda.threshold),
        )
        return f"{rule} {self.gettext(PUBLISHED_GROUPS if published else OWN_GROUPS)} {self._sizes(agenda)}".strip()

    def _sizes(self, agenda: Agenda) -> str:
        if not agenda.sizes:
            return ""
        sizes = " + ".join(self.number(size) for size in sorted(agenda.sizes, reverse=True))
        return self.ngettext(
            "There is %(n)s group, with %(sizes)s people.",
            "There are %(n)s groups, with %(sizes)s people.",
            len(agenda.sizes),
            sizes=sizes,
        )

    # What cannot be said.

    def limit(self, limit: Limit) -> str:
        if limit.kind in PLAIN_LIMITS:
            return self.gettext(PLAIN_LIMITS[limit.kind])
        return self._of_people(limit) or self._of_statements(limit) or self._of_groups(limit)

    def _of_people(self, limit: Limit) -> str:
        people = limit.facts.get("people", 0)
        if limit.kind == LimitKind.SELF_SELECTED:
            return self.ngettext(
                "It does not say what the population thinks: the %(n)s participant chose to take part, nobody was drawn by lot.",
                "It does not say what the population thinks: the %(n)s participants chose to take part, nobody was drawn by lot.",
                people,
            )
        if limit.kind == LimitKind.BANNED:
            return self.ngettext(
                "It leaves out what %(n)s person said whom moderators excluded.",
                "It leaves out what %(n)s people said whom moderators excluded.",
                people,
            )
        if limit.kind == LimitKind.UNGROUPED:
            return self.ngettext(
                "%(n)s participant voted on too few statements to be in a group and counts only in the figures for everybody.",
                "%(n)s participants voted on too few statements to be in a group and count only in the figures for everybody.",
                people,
            )
        if limit.kind == LimitKind.ALIKE:
            return self.ngettext(
                "%(n)s participant voted almost exactly like others within minutes; votes do not tell who was behind them.",
                "%(n)s participants voted almost exactly alike within minutes; votes do not tell how many people that was.",
                people,
            )
        return ""

    def _of_statements(self, limit: Limit) -> str:
        statements = limit.facts.get("statements", 0)
        if limit.kind == LimitKind.PART_OF_STATEMENTS:
            return self.gettext(
                "Half of the participants voted on no more than %(votes)s of the %(statements)s statements. "
                "What they think of the others is unknown.",
                votes=self.number(limit.facts["votes"]),
                statements=self.number(statements),
            )
        if limit.kind == LimitKind.LATE:
            return self.ngettext(
                "%(n)s statement came when most of the participants had given their last vote; they never saw it.",
                "%(n)s statements came when most of the participants had given their last vote; they never saw them.",
                statements,
            )
        if limit.kind == LimitKind.FEW_VOTES:
            return self.ngettext(
                "%(n)s statement has fewer than %(votes)s votes, too few to say anything about it.",
                "%(n)s statements have fewer than %(votes)s votes, too few to say anything about them.",
                statements,
                votes=self.number(limit.facts["votes"]),
            )
        if limit.kind == LimitKind.WITHOUT_VOTES:
            return self.ngettext(
                "Nobody had voted on %(n)s accepted statement.", "Nobody had voted on %(n)s accepted statements.", statements
            )
        if limit.kind == LimitKind.REJECTED:
            return self.ngettext(
                "Moderators rejected %(n)s statement; what people think of it is in no list.",
                "Moderators rejected %(n)s statements; what people think of them is in no list.",
                statements,
            )
        return ""

    def _of_groups(self, limit: Limit) -> str:
        if limit.kind == LimitKind.WITHHELD:
            return self.ngettext(
                "%(n)s group is not shown by itself, because it would be possible to single out people in it. "
                "Its votes are in the figures for everybody.",
                "%(n)s groups are not shown by themselves, because it would be possible to single out people in them. "
                "Their votes are in the figures for everybody.",
                limit.facts["groups"],
            )
        return self.ngettext(
            "The groups come from the votes on %(n)s statement alone. Other statements would make other groups, "
            "and nothing is known of people beyond their votes.",
            "The groups come from the votes on these %(n)s statements alone. Other statements would make other groups, "
            "and nothing is known of people beyond their votes.",
            limit.facts["statements"],
        )

    # What is new.

    def compared_with(self, then: Comparison, day: str) -> str:
        if then.report is not None:
            return self.gettext("What is new since report %(number)s", number=self.number(then.report))
        return self.gettext("What is new since analysis %(number)s of %(day)s", number=self.number(then.sequence), day=day)

    def grown(self, then: Comparison, found: Findings) -> str:
        """How many more people and votes there are."""
        more = {
            "people": self.signed(found.participants - then.participants),
            "votes": self.signed(found.votes - then.votes),
            "statements": self.signed(len(found.statements) - then.statements),
        }
        return self.gettext("Participants %(people)s, votes %(votes)s, statements with votes %(statements)s.", **more)

    def signed(self, difference: int) -> str:
        """With its sign, and a true minus."""
        return f"{'+' if difference > 0 else '−' if difference < 0 else '±'}{self.number(abs(difference))}"

    def groups_changed(self, then: Comparison, found: Findings) -> list[str]:
        """What became of the groups, in a sentence each; letters stay with groups as long as these are there."""
        if then.groups != len(found.groups):
            count = self.ngettext(
                "Then there were %(before)s opinion groups, now there is %(n)s.",
                "Then there were %(before)s opinion groups, now there are %(n)s.",
                len(found.groups),
                before=self.number(then.groups),
            )
        else:
            count = self.gettext("The number of opinion groups is the same.") if then.groups else ""
        arrived = [self.gettext("Group %(letter)s is shown now and was not then.", letter=label) for label in then.arrived(found)]
        left = [self.gettext("Group %(letter)s was shown then and is not now.", letter=label) for label in then.left(found)]
        return [line for line in [count, *arrived, *left] if line]

    def size_changed(self, then: Comparison, label: str, size: int) -> str:
        return self.ngettext(
            "Group %(letter)s: %(n)s person, %(change)s", "Group %(letter)s: %(n)s people, %(change)s", size,
            letter=label, change=self.signed(size - then.sizes[label]),
        )  # fmt: skip
