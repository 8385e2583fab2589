/// A value in SQL, in the types that every engine has.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)

    public static func optional(_ value: Int64?) -> SQLValue { value.map(SQLValue.integer) ?? .null }
    public static func optional(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(stringLiteral value: String) { self = .text(value) }
}

/// One row of an answer. Valid only inside the closure that it was handed to.
public protocol SQLRow {
    /// The column at that index, from 0; nil for NULL.
    func integer(_ column: Int) -> Int64?
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
