"""An installation with views and a job that fail on what they were given."""
