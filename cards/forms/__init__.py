"""Forms: what a request may say, in plain sentences where it says something else."""
