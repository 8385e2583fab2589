import Payments

/// When something that is done once in a while was done last.
enum PixMark {
    /// Milliseconds since 1970; nil: never.
    static func last(_ name: String, in sql: any SQLSession) throws -> Int64? {
        try sql.first("SELECT at FROM pix_marks WHERE name = $1", [.text(name)]) { $0.integer(0) } ?? nil
    }

    static func set(_ name: String, at now: Int64, in sql: any SQLSession) throws {
        try sql.execute(
            "INSERT INTO pix_marks (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [.text(name), .integer(now)])
    }
}
