-- A NOLOGIN role would be visible in the whole cluster, so the extension creates none: docs/roles.md shows the GRANTs.
REVOKE ALL ON SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA migrator FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA migrator FROM PUBLIC;
-- A table OF one of these row types would prevent ALTER TYPE ... ADD ATTRIBUTE, so nobody else may create one.
REVOKE ALL ON TYPE migrator.version, migrator.load_row, migrator.apply_row, migrator.plan_row, migrator.lint_row,
    migrator.rehearse_row, migrator.conflicts_row, migrator.baseline_row, migrator.adopt_row, migrator.status_row,
    migrator.summary_row, migrator.running_row, migrator.reports_row FROM PUBLIC;
