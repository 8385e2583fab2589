import JSONRPC
import Payments
import StrictJSON

extension PaymeMethods {
    /// May this order be paid with this amount? Changes nothing.
    ///
    /// Source: payme.md 3.1.
    func checkPerformTransaction(_ params: JSONObject) async throws -> RPCResult {
        let outcome: CheckOutcome
        switch try await service.check(try question(params, purpose: .check)) {
        case .failure(let rejection): throw failure(rejection)
        case .success(let found): outcome = found
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("allow")
        writer.bool(true)
        if !outcome.additional.isEmpty {
            // An object of JSON, so that a name that the hook gave twice is written once.
            var additional = JSONObject()
            for field in outcome.additional { additional[field.name] = .string(field.value) }
            writer.key("additional")
            writer.value(.object(additional))
        }
        if let detail = outcome.fiscalDetail {
            writer.key("detail")
            writer.value(try JSONValue(parsing: detail))
        }
        writer.endObject()
        return .bytes(writer.bytes)
    }
}
