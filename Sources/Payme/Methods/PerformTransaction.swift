import JSONRPC
import Payments
import StrictJSON

extension PaymeMethods {
    /// The money has arrived: the order is paid.
    ///
    /// Source: payme.md 3.3.
    func performTransaction(_ params: JSONObject) async throws -> RPCResult {
        // Payme cancels what it may not perform, and the payer keeps his money.
        switch try await service.perform(try key(params), canBeRefused: true) {
        case .failure(.orderNotPayable):
            throw RPCFailure(PaymeError.cannotPerform.rawValue)
        case .failure(let rejection):
            throw failure(rejection)
        case .success(let outcome):
            return .bytes(outcome.transaction.shown(timeKey: "perform_time", outcome.transaction.performTime))
        }
    }
}

extension Transaction {
    /// The three members that Perform and Cancel answer with.
    func shown(timeKey: String, _ time: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("transaction")
        writer.string(String(id))
        writer.key(timeKey)
        writer.integer(time)
        writer.key("state")
        writer.integer(state.rawValue)
        writer.endObject()
        return writer.bytes
    }
}
