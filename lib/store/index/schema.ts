/** Moves with every change to the tables below; an index of another version makes room for an empty one. */
export const SCHEMA_VERSION = 7;

/** What each column means is in docs/format.md. */
export const SCHEMA = `
create table totals (
  id integer primary key check (id = 1),
  results integer not null, result_bytes integer not null, blobs integer not null, blob_bytes integer not null
) strict;
insert into totals values (1, 0, 0, 0, 0);
create table notes (name text primary key, value text not null) strict, without rowid;

create table paths (id integer primary key autoincrement, text text not null unique) strict;
create table pairs (
  id integer primary key autoincrement, path integer not null, content text not null, crc integer not null
) strict;
create index pairs_by_path on pairs (path);
create table sets (
  id integer primary key autoincrement, crc integer not null, pairs blob not null
) strict;
create index sets_by_crc on sets (crc);

create table entries (
  id integer primary key autoincrement, context blob not null, result blob not null,
  found integer not null, passed_over blob not null, used integer not null, crc integer not null
) strict;
create index entries_by_context on entries (context);
create index entries_by_found on entries (found);
create index entries_by_used on entries (used);

create table facts (id integer primary key autoincrement, text text not null unique) strict;
create table calls (
  id integer primary key autoincrement, source text not null, base blob not null, context blob not null,
  toolchain blob not null, own text not null, shared integer not null, rest text not null, used integer not null,
  crc integer not null
) strict;
create unique index calls_by_source on calls (source, base);
create index calls_by_used on calls (used);
create index calls_by_shared on calls (shared);

create table results (
  id integer primary key autoincrement, digest blob not null unique, exit integer not null, tool_ms real not null,
  stdout blob not null, stderr blob not null, files text not null, inline blob not null, used integer not null,
  bytes integer not null, crc integer not null
) strict;
create index results_by_used on results (used);
create table blobs (
  id integer primary key autoincrement, digest blob not null unique, size integer not null,
  mtime_s integer not null, mtime_ns integer not null, ctime_s integer not null, ctime_ns integer not null,
  boot integer not null
) strict;
create table refs (blob integer not null, result integer not null, primary key (blob, result)) strict, without rowid;

create table digests (
  path text primary key, digest blob not null, size integer not null, mtime integer not null,
  ctime integer not null, ino integer not null, dev integer not null, hashed integer not null,
  facts text not null, crc integer not null
) strict, without rowid;
pragma user_version = ${SCHEMA_VERSION};
`;
