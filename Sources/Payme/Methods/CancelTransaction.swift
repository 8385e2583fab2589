import JSONRPC
import Payments
import StrictJSON

extension PaymeMethods {
    /// Calls a transaction off, or gives a performed one back if the shop allows it.
    ///
    /// Source: payme.md 3.4.
    func cancelTransaction(_ params: JSONObject) async throws -> RPCResult {
        let answer = try await service.cancel(
            try key(params), reason: try integer("reason", params), refundAllowed: configuration.refunds == .allow)
        switch answer {
        case .failure(let rejection):
            throw failure(rejection)
        case .success(let outcome):
            return .bytes(outcome.transaction.shown(timeKey: "cancel_time", outcome.transaction.cancelTime))
        }
    }
}
