// Run steps in one connection of pgjdbc and print a line for each, and one for each NOTICE.
//   java -cp /usr/share/java/postgresql.jar Client.java URL 'MODE TEXT'..
//
//   statement SQL      a Statement
//   prepared SQL       a PreparedStatement, executed until the driver names it in the server
//   callable VALUE     a CallableStatement, CALL migrator.apply_each(?)
//   escape VALUE       the same in JDBC's own spelling, {call ..}
//   rail SQL lines     one after the other up to the first error; then ROLLBACK
//   batch SQL lines    one batch, which the driver sends as a pipeline
//   autocommit on|off, timeout SECONDS
import java.sql.*;
import java.util.regex.*;
import org.postgresql.util.*;

public class Client {
    static int timeout = 0;

    static String withoutTime(String text) {
        return text.replaceAll(" \\([0-9.]+ ms\\)", "").replace('\n', ' ');
    }

    static void tell(SQLWarning warning) {
        for (; warning != null; warning = warning.getNextWarning())
            System.out.println(((PSQLWarning) warning).getServerErrorMessage().getSeverity() + ": "
                + withoutTime(warning.getMessage()));
    }

    static String described(SQLException error) {
        if (error instanceof BatchUpdateException && error.getNextException() != null)
            error = error.getNextException();
        ServerErrorMessage server = error instanceof PSQLException ? ((PSQLException) error).getServerErrorMessage() : null;
        if (server == null)
            return error.getSQLState() + " " + withoutTime(error.getMessage());
        Matcher migration = Pattern.compile("migration [^,]*").matcher(server.getWhere() == null ? "" : server.getWhere());
        return error.getSQLState() + " " + withoutTime(server.getMessage()) + (migration.find() ? ", " + migration.group() : "")
            + (server.getHint() == null ? "" : "; HINT: " + withoutTime(server.getHint()));
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(timeout);
            statement.execute(sql);
            tell(statement.getWarnings());
        }
    }

    static void call(Connection connection, String sql, String value) throws SQLException {
        try (CallableStatement statement = connection.prepareCall(sql)) {
            statement.setString(1, value.equals("null") ? null : value);
            statement.execute();
            tell(statement.getWarnings());
        }
    }

    static void run(Connection connection, String mode, String text) throws SQLException {
        switch (mode) {
        case "statement":
            execute(connection, text);
            break;
        case "prepared":
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                for (int i = 0; i < 7; ++i)
                    statement.execute();
            }
            break;
        case "callable":
            call(connection, "CALL migrator.apply_each(?)", text);
            break;
        case "escape":
            call(connection, "{call migrator.apply_each(?)}", text);
            break;
        case "rail":
            try {
                for (String sql : text.split("\n"))
                    execute(connection, sql);
            } finally {
                execute(connection, "ROLLBACK");
                execute(connection, "RESET ALL");
            }
            break;
        case "batch":
            try (Statement statement = connection.createStatement()) {
                for (String sql : text.split("\n"))
                    statement.addBatch(sql);
                statement.executeBatch();
            }
            break;
        case "autocommit":
            if (!connection.getAutoCommit())
                connection.rollback();
            connection.setAutoCommit(text.equals("on"));
            break;
        case "timeout":
            timeout = Integer.parseInt(text);
            break;
        default:
            throw new IllegalArgumentException(mode);
        }
    }

    static String watch(Connection watcher) throws SQLException {
        try (Statement statement = watcher.createStatement();
             ResultSet row = statement.executeQuery("SELECT pg_postmaster_start_time()::text,"
                 + " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')")) {
            row.next();
            return row.getString(1) + " " + row.getString(2);
        }
    }

    public static void main(String[] arguments) throws SQLException {
        try (Connection watcher = DriverManager.getConnection(arguments[0]);
             Connection connection = DriverManager.getConnection(arguments[0])) {
            String before = watch(watcher);
            for (int i = 1; i < arguments.length; ++i) {
                String[] step = arguments[i].split(" ", 2);
                String outcome = "ok";
                try {
                    run(connection, step[0], step[1]);
                } catch (SQLException error) {
                    outcome = described(error);
                }
                String now = watch(watcher);
                System.out.println(step[0] + ": " + outcome
                    + (now.equals(before) ? "" : " AND LEFT A LOCK, OR THE SERVER STARTED ANEW: " + now));
            }
        }
    }
}
