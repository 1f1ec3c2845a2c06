// An object of the database that a statement created, altered, dropped or used.
#pragma once

#include <string>

namespace mig {

struct TouchedObject {
    enum class How : unsigned char { created, altered, dropped, used };
    How how;
    std::string type;     // as the server names it: table, table column, index, function
    std::string identity; // as pg_identify_object() gives it afterwards: public.orders, public.add(integer,integer)
    std::string part;     // of an altered table: the column or constraint, or nothing
    std::string what;     // of an altered object: ADD COLUMN, RENAME, OWNER TO; of a dropped one `cascade`; of a used one UPDATE
    std::string old_name = {}; // with RENAME and SET SCHEMA: the part's old name, else the old identity
    // The statement that did it, as texts of equal statements are equal; empty if it is not known.
    std::string statement = {};
    bool conditional = false; // of a created one: OR REPLACE or IF NOT EXISTS
};

const char *to_text(TouchedObject::How how) noexcept;

// `created table public.orders`, `altered table public.orders: ADD COLUMN total`,
// `altered table public.orders: RENAME COLUMN total TO sum`, `altered table public.orders: RENAME TO public.sales`
std::string to_text(TouchedObject const &object);

} // namespace mig
