// node-postgres, which speaks the extended protocol, and a client that pipelines. Prints a line per check.
const net = require('net');
const { Client } = require('pg');

let failed = 0;
function check(what, good, came) {
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok     ' : 'FAILED '} node: ${what}${good ? '' : `: ${JSON.stringify(came)}`}`);
}
const options = { host: process.env.PGHOST, port: Number(process.env.PGPORT), user: 'postgres', database: process.env.PGDATABASE };

async function error_of(client, sql, values) {
    try {
        await client.query(sql, values);
        return { code: 'no error' };
    } catch (error) {
        return error;
    }
}

async function migrations(client) {
    const notices = [];
    client.on('notice', (notice) => notices.push(notice.message));
    await client.query('CALL migrator.apply_each($1)', ['1']);
    check('a target as a parameter', notices.length === 1 && notices[0].startsWith('applied 1 '), notices);
    await client.query({ name: 'prepared', text: 'CALL migrator.apply_each($1, $2)', values: [null, 'main'] });
    const status = await client.query("SELECT count(*)::int AS n FROM migrator.status() WHERE status <> 'applied'");
    check('a prepared statement applies the rest', status.rows[0].n === 0 && notices.length > 5, notices);
    await client.query({ name: 'prepared', text: 'CALL migrator.apply_each($1, $2)', values: [null, 'main'] });
    check('and can be executed again', true);
    await client.query("SELECT migrator.load('900', 'fails', 'SELECT 1/0')");
    const error = await error_of(client, 'CALL migrator.apply_each()', []);
    check('a failure has its own SQLSTATE and message', error.code === '22012' && error.message === 'division by zero', error);
    const history = await client.query("SELECT sqlstate FROM migrator.history WHERE version = '900'");
    check('and is in the history', history.rows.length === 1 && history.rows[0].sqlstate === '22012', history.rows);
    await client.query("SELECT migrator.unload('900')");
}

async function guard_rails(client) {
    await client.query('BEGIN');
    let error = await error_of(client, 'CALL migrator.apply_each($1)', [null]);
    await client.query('ROLLBACK');
    check('in a transaction block', error.code === '25001' && /autocommit/.test(error.hint), error);
    error = await error_of(client, 'DO $$ BEGIN CALL migrator.apply_each(); END $$', []);
    check('in a DO block', error.code === '25001', error);
    error = await error_of(client, 'SELECT 1; CALL migrator.apply_each()');
    check('with another statement before it', error.code === '25001', error);
    error = await error_of(client, 'CALL migrator.apply_each(); SELECT 1');
    check('with another statement behind it', error.code === '25001', error);
    const rows = await client.query('SELECT 7 AS seven', []);
    check('the session lives', rows.rows[0].seven === 7);
}

// Messages of the protocol, version 3.
const text = (s) => Buffer.from(`${s}\0`);
function message(type, ...parts) {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(type ? 5 : 4);
    if (type) head.write(type);
    head.writeInt32BE(body.length + 4, type ? 1 : 0);
    return Buffer.concat([head, body]);
}
const none = Buffer.alloc(2);
const extended = (sql) => [
    message('P', text(''), text(sql), none),
    message('B', text(''), text(''), none, none, none),
    message('E', text(''), Buffer.alloc(4)),
];

// Sends the statements without waiting in between; the SQLSTATEs of the answers.
function pipeline(statements) {
    return new Promise((resolve, reject) => {
        const socket = net.connect(`${options.host}/.s.PGSQL.${options.port}`);
        let rest = Buffer.alloc(0), ready = 0;
        const answers = [];
        socket.on('error', reject);
        socket.on('close', () => resolve(answers.concat('closed')));
        socket.on('data', (data) => {
            rest = Buffer.concat([rest, data]);
            while (rest.length >= 5 && rest.length >= rest.readInt32BE(1) + 1) {
                const type = String.fromCharCode(rest[0]), body = rest.subarray(5, rest.readInt32BE(1) + 1);
                rest = rest.subarray(rest.readInt32BE(1) + 1);
                if (type === 'E') answers.push(body.toString().split('\0').find((f) => f[0] === 'C').slice(1));
                if (type === 'C') answers.push(body.toString().replace(/\0.*/, ''));
                if (type !== 'Z') continue;
                if (++ready === 1) socket.write(Buffer.concat([...statements.flatMap(extended), message('S')]));
                else {
                    socket.removeAllListeners('close');
                    socket.end(message('X'));
                    resolve(answers);
                }
            }
        });
        socket.write(message('', Buffer.from([0, 3, 0, 0]), text('user'), text('postgres'), text('database'),
            text(options.database), Buffer.from([0])));
    });
}

async function pipelines(client) {
    let answers = await pipeline(['SELECT 1', 'CALL migrator.apply_each()']);
    check('behind another statement of a pipeline', answers.join() === 'SELECT 1,25001', answers);
    answers = await pipeline(["CREATE TABLE piped (i int)", 'CALL migrator.apply_each()', 'SELECT 1']);
    check('nothing of such a pipeline stays', answers.join() === 'CREATE TABLE,25001', answers);
    const piped = await client.query("SELECT to_regclass('piped') AS name");
    check('not even what came before it', piped.rows[0].name === null, piped.rows);
    answers = await pipeline(['CALL migrator.apply_each()', 'SELECT 1', 'SELECT 2']);
    check('as the first of a pipeline', answers.join() === 'CALL,SELECT 1,SELECT 1', answers);
    await client.query("SELECT migrator.load('901', 'vacuum', 'VACUUM'), migrator.load('902', 'table', 'SELECT 1')");
    answers = await pipeline(['CALL migrator.apply_each()', 'CALL migrator.apply_each()', 'SELECT 2']);
    check('with work to do as the first, refused as the second', answers.join() === 'CALL,25001', answers);
}

(async () => {
    const client = new Client(options);
    await client.connect();
    await migrations(client);
    await guard_rails(client);
    await pipelines(client);
    const locks = await client.query("SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'");
    check('no lock is left', locks.rows[0].n === 0, locks.rows);
    await client.end();
    process.exit(failed ? 1 : 0);
})().catch((error) => {
    console.log('FAILED  node:', error);
    process.exit(1);
});
