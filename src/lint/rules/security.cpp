// Rules: privileges, passwords, and where unqualified names go.
//
// What PUBLIC has by default is in "Privileges" of PostgreSQL's manual: CONNECT and TEMPORARY on databases, EXECUTE on
// functions, USAGE on languages and types; nothing on tables, sequences and schemas.
#include "lint/rules/rules.hpp"

#include "lint/read/wording.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

// The GRANT that the statement is, or that ALTER DEFAULT PRIVILEGES has in it; null: neither, or a REVOKE.
GrantStmt const *grant(Subject const &subject) {
    auto const *defaults = MIG_AS(AlterDefaultPrivilegesStmt, subject.node);
    GrantStmt const *const statement = defaults ? defaults->action : MIG_AS(GrantStmt, subject.node);
    // GRANT and REVOKE share a node; what REVOKE takes away is no hazard for security.
    return statement && statement->is_grant ? statement : nullptr;
}

std::vector<std::string> privileges(GrantStmt const &statement) {
    std::vector<std::string> result;
    each<AccessPriv>(statement.privileges, [&](AccessPriv const &privilege) {
        // Null in ALL (columns) only: ALL by itself is an empty list.
        std::string name = privilege.priv_name ? privilege.priv_name : "ALL";
        for (char &c : name)
            c = static_cast<char>(pg_ascii_toupper(static_cast<unsigned char>(c)));
        result.push_back(std::move(name));
    });
    if (result.empty())
        result.emplace_back("ALL");
    return result;
}

// The grammar has a RangeVar for tables and sequences, an ObjectWithArgs for functions, a List for types, and a String
// for what has no schema (privilege_target).
std::string objects(Subject const &subject, GrantStmt const &statement) {
    if (statement.targtype == ACL_TARGET_DEFAULTS)
        return "every one that is created later";
    std::vector<std::string> names;
    each<Node>(statement.objects, [&](Node &object) {
        if (auto const *name = MIG_AS(RangeVar, &object)) {
            Table const *const relation = subject.world.find(name);
            names.push_back(relation ? relation->qualified() : quoted(name->relname));
        } else if (IsA(&object, String)) {
            names.push_back(quoted(strVal(&object)));
        } else if (auto const *function = MIG_AS(ObjectWithArgs, &object)) {
            names.push_back(dotted(function->objname));
        } else if (IsA(&object, List)) {
            names.push_back(dotted(MIG_AS(List, &object)));
        }
    });
    return (statement.targtype == ACL_TARGET_ALL_IN_SCHEMA ? "all in schema " : "") + listed(names);
}

// Null for functions, languages and types, on which PUBLIC has its privileges anyway, and for what is seldom granted.
const char *kind_of(ObjectType type) {
    switch (type) {
    case OBJECT_TABLE:
        return "table";
    case OBJECT_SEQUENCE:
        return "sequence";
    case OBJECT_SCHEMA:
        return "schema";
    case OBJECT_DATABASE:
        return "database";
    default:
        return nullptr;
    }
}

bool to_public(GrantStmt const &statement) {
    return any<RoleSpec>(statement.grantees, [](RoleSpec const &role) { return role.roletype == ROLESPEC_PUBLIC; });
}

bool includes(std::vector<std::string> const &privileges, const char *privilege) {
    for (std::string const &name : privileges)
        if (name == privilege || name == "ALL")
            return true;
    return false;
}

} // namespace

// PUBLIC means every role, also those that are created later. A GRANT of what it has by default changes nothing and is
// no finding. USAGE of a schema alone gives access to nothing in it.
void grant_to_public(Subject const &subject, Report &report) {
    GrantStmt const *const statement = grant(subject);
    const char *const kind = statement ? kind_of(statement->objtype) : nullptr;
    if (!kind || !to_public(*statement))
        return;
    std::vector<std::string> const granted = privileges(*statement);
    // CONNECT and TEMPORARY: the default.
    if (statement->objtype == OBJECT_DATABASE && !includes(granted, "CREATE"))
        return;
    bool const harmless = statement->objtype == OBJECT_SCHEMA && !includes(granted, "CREATE");
    std::string const what = objects(subject, *statement);
    report.add(
        harmless ? Severity::info : Severity::warning,
        "every role of this server that can connect, present and future, of any application, gets " + listed(granted) +
            " on " + kind + " " + what,
        "Grant it to a role of its own, and that role to whoever needs it: CREATE ROLE app_access NOLOGIN; GRANT " +
            listed(granted) + " ... TO app_access.");
}

// An empty list of privileges is ALL PRIVILEGES. The manual's "Privileges" lists what that is for each kind of object.
// Reported are only tables and schemas, where it contains what an application seldom needs. Who may CREATE in a schema
// can shadow what others name without one: CVE-2018-1058.
void grant_all(Subject const &subject, Report &report) {
    GrantStmt const *const statement = grant(subject);
    if (!statement || statement->privileges != NIL || to_public(*statement))
        return;
    if (statement->objtype == OBJECT_TABLE)
        report.add(Severity::info,
                   "ALL on table " + objects(subject, *statement) + " includes TRUNCATE, REFERENCES and TRIGGER",
                   "GRANT SELECT, INSERT, UPDATE, DELETE.");
    else if (statement->objtype == OBJECT_SCHEMA)
        report.add(Severity::info,
                   "ALL on schema " + objects(subject, *statement) +
                       " includes CREATE: objects created there can be found before "
                       "those that others mean",
                   "GRANT USAGE.");
}

// Privileges that are passed on depend on the grant option: REVOKE then needs CASCADE.
void grant_option(Subject const &subject, Report &report) {
    GrantStmt const *const statement = grant(subject);
    if (!statement || !statement->grant_option)
        return;
    const char *const kind = kind_of(statement->objtype);
    report.add(Severity::warning,
               "whoever gets " + listed(privileges(*statement)) + " on " + (kind ? std::string(kind) + " " : "") +
                   objects(subject, *statement) +
                   " can grant it to anybody, and the migrations no longer show who has it",
               "Leave out WITH GRANT OPTION.");
}

// A password that begins with SCRAM-SHA-256$ is stored as it is (get_password_type()): a verifier, from which nobody
// can compute the password. An MD5 hash gets no such exception, since the hash alone is enough to log in.
void password_in_body(Subject const &subject, Report &report) {
    List const *options = NIL;
    RoleSpec const *altered = nullptr;
    const char *role = nullptr;
    if (auto const *create = MIG_AS(CreateRoleStmt, subject.node)) {
        options = create->options;
        role = create->role;
    } else if (auto const *alter = MIG_AS(AlterRoleStmt, subject.node)) {
        options = alter->options;
        altered = alter->role;
        role = altered && altered->rolename ? altered->rolename : "the current role";
    }
    // PASSWORD NULL has no argument.
    DefElem const *const password = option_named(options, "password");
    if (!password || !password->arg || !IsA(password->arg, String) ||
        std::strncmp(strVal(password->arg), "SCRAM-SHA-256$", 14) == 0)
        return;
    report.add(Severity::warning,
               "the password of " + quoted(role ? role : "") +
                   " is kept in the body and in migrator.history, which is "
                   "never deleted, and goes to the server's log",
               "Leave it out here and set it by psql's \\password; or write its SCRAM-SHA-256 verifier.");
}

// The default search_path is "$user", public. An unqualified name therefore goes to the schema that is named after the
// role, if there is one, and no other role's search_path has that schema.
void created_in_own_schema(Subject const &subject, Report &report) {
    RangeVar const *name = nullptr;
    if (auto const *table = MIG_AS(CreateStmt, subject.node))
        name = table->relation;
    else if (auto const *view = MIG_AS(ViewStmt, subject.node))
        name = view->view;
    else if (auto const *sequence = MIG_AS(CreateSeqStmt, subject.node))
        name = sequence->sequence;
    if (!name || name->schemaname || name->relpersistence == 't')
        return;
    // By the World's search_path, which follows SET and set_config() of pending statements.
    Oid const user = subject.world.role();
    const char *const role = pg::guarded([=] { return GetUserNameFromId(user, true); });
    std::string const schema = subject.world.schema_for(name);
    if (role && schema == role && schema != "public")
        report.add(
            Severity::info,
            quoted(name->relname) + " goes to schema " + quoted(schema) +
                ", as its name is not qualified and that "
                "schema has the name of the role that applies: under another role it goes elsewhere, and others do not "
                "find it",
            "Write the schema: " + quoted(schema) + "." + quoted(name->relname) + ", or SET search_path first.");
}

namespace {

constexpr Rule entries[] = {
    {"grant-to-public", "everybody gets it", grant_to_public},
    {"grant-all", "more than is needed is granted", grant_all},
    {"grant-option", "it can be handed on", grant_option},
    {"password-in-body", "a password is kept in the clear", password_in_body},
    {"created-in-own-schema", "where it goes depends on the role", created_in_own_schema},
    {"rls-without-policy", "row security hides every row", rls_without_policy},
    {"rls-disabled", "policies no longer apply", rls_disabled},
    {"rls-owner-exempt", "policies do not hold for the owner", rls_owner_exempt},
    {"policy-dropped", "row security shows or hides other rows", policy_dropped},
    {"policy-for-everyone", "a policy that lets everybody do everything", policy_for_everyone},
    {"rows-hidden-by-policy", "a backfill passes rows over without an error", rows_hidden_by_policy},
    {"security-definer-search-path", "its caller chooses what its names mean", security_definer_search_path},
    {"dynamic-sql", "what is handed over is executed", dynamic_sql},
};

} // namespace

Rules security_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
