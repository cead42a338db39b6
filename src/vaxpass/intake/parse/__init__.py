"""Reading files: bytes of any kind become the rows of a sheet, or one coded refusal of the file."""
