import HTTPTypes
import Hummingbird
import Logging
import Payments
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// How long a comparison is waited for: less than `tiyin reconcile` waits for an answer.
    private static let comparisonSeconds: Int64 = 8

    /// `GET /payments/yookassa/differences`: what YooKassa's lists have otherwise, and what somebody should look at.
    func differences(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        return try await differences(.ok, report: nil)
    }

    /// `POST /payments/yookassa/differences`: compares now, and answers what still differs; 202 if that takes longer.
    func compare(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        _ = try await change(request, access, logger, known: [])
        let outcome = await site.comparison.run(seconds: Self.comparisonSeconds) { [site] in
            let report = try await site.gateway.reconciliation.run()
            await site.showDifferences()
            return report
        }
        switch outcome {
        case .done(let report): return try await differences(.ok, report: report)
        case .slow: return try await differences(.accepted, report: nil)
        case .failed(let error):
            // What another error says may hold what must not be shown.
            let cause = (error as? YooKassaError)?.description ?? "\(type(of: error))"
            logger.warning("YooKassa's lists could not be compared", metadata: ["error": "\(cause)"])
            throw Problem(
                status: .serviceUnavailable, type: "gateway-silent",
                detail:
                    "YooKassa's lists could not be read: nothing is said of what is missing. Try again in a minute.",
                headers: [.retryAfter: "60"])
        }
    }

    private func differences(
        _ status: HTTPResponse.Status, report: YooKassaReconciliation.Report?
    ) async throws -> Response {
        let found = try await site.gateway.reconciliation.differences()
        let json = YooKassaDifferences.json(found, try await site.gateway.anomalies(), report: report)
        return Self.json(json.serialized(), status)
    }
}
