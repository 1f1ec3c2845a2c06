-- A NOLOGIN role would be cluster-wide, so the extension makes none: README shows the GRANTs.
REVOKE ALL ON SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON TYPE migrator.version FROM PUBLIC;
