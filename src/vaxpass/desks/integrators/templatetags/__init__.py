"""Template words of this desk."""
