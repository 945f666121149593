"""Long work in the background: asked for once, done by one worker at a time, with progress and a result file."""
