"""The levels that posts and classes of post require, with their history."""
