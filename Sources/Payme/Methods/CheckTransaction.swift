import JSONRPC
import Payments
import StrictJSON

extension PaymeMethods {
    /// Shows a transaction as it is stored; it does not let an overdue one expire.
    ///
    /// Source: payme.md 3.5.
    func checkTransaction(_ params: JSONObject) async throws -> RPCResult {
        guard let transaction = try await service.find(try key(params)) else {
            throw failure(.transactionNotFound)
        }
        if !service.isInternal(transaction.orderID) { service.hooks.observedCheck(transaction) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.progress(of: transaction, createTime: createTime(of: transaction))
        writer.endObject()
        return .bytes(writer.bytes)
    }
}

extension JSONWriter {
    /// The members that CheckTransaction and a row of the statement share. Unset times are 0, an unset reason null.
    mutating func progress(of transaction: Transaction, createTime: Int64) {
        key("create_time")
        integer(createTime)
        key("perform_time")
        integer(transaction.performTime)
        key("cancel_time")
        integer(transaction.cancelTime)
        key("transaction")
        string(String(transaction.id))
        key("state")
        integer(transaction.state.rawValue)
        key("reason")
        if let reason = transaction.reason { integer(reason) } else { null() }
    }
}
