import Click
import HTTPTypes
import Hummingbird
import Payments
import Storage
import StrictJSON

extension MerchantRoutes {
    /// `POST /transactions/{id}/refund`: asks the gateway to give the whole of a payment back. 202: it is asked, and the
    /// transaction shows what becomes of it. While it waits, the same request again changes nothing; what the gateway
    /// refused (phase `refund_refused`) is asked for anew.
    ///
    /// The body is empty, or an empty object.
    func refund(_ text: String, _ request: Request) async throws -> Response {
        let bytes = try await request.bytes(upTo: bodyBytesMaximum)
        guard bytes.isEmpty || (try? JSONValue(parsing: bytes))?.objectValue?.isEmpty == true else {
            throw Problem(
                status: .badRequest, type: "invalid-request",
                detail: "The body must be empty or {}: a payment is given back as a whole.")
        }
        guard let id = Int64(plain: text), let transaction = try await read({ try $0.transaction(id: id) }) else {
            throw Problem.notFound("transaction with this id")
        }
        guard let refunds, refunds.canGiveBack(transaction) else {
            throw Problem.refundElsewhere(transaction.key.gateway)
        }
        if transaction.state == .cancelledAfterPerform { return Self.json(.ok, Self.text(transaction)) }
        switch try await refunds.request(transaction, actor: "merchant") {
        case .success(let outcome): return Self.json(.accepted, Self.text(outcome.transaction))
        case .failure(.refundRefused(let refusal)): throw Problem.refundRefused(refusal)
        case .failure: throw Problem.notPerformed
        }
    }

    private static func text(_ transaction: Transaction) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        MerchantJSON.transaction(transaction, to: &writer)
        writer.endObject()
        return writer.bytes
    }
}

extension Problem {
    fileprivate static func refundElsewhere(_ gateway: String) -> Problem {
        Problem(
            status: .conflict, type: "refund-elsewhere",
            detail: gateway == ClickGateway.name
                ? "This payment cannot be given back through Click: set click.merchant_user_id, and click.service_id to "
                    + "the service that took it."
                : "A payment of \(gateway) is given back in its own cabinet.")
    }

    fileprivate static func refundRefused(_ refusal: Refusal) -> Problem {
        Problem(
            status: .conflict, type: "refund-refused",
            detail: refusal.message?.en ?? "The shop's own rules do not let this payment be given back.")
    }

    fileprivate static let notPerformed = Problem(
        status: .conflict, type: "not-performed", detail: "Only a payment that was performed can be given back.")
}
