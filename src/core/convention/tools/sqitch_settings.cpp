#include "core/convention/tools/sqitch_settings.hpp"

#include "core/base/interruption.hpp"
#include "core/convention/tools/sqitch_conf.hpp"
#include "core/convention/untaken_files.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

constexpr std::string_view conf_name = "sqitch.conf";

// `pg` for db:pg://host/name.
std::string engine_of_uri(std::string_view uri) {
    if (uri.substr(0, 3) == "db:")
        uri.remove_prefix(3);
    return lower_case(uri.substr(0, uri.find(':')));
}

bool is_postgresql(std::string_view engine) {
    return engine == "pg" || engine == "postgres" || engine == "postgresql" || engine == "pgsql";
}

class SettingsReader {
  public:
    explicit SettingsReader(SourceFile const &file)
        : file_(file), base_(directory_of(file.path)), conf_(file.content, file.path) {
        choose_target();
    }

    SqitchSettings read() const {
        SqitchSettings settings{&file_, base_, {}, {}, {}, {}, {}};
        std::string const top = directory("top_dir", {}),
                          reworked = setting("reworked_dir").empty() ? top : directory("reworked_dir", {});
        settings.plan = setting("plan_file").empty() ? top + "sqitch.plan" : path("plan_file");
        for (auto const &[kind, scripts] :
             {std::pair{"deploy", &settings.deploy}, std::pair{"revert", &settings.revert},
              std::pair{"verify", &settings.verify}}) {
            std::string const name(kind);
            scripts->directory = base_ + directory(name + "_dir", top + name + "/");
            scripts->reworked_directory = base_ + directory("reworked_" + name + "_dir", reworked + name + "/");
        }
        settings.plan = base_ + settings.plan;
        settings.ending = "." + (setting("extension").empty() ? std::string("sql") : setting("extension"));
        return settings;
    }

  private:
    // The target that Sqitch uses if none is named. If that is for another engine, the one for PostgreSQL.
    void choose_target() {
        std::string const core_engine = conf_.value("core", "engine");
        target_ = conf_.value("core", "target");
        if (target_.empty())
            target_ = conf_.value("engine." + core_engine, "target");
        std::string const &uri =
            target_.find(':') == std::string::npos ? conf_.value("target." + target_, "uri") : target_;
        std::string const engine = uri.empty() ? core_engine : engine_of_uri(uri);
        if (engine.empty() || is_postgresql(engine))
            return;
        if (!conf_.has_section("engine.pg"))
            throw Failure(sqlstate::malformed_file, file_.path + ": engine " + quoted_excerpt(engine),
                          "The scripts are for another kind of database. Nothing was loaded.",
                          "Load a project of engine pg.");
        target_ = conf_.value("engine.pg", "target");
    }

    // The most specific value: of the target, of the engine, or of [core].
    std::string const &setting(std::string const &key) const {
        for (std::string const &section : {"target." + target_, std::string("engine.pg")})
            if (std::string const &value = conf_.value(section, key); !value.empty())
                return value;
        return conf_.value("core", key);
    }

    // A path below the directory of the settings, without `.` and superfluous slashes.
    std::string path(std::string const &key) const {
        std::string const &value = setting(key);
        std::string result;
        bool out = value.front() == '/';
        for (std::size_t at = 0; at < value.size();) {
            check_for_interrupts();
            std::size_t const end = std::min(value.find('/', at), value.size());
            std::string const part = value.substr(at, end - at);
            out = out || part == "..";
            if (!part.empty() && part != ".")
                result += (result.empty() ? "" : "/") + part;
            at = end + 1;
        }
        if (out)
            throw Failure(sqlstate::malformed_file,
                          file_.path + ": " + key + " is " + quoted_excerpt(value) +
                              ", which leads out of the directory",
                          {}, "Load the directory that holds both.");
        return result;
    }

    std::string directory(std::string const &key, std::string fallback) const {
        if (setting(key).empty())
            return fallback;
        std::string const result = path(key);
        return result + (result.empty() ? "" : "/");
    }

    SourceFile const &file_;
    std::string const base_;
    SqitchConf const conf_;
    std::string target_;
};

} // namespace

std::string_view directory_of(std::string_view path) { return path.substr(0, path.size() - base_name(path).size()); }

SourceFile const *file_at(std::string_view path, std::vector<SourceFile> const &files) {
    auto const found = std::find_if(files.begin(), files.end(), [&](SourceFile const &file) {
        check_for_interrupts();
        return file.path == path;
    });
    return found == files.end() ? nullptr : &*found;
}

SourceFile const *sqitch_settings_file(std::vector<SourceFile> const &files) {
    SourceFile const *only = nullptr;
    std::size_t count = 0;
    for (SourceFile const &file : files) {
        check_for_interrupts();
        if (base_name(file.path) != conf_name)
            continue;
        if (file.path == conf_name)
            return &file;
        only = &file;
        ++count;
    }
    return count == 1 ? only : nullptr;
}

SqitchSettings sqitch_settings(SourceFile const &file) { return SettingsReader(file).read(); }

SqitchSettings default_sqitch_settings(std::string const &plan) {
    std::string const base(directory_of(plan)), deploy = base + "deploy/", revert = base + "revert/",
                                                verify = base + "verify/";
    return {nullptr, base, plan, {deploy, deploy}, {revert, revert}, {verify, verify}, ".sql"};
}

} // namespace mig
