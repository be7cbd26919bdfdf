"""Rules about the rows of a YOLO file; the modules hold their pages."""
