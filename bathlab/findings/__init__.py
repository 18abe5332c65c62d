"""What the rows of a study say of its paper: a module a study, of functions that yield claims.

They take tables and parameters and run nothing; the study that made the rows names them.
"""
