// Run steps in one connection of node-postgres and print a line for each, and one for each NOTICE.
//   node client.js 'MODE TEXT'..      the connection comes from the environment, as for psql
//
//   simple SQL        one message of the simple protocol, with all that it contains
//   extended SQL      Parse, Bind, Execute, Sync
//   prepared SQL      the same with a named statement, executed twice
//   parameter VALUE   CALL migrator.apply_each($1)
//   rail SQL lines    one after the other up to the first error; then ROLLBACK
//   pipeline MESSAGES in a raw connection; see messages()
'use strict';
const net = require('net');
const { Client } = require('pg');
const { parse, serialize } = require('pg-protocol');

const without_time = (text) => text.replace(/ \([0-9.]+ ms\)/g, '').replace(/\n/g, ' ');

function described(error) {
  const migration = /migration [^,]*/.exec(error.where || '');
  return (error.code || '?') + ' ' + without_time(error.message) + (migration ? ', ' + migration[0] : '') +
    (error.hint ? '; HINT: ' + without_time(error.hint) : '');
}

const extended = (client, text) => client.query({ text, queryMode: 'extended' });

const modes = {
  simple: (client, text) => client.query(text),
  extended,
  prepared: async (client, text) => {
    await client.query({ name: text, text });
    await client.query({ name: text, text });
  },
  parameter: (client, value) => client.query('CALL migrator.apply_each($1)', [value === 'null' ? null : value]),
  rail: async (client, text) => {
    try {
      for (const statement of text.split('\n'))
        await extended(client, statement);
    } finally {
      await client.query('ROLLBACK; RESET ALL');
    }
  },
};

// A line of `text` is a message: parse NAME SQL, bind PORTAL NAME, execute PORTAL ROWS, all SQL (the three of them,
// unnamed), query SQL (the simple protocol), flush, sync. "-" is the unnamed one; everything goes out in one write.
function messages(text) {
  const name = (word) => (word === '-' ? '' : word);
  const build = {
    parse: (a, rest) => serialize.parse({ name: name(a), text: rest }),
    bind: (a, rest) => serialize.bind({ portal: name(a), statement: name(rest) }),
    execute: (a, rest) => serialize.execute({ portal: name(a), rows: Number(rest) }),
    all: (a, rest) => Buffer.concat([build.parse('-', a + ' ' + rest), build.bind('-', '-'), build.execute('-', '0')]),
    query: (a, rest) => serialize.query(a + ' ' + rest),
    flush: () => serialize.flush(),
    sync: () => serialize.sync(),
  };
  return Buffer.concat(text.split('\n').map((line) => {
    const [kind, first, ...rest] = line.split(' ');
    return build[kind](first, rest.join(' '));
  }));
}

// What the server answers, up to the last of the expected ReadyForQuery; then again for a statement that is harmless.
function pipeline(text) {
  const expected = text.split('\n').filter((line) => /^(sync|query)/.test(line)).length;
  return new Promise((resolve) => {
    const answers = [];
    let ready = -1;
    const socket = net.connect(process.env.PGHOST + '/.s.PGSQL.' + process.env.PGPORT);
    socket.on('close', () => resolve(answers.join(', ')));
    socket.on('error', (error) => answers.push(error.message));
    socket.write(serialize.startup({ user: process.env.PGUSER, database: process.env.PGDATABASE,
      application_name: 'raw' }));
    parse(socket, (message) => {
      switch (message.name) {
        case 'commandComplete': answers.push(message.text); break;
        case 'portalSuspended': answers.push('suspended'); break;
        case 'error': answers.push(described(message)); break;
        case 'readyForQuery':
          ready++;
          if (ready > 0)
            answers.push('ready ' + message.status);
          if (ready === 0)
            socket.write(messages(text));
          else if (ready === expected)
            socket.write(serialize.query('SELECT 1'));
          else if (ready > expected)
            socket.end(serialize.end());
      }
    });
  });
}

async function main(steps) {
  const watcher = new Client();
  await watcher.connect();
  const watch = async () => (await watcher.query(`SELECT pg_postmaster_start_time()::text AS started,
    (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`)).rows[0];
  const { started } = await watch();

  const client = new Client();
  client.on('notice', (notice) => console.log(notice.severity + ': ' + without_time(notice.message)));
  await client.connect();
  for (const step of steps) {
    const [, mode, text] = /^(\w+) ([^]*)$/.exec(step);
    let outcome = 'ok';
    try {
      if (mode === 'pipeline')
        outcome = await pipeline(text);
      else
        await modes[mode](client, text);
    } catch (error) {
      outcome = described(error);
    }
    const now = await watch();
    console.log(mode + ': ' + outcome + (now.locks === 0 ? '' : ' AND LEFT A LOCK') +
      (now.started === started ? '' : ' AND THE SERVER STARTED ANEW'));
  }
  await client.end();
  await watcher.end();
}

main(process.argv.slice(2)).catch((error) => {
  console.log(error);
  process.exitCode = 1;
});
