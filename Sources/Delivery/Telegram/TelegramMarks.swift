import Payments
public import Storage

/// What Telegram said about a bot or a chat that holds after a restart too.
public enum TelegramMarks {
    /// The table, to be applied after the core's.
    public static let migrations = [
        Migration(
            "2026-11-telegram",
            ["CREATE TABLE telegram_marks (name TEXT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)"])
    ]

    /// The longest time for which a bot is silent because it was told to, milliseconds. A mark that is farther off is
    /// of a clock that was ahead.
    static let restMaximum: Int64 = 7 * 86_400_000

    /// The group that a group has become; nil: it is what it was.
    static func moved(_ chat: TelegramChat, in sql: any SQLSession) throws -> Int64? {
        try value("moved:\(chat)", in: sql)
    }

    /// - Parameters:
    ///   - chat: as settings have it.
    ///   - number: the chat that it is now.
    static func move(_ chat: TelegramChat, to number: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO telegram_marks (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.text("moved:\(chat)"), .integer(number)])
    }

    /// How long that bot is to be silent yet, milliseconds; nil: it may speak.
    ///
    /// - Parameter now: milliseconds since 1970.
    static func rest(_ token: TelegramToken, at now: Int64, in sql: any SQLSession) throws -> Int64? {
        guard let until = try value("rests:\(token.bot)", in: sql), until > now, until - now <= restMaximum else {
            return nil
        }
        return until - now
    }

    /// - Parameters:
    ///   - until: milliseconds since 1970. What was asked for before that ends later holds.
    ///   - now: milliseconds since 1970.
    static func silence(_ token: TelegramToken, until: Int64, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            """
            INSERT INTO telegram_marks (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            WHERE telegram_marks.value < excluded.value OR telegram_marks.value > $3
            """, [.text("rests:\(token.bot)"), .integer(until), .integer(now + restMaximum)])
    }

    private static func value(_ name: String, in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT value FROM telegram_marks WHERE name = $1", [.text(name)]) { $0.integer(0) } ?? nil
    }
}
