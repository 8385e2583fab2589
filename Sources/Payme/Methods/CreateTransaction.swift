import JSONRPC
import Payments
import StrictJSON

extension PaymeMethods {
    /// Opens a transaction and holds the order for it; a repeat gets the first answer again.
    ///
    /// Source: payme.md 3.2.
    func createTransaction(_ params: JSONObject) async throws -> RPCResult {
        let time = try integer("time", params)
        // The deadline is the last millisecond at which it lives.
        let patience = configuration.expiry == .after ? timeoutMilliseconds : timeoutMilliseconds - 1
        let (deadline, isBeyond) = time.addingReportingOverflow(patience)
        let command = CreateCommand(
            key: try key(params), externalTime: time, account: params["account"]?.text ?? "{}",
            question: try question(params, purpose: .create), deadline: isBeyond ? .max : deadline,
            holdsOrderFromCreation: true, isSameAccount: Self.isSameAccount)
        switch try await service.create(command) {
        case .failure(let rejection): throw createFailure(rejection)
        case .success(let outcome): return .bytes(created(outcome.transaction))
        }
    }

    /// The members of a JSON object have no order, so a repeat may bring them in another.
    private static let isSameAccount: @Sendable (String, String) -> Bool = { stored, sent in
        if stored.hasSameBytes(as: sent) { return true }
        guard let stored = try? JSONValue(parsing: stored), let sent = try? JSONValue(parsing: sent) else {
            return false
        }
        return stored == sent
    }

    /// What Payme is told about when a transaction was created.
    func createTime(of transaction: Transaction) -> Int64 {
        configuration.createTime == .own ? transaction.createTime : transaction.externalTime
    }

    private func created(_ transaction: Transaction) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("create_time")
        writer.integer(createTime(of: transaction))
        writer.key("transaction")
        writer.string(String(transaction.id))
        writer.key("state")
        writer.integer(transaction.state.rawValue)
        writer.key("receivers")
        writer.receivers(transaction.receivers)
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    /// Source: payme.md 2.1: null when the merchant is the only receiver.
    mutating func receivers(_ receivers: [Receiver]) {
        guard !receivers.isEmpty else { return null() }
        beginArray()
        for receiver in receivers {
            beginObject()
            key("id")
            string(receiver.id)
            key("amount")
            integer(receiver.amount)
            endObject()
        }
        endArray()
    }
}
