"""The database as a whole: is it set up to lose nothing, its backups, and its move to PostgreSQL.

Nothing here knows what the tables mean. What does is called by its command: `check_reviews`, `erase_listed`.
"""
