-- UP
-- Whoever looks through it sees no more than in the tables themselves.
CREATE VIEW project_overview WITH (security_invoker) AS
SELECT p.id,
       p.account_id,
       p.name,
       count(t.id) FILTER (WHERE t.status IN ('open', 'in_progress')) AS open_tasks,
       count(t.id) FILTER (WHERE t.status = 'done') AS done_tasks,
       min(t.due_on) FILTER (WHERE t.status IN ('open', 'in_progress')) AS next_due_on
FROM projects p
LEFT JOIN tasks t ON t.project_id = p.id
WHERE p.archived_at IS NULL
GROUP BY p.id;

-- DOWN
DROP VIEW project_overview;
