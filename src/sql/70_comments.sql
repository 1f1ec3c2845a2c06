-- What \d+, \df+ and pgAdmin show. A test refuses an object without one.
COMMENT ON SCHEMA migrator IS 'schema migrations run from inside the server';

COMMENT ON TYPE migrator.version IS
    'version of a migration; digit runs compare as numbers of any length (2 < 10, 1.9 < 1.10), timestamps digit by digit';
COMMENT ON CAST (migrator.version AS text) IS 'the spelling that it was loaded with';
COMMENT ON CAST (text AS migrator.version) IS 'refuses an empty text, blanks and control characters (22P02)';
COMMENT ON OPERATOR FAMILY migrator.version_ops USING btree IS 'order of migrator.version';
COMMENT ON OPERATOR CLASS migrator.version_ops USING btree IS 'order of migrator.version';
COMMENT ON OPERATOR FAMILY migrator.version_hash_ops USING hash IS 'equality of migrator.version';
COMMENT ON OPERATOR CLASS migrator.version_hash_ops USING hash IS 'equality of migrator.version';
COMMENT ON AGGREGATE pg_catalog.min(migrator.version) IS 'the oldest version';
COMMENT ON AGGREGATE pg_catalog.max(migrator.version) IS 'the newest version';

DO $$
DECLARE
    member record;
BEGIN
    FOR member IN
        SELECT o.oprleft::regtype, o.oprright::regtype, o.oprcode::oid::regprocedure AS function, o.oprname AS symbol
        FROM pg_operator o WHERE o.oprcode::oid IN (SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'migrator'::regnamespace)
    LOOP
        EXECUTE format('COMMENT ON OPERATOR pg_catalog.%s (%s, %s) IS %L', member.symbol, member.oprleft, member.oprright, 'compares versions of migrations');
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', member.function,
                       'implementation of the operator ' || member.symbol);
    END LOOP;
    FOR member IN
        SELECT p.oid::regprocedure AS function FROM pg_proc p
        WHERE p.pronamespace = 'migrator'::regnamespace AND p.proname ~ '^version_(cmp|hash|in|out|recv|send|smaller|larger)$'
    LOOP
        EXECUTE format('COMMENT ON FUNCTION %s IS %L', member.function, 'support of the type migrator.version');
    END LOOP;
END
$$;

COMMENT ON FUNCTION migrator.load(text, text, text, text, text, text) IS
    'stores one migration from texts; returns added, changed or unchanged. A syntax error is refused (42601)';
COMMENT ON FUNCTION migrator.load_file(text, text, text, jsonb, text) IS
    'stores what a file holds, given by its name and its text, in the convention of any known tool';
COMMENT ON FUNCTION migrator.load_dir(text, text, jsonb, text, boolean, boolean) IS
    'stores every migration file below a directory of the server, all or nothing; a file that is not taken is a row with the reason (strict: a .sql file is an error). They are all that the module has: what has no file any more is a row, and does not run (keep_absent: it does; strict: an error if it has run). Needs pg_read_server_files';
COMMENT ON FUNCTION migrator.load_dirs(text[], text, jsonb, text, boolean, boolean) IS
    'as load_dir(), for a module that lives in several directories';
COMMENT ON FUNCTION migrator.load_tar(bytea, text, jsonb, text, boolean, boolean) IS
    'as load_dir(), for a tar archive of the directory (plain or gzip) that the client sends';
COMMENT ON FUNCTION migrator.unload(text, text) IS
    'forgets a migration that is not applied (unknown: MG002, applied: MG007); its history stays';
COMMENT ON FUNCTION migrator.plan(text, text) IS
    'one row per statement that apply(target) would run, those of verify scripts last; reads and parses, executes nothing. For a terminal: version, statement, line, command, left(sql, 50) AS sql';
COMMENT ON FUNCTION migrator.report(text, text, text, text) IS
    'what is pending up to target (default: all), what rehearse() sees of it and lint() says of it, as a text in a format: markdown (for a pull request), text, html (one file for a browser), json (docs/report.schema.json), sarif (2.1.0, for code scanning); source_root is the directory of the migrations in their repository. Rehearses, hence takes real locks';
COMMENT ON FUNCTION migrator.reports(text[], text, text, text) IS
    'as report(), a row for each of the formats, all from one rehearsal';
COMMENT ON FUNCTION migrator.plan_token(text, text) IS
    'names what apply(target) would run now: the bodies, the settings that change what they mean, the objects that they name. apply() and apply_each() refuse another plan than they are told to expect (MG014). Reads, executes nothing';
COMMENT ON FUNCTION migrator.lint(text, text) IS
    'what the pending migrations up to target (default: all) will do to this database that somebody should know before, from their parse trees and the live catalog; severity is error, warning or info; reads, executes nothing. For a terminal: version, severity, rule, left(message, 50) AS message';
COMMENT ON FUNCTION migrator.apply(text, boolean, text, text) IS
    'runs all pending migrations up to target (default: all), then what is repeatable and has changed, in this transaction, all or nothing; dry_run executes and rolls back; expect is the plan token of what was reviewed, other than which nothing runs (MG014)';
COMMENT ON FUNCTION migrator.rehearse(text, text) IS
    'runs all pending migrations up to target (default: all), later ones on top of earlier ones, and rolls back: one row per statement with the locks that it takes, the tables that it rewrites or reads in full, its WAL, its objects, who waits for it. Takes real locks, within migrator.rehearse_lock_timeout and migrator.rehearse_timeout; a rollback does not take back what sequences gave out. For a terminal: version, command, array_to_string(locks, chr(10)) AS locks, rewrites';
COMMENT ON FUNCTION migrator.conflicts(text) IS
    'pairs of migrations that touch the same object in ways that depend on their order; rehearses what is pending and rolls it back';
COMMENT ON PROCEDURE migrator.apply_each(text, text, text) IS
    'runs all pending migrations up to target (default: all), each in a transaction of its own; statements that cannot run in a transaction work; a failure is recorded and raised, what came before it stays; expect is the plan token of what was reviewed, other than which nothing runs (MG014). Not in a transaction block (25001)';
COMMENT ON PROCEDURE migrator.rollback_each(integer, text) IS
    'rolls back the last n applied migrations, newest first, each in a transaction of its own. Not in a transaction block (25001)';
COMMENT ON FUNCTION migrator.rollback(integer, boolean, text) IS
    'runs the down bodies of the last n applied migrations, newest first, all or nothing (no down body: MG004)';
COMMENT ON FUNCTION migrator.rollback_to(text, boolean, text) IS
    'rolls back everything that was applied after target, newest first, all or nothing';
COMMENT ON FUNCTION migrator.baseline(text, text, text) IS
    'existing database: everything loaded up to version counts as applied, nothing runs; says what it would have created and is not there, and what is there besides. The reason goes to the history. A baselined body may be corrected until something has run on top of it';
COMMENT ON FUNCTION migrator.adopt(text, text) IS
    'reads the history of another tool in this database (auto, flyway, schema.table, tool:schema.table) and marks what that has applied; shows what fits no loaded migration, failed or stopped half-way';
COMMENT ON FUNCTION migrator.accept(text, text, text) IS
    'the reviewed way out of MG001: the loaded body becomes the applied one; the reason goes to the history';
COMMENT ON FUNCTION migrator.status(text) IS 'a row per migration in version order, with its status; works on a standby. For a terminal: version, name, status, applied_at::timestamptz(0), detail';
COMMENT ON FUNCTION migrator.summary(text) IS 'how many migrations are applied, pending, failed, and who is running one now. For a terminal: applied, pending, failed, last_applied, running_version, running_pid';
COMMENT ON FUNCTION migrator.run_activity() IS 'what the view running shows';
COMMENT ON FUNCTION migrator.lock_key() IS
    'key of the advisory lock that a run holds: "migr" in the high half, the OID of schema migrator in the low half';
COMMENT ON FUNCTION migrator.refuse_change() IS 'keeps the history append-only (0A000)';

COMMENT ON TABLE migrator.migration IS 'what is loaded: the newest text of each version';
COMMENT ON COLUMN migrator.migration.module IS 'independent set of migrations that shares this database with others';
COMMENT ON COLUMN migrator.migration.kind IS 'versioned: runs once; repeatable: again whenever it has changed; snapshot: in an empty database, in the place of all up to its version';
COMMENT ON COLUMN migrator.migration.requirements IS 'what must be applied before it: versions or names, module:version of another module';
COMMENT ON COLUMN migrator.migration.conflicts IS 'what must not be applied beside it, likewise';
COMMENT ON COLUMN migrator.migration.verify IS 'runs after the up body and is rolled back; its error fails the migration';
COMMENT ON COLUMN migrator.migration.verify_line IS 'line of the file on which the verify script begins';
COMMENT ON COLUMN migrator.migration.up_line IS 'line of the file on which the up body begins';
COMMENT ON COLUMN migrator.migration.down_line IS 'line of the file on which the down body begins';
COMMENT ON COLUMN migrator.migration.reversible IS 'the down body has a statement';
COMMENT ON COLUMN migrator.migration.down_source IS 'file of the down body, where it has one of its own';
COMMENT ON COLUMN migrator.migration.verify_source IS 'file of the verify script, where it has one of its own';
COMMENT ON COLUMN migrator.migration.source IS 'file that it came from; null when it was loaded as text';
COMMENT ON COLUMN migrator.migration.absent_since IS 'since when its file is gone; null: it is there';
COMMENT ON COLUMN migrator.migration.checksum IS 'of the tokens of the up body: comments and white space do not count';
COMMENT ON COLUMN migrator.migration.raw_checksum IS 'SHA-256 of the bytes of the file (or of up and down)';
COMMENT ON INDEX migrator.migration_pkey IS 'one body per version in a module';

COMMENT ON TABLE migrator.history_entry IS 'what happened, append-only; read it through the view history';
COMMENT ON SEQUENCE migrator.history_entry_id_seq IS
    'order of all that happened: history and statement_history draw their ids from it. Dumps set it by this name';
COMMENT ON INDEX migrator.history_entry_pkey IS 'order of the history';
COMMENT ON TRIGGER append_only ON migrator.history_entry IS 'refuses UPDATE, DELETE and TRUNCATE';

COMMENT ON VIEW migrator.history IS 'append-only: what ran, when, by whom, from where, how long, with what result. For a terminal: version, name, action, result, finished_at::timestamptz(0), run_by';
COMMENT ON COLUMN migrator.history.kind IS 'versioned, repeatable or snapshot';
COMMENT ON COLUMN migrator.history.action IS 'apply, rollback, baseline, accept or adopt';
COMMENT ON COLUMN migrator.history.result IS 'applied, rolled_back, baseline, accepted or failed';
COMMENT ON COLUMN migrator.history.started_at IS 'by the clock, not by the transaction';
COMMENT ON COLUMN migrator.history.run_by IS 'current user of the call; of what was adopted, whom the other tool names';
COMMENT ON COLUMN migrator.history.session_role IS 'session user of the call';
COMMENT ON COLUMN migrator.history.client_address IS 'null: a unix socket';
COMMENT ON COLUMN migrator.history.up IS 'the up body exactly as it ran (of a rollback: that it undid)';
COMMENT ON COLUMN migrator.history.down IS 'the down body that belongs to it';
COMMENT ON COLUMN migrator.history.verify IS 'the verify script that ran after up';
COMMENT ON COLUMN migrator.history.reason IS 'why an edited body was accepted, or where it was adopted from';
COMMENT ON COLUMN migrator.history.statement IS 'number of the statement that failed';

COMMENT ON TABLE migrator.statement_entry IS
    'what ran of migrations that run statement by statement, append-only; read it through the view statement_history';
COMMENT ON INDEX migrator.statement_entry_pkey IS 'order of the statements, and of the history';
COMMENT ON TRIGGER append_only ON migrator.statement_entry IS 'refuses UPDATE, DELETE and TRUNCATE';
COMMENT ON VIEW migrator.statement_history IS
    'append-only: start and end of each statement of a migration that runs without a transaction. For a terminal: version, action, statement, result, at::timestamptz(0), command';
COMMENT ON COLUMN migrator.statement_history.statement IS 'number of the statement in its body, from 1';
COMMENT ON COLUMN migrator.statement_history.statements IS 'how many statements the body had';
COMMENT ON COLUMN migrator.statement_history.line IS 'line of the file';
COMMENT ON COLUMN migrator.statement_history.result IS 'started, finished, failed or refused';
COMMENT ON VIEW migrator.running IS 'the migration run that is under way in this database, from any session; empty when there is none. For a terminal: pid, version, statement, statements, run_since::timestamptz(0), percent_done, blocked_by';
COMMENT ON COLUMN migrator.running.session_role IS 'session user of the run';
COMMENT ON COLUMN migrator.running.username IS 'deprecated: session_role';
COMMENT ON COLUMN migrator.running.client IS 'address, local for a unix socket, and application';
COMMENT ON COLUMN migrator.running.direction IS 'up or down';
COMMENT ON COLUMN migrator.running.run_since IS 'when the call began';
COMMENT ON COLUMN migrator.running.statement_since IS 'when the statement began';
COMMENT ON COLUMN migrator.running.blocked_by IS 'process IDs that it waits for';
COMMENT ON COLUMN migrator.running.blockers IS 'who they are, how long their transactions are open, and their queries';
COMMENT ON COLUMN migrator.running.phase IS 'of pg_stat_progress_create_index, _vacuum, _cluster, _analyze or _copy';
COMMENT ON COLUMN migrator.running.percent_done IS 'of the phase, where the server knows it';
COMMENT ON COLUMN migrator.running.migration IS 'its place among the migrations of the run';
COMMENT ON COLUMN migrator.running.migrations IS 'how many these are';

COMMENT ON TYPE migrator.load_row IS 'row of load_file(), load_dir() and load_tar()';
COMMENT ON COLUMN migrator.load_row.action IS 'what was done with it: added, changed, unchanged, renamed, absent or ignored';
COMMENT ON COLUMN migrator.load_row.source IS 'file that it came from';
COMMENT ON COLUMN migrator.load_row.reason IS 'why a file was ignored, or a migration is absent';
COMMENT ON TYPE migrator.apply_row IS 'row of apply(), rollback() and rollback_to(): a migration';
COMMENT ON COLUMN migrator.apply_row.status IS 'applied, rolled_back, skipped (a dry run) or failed';
COMMENT ON COLUMN migrator.apply_row.error IS 'why a dry run failed';
COMMENT ON TYPE migrator.plan_row IS 'row of plan(): a statement';
COMMENT ON COLUMN migrator.plan_row.statement IS 'number of the statement in its body, from 1';
COMMENT ON COLUMN migrator.plan_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.plan_row.command IS 'command tag';
COMMENT ON COLUMN migrator.plan_row.source IS 'file that it came from; null when it was loaded as text';
COMMENT ON COLUMN migrator.plan_row.transactional IS 'false: each statement commits by itself';
COMMENT ON COLUMN migrator.plan_row.verify IS 'of the verify script';
COMMENT ON TYPE migrator.lint_row IS 'row of lint(): a finding';
COMMENT ON COLUMN migrator.lint_row.statement IS 'number of the statement in its body; null: the whole migration';
COMMENT ON COLUMN migrator.lint_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.lint_row.severity IS 'error, warning or info';
COMMENT ON TYPE migrator.rehearse_row IS 'row of rehearse(): a statement';
COMMENT ON COLUMN migrator.rehearse_row.statement IS 'number of the statement in its body; null: the whole migration';
COMMENT ON COLUMN migrator.rehearse_row.line IS 'line of the file';
COMMENT ON COLUMN migrator.rehearse_row.command IS 'command tag';
COMMENT ON COLUMN migrator.rehearse_row.execution_time_ms IS 'how long it ran';
COMMENT ON COLUMN migrator.rehearse_row.held_ms IS 'how long the first of these locks is held, until the migration ends';
COMMENT ON COLUMN migrator.rehearse_row.duration_ms IS 'deprecated: execution_time_ms';
COMMENT ON COLUMN migrator.rehearse_row.rows IS 'how many it returned or changed';
COMMENT ON COLUMN migrator.rehearse_row.locks IS 'relation: mode, of locks that affect others';
COMMENT ON COLUMN migrator.rehearse_row.rewrites IS 'relations that it rewrites';
COMMENT ON COLUMN migrator.rehearse_row.scans IS 'relations that it reads in full';
COMMENT ON COLUMN migrator.rehearse_row.objects IS 'what it creates, alters and drops';
COMMENT ON COLUMN migrator.rehearse_row.blocks IS 'sessions that wait for it';
COMMENT ON COLUMN migrator.rehearse_row.note IS 'what the rehearsal did differently from a run, or could not see';
COMMENT ON COLUMN migrator.rehearse_row.verify IS 'of the verify script';
COMMENT ON COLUMN migrator.rehearse_row.plan_token IS 'of what was rehearsed, the same in each row: see plan_token()';
COMMENT ON TYPE migrator.reports_row IS 'row of reports(): a format';
COMMENT ON TYPE migrator.conflicts_row IS 'row of conflicts(): two migrations and an object';
COMMENT ON TYPE migrator.baseline_row IS 'row of baseline(): a migration that counts as applied';
COMMENT ON COLUMN migrator.baseline_row.note IS 'what it creates and the database does not have';
COMMENT ON TYPE migrator.adopt_row IS 'row of adopt(): an entry of the other tool''s history';
COMMENT ON TYPE migrator.status_row IS 'row of status(): a migration';
COMMENT ON COLUMN migrator.status_row.status IS
    'pending, applied, modified, failed, partial, out_of_order, missing, baseline or absent';
COMMENT ON COLUMN migrator.status_row.applied_by IS 'role that ran it last: run_by of the history';
COMMENT ON COLUMN migrator.status_row.reversible IS 'the down body has a statement';
COMMENT ON COLUMN migrator.status_row.detail IS 'why the status is what it is';
COMMENT ON COLUMN migrator.status_row.kind IS 'versioned, repeatable or snapshot';
COMMENT ON COLUMN migrator.status_row.loaded_by IS 'role that loaded the body; null: none is loaded';
COMMENT ON TYPE migrator.summary_row IS 'row of summary()';
COMMENT ON COLUMN migrator.summary_row.last_applied IS 'version that was applied last';
COMMENT ON COLUMN migrator.summary_row.running_pid IS 'process that runs migrations now; null: none does';
COMMENT ON TYPE migrator.running_row IS 'row of the view running';

COMMENT ON FUNCTION migrator.see_commands() IS 'event trigger: tells a run which objects its statements create and alter';
COMMENT ON FUNCTION migrator.see_drops() IS 'event trigger: tells a run which objects its statements drop';
COMMENT ON EVENT TRIGGER migrator_see_commands IS
    'tells a migration run which objects its statements create and alter; does nothing for anybody else';
COMMENT ON EVENT TRIGGER migrator_see_drops IS
    'tells a migration run which objects its statements drop; does nothing for anybody else';
COMMENT ON FUNCTION migrator.check_rewrite() IS 'event trigger: migrator.max_rewrite_size';
COMMENT ON EVENT TRIGGER migrator_check_rewrite IS
    'refuses a migration that rewrites a table above migrator.max_rewrite_size; does nothing for anybody else';
