"""Every threshold of the default method, by name."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Parameters:
    """What an analysis by the default method depends on besides the votes."""

    method: Literal["default"] = "default"
    seed: int = 0

    fewest_participants: int = 5
    fewest_statements: int = 3
    """With fewer people, or fewer statements that are not moderated out, there is nothing but counts."""
    votes_to_be_grouped: int = 7
    """Votes that a person needs to be put in a group (all statements, where there are fewer)."""
    fewest_grouped: int = 15
    """With fewer such people there is a map without groups."""

    rank: int | None = None
    """Axes of the model; None leaves the choice to votes that are hidden from it."""
    most_axes: int = 5
    hidden_share: float = 0.1
    """Share of the votes that are hidden to choose the number of axes."""
    hidden_votes: int = 1000
    """Votes are hidden several times over, until so many were."""
    imputed_better: float = 0.02
    """Missing votes are taken for means where that foretells hidden votes better by this share of their squared error."""
    steps: int = 12
    """Most rounds in which the model of the votes is improved."""
    steps_to_compare: int = 6
    """The same for models that are only compared."""
    steps_more: int = 2
    """Rounds for a model that is nearly right already."""
    sample_people: int = 10_000
    """Where more people took part, the model is first fitted to so many of them, and choices are made on them."""

    groups: int | None = None
    """How many groups, 1 for none; None leaves the choice to the votes."""
    most_groups: int = 8
    smallest_group: int = 5
    smallest_share: float = 0.04
    """No group is smaller than this, in people and as a share of those who are grouped."""
    crowds: int = 256
    """Where more people are grouped, groups are sought among so many crowds of people who stand together."""
    restarts: int = 10
    """Groups are sought from so many starting points; the best counts."""
    weight_votes: int = 50
    """A person counts for the place of a group's centre by their votes, up to this many."""
    blur: float = 0.2
    """Groups that are tighter than this share of the average covariance of a person's place are no clearer for it."""
    draws: int = 14
    """How often a part of the votes is left out to see whether the groups stay."""
    left_out: float = 0.1
    """Share of the votes that is left out each time."""
    stability_weight: float = 3.0
    price_of_a_group: float = 0.28
    """The number of groups is chosen by clarity, plus so many times the stability, minus this price for each group."""
    unstable_below: float = 0.9
    """Groups less stable than this are called unstable."""
    apart_from: float = 0.3
    """Groups stand apart when they describe where people stand so much better than one crowd, in log likelihood per person."""
    stable_enough: float = 0.4
    """Groups less stable than this are none."""
    null_draws: int = 10
    """How often votes are drawn that keep everybody's and every statement's totals and nothing else."""
    null_z: float = 3.0
    """Groups must explain more than such votes do by so many standard deviations,"""
    null_excess: float = 0.03
    """and by this share of what totals leave open."""

    interval: float = 0.9
    """How probable it is that a rate lies between the ends of its interval."""
    say_votes: int = 5
    say_share: float = 0.05
    """A group has a say on a statement with at least this many votes, and votes of at least this share of its members."""
    false_discoveries: float = 0.1
    """Of all statements that groups stand out by, the share that chance may have put there (Benjamini and Hochberg 1995)."""
    standing_out: float = 0.1
    standing_out_chance: float = 0.8
    """A group stands out when its rate is larger by `standing_out` than that of all others, at least so probably."""
    representative_statements: int = 10
    """A group's list has no more."""
    consensus_statements: int = 10
    """The lists of what everybody agrees and disagrees with have no more."""
    fewest_votes_for_a_kind: int = 10
    """With fewer votes a statement stays open, is not listed as consensus, and the map explains nothing about it."""
    divided_rate: float = 0.3
    """People are divided when this share surely agrees and this share surely disagrees."""
    unsure_rate: float = 0.25
    """People are unsure when this share surely passes."""
    agenda_votes: int = 10
    """A statement with fewer votes is on no agenda."""
    bridging_intercept_penalty: float = 0.15
    bridging_factor_penalty: float = 0.03
    """How much agreement and how much viewpoints must each explain per vote to be believed."""
    bridging_votes: int = 20
    """A person or a statement with fewer votes bears the penalties of this many."""
    bridging_sweeps: int = 20
    bridging_settled: float = 1e-4
    """At most so many sweeps, until no statement moves so far."""

    lookalike_votes: int = 4
    """People with fewer votes, or who share fewer statements, are not compared."""
    lookalike_seconds: float = 600.0
    lookalike_wider: float = 6.0
    """The narrowest of three windows of time, and how many times as wide each further one is."""
    lookalike_neighbours: int = 64
    """With how many of those who voted next somebody is compared."""
    lookalike_same: float = 0.7
    """Two are worth a closer look when they answer at least this share of the statements alike."""
    lookalike_slips: float = 0.15
    """How often a copy differs from its original."""
    lookalike_telling: float = 20.0
    """What two say to more statements tells no more than this many: people differ in ways that a map does not know."""
    lookalike_others: int = 96
    """How many people from other times show what is usual."""
    lookalike_likeminded: float = 3.0
    """About the same time there may be so many times as many people who think alike as usual."""
    lookalike_p_value: float = 0.3
    """How probably a conversation without copies has anybody from whom a cohort starts."""
    lookalike_link: float = 0.5
    lookalike_member: float = 1.5
    """The log likelihood ratio, copied against honest, from which two are linked, and from which a further one joins a cohort."""
    lookalike_people: int = 3
    """A smaller cohort is none."""

    share_for_all: float = 0.1
    """Of the votes that a statement should have, the part that does not depend on what it tells about where people stand."""
    catching_up_first: float = 1.5
    catching_up_later: float = 8.0
    """How eagerly a statement is shown that has fewer votes than it should, in a person's first votes and in later ones: the
    ratio to this power."""
    votes_ahead: float = 5.0
    """Every statement is treated as if it had so many votes more, so that the first votes do not decide."""

    def to_json(self) -> dict[str, int | float | str | None]:
        return asdict(self)
