-- needs 0.1.0
-- Agents of tasks ask before their models' calls too: run_id is then JOB/TASK/ATTEMPT.

-- The hold of the task's job that has the call counted already; null: none has.
alter table spending_calls add column covered text;
