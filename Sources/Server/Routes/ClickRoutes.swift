import Click
import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `POST /payments/click/webhook`, `/prepare` and `/complete`: one and the same. Everything is answered with status 200.
///
/// Source: click.md 1.1.
struct ClickRoutes: Sendable {
    let gateway: ClickGateway
    let allowedAddresses: AddressList?
    /// Whose pages may call from a browser: Click's test page; nil: nobody's.
    let testOrigin: String?
    let clientAddress: ClientAddress
    let bodyBytesMaximum: Int
    let metrics: CallMetrics
    let registry: any MetricsFactory

    static let paths = ["/payments/click/webhook", "/payments/click/prepare", "/payments/click/complete"]

    var knownPaths: [KnownPath] {
        Self.paths.map { KnownPath($0, testOrigin == nil ? [.post] : [.post, .options]) }
    }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        for path in Self.paths {
            router.post(RouterPath(path)) { request, context in await answer(request, context) }
            if testOrigin != nil {
                router.on(RouterPath(path), method: .options) { request, _ in preflight(request) }
            }
        }
    }

    func answer(_ request: Request, _ context: some RequestContext) async -> Response {
        let start = ContinuousClock.now
        let call = ClickCall(
            contentType: request.headers[.contentType],
            isAddressAllowed: clientAddress.isAllowed(allowedAddresses, request, context))
        // A body that is too large or does not arrive is none: no field can be read from it.
        let body = (try? await request.bytes(upTo: bodyBytesMaximum)) ?? []
        let answer = await gateway.answer(call, body: body)
        metrics.record(method: answer.operation, code: Int(answer.code), since: start)
        log(answer, call, request, context)
        var headers: HTTPFields = [.contentType: "application/json; charset=UTF-8"]
        if let origin = allowedOrigin(request) {
            headers[.accessControlAllowOrigin] = origin
            headers[.vary] = "Origin"
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// Source: click.md 1.12: Click's test page calls from the browser.
    private func preflight(_ request: Request) -> Response {
        guard let origin = allowedOrigin(request) else { return Problem.nothingHere.response }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: origin, .accessControlAllowMethods: "POST",
                .accessControlAllowHeaders: "Content-Type", .vary: "Origin",
            ])
    }

    private func allowedOrigin(_ request: Request) -> String? {
        guard let testOrigin, request.headers[.origin] == testOrigin else { return nil }
        return testOrigin
    }

    static func count(_ anomaly: ClickAnomaly, in registry: any MetricsFactory) {
        registry.makeCounter(label: "tiyin_click_anomalies_total", dimensions: [("kind", anomaly.rawValue)])
            .increment(by: 1)
    }

    private func log(
        _ answer: ClickAnswer, _ call: ClickCall, _ request: Request, _ context: some RequestContext
    ) {
        let logger = context.logger
        // Most calls: nothing is put together for a line that nobody reads.
        if answer.code == 0, answer.anomaly == nil, logger.logLevel > .debug { return }
        var metadata: Logger.Metadata = [
            "gateway": "click", "method": "\(answer.operation)", "answer": "\(answer.name)",
        ]
        if let id = answer.transID { metadata["click_trans_id"] = "\(id)" }
        if let order = answer.orderID { metadata["order"] = "\(order.prefix(64))" }
        if let anomaly = answer.anomaly {
            Self.count(anomaly, in: registry)
            metadata["anomaly"] = "\(anomaly.rawValue)"
            let level: Logger.Level =
                switch anomaly {
                case .duplicateCancelled, .duplicateReversed, .debitNotTaken, .refundRefused, .refundStuck: .error
                case .cancelAfterPerformAccepted, .cancelAfterPerformRefused, .attemptMismatch, .paymentMismatch:
                    .warning
                }
            logger.log(level: level, "look at this payment", metadata: metadata)
        } else if let error = answer.underlyingError {
            metadata["error"] = "\(error)"
            logger.error("call failed", metadata: metadata)
        } else if answer.isUnauthorized {
            metadata["from"] = "\(clientAddress.of(request, context) ?? "unknown")"
            if !call.isAddressAllowed { metadata["cause"] = "address not allowed" }
            logger.info("call refused", metadata: metadata)
        } else if answer.code != 0 {
            logger.info("call refused", metadata: metadata)
        } else {
            logger.debug("call answered", metadata: metadata)
        }
    }
}
