import JSONRPC
import Payme
public import Payments
import Specification
public import Storage

/// Registers orders in a database that this process has open, by the rules of `POST /orders`.
public struct OrderRegistrar: Sendable {
    /// What became of a registration.
    public struct Answer: Sendable {
        /// False: the same order was there already.
        public let isNew: Bool
        /// The order as it is stored.
        public let order: Order
    }

    private let store: Store
    private let clock: TimeSource

    /// - Parameter store: open for writing: a server's own, or that of ``DatabaseAccess/writable(_:clock:logger:)``.
    public init(store: Store, clock: TimeSource = .system) {
        self.store = store
        self.clock = clock
    }

    /// Registers an order; the same order a second time is found, not made again.
    ///
    /// - Parameter body: the JSON that `POST /orders` takes.
    /// - Throws: ``SettingsError`` that says which field is wrong, or that the id is taken; `StorageFailure`.
    public func register(_ body: [UInt8]) async throws -> Answer {
        let schema = SchemaValidator(try PaymeGateway.fiscalDetailSchema(try Specifications.load()))
        do {
            let order = try OrderRequest(body, fiscal: schema, now: clock.now).order
            return try await store.engine.write { sql in
                let session = SQLPaymentSession(sql: sql)
                if try session.insertNew(order) { return Answer(isNew: true, order: order) }
                guard let stored = try session.order(order.id), stored.hasSameContent(as: order) else {
                    throw Problem.orderExists
                }
                return Answer(isNew: false, order: stored)
            }
        } catch let problem as Problem {
            throw SettingsError((problem.field.map { "\($0): " } ?? "") + problem.detail)
        }
    }
}
