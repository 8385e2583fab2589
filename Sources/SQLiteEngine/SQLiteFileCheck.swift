import Payments
public import Storage

/// What SQLite itself can say about a file: pages, indexes, foreign keys.
public enum SQLiteFileCheck {
    public static let check = DatabaseCheck(
        name: "file", rule: "SQLite finds its pages, indexes, constraints and foreign keys in order"
    ) { session, findings in
        findings.examine(try pages(session))
        for problem in try problems(session) { findings.report("file", problem) }
    }

    /// What SQLite's `integrity_check` and `foreign_key_check` say; empty: all is well. At most some 100 sentences.
    static func problems(_ session: any SQLSession) throws -> [String] {
        var found = try session.all("PRAGMA integrity_check(\(DatabaseFindings.keptMaximum))", []) {
            $0.text(0) ?? "?"
        }
        found.removeAll { $0 == "ok" }
        try session.query("PRAGMA foreign_key_check", []) { row in
            guard found.count < 2 * DatabaseFindings.keptMaximum else { return }
            found.append(
                "row \(row.integer(1) ?? 0) of \(row.text(0) ?? "?") points to no row of \(row.text(2) ?? "?")")
        }
        return found
    }

    private static func pages(_ session: any SQLSession) throws -> Int64 {
        try session.first("PRAGMA page_count", []) { $0.integer(0) ?? 0 } ?? 0
    }
}
