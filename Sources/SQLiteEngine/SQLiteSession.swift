import Foundation
import GRDBSQLite
import Payments

/// Runs statements on one connection, each prepared once.
///
/// GRDB opens and configures the connection; the statements of a payment go to SQLite's own interface, because there
/// a payment's eight statements cost microseconds each.
final class SQLiteSession: SQLSession {
    private let connection: OpaquePointer
    private var statements: [StatementText: Prepared] = [:]

    /// A few dozen texts, hundreds of bytes each, looked up for every statement: their lengths tell them apart better
    /// than a hash of each byte is worth.
    private struct StatementText: Hashable {
        let text: String

        func hash(into hasher: inout Hasher) {
            hasher.combine(text.utf8.count)
        }
    }

    /// A statement, whether it is being stepped through right now, and whether it is kept for the next time.
    private final class Prepared {
        let pointer: OpaquePointer
        var isBusy = false
        var isKept = false

        init(_ pointer: OpaquePointer) {
            self.pointer = pointer
        }
    }

    init(connection: OpaquePointer) {
        self.connection = connection
    }

    /// Gives the prepared statements back; the session is unusable afterwards.
    func finalize() {
        for statement in statements.values { sqlite3_finalize(statement.pointer) }
        statements = [:]
    }

    /// Whether a storage transaction is open. SQLite closes it by itself after some disk errors.
    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// Between BEGIN and COMMIT. If SQLite closes the storage transaction by itself meanwhile, every further statement
    /// is refused: it would be stored alone.
    var isBound = false

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(sql, arguments) { _ in }
        return Int(sqlite3_changes(connection))
    }

    func query(_ sql: String, _ arguments: [SQLValue], each: (any SQLRow) throws -> Void) throws {
        try run(sql, arguments) { try each(SQLiteRow(statement: $0)) }
    }

    private func run(_ sql: String, _ arguments: [SQLValue], each: (OpaquePointer) throws -> Void) throws {
        guard !isBound || isInTransaction else {
            throw SQLiteFailure(code: SQLITE_ABORT, message: "an earlier error has ended the storage transaction")
        }
        let prepared = try prepare(sql)
        prepared.isBusy = true
        defer {
            sqlite3_reset(prepared.pointer)
            sqlite3_clear_bindings(prepared.pointer)
            prepared.isBusy = false
            if !prepared.isKept { sqlite3_finalize(prepared.pointer) }
        }
        guard sqlite3_bind_parameter_count(prepared.pointer) == Int32(arguments.count) else {
            throw SQLiteFailure(code: SQLITE_MISUSE, message: "a statement got \(arguments.count) arguments")
        }
        for (index, argument) in arguments.enumerated() {
            try bind(argument, at: Int32(index + 1), of: prepared.pointer)
        }
        while true {
            switch sqlite3_step(prepared.pointer) {
            case SQLITE_ROW: try each(prepared.pointer)
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    private func prepare(_ sql: String) throws -> Prepared {
        let key = StatementText(text: sql)
        let known = statements[key]
        if let known, !known.isBusy { return known }
        var pointer: OpaquePointer?
        let (code, isWhole) = sql.withCString { start in
            var rest: UnsafePointer<CChar>?
            let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
            let code = sqlite3_prepare_v3(connection, start, -1, flags, &pointer, &rest)
            return (code, rest.map { strspn($0, "; \t\r\n") == strlen($0) } ?? true)
        }
        guard code == SQLITE_OK, let pointer else {
            sqlite3_finalize(pointer)
            throw failure()
        }
        guard isWhole else {
            // SQLite would run the first and forget the others without a word.
            sqlite3_finalize(pointer)
            throw SQLiteFailure(code: SQLITE_MISUSE, message: "a text holds more than one statement")
        }
        let prepared = Prepared(pointer)
        // A list with many filters makes many texts; keep no more than a bounded number.
        if known == nil, statements.count < 256 {
            prepared.isKept = true
            statements[key] = prepared
        }
        return prepared
    }

    private func bind(_ value: SQLValue, at index: Int32, of statement: OpaquePointer) throws {
        let code: Int32
        switch value {
        case .null:
            code = sqlite3_bind_null(statement, index)
        case .integer(let number):
            code = sqlite3_bind_int64(statement, index, number)
        case .text(var text):
            code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { chars in
                    // An empty text is not NULL, though its buffer may have no address.
                    guard let start = chars.baseAddress else {
                        return sqlite3_bind_text(statement, index, "", 0, Self.transient)
                    }
                    return sqlite3_bind_text(statement, index, start, Int32(chars.count), Self.transient)
                }
            }
        }
        guard code == SQLITE_OK else { throw failure() }
    }

    /// Tells SQLite to copy what it is given.
    private static var transient: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func failure() -> SQLiteFailure {
        SQLiteFailure(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }
}

/// The row that a statement stands on.
struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func integer(_ column: Int) -> Int64? {
        let index = Int32(column)
        return sqlite3_column_type(statement, index) == SQLITE_INTEGER ? sqlite3_column_int64(statement, index) : nil
    }

    func text(_ column: Int) -> String? {
        let index = Int32(column)
        guard sqlite3_column_type(statement, index) == SQLITE_TEXT, let bytes = sqlite3_column_text(statement, index)
        else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
