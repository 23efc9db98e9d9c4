"""Every threshold of the classic method, by name."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class ClassicParameters:
    """What a classic analysis depends on besides the votes."""

    method: Literal["classic"] = "classic"
    seed: int = 0

    fewest_participants: int = 5
    fewest_statements: int = 3
    """With fewer people, or fewer statements that are not moderated out, there is nothing but counts."""

    votes_to_be_grouped: int = 7
    """Votes that a person needs to be put in a group (all statements, where there are fewer)."""
    grouped_at_least: int = 15
    """When fewer people have enough votes, those with the most votes fill up to this number."""

    base_clusters: int = 100
    base_steps: int = 100
    groups: int | None = None
    """How many groups; None leaves the choice to the silhouette."""
    most_groups: int = 5
    base_clusters_per_further_group: int = 12
    group_steps: int = 20
    settled_shift: float = 0.01
    """Clusters are settled when no centre moves this far."""

    significant_z: float = 1.2816
    """One-sided, 90 %."""
    representative_statements: int = 5
    consensus_statements: int = 5

    priority_of_meta: float = 49.0
    newcomer_boost: float = 8.0
    newcomer_votes: float = 5.0
    """A statement without votes is shown 1 + `newcomer_boost` times as eagerly; the boost halves every `newcomer_votes` votes."""

    fewest_votes_for_a_kind: int = 5
    unsure_pass_share: float = 0.3

    def __post_init__(self) -> None:
        if self.groups is not None and self.groups < 2:
            raise ValueError(f"the number of groups must be at least 2, not {self.groups}")

    def to_json(self) -> dict[str, int | float | str | None]:
        return asdict(self)
