"""The demo deliberation's residents in the database: who they are, and their votes as time goes by."""

from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import insert
from sqlmodel import Session, select

from deliberation import participants, statements, voting
from deliberation.demo_model import read_residents, read_statements
from deliberation.demo_scene import Scene
from deliberation.demo_votes import Simulation, Votes, simulate
from deliberation.storage.engine import Upsert
from deliberation.storage.rows import identity
from deliberation.storage.tables import Participant, Person, Vote, VoteEvent
from deliberation.storage.tables.columns import table_of
from deliberation.values import Channel

MINUTE = timedelta(minutes=1)

_COUNT = Upsert(table_of(Vote), key=["participant_id", "statement_id"], replacing=["choice", "voted_at"])


class Residents:
    """Everybody who takes part. Votes come in order of time, as far as `vote_until` has been called."""

    def __init__(self, scene: Scene) -> None:
        files = scene.files
        planned = read_statements(files.statements, files.moderation)
        drawn = simulate(read_residents(files.residents), planned, files.residents["seed"])
        self._session = scene.session
        self._conversation_id = identity(scene.conversation())
        self._opened = scene.calendar.after_opening(0)
        self._authors = drawn.authors
        self._votes = _without_own(drawn)
        self._cast = 0
        self._persons = [participants.new_person() for _ in drawn.people.camp]
        self._participants = self._join(scene.tenant.id, drawn)
        self._camps = drawn.people.camp

    def author(self, number: int) -> str:
        """Who writes this statement."""
        return self._persons[self._authors[number]]

    def person(self, place: int) -> str:
        """One of everybody, for what has nothing to do with the votes."""
        return self._persons[place]

    def members(self, camp: str) -> list[int]:
        """Row ids of the participants who belong to a camp."""
        return [member for member, of in zip(self._participants, self._camps, strict=True) if of == camp]

    def vote_until(self, moment: datetime) -> None:
        """Cast all votes before this moment that have not been cast yet."""
        start, self._cast = self._cast, int(np.searchsorted(self._votes.minutes, (moment - self._opened) / MINUTE))
        numbers = {row.number: identity(row) for row in statements.of_conversation(self._session, self._conversation_id)}
        part = slice(start, self._cast)
        rows = [
            {
                "conversation_id": self._conversation_id,
                "participant_id": self._participants[resident],
                "statement_id": numbers[number],
                "choice": choice,
                "important": False,
                "voted_at": self._opened + minutes * MINUTE,
            }
            for resident, number, choice, minutes in zip(*(column[part].tolist() for column in self._votes), strict=True)
        ]
        if rows:
            connection = self._session.connection()
            connection.execute(insert(table_of(VoteEvent)), [{**row, "ballot": voting.new_ballot()} for row in rows])
            _COUNT.run(connection, rows)

    def _join(self, municipality_id: int, drawn: Simulation) -> list[int]:
        """Row ids of the participants, in order of the residents."""
        joined = [self._opened + minutes * MINUTE for minutes in _first_seen(drawn)]
        everyone = list(zip(self._persons, joined, drawn.people.channel, strict=True))
        connection = self._session.connection()
        connection.execute(
            insert(table_of(Person)),
            [{"id": person, "municipality_id": municipality_id, "created_at": at} for person, at, _ in everyone],
        )
        connection.execute(
            insert(table_of(Participant)),
            [
                {"conversation_id": self._conversation_id, "person_id": person, "channel": Channel(channel), "joined_at": at}
                for person, at, channel in everyone
            ],
        )
        return _ids(self._session, self._conversation_id, self._persons)


def _first_seen(drawn: Simulation) -> list[float]:
    """Minutes since opening at the first vote of each resident, who all have one."""
    return [float(drawn.votes.minutes[place]) for place in np.unique(drawn.votes.resident, return_index=True)[1]]


def _without_own(drawn: Simulation) -> Votes:
    """The votes but for the authors' on their own statements, which they give by sharing them."""
    own = {(author, number) for number, author in drawn.authors.items()}
    pairs = zip(drawn.votes.resident.tolist(), drawn.votes.statement.tolist(), strict=True)
    kept = np.array([pair not in own for pair in pairs])
    return Votes(*(column[kept] for column in drawn.votes))


def _ids(session: Session, conversation_id: int, persons: list[str]) -> list[int]:
    found = dict(
        session.exec(select(Participant.person_id, Participant.id).where(Participant.conversation_id == conversation_id)).all()
    )
    return [row_id for person in persons if (row_id := found[person]) is not None]
