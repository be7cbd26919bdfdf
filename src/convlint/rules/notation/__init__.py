"""Rules found while a file is read; the modules hold their pages."""
