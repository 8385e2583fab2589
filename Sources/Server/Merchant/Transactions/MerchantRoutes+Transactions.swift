import Hummingbird
import Payme
import Payments
import Pledg
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `GET /transactions`
    func listTransactions(_ call: MerchantCall) async throws -> MerchantAnswer {
        let page = try PageQuery(call.request)
        let before = try page.number()
        let filter = try Self.transactionFilter(call.request)
        let found = try await read { try $0.transactions(filter, before: before, limit: page.limit + 1) }
        return MerchantAnswer(
            body: page.list(found, cursor: { String($0.id) }) { transaction, writer in
                writer.beginObject()
                MerchantJSON.transaction(transaction, to: &writer)
                writer.endObject()
            })
    }

    /// `GET /transactions/{id}`
    func showTransaction(_ call: MerchantCall) async throws -> MerchantAnswer {
        guard let id = Int64(plain: call.id) else { throw Problem.noTransaction }
        let found = try await read { session -> (Transaction, [JournalEntry], [PaymeFiscalReceipt])? in
            guard let transaction = try session.transaction(id: id) else { return nil }
            return (
                transaction, try session.journal(ofTransaction: id),
                try PaymeFiscalReceipt.all(ofTransaction: id, in: session.sql)
            )
        }
        // Shares of groups are shown to nobody but who pays them.
        guard let (transaction, journal, receipts) = found, !PledgGateway.isOwnOrder(transaction.orderID) else {
            throw Problem.noTransaction
        }
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.transaction(transaction, to: &writer)
        writer.key("journal")
        MerchantJSON.journal(journal, currency: transaction.amount.currency, to: &writer)
        writer.key("fiscal_receipts")
        MerchantJSON.receipts(receipts, to: &writer)
        writer.endObject()
        return MerchantAnswer(body: writer.bytes)
    }

    static func bytes(_ transaction: Transaction) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.transaction(transaction, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func transactionFilter(_ request: Request) throws -> TransactionFilter {
        let parameters = request.uri.queryParameters
        var state: TransactionState?
        if let text = parameters["state"] {
            guard let number = Int64(plain: text), let known = TransactionState(rawValue: number) else {
                throw Problem.invalid("state", "Must be 1, 2, -1 or -2.")
            }
            state = known
        }
        return TransactionFilter(
            orderID: try RequestChecks.word("order_id", request), gateway: try RequestChecks.word("gateway", request),
            state: state, hiddenOrderPrefix: PledgGateway.orderPrefix)
    }
}
