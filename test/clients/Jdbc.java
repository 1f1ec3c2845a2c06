// The JDBC driver: Statement, PreparedStatement and CallableStatement, with autocommit on and off. A line per check.
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

public class Jdbc {
    static int failed = 0;

    static void check(String what, boolean good, Object came) {
        failed += good ? 0 : 1;
        System.out.println((good ? "ok      " : "FAILED  ") + "JDBC: " + what + (good ? "" : ": " + came));
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static SQLException errorOf(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return new SQLException("no error", "00000");
        } catch (SQLException error) {
            return error;
        }
    }

    public static void main(String[] arguments) throws SQLException {
        try (Connection connection = DriverManager.getConnection(arguments[0], "postgres", "")) {
            try (PreparedStatement call = connection.prepareStatement("CALL migrator.apply_each(?)")) {
                call.setString(1, "2");
                call.execute();
                check("a target as a parameter", call.getWarnings() != null
                        && call.getWarnings().getMessage().startsWith("applied 1 "), call.getWarnings());
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("CALL migrator.apply_each()");
                statement.execute("CALL migrator.apply_each()");
            }
            String left = one(connection, "SELECT count(*) FROM migrator.status() WHERE status <> 'applied'");
            check("everything is applied", left.equals("0"), left);

            connection.setAutoCommit(false);
            SQLException error = errorOf(connection, "CALL migrator.apply_each()");
            connection.rollback();
            check("autocommit off", error.getSQLState().equals("25001") && error.getMessage().contains("autocommit on"), error);
            check("the connection can be used", one(connection, "SELECT 7").equals("7"), "");
            connection.rollback();
            connection.setAutoCommit(true);
            one(connection, "SELECT migrator.load('910', 'fails', 'SELECT 1/0')");
            error = errorOf(connection, "CALL migrator.apply_each()");
            check("a failure has its own SQLSTATE", error.getSQLState().equals("22012"), error);
            check("and is in the history",
                    one(connection, "SELECT sqlstate FROM migrator.history WHERE version = '910'").equals("22012"), "");
            one(connection, "SELECT migrator.unload('910')");
            error = errorOf(connection, "DO $$ BEGIN CALL migrator.apply_each(); END $$");
            check("in a DO block", error.getSQLState().equals("25001"), error);
            String locks = one(connection, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
            check("no lock is left", locks.equals("0"), locks);
        }
        System.exit(failed == 0 ? 0 : 1);
    }
}
