-- First of two: new rows are checked at once; nothing is scanned while the table is locked.

-- UP
ALTER TABLE invoices ADD CONSTRAINT invoices_due_after_issue CHECK (due_on >= issued_on) NOT VALID;

-- DOWN
ALTER TABLE invoices DROP CONSTRAINT invoices_due_after_issue;
