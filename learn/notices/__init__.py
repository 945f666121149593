"""What a person is told inside Learn: notices, each of a kind, read or not."""
