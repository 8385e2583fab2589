import JSONRPC
import Payments
import Storage
import StrictJSON

extension PaymeMethods {
    /// Keeps what the tax office said about a receipt. The sale and the return have a receipt each.
    ///
    /// Source: payme.md 3.6.
    func setFiscalData(_ params: JSONObject) async throws -> RPCResult {
        let key = try key(params)
        guard let type = params["type"]?.stringValue.flatMap(PaymeFiscalReceipt.Kind.init(rawValue:)),
            let data = params["fiscal_data"]
        else { throw MissingParam("fiscal_data") }
        let now = service.clock.now
        let isKnown = try await store.engine.write { sql in
            guard let transaction = try SQLPaymentSession(sql: sql).transaction(key) else { return false }
            let receipt = PaymeFiscalReceipt(kind: type, data: data.text, receivedAt: now)
            try receipt.save(transactionID: transaction.id, in: sql)
            return true
        }
        guard isKnown else { throw RPCFailure(PaymeError.fiscalReceiptNotFound.rawValue) }
        return .value(["success": true])
    }
}
