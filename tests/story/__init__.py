"""The main job played by the people of the demo on the running system, in a real browser."""
