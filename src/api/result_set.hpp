// The rows that a set-returning function gives back.
#pragma once

#include "bridge/boundary.hpp"

#include <initializer_list>

extern "C" {
#include "nodes/execnodes.h"
}

namespace mig::api {

// A value of a row; a version is text to the server too.
struct Cell {
    enum class Type : unsigned char { null, text, bigint, integer, boolean, real, timestamp };
    Type type = Type::null;
    std::string_view text = {};
    std::int64_t number = 0;
    double real = 0;

    Cell() = default;
    Cell(std::string_view value) : type(Type::text), text(value) {}
    Cell(std::string const &value) : type(Type::text), text(value) {}
    Cell(const char *value) : type(Type::text), text(value) {}
    Cell(std::int64_t value) : type(Type::bigint), number(value) {}
    Cell(std::int32_t value) : type(Type::integer), number(value) {}
    Cell(bool value) : type(Type::boolean), number(value) {}
    Cell(double value) : type(Type::real), real(value) {}
    template <class T>
    Cell(std::optional<T> const &value) {
        if (value)
            *this = Cell(*value);
    }
    static Cell timestamp(std::int64_t value) {
        Cell cell(value);
        cell.type = Type::timestamp;
        return cell;
    }
};

// Refuses, as the server does, a caller that cannot take a set.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo call);
    void add(std::initializer_list<Cell> cells);

  private:
    ReturnSetInfo *info_;
    MemoryContext row_;
};

} // namespace mig::api
