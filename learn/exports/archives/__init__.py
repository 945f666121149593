"""Files that are more than one list: archives of certificates, packages, workbooks."""
