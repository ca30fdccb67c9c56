"""What a request may say about people and classes, in plain sentences where it says something else."""
