"""Files that others kept: read, understood column by column, and given back with what is to be corrected. Pure functions."""
