-- Bodies and history are the user's data: pg_dump takes them along.
SELECT pg_catalog.pg_extension_config_dump('migrator.migration', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.history_entry_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.statement_entry', '');
