"""Signals that tell, after the commit, what has happened; receivers cannot answer.

Each is sent with the application's Learn object as sender and the ids of the fact as keywords.
"""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

course_completed = _signals.signal("course-completed")  # person_id, course, cycle
attempt_submitted = _signals.signal("attempt-submitted")  # person_id, attempt_id
version_published = _signals.signal("version-published")  # course, version_id
people_imported = _signals.signal("people-imported")  # count
