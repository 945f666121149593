"""The lists of records that screens show and files hold: one query for both."""
