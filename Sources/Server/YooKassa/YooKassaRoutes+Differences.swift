import HTTPTypes
import Hummingbird
import Logging
import Payments
import StrictJSON
import YooKassa

extension YooKassaRoutes {
    /// `GET /payments/yookassa/differences`: what YooKassa's lists have otherwise, and what somebody should look at.
    func differences(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        return try await differences(report: nil)
    }

    /// `POST /payments/yookassa/differences`: compares now, and answers what still differs.
    func compare(_ request: Request, _ access: MerchantAccess, _ logger: Logger) async throws -> Response {
        _ = try await change(request, access, logger, known: [])
        do {
            let report = try await site.gateway.reconciliation.run()
            await site.showDifferences()
            return try await differences(report: report)
        } catch let error as YooKassaError {
            logger.warning("YooKassa's lists could not be compared", metadata: ["error": "\(error.description)"])
            throw Problem(
                status: .serviceUnavailable, type: "gateway-silent",
                detail:
                    "YooKassa's lists could not be read: nothing is said of what is missing. Try again in a minute.",
                headers: [.retryAfter: "60"])
        }
    }

    private func differences(report: YooKassaReconciliation.Report?) async throws -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("compared")
        if let report {
            writer.beginObject()
            writer.member("payments", report.payments)
            writer.member("refunds", report.refunds)
            writer.member("taken_over", report.takenOver)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("items")
        writer.beginArray()
        for item in try await site.gateway.reconciliation.differences() {
            writer.beginObject()
            writer.member("subject", item.subject)
            writer.member("field", item.field)
            writer.member("ours", item.ours)
            writer.member("theirs", item.theirs)
            writer.member("found_at", item.foundAt)
            writer.member("seen_at", item.seenAt)
            writer.endObject()
        }
        writer.endArray()
        writer.key("anomalies")
        writer.beginArray()
        for item in try await site.gateway.anomalies() {
            writer.beginObject()
            writer.member("kind", item.kind)
            writer.member("subject", item.subject)
            writer.member("detail", item.detail)
            writer.member("count", item.count)
            writer.member("first_at", item.firstAt)
            writer.member("last_at", item.lastAt)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return Self.json(writer.bytes)
    }
}
