"""My record: levels, hours, certificates as files and as badges."""
