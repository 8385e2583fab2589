/// A value in SQL, in the types that every engine has.
public enum SQLValue: Sendable, Hashable {
    /// SQL's NULL.
    case null
    /// A BIGINT: amounts in minor units, times in milliseconds, flags as 0 and 1.
    case integer(Int64)
    /// TEXT, in UTF-8.
    case text(String)

    /// The integer, or NULL for nil.
    public static func optional(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
    /// The text, or NULL for nil.
    public static func optional(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    /// An integer as it is written: `1`.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A text as it is written: `"one_time"`.
    public init(stringLiteral value: String) { self = .text(value) }
}

/// One row of an answer. Valid only inside the closure that it was handed to.
public protocol SQLRow {
    /// The integer in the column at that index, from 0; nil for NULL, or if no integer stands there.
    func integer(_ column: Int) -> Int64?
    /// The text in the column at that index, from 0; nil for NULL, or if no text stands there.
    func text(_ column: Int) -> String?
}

/// An open storage transaction: what one closure may do, and all that it may do.
///
/// Placeholders are `$1`, `$2`, … and appear first in rising order, which SQLite and PostgreSQL both take.
/// A closure may run twice, so it does nothing but SQL.
public protocol SQLSession: AnyObject {
    /// Runs a statement that returns no rows.
    /// - Returns: how many rows it changed.
    /// - Throws: what the engine reports; the storage transaction is then rolled back.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs a statement that returns rows, and calls `each` for every one.
    /// - Throws: what the engine reports, and what `each` throws.
    func query(_ sql: String, _ arguments: [SQLValue], each: (any SQLRow) throws -> Void) throws
}

extension SQLSession {
    /// The first row, mapped; nil if there is none.
    public func first<T>(_ sql: String, _ arguments: [SQLValue], _ map: (any SQLRow) throws -> T) throws -> T? {
        var found: T?
        try query(sql, arguments) { row in
            if found == nil { found = try map(row) }
        }
        return found
    }

    /// Every row, mapped.
    public func all<T>(_ sql: String, _ arguments: [SQLValue], _ map: (any SQLRow) throws -> T) throws -> [T] {
        var found: [T] = []
        try query(sql, arguments) { found.append(try map($0)) }
        return found
    }
}
