"""A language model on this machine: known models, their installation, and the server that runs one."""
