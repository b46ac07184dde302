"""What is asked and what is made of the answers: GLAN's stages as plans of calls."""
