"""What is found about YOLO files by deriving; what is found in their notation is in the format."""
