-- needs 0.1.0
-- Which model a conversation uses (null: each machine its own), and the machines that were said to have none of that name.
alter table conversations add column model text;
alter table conversations add column model_missed text;
