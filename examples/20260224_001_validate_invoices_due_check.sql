-- Second of two: the old rows are checked, under a lock that lets others read and write.

-- UP
ALTER TABLE invoices VALIDATE CONSTRAINT invoices_due_after_issue;

-- DOWN
ALTER TABLE invoices DROP CONSTRAINT invoices_due_after_issue;
ALTER TABLE invoices ADD CONSTRAINT invoices_due_after_issue CHECK (due_on >= issued_on) NOT VALID;
