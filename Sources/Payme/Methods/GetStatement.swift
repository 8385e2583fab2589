import JSONRPC
import Payments
import Storage
import StrictJSON

extension PaymeMethods {
    /// Every transaction that Payme created in a period, whatever became of it, by Payme's own time.
    ///
    /// Source: payme.md 4.
    func getStatement(_ params: JSONObject) async throws -> RPCResult {
        let from = try integer("from", params)
        let to = try integer("to", params)
        service.hooks.observedStatement(gateway: PaymeGateway.name, from: from, to: to)
        return .stream(StatementChunks(methods: self, from: from, to: to))
    }
}

/// The statement as JSON, a page of rows at a time, so that any number of rows needs the memory of a few.
struct StatementChunks: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let methods: PaymeMethods
    let from: Int64
    let to: Int64

    func makeAsyncIterator() -> Iterator { Iterator(methods: methods, from: from, to: to) }

    struct Iterator: AsyncIteratorProtocol {
        private static let pageSize = 500

        let methods: PaymeMethods
        let from: Int64
        let to: Int64
        private var cursor: StatementCursor?
        private var isFirst = true
        private var isDone = false

        init(methods: PaymeMethods, from: Int64, to: Int64) {
            self.methods = methods
            self.from = from
            self.to = to
        }

        mutating func next() async throws -> [UInt8]? {
            guard !isDone else { return nil }
            let (from, to, cursor) = (from, to, cursor)
            let page = try await methods.store.engine.read(.scan) { sql in
                try SQLPaymentSession(sql: sql).statement(
                    gateway: PaymeGateway.name, cashbox: PaymeGateway.cashbox, from: from, to: to, after: cursor,
                    limit: Self.pageSize)
            }
            var chunk = isFirst ? Array(#"{"transactions":["#.utf8) : []
            for (index, transaction) in page.enumerated() {
                if !(isFirst && index == 0) { chunk.append(UInt8(ascii: ",")) }
                chunk.append(contentsOf: try row(transaction))
            }
            isFirst = false
            if page.count < Self.pageSize {
                chunk.append(contentsOf: "]}".utf8)
                isDone = true
            }
            self.cursor = page.last.map(StatementCursor.init)
            return chunk
        }

        private func row(_ transaction: Transaction) throws -> [UInt8] {
            var writer = JSONWriter(capacity: 400)
            writer.beginObject()
            writer.key("id")
            writer.string(transaction.key.externalID)
            writer.key("time")
            writer.integer(transaction.externalTime)
            writer.key("amount")
            writer.integer(transaction.amount.minor)
            writer.key("account")
            writer.value(try JSONValue(parsing: transaction.account))
            writer.progress(of: transaction, createTime: methods.createTime(of: transaction))
            writer.key("receivers")
            writer.receivers(transaction.receivers)
            writer.endObject()
            return writer.bytes
        }
    }
}
