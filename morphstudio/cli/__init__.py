"""The main job on the command line: the same jobs as the window's, with a text monitor."""
