#include "core/base/interruption.hpp"
#include "core/report/html_parts.hpp"
#include "core/report/html_text.hpp"
#include "core/report/markdown_text.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace mig::report {

namespace {

constexpr std::size_t most_migrations = 200, most_bars = 20; // of a migration
constexpr double width = 1000, thinnest = 4;                 // of a drawing, which is stretched to the page

struct Span {
    double begin, end; // ms since the first migration began
};

// `<svg>` with one bar; what it means is said beside it.
std::string bar(const char *kind, Span span, double total) {
    double const scale = total > 0 ? width / total : 0;
    double const length = std::max((span.end - span.begin) * scale, thinnest);
    double const x = std::min(span.begin * scale, width - length);
    char written[200];
    std::snprintf(written, sizeof written,
                  "<svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                  "<rect class=\"%s\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"10\"/></svg>\n",
                  kind, x, length);
    return written;
}

struct Held {
    Waiting who;
    std::string modes;
    Span span;
};

// By relation, in the order in which they are locked.
std::vector<std::pair<std::string, Held>> locks_of(Migration const &migration, double begin) {
    std::vector<std::pair<std::string, Held>> all;
    std::map<std::string, std::size_t> places;
    std::vector<std::optional<double>> const times = held_times(migration);
    double at = begin;
    for (std::size_t i = 0; i < migration.statements.size(); ++i) {
        check_for_interrupts();
        Rehearsed const &seen = migration.statements[i].seen;
        for (TakenLock const &lock : seen.locks) {
            Waiting const who = waiting_for(lock.mode);
            if (who == Waiting::nobody || seen.plain_form)
                continue;
            Span const span{at, at + times[i].value_or(0)};
            auto const [place, is_new] = places.emplace(waited_for(lock), all.size());
            if (is_new) {
                all.push_back({waited_for(lock), {who, lock.mode, span}});
                continue;
            }
            Held &known = all[place->second].second;
            known.who = std::max(known.who, who);
            known.span.end = std::max(known.span.end, span.end);
            if (known.modes.find(lock.mode) == std::string::npos)
                known.modes += std::string(", ") + lock.mode;
        }
        at += seen.execution_time_ms.value_or(0);
    }
    return all;
}

double duration_of(Migration const &migration) {
    double ms = 0;
    for (Statement const &statement : migration.statements)
        ms += statement.seen.execution_time_ms.value_or(0);
    return ms;
}

std::string lane(std::string const &left, std::string const &right, const char *kind, Span span, double total) {
    return "<div class=\"lane\"><p><span>" + left + "</span><span class=\"soft\">" + right + "</span></p>\n" +
           bar(kind, span, total) + "</div>\n";
}

std::string lanes_of(Migration const &migration, double begin, double ms, double total) {
    std::string text = lane("<b>" + escape_html_line(migration.version) + "</b> " + escape_html_line(migration.name),
                            rounded_duration(ms), "whole", {begin, begin + ms}, total);
    auto const locks = locks_of(migration, begin);
    for (std::size_t i = 0; i < std::min(locks.size(), most_bars); ++i) {
        auto const &[relation, held] = locks[i];
        bool const reads = held.who == Waiting::reads_and_writes;
        text += lane(html_code(relation),
                     std::string(reads ? "reads and writes wait " : "writes wait ") +
                         rounded_duration(held.span.end - held.span.begin) + ", " + escape_html_line(held.modes),
                     reads ? "reads" : "writes", held.span, total);
    }
    if (locks.size() > most_bars)
        text += "<p class=\"soft\">and " + std::to_string(locks.size() - most_bars) + " more</p>\n";
    return text;
}

} // namespace

std::string html_timeline(Report const &report) {
    double total = 0;
    for (Migration const &migration : report.migrations)
        total += duration_of(migration);
    if (total <= 0)
        return "";
    std::string text = html_section("timeline", "Timeline");
    double at = 0;
    std::size_t shown = 0, pending = 0;
    for (Migration const &migration : report.migrations) {
        check_for_interrupts();
        if (!migration.pending)
            continue;
        ++pending;
        double const ms = duration_of(migration);
        if (shown < most_migrations) {
            text += lanes_of(migration, at, ms, total);
            ++shown;
        }
        at += ms;
    }
    if (shown < pending)
        text += "<p class=\"soft\">and " + std::to_string(pending - shown) + " more migrations</p>\n";
    return text + "<p class=\"soft\">As measured by the rehearsal. A lock is held until its migration ends.</p>\n"
                  "</section>\n";
}

std::string html_sizes(Report const &report) {
    if (report.relations.empty())
        return "";
    std::string text = html_section("sizes", "Sizes");
    std::int64_t largest = 1;
    for (Relation const &relation : report.relations)
        largest = std::max(largest, relation.bytes);
    std::size_t shown = 0;
    for (Relation const &relation : report.relations) {
        check_for_interrupts();
        if (shown++ == most_migrations) {
            text +=
                "<p class=\"soft\">and " + std::to_string(report.relations.size() - most_migrations) + " more</p>\n";
            break;
        }
        text += lane(html_code(relation.name),
                     rounded_size(relation.bytes) +
                         (relation.rows ? ", about " + std::to_string(*relation.rows) + " rows" : ", never analyzed"),
                     "size", {0, static_cast<double>(relation.bytes)}, static_cast<double>(largest));
    }
    return text + "</section>\n";
}

} // namespace mig::report
