"""An attempt while it is taken and after: its steps, answers, results and review."""
