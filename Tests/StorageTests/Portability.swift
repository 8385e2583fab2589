import Foundation

/// What keeps a SQL text from running on SQLite and PostgreSQL alike; nil: nothing.
enum Portability {
    /// Words, and pieces of words, that only SQLite knows.
    private static let foreign = [
        "AUTOINCREMENT", "INSERT OR", "UPDATE OR", "REPLACE INTO", "PRAGMA", "ROWID", "GLOB", "STRFTIME", "JULIANDAY",
        "UNIXEPOCH", "DATETIME(", "IFNULL", "SQLITE_", "INDEXED BY", "NOT INDEXED", "TOTAL(", "GROUP_CONCAT", "VACUUM",
        "COLLATE NOCASE", "CHANGES(", "LAST_INSERT_ROWID", "RANDOMBLOB", "HEX(", "INSTR(", "PRINTF(", "ISNULL",
        "NOTNULL",
        "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "ATTACH",
    ]

    static func complaint(_ sql: String) -> String? {
        let plain = withoutLiterals(sql)
        let upper = plain.uppercased()
        if let word = foreign.first(where: { contains($0, in: upper) }) { return "PostgreSQL does not know \(word)" }
        for mark in ["?", "`", "\"", "==", "[", ":", "@", ";"] where plain.contains(mark) {
            return "PostgreSQL does not take \(mark)"
        }
        if upper.firstMatch(of: /LIMIT\s+[^\s,]+\s*,/) != nil { return "LIMIT with a comma is SQLite's" }
        let numbers = plain.matches(of: /\$(\d+)/).compactMap { Int($0.1) }
        // SQLite numbers $n by first appearance, PostgreSQL by n.
        let firsts = numbers.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        if firsts != Array(1..<(firsts.count + 1)) { return "placeholders first appear as \(firsts)" }
        return nil
    }

    /// What keeps a migration from it: types that mean another thing elsewhere.
    static func complaint(migration sql: String) -> String? {
        let upper = sql.replacing("{identity}", with: "").uppercased()
        // INTEGER has 32 bits in PostgreSQL, and money has no floating point.
        for word in ["INTEGER", "INT", "REAL", "DOUBLE", "FLOAT", "NUMERIC", "DECIMAL", "BLOB", "STRICT", "WITHOUT"]
        where contains(word, in: upper) {
            return "\(word) is not the same on both"
        }
        return complaint(sql.replacing("{identity}", with: "BIGINT"))
    }

    private static func contains(_ word: String, in upper: String) -> Bool {
        var rest = upper[...]
        while let range = rest.range(of: word) {
            let before = range.lowerBound == upper.startIndex ? " " : upper[upper.index(before: range.lowerBound)]
            let after = range.upperBound == upper.endIndex ? " " : upper[range.upperBound]
            let isPart = before.isLetter || before == "_" || (word.last!.isLetter && (after.isLetter || after == "_"))
            if !isPart { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func withoutLiterals(_ sql: String) -> String {
        sql.replacing(/'(?:[^']|'')*'/, with: "''")
    }
}
