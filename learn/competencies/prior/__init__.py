"""Prior learning: asked for with documents, reviewed by somebody else."""
