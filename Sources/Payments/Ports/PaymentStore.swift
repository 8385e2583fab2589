/// What the service needs of a database. `Storage` implements it in SQL.
public protocol PaymentStore: Sendable {
    /// Runs the closure in one storage transaction, alone, and returns once it is durable.
    ///
    /// The closure may run twice; it does nothing but SQL.
    /// - Throws: what the closure throws (nothing is then stored); `StorageFailure`.
    func write<T: Sendable>(_ work: @escaping @Sendable (any PaymentSession) throws -> T) async throws -> T

    /// Runs the closure on committed state, beside writers and other readers. A few rows by key; each statement sees
    /// what is committed when it runs.
    func read<T: Sendable>(_ work: @escaping @Sendable (any PaymentSession) throws -> T) async throws -> T

    /// Returns at once unless the last write failed; then it finds out whether writes go through again.
    ///
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: `StorageFailure` if they do not.
    func confirmWritable(at now: Int64) async throws
}

extension PaymentStore {
    /// A store that does not know says yes.
    public func confirmWritable(at now: Int64) async throws {}
}

/// The rows that the service reads and writes, inside one storage transaction.
public protocol PaymentSession {
    /// The same storage transaction, for rows of the shop's or the gateway's own.
    var sql: any SQLSession { get }

    /// The order of that id in the `orders` table; nil if there is none.
    func order(_ id: String) throws -> Order?
    /// The transaction that the gateway calls so; nil if there is none.
    func transaction(_ key: TransactionKey) throws -> Transaction?
    /// The transaction of our own number; nil if there is none.
    func transaction(id: Int64) throws -> Transaction?
    /// The live transaction that keeps all others off this order.
    func holder(ofOrder id: String) throws -> Transaction?
    /// Whether a transaction of this order, created in that time (milliseconds since 1970), still waits.
    func hasWaiting(ofOrder id: String, in period: ClosedRange<Int64>, except key: TransactionKey) throws -> Bool
    /// Transactions that still wait although their deadline has passed, most overdue first.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - skipping: how many to pass over, from the most overdue on.
    ///   - limit: how many at the most.
    func overdue(at now: Int64, skipping: Int, limit: Int) throws -> [TransactionKey]

    /// Stores a new transaction.
    /// - Returns: its number; nil if the key is taken or another transaction holds the order.
    func insert(_ transaction: Transaction) throws -> Int64?
    /// Stores the new state of a transaction.
    /// - Parameter old: the transaction as it was read.
    /// - Returns: false if another transaction holds the order that this one wants to hold.
    func update(_ transaction: Transaction, from old: Transaction) throws -> Bool
    /// Adds a line to the journal and returns its number.
    func append(_ entry: JournalEntry) throws -> Int64
    /// Commits a delivery together with the change that caused it.
    func enqueue(
        target: String, topic: EventTopic, journalID: Int64, transaction: Transaction, at now: Int64) throws
}

/// The store could not do it, and says whether it may have happened.
public struct StorageFailure: Error, Sendable, CustomStringConvertible {
    /// Whether what was asked for may be stored all the same.
    public enum Outcome: Sendable, Hashable {
        /// Nothing was stored.
        case notStored
        /// The commit failed half-way: it may or may not be there. Read again, or let the gateway repeat.
        case unknown
    }

    /// What is known about the rows.
    public let outcome: Outcome
    /// For the log; names no values.
    public let description: String

    /// - Parameter description: for the log; no values of rows in it.
    public init(_ outcome: Outcome, _ description: String) {
        self.outcome = outcome
        self.description = description
    }
}
