"""Notices: on their page, and as mails."""
