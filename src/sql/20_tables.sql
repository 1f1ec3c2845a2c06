-- In both tables the columns that each run reads of all rows come first (src/server/db/table_scan.hpp).

-- What is loaded: the newest text for each version. What ran is in the history.
CREATE TABLE migrator.migration (
    module             text NOT NULL,
    version            migrator.version NOT NULL,
    checksum           text NOT NULL,
    kind               text NOT NULL DEFAULT 'versioned', -- versioned, repeatable, snapshot
    name               text NOT NULL,
    reversible         boolean NOT NULL,
    requirements       text[],
    conflicts          text[],
    raw_checksum       text NOT NULL,
    checksum_algorithm text NOT NULL,
    loaded_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by          text NOT NULL,
    up_line            integer NOT NULL DEFAULT 1,
    down_line          integer NOT NULL DEFAULT 1,
    verify_line        integer,
    source             text,
    down_source        text, -- null: the same file
    verify_source      text, -- null: the same file
    up                 text NOT NULL,
    down               text,
    verify             text,
    up_directives      text,
    down_directives    text,
    loaded_in          text,    -- the system identifier of the cluster; null: another cluster
    loaded_as_superuser boolean, -- whether loaded_by was a superuser there and then
    load_key           text,    -- what it was read from and how (src/server/load/unchanged_files.hpp); null: not known
    -- Since when its file is gone; null: it is there. Last, and null or not: runs read that from the head of a row.
    absent_since       timestamptz,
    PRIMARY KEY (module, version)
);

-- What happened. Statuses are derived from it (src/core/plan/state.cpp) and never stored. Only
-- src/server/store/history.cpp writes it, a row for each migration: a CHECK or another index would cost each run more
-- than it protects.
CREATE TABLE migrator.history_entry (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    module             text NOT NULL,
    version            migrator.version NOT NULL,
    checksum           text NOT NULL,
    result             text NOT NULL, -- applied, rolled_back, baseline, accepted, failed
    kind               text NOT NULL DEFAULT 'versioned', -- versioned, repeatable, snapshot
    action             text NOT NULL, -- apply, rollback, baseline, accept, adopt
    reversible         boolean NOT NULL,
    name               text NOT NULL,
    raw_checksum       text NOT NULL,
    finished_at        timestamptz NOT NULL,
    execution_time_ms  double precision NOT NULL,
    run_by             text NOT NULL,
    started_at         timestamptz NOT NULL,
    session_role       text NOT NULL DEFAULT session_user,
    client_address     inet DEFAULT inet_client_addr(),
    application_name   text DEFAULT current_setting('application_name'),
    backend_pid        integer NOT NULL DEFAULT pg_backend_pid(),
    transaction_id     xid8 NOT NULL DEFAULT pg_current_xact_id(),
    reason             text,
    sqlstate           text,
    error              text,
    statement          integer,
    line               integer,
    checksum_algorithm text NOT NULL,
    up_line            integer NOT NULL,
    down_line          integer NOT NULL,
    verify_line        integer,
    source             text,
    down_source        text, -- null: the same file
    verify_source      text, -- null: the same file
    up                 text,
    down               text,
    verify             text,
    up_directives      text,
    down_directives    text,
    catalog_fence      bigint, -- the next transaction id when it was written
    catalog_identity   text,   -- where that id is valid: the cluster's system identifier and this table's OID
    run_as_superuser   boolean -- whether run_by was a superuser there and then
);

-- What ran of migrations that run statement by statement. Only src/server/store/statement_log.cpp writes it. One
-- sequence numbers both tables, because a resumed run needs to know what came first. It keeps the name of the identity
-- column's sequence: dumps of every release set it by that name.
CREATE TABLE migrator.statement_entry (
    id             bigint PRIMARY KEY DEFAULT nextval('migrator.history_entry_id_seq'),
    module         text NOT NULL,
    version        migrator.version NOT NULL,
    action         text NOT NULL, -- apply, rollback
    result         text NOT NULL, -- started, finished, failed, refused (by a gate, before it did anything)
    statement      integer NOT NULL,
    statements     integer NOT NULL,
    line           integer NOT NULL,
    checksum       text NOT NULL,
    error          text,
    sqlstate       text,
    command        text NOT NULL,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    run_by         text NOT NULL,
    backend_pid    integer NOT NULL DEFAULT pg_backend_pid(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    objects_before text[],
    sql            text,
    session_changes text[], -- of an end: what it changed in the session (src/core/migration/session_change.hpp)
    relation       text     -- of a start: the qualified name of the relation that a CONCURRENTLY works on
);

CREATE FUNCTION migrator.refuse_change() RETURNS trigger
    AS 'MODULE_PATHNAME', 'migrator_refuse_change' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.history_entry
    FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_change();
ALTER TABLE migrator.history_entry ENABLE ALWAYS TRIGGER append_only; -- under session_replication_role = replica too

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.statement_entry
    FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_change();
ALTER TABLE migrator.statement_entry ENABLE ALWAYS TRIGGER append_only;

CREATE VIEW migrator.statement_history AS
    SELECT id, module, version, action, statement, statements, result, at, line, command, sql, sqlstate, error, run_by,
           backend_pid, transaction_id, checksum
    FROM migrator.statement_entry;

-- \d+ shows the definition: short names keep its lines short.
CREATE VIEW migrator.history AS
    SELECT id, module, version, name, kind, action, result, started_at, finished_at, execution_time_ms, run_by, session_role,
           client_address, application_name, backend_pid, transaction_id, source, checksum, raw_checksum,
           checksum_algorithm, up, down, verify, reason, sqlstate, error, statement, line,
           CASE WHEN up_directives LIKE '%allow=%' THEN
               ARRAY(SELECT substr(d, 7) FROM string_to_table(up_directives, E'\n') d WHERE d LIKE 'allow=%')
           END AS allowed
    FROM migrator.history_entry;
