-- UP
CREATE TABLE invoices (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts,
    number     text NOT NULL UNIQUE,
    currency   char(3) NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
    issued_on  date NOT NULL,
    due_on     date NOT NULL,
    paid_on    date
);
CREATE INDEX invoices_unpaid_idx ON invoices (account_id, due_on) WHERE paid_on IS NULL;

CREATE TABLE invoice_lines (
    invoice_id  bigint NOT NULL REFERENCES invoices ON DELETE CASCADE,
    position    integer NOT NULL CHECK (position > 0),
    description text NOT NULL,
    quantity    numeric(10, 2) NOT NULL CHECK (quantity > 0),
    unit_price  numeric(12, 2) NOT NULL,
    amount      numeric(14, 2) NOT NULL GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
    PRIMARY KEY (invoice_id, position)
);

-- DOWN
DROP TABLE invoice_lines;
DROP TABLE invoices;
