"""Read the lessons and protocols that come with the program."""
