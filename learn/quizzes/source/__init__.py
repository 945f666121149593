"""The text of a quiz file to a quiz, and back: blocks, front matter, every mistake with its line."""
