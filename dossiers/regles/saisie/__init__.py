"""Type as you listen: from the notes of a call to propositions, by rules and lexicons that are data.

Pure functions: a text, lexicons, communes and the call's day go in, `Proposition` rows come out. Nothing here chooses for the
agent, and nothing leaves the machine.
"""
