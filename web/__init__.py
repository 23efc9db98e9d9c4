"""The web application and the command line: the composition root of Hiroba."""
