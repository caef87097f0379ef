"""Grading a class: from what the LMS gives to what it takes back. Submissions are data here, never programs to run outside the sandbox."""
