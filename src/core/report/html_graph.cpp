#include "core/base/interruption.hpp"
#include "core/report/html_parts.hpp"
#include "core/report/html_text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mig::report {

namespace {

constexpr std::size_t most_nodes = 60;                                    // on a side
constexpr int width = 360, box = 150, height = 20, step = 28, label = 21; // characters of a label

struct Node {
    std::string name, title;
    bool conflict = false;
};

struct Edge {
    std::size_t migration, object;
    std::string how;
    bool conflict = false;
};

class Graph {
  public:
    explicit Graph(Report const &report) {
        for (Conflict const &conflict : report.conflicts) {
            conflicting_.insert(conflict.version_a);
            conflicting_.insert(conflict.version_b);
            over_.insert({conflict.version_a, conflict.object});
            over_.insert({conflict.version_b, conflict.object});
        }
        for (Migration const &migration : report.migrations)
            if (migration.pending && migrations_.emplace(migration.version, left_.size()).second)
                left_.push_back({migration.version + " " + migration.name, migration.version + " " + migration.name,
                                 conflicting_.count(migration.version) > 0});
        for (auto const &[version, object] : over_)
            add(version, object, "", "in conflict with another over", true);
        for (Migration const &migration : report.migrations)
            for (Statement const &statement : migration.statements) {
                check_for_interrupts();
                for (TouchedObject const &object : statement.seen.objects)
                    if (object.type != "table column" && object.type != "default value")
                        add(migration.version, object.identity, object.type + " ", to_text(object.how), false);
                for (TakenLock const &lock : statement.seen.locks)
                    add(migration.version, lock.relation, "", "locks", false);
            }
    }

    std::string draw() const {
        if (edges_.empty())
            return "";
        std::size_t const left = std::min(left_.size(), most_nodes), right = std::min(right_.size(), most_nodes);
        std::size_t const rows = std::max(left, right);
        std::string text =
            "<svg class=\"graph\" role=\"img\" aria-label=\"Migrations and the objects that they touch\" "
            "viewBox=\"0 0 " +
            std::to_string(width) + " " + std::to_string(rows * step) + "\">\n";
        for (Edge const &edge : edges_)
            if (edge.migration < left && edge.object < right)
                text += path(edge, left, right, rows);
        for (std::size_t i = 0; i < left; ++i)
            text += node(left_[i], 0, y_of(i, left, rows));
        for (std::size_t i = 0; i < right; ++i)
            text += node(right_[i], width - box, y_of(i, right, rows));
        text += "</svg>\n";
        if (left < left_.size() || right < right_.size())
            text += "<p class=\"soft\">" + std::to_string(left_.size() - left) + " more migrations and " +
                    std::to_string(right_.size() - right) + " more objects are not drawn.</p>\n";
        return text;
    }

  private:
    void add(std::string const &version, std::string const &object, std::string const &type, std::string how,
             bool conflict) {
        auto const [from, new_migration] = migrations_.emplace(version, left_.size());
        if (new_migration)
            left_.push_back({version, version, conflicting_.count(version) > 0});
        auto const [to, new_object] = objects_.emplace(object, right_.size());
        if (new_object)
            right_.push_back({object, type + object, conflict});
        if (known_.insert({from->second, to->second}).second)
            edges_.push_back({from->second, to->second, std::move(how), conflict});
    }

    // Each side is spread over the whole height.
    static int y_of(std::size_t index, std::size_t count, std::size_t rows) {
        return static_cast<int>((2 * index + 1) * rows * step / (2 * count)) - height / 2;
    }

    std::string path(Edge const &edge, std::size_t left, std::size_t right, std::size_t rows) const {
        std::string const y1 = std::to_string(y_of(edge.migration, left, rows) + height / 2),
                          y2 = std::to_string(y_of(edge.object, right, rows) + height / 2);
        return "<path" + std::string(edge.conflict ? " class=\"conflict\"" : "") + " d=\"M" + std::to_string(box) +
               " " + y1 + " C" + std::to_string(width / 2) + " " + y1 + " " + std::to_string(width / 2) + " " + y2 +
               " " + std::to_string(width - box) + " " + y2 + "\"><title>" +
               escape_html_line(left_[edge.migration].name + ": " + edge.how + " " + right_[edge.object].title) +
               "</title></path>\n";
    }

    static std::string node(Node const &one, int x, int y) {
        return "<g" + std::string(one.conflict ? " class=\"conflict\"" : "") + "><title>" +
               escape_html_line(one.title) + "</title><rect x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) +
               "\" width=\"" + std::to_string(box) + "\" height=\"" + std::to_string(height) +
               "\" rx=\"4\"/><text x=\"" + std::to_string(x + 6) + "\" y=\"" + std::to_string(y + height - 6) + "\">" +
               escape_html_line(shortened_label(one.name, label)) + "</text></g>\n";
    }

    std::set<std::string> conflicting_;
    std::set<std::pair<std::string, std::string>> over_; // version, object
    std::map<std::string, std::size_t> migrations_, objects_;
    std::set<std::pair<std::size_t, std::size_t>> known_;
    std::vector<Node> left_, right_;
    std::vector<Edge> edges_;
};

} // namespace

std::string html_graph(Report const &report) {
    std::string const drawn = Graph(report).draw();
    return drawn.empty() ? "" : html_section("objects", "Objects") + drawn + "</section>\n";
}

} // namespace mig::report
