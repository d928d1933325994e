"""What a transaction changed, in topics that open pages listen to; told to them after the commit.

Topics: `ev:<event id>` stock or event facts, `org:<organizer id>` dashboard, `user:<person id>` cart, orders and tickets,
`door:<event id>` admissions, `job:<job id>` work to do.
"""

from uuid import UUID

from sqlmodel import Session

_KEY = "changed_topics"


def announce(session: Session, topic: str, subject: UUID) -> None:
    """Tell open pages about a change once this transaction has been committed."""
    session.info.setdefault(_KEY, set()).add(f"{topic}:{subject}")


def taken_changes(session: Session) -> frozenset[str]:
    """Hand over the topics this session announced, once."""
    return frozenset(session.info.pop(_KEY, ()))
