"""Prompt templates, how they are filled, and the shapes of the replies they ask for."""
