"""How many votes came in hour by hour, counted as they come so that nobody has to count all of them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from deliberation.storage.engine import BIG_KEY


class VoteHour(SQLModel, table=True):
    """`hour`: its beginning. The hour 0 of 1970 holds the sum of all others, so that nobody has to add up years of them."""

    __tablename__ = "vote_hour"
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    hour: datetime = Field(primary_key=True)
    votes: int


class VoteHourMark(SQLModel, table=True):
    """The one row that says up to which event the hours are counted."""

    __tablename__ = "vote_hour_mark"
    id: int = Field(default=1, primary_key=True)
    event_id: int = Field(default=0, sa_type=BIG_KEY)
