"""Signing in: accounts, passwords, one-time codes, and who is here."""
