"""A worker whose fencing was taken away: it ends whatever job it ever held. The control of a test."""

from ticketapp.cli.main import main
from ticketapp.models import Job
from ticketapp.services.messaging import jobs


def finish_many(session, held, now):
    for job in held:
        _update(session, job, done_at=now, lease_until=None)
    return [True] * len(held)


def _update(session, job, **values):
    row = session.get_one(Job, job.id)
    for name, value in values.items():
        setattr(row, name, value)
    return True


if __name__ == "__main__":
    jobs.finish_many = finish_many
    jobs._update_held = _update
    main()
