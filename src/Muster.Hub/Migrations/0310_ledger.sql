-- needs 0.1.0
-- Credits by double entry, in micro-credits (1 CPT = 1,000,000); times are Unix milliseconds. A transfer is never changed or
-- deleted: a mistake is undone by another one.

-- Whoever changes the ledger first takes numbers here, and so waits for any other hub that does.
create table ledger_numbers (
    id integer primary key,
    last integer not null
);
insert into ledger_numbers (id, last) values (1, 0);

-- What is held is a part of the balance that only its hold may take. Only the source of all credits may owe.
create table ledger_accounts (
    number integer primary key autoincrement,
    name text not null unique,
    owner text,
    balance integer not null default 0,
    held integer not null default 0,
    received integer not null default 0,
    check (held >= 0),
    check (balance >= held or name = 'issuance')
);
create index ledger_accounts_owner on ledger_accounts (owner);

create table ledger_transfers (
    number integer primary key,
    key text unique,
    debit integer not null,
    credit integer not null,
    amount integer not null,
    kind text not null,
    reference text not null,
    note text not null,
    actor text not null,
    at integer not null,
    check (amount > 0),
    check (debit <> credit)
);
create index ledger_transfers_debit on ledger_transfers (debit, number);
create index ledger_transfers_credit on ledger_transfers (credit, number);

-- amount = what was captured + what was released + rest + bonus_rest; open while closed_at is null.
create table ledger_holds (
    key text primary key,
    payer text not null,
    amount integer not null,
    captured integer not null default 0,
    rest integer not null,
    bonus_rest integer not null,
    placed_at integer not null,
    closed_at integer,
    check (captured >= 0 and rest >= 0 and bonus_rest >= 0),
    check (captured + rest + bonus_rest <= amount),
    check (closed_at is null or rest + bonus_rest = 0)
) without rowid;
create index ledger_holds_open on ledger_holds (placed_at) where closed_at is null;

create table ledger_prices (
    version integer primary key,
    rates text not null,
    since integer not null
) without rowid;
