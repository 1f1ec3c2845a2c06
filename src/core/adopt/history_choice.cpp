#include "core/adopt/history_choice.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

std::size_t columns_of(HistoryTool const &tool) {
    return static_cast<std::size_t>(std::count_if(std::begin(tool.columns), std::end(tool.columns),
                                                  [](ColumnShape const &column) { return !column.name.empty(); }));
}

bool has(FoundTable const &table, ColumnShape const &column) {
    return column.name.empty() || std::any_of(table.columns.begin(), table.columns.end(), [&](auto const &present) {
               return present.first == column.name && present.second == column.category;
           });
}

bool has_shape(FoundTable const &table, HistoryTool const &tool) {
    return std::all_of(std::begin(tool.columns), std::end(tool.columns),
                       [&](ColumnShape const &column) { return has(table, column); });
}

bool has_name(FoundTable const &table, HistoryTool const &tool) {
    return std::find(std::begin(tool.tables), std::end(tool.tables), table.name) != std::end(tool.tables);
}

HistoryTool const *tool_named(std::string_view word) {
    for (HistoryTool const &tool : history_tools())
        if (std::find(std::begin(tool.words), std::end(tool.words), word) != std::end(tool.words))
            return &tool;
    return nullptr;
}

// Of the tools that could have made the table, the one with the most columns: a shape may be part of another.
HistoryTool const *maker_of(FoundTable const &table, bool by_name) {
    HistoryTool const *maker = nullptr;
    for (HistoryTool const &tool : history_tools())
        if ((!by_name || has_name(table, tool)) && has_shape(table, tool) &&
            (!maker || columns_of(tool) > columns_of(*maker)))
            maker = &tool;
    return maker;
}

std::string known_tools() {
    std::string list;
    for (HistoryTool const &tool : history_tools())
        for (std::string_view const word : tool.words)
            if (!word.empty())
                append_item(list, word);
    return list;
}

std::string call(std::string_view argument) { return "SELECT * FROM migrator.adopt(" + sql_literal(argument) + ")"; }

std::string table_names(HistoryTool const &tool) {
    return std::string(tool.tables[0]) + (tool.tables[1].empty() ? "" : " or " + std::string(tool.tables[1]));
}

std::string kind_of(char category) {
    switch (category) {
    case 'S':
        return "text";
    case 'N':
        return "number";
    case 'B':
        return "boolean";
    case 'D':
        return "time";
    default:
        return "array";
    }
}

std::string shape_of(HistoryTool const &tool) {
    std::string list;
    for (ColumnShape const &column : tool.columns)
        if (!column.name.empty())
            append_item(list, std::string(column.name) + " (" + kind_of(column.category) + ")");
    return list;
}

[[noreturn]] void refuse_none(HistoryRequest const &request, std::vector<FoundTable> const &found) {
    if (request.named && !found.empty())
        throw Failure(sqlstate::invalid_parameter,
                      "table " + found.front().quoted + " is not a history" +
                          (request.tool ? " of " + std::string(request.tool->title) : ""),
                      request.tool ? "It would have the columns " + shape_of(*request.tool) + "."
                                   : "Its columns are not those of any known tool: " + known_tools() + ".");
    if (request.named)
        throw Failure(sqlstate::undefined_table,
                      std::string(request.tool ? "there is no table " : "there is no tool or table ") +
                          quoted_excerpt((request.schema.empty() ? "" : request.schema + ".") + request.tables.front()),
                      "Known tools are " + known_tools() + ".");
    if (request.tool)
        throw Failure(sqlstate::undefined_table,
                      "there is no history of " + std::string(request.tool->title) + " in this database",
                      "It would be a table " + table_names(*request.tool) + ", in any schema, with the columns " +
                          shape_of(*request.tool) + ".",
                      "If it has another name: " + call(std::string(request.tool->words[0]) + ":schema.table") + ".");
    std::string list;
    for (HistoryTool const &tool : history_tools())
        append_item(list, std::string(tool.title) + " (" + table_names(tool) + ")");
    throw Failure(sqlstate::undefined_table, "there is no history of a known tool in this database",
                  "Looked for, in every schema: " + list + ".",
                  "If it has another name: " + call("tool:schema.table") + ".");
}

[[noreturn]] void refuse_several(std::vector<HistoryTable> const &histories) {
    std::string list;
    for (HistoryTable const &history : histories)
        append_item(list, history.table->quoted + " of " + std::string(history.tool->title));
    HistoryTable const &first = histories.front();
    throw Failure(sqlstate::invalid_parameter,
                  "there are " + std::to_string(histories.size()) + " histories of other tools",
                  "They are " + list + ".",
                  "Specify which: " + call(std::string(first.tool->words[0]) + ":" + first.table->quoted) + ".");
}

// One part of a qualified name, as the server reads identifiers. False: there is none.
bool take_identifier(std::string_view &rest, std::string &name) {
    name.clear();
    if (rest.empty() || rest.front() != '"') {
        std::size_t const length = std::min(rest.find_first_of(".\" \t\r\n:()'"), rest.size());
        name = lower_case(rest.substr(0, length));
        rest.remove_prefix(length);
        return !name.empty();
    }
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            if (i + 1 == rest.size() || rest[i + 1] != '"') {
                rest.remove_prefix(i + 1);
                return !name.empty();
            }
            ++i;
        }
        name += rest[i];
    }
    return false;
}

bool take_table(std::string_view text, HistoryRequest &request) {
    std::string name;
    if (!take_identifier(text, name))
        return false;
    if (!text.empty() && text.front() == '.') {
        request.schema = std::move(name);
        text.remove_prefix(1);
        if (!take_identifier(text, name))
            return false;
    }
    request.tables.push_back(std::move(name));
    request.named = true;
    return text.empty();
}

} // namespace

// A tool alone means its tables under their usual names, and auto those of all tools. Everything else names a table.
HistoryRequest parse_history_request(std::string_view text) {
    HistoryRequest request;
    std::size_t const colon = text.find(':');
    std::string const word = lower_case(text.substr(0, colon));
    request.tool = word.empty() ? nullptr : tool_named(word);
    if (colon == std::string_view::npos && (request.tool || word == "auto")) {
        for (HistoryTool const &tool : history_tools())
            if (!request.tool || request.tool == &tool)
                for (std::string_view const table : tool.tables)
                    if (!table.empty())
                        request.tables.emplace_back(table);
        return request;
    }
    bool const prefixed = colon != std::string_view::npos && (request.tool || word == "auto");
    if (!take_table(prefixed ? text.substr(colon + 1) : text, request))
        throw Failure(sqlstate::invalid_parameter, quoted_excerpt(text) + " is neither a tool nor the name of a table",
                      "Known tools are " + known_tools() + ".",
                      "Specify auto, a tool, a table, or both: " + call("tool:schema.table") + ".");
    return request;
}

HistoryTable choose_history(HistoryRequest const &request, std::vector<FoundTable> const &found) {
    std::vector<HistoryTable> histories;
    for (FoundTable const &table : found) {
        check_for_interrupts();
        // A table that the caller has named need not have the name that its tool gives it.
        HistoryTool const *maker = maker_of(table, true);
        if (request.named && request.tool)
            maker = has_shape(table, *request.tool) ? request.tool : nullptr;
        else if (request.named && !maker)
            maker = maker_of(table, false);
        if (maker && (!request.tool || maker == request.tool))
            histories.push_back({maker, &table});
    }
    if (histories.empty())
        refuse_none(request, found);
    if (histories.size() > 1)
        refuse_several(histories);
    return histories.front();
}

std::vector<HistoryTable> known_histories(std::vector<FoundTable> const &found) {
    std::vector<HistoryTable> histories;
    for (FoundTable const &table : found) {
        check_for_interrupts();
        if (HistoryTool const *const maker = maker_of(table, true))
            histories.push_back({maker, &table});
    }
    return histories;
}

std::string origin_of(HistoryTable const &history) {
    return std::string(history.tool->title) + " (" + history.table->quoted + ")";
}

std::string adoption_reason(std::string const &origin) { return "adopted from " + origin; }

// The casts give each column the type that it is read as, whatever type the tool has chosen.
std::string history_query(HistoryTable const &history, std::string const &from) {
    return "SELECT match, key::text, name::text, file::text, state, applied_at::timestamptz, applied_by::text,"
           " ms::float8, scope::text, note::text FROM (" +
           std::string(history.tool->select_from) + " " + from + " AS history " + std::string(history.tool->after) +
           ") AS entry (match, key, name, file, state, applied_at, applied_by, ms, scope, note) WHERE key IS NOT NULL";
}

} // namespace mig
