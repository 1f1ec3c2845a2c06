// The rows of other calls within a report: a program that has the report needs no other call.
#pragma once

#include "core/report/json_writer.hpp"
#include "core/report/report.hpp"

namespace mig::report {

// `plan`, `lint` and `status`, with the columns of plan(), lint() and status().
void write_rows(JsonWriter &out, Report const &report);
void write_relations(JsonWriter &out, Report const &report);

} // namespace mig::report
