import CoreMetrics
import HTTPTypes
import Hummingbird
import JSONRPC
import Logging
import NIOCore
import Payme

/// `POST /payments/payme/webhook`. Everything is answered with status 200.
///
/// Source: payme.md 1.1.
struct PaymeRoutes: Sendable {
    let gateway: PaymeGateway
    let allowedAddresses: AddressList?
    let clientAddress: ClientAddress
    let bodyBytesMaximum: Int
    let metrics: CallMetrics

    static let path = "/payments/payme/webhook"
    private static let headers: HTTPFields = [.contentType: "application/json; charset=UTF-8"]

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        // Another method than POST is Payme's to hear of, not a 404 or 405.
        for method in [HTTPRequest.Method.post, .get, .head, .put, .delete, .patch, .options, .trace, .connect] {
            router.on(RouterPath(Self.path), method: method) { request, context in
                let response = await self.answer(request, context)
                return request.method == .head ? response.createHeadResponse() : response
            }
        }
    }

    func answer(_ request: Request, _ context: some RequestContext) async -> Response {
        let start = ContinuousClock.now
        let call = PaymeCall(
            isPost: request.method == .post, authorization: Self.authorization(request.headers),
            isAddressAllowed: clientAddress.isAllowed(allowedAddresses, request, context), logger: context.logger)
        // A body that is too large or does not arrive is none: no JSON can be read from it.
        let body = (try? await request.bytes(upTo: bodyBytesMaximum)) ?? []
        let answer = await gateway.answer(call, body: body)
        metrics.record(method: answer.method, code: answer.errorCode, since: start)
        log(answer, call, request, context)
        return Response(
            status: .ok, headers: Self.headers, body: Self.body(answer.body))
    }

    /// Two headers are none: a proxy in front may have looked at the other one.
    private static func authorization(_ headers: HTTPFields) -> String? {
        var found: String?
        for field in headers where field.name == .authorization {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }

    private static func body(_ body: RPCAnswer.Body) -> ResponseBody {
        switch body {
        case .empty: ResponseBody()
        case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let chunks):
            ResponseBody { writer in
                for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        }
    }

    private func log(_ answer: RPCAnswer, _ call: PaymeCall, _ request: Request, _ context: some RequestContext) {
        let logger = context.logger
        let metadata: () -> Logger.Metadata = {
            [
                "gateway": "payme", "method": "\(answer.method ?? "none")",
                "answer": "\(answer.errorName?.rawValue ?? "result")",
            ]
        }
        if answer.errorName == "InternalError" {
            let cause = answer.underlyingError.map { "\($0)" } ?? "unknown"
            logger.error("call failed", metadata: metadata().merging(["error": "\(cause)"]) { $1 })
        } else if answer.errorName == "Unauthorized" {
            var more: Logger.Metadata = ["from": "\(clientAddress.of(request, context) ?? "unknown")"]
            if !call.isAddressAllowed { more["cause"] = "address not allowed" }
            logger.info("call refused", metadata: metadata().merging(more) { $1 })
        } else if answer.errorCode != nil {
            logger.info("call refused", metadata: metadata())
        } else {
            logger.debug("call answered", metadata: metadata())
        }
    }
}
