import HTTPTypes
import Hummingbird
import Logging
import Payments
import Pix
import StrictJSON

extension PixRoutes {
    /// How long a comparison is waited for: less than `tiyin reconcile` waits for an answer.
    private static let comparisonSeconds: Int64 = 8

    /// `GET /pix/differences`: what the bank's lists have otherwise, and what somebody should look at.
    func differences(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        return Self.json(.ok, try await PixDifferences.read(store, at: clock.now))
    }

    /// `POST /pix/differences`: compares now, and answers what still differs; 202 if that takes longer, or there is no
    /// bank to compare with.
    func compare(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:write"])
        let object = try RequestChecks.optionalObject(try await request.bytes(upTo: bodyBytesMaximum))
        try RequestChecks.fields(object, known: [])
        let outcome = await comparison.run(seconds: Self.comparisonSeconds) { [site] in
            try await site.gateway.reconciliation.run()
        }
        switch outcome {
        case .done(let report):
            let json = try await PixDifferences.json(store, at: clock.now, report: report)
            return Self.json(report == nil ? .accepted : .ok, json)
        case .slow: return Self.json(.accepted, try await PixDifferences.read(store, at: clock.now))
        case .failed(let error):
            // What another error says may hold what must not be shown.
            let cause = (error as? PixBankError)?.description ?? "\(type(of: error))"
            logger.warning("the bank's lists could not be compared", metadata: ["cause": "\(cause)"])
            throw Problem(
                status: .serviceUnavailable, type: "bank-silent",
                detail:
                    "The bank's lists could not be read: nothing is said of what is missing. Try again in a minute.",
                headers: [.retryAfter: "60"])
        }
    }
}
