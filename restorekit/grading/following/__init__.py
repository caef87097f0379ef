"""Follow a program of Python and Keras without running it: what is known of each value, and Outside for all others."""
