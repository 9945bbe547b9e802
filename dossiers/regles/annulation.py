"""For how long an act may be undone, from the moment it is done (decision 0039)."""

import datetime as dt

MONTREE = dt.timedelta(seconds=10)
"""How long the page offers it."""
ACCEPTEE = dt.timedelta(seconds=30)
"""How long the server takes it: slow hands, screen readers and browsers without JavaScript have three times as long."""
RETENUE = dt.timedelta(seconds=35)
"""How long a letter that follows from such an act waits: it is made after the last moment the act could be undone."""
