-- needs 0.1.0
-- By what receipts are proven: the hub's own key, and the key of the node that signed a batch, which outlives the node.

create table receipt_keys (
    id integer primary key,
    secret blob not null
);

alter table receipt_batches add column node_key blob;
