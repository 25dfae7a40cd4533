"""Services driven at random beside a plain model of what a task is."""
