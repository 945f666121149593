"""What attempts say about a quiz and its questions: figures of classical item analysis, and flags in words.

`services` is the way in; `queries` alone asks the database, all else is pure computing.
"""
