import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Payments
import ProviderHTTP
import StrictJSON

/// Carries calls to Click's Merchant API, with limits on everything.
struct ClickWire: Sendable {
    enum Method: Sendable {
        case post, put, delete

        var http: HTTPMethod {
            switch self {
            case .post: .POST
            case .put: .PUT
            case .delete: .DELETE
            }
        }
    }

    let baseURL: String
    let auth: ClickAuth
    let clock: TimeSource
    let deadlineSeconds: Int64

    /// One for all clients of the process; it lives as long as that.
    private static let caller = ProviderCaller(answerBytesMaximum: 1 << 20)

    /// Sends a call that changes something, once.
    func send(
        _ method: Method, _ path: [String], _ body: JSONObject? = nil
    ) async throws(ClickAPIError) -> ClickAPIAnswer {
        try await once(method.http, path, body, hasCode: true)
    }

    /// Sends a question; again if the answer is lost.
    func ask(_ path: [String], hasCode: Bool = true) async throws(ClickAPIError) -> ClickAPIAnswer {
        do {
            return try await once(.GET, path, nil, hasCode: hasCode)
        } catch  where error.isUnknown {
            return try await once(.GET, path, nil, hasCode: hasCode)
        }
    }

    private func once(
        _ method: HTTPMethod, _ path: [String], _ body: JSONObject?, hasCode: Bool
    ) async throws(ClickAPIError) -> ClickAPIAnswer {
        let (status, bytes) = try await exchange(request(method, path, body))
        if (400..<500).contains(status) { throw .rejected(status: status) }
        guard (200..<300).contains(status) else { throw .unknown("HTTP \(status)") }
        guard let object = (try? JSONValue(parsing: bytes))?.objectValue else {
            throw .unknown("the answer is no JSON object")
        }
        let answer = ClickAPIAnswer(object: object)
        guard let code = answer.optionalInteger("error_code") else {
            if hasCode { throw .unknown("the answer has no error_code") }
            return answer
        }
        if code != 0 { throw .refused(code: code, note: String((answer.text("error_note") ?? "").prefix(200))) }
        return answer
    }

    private func request(_ method: HTTPMethod, _ path: [String], _ body: JSONObject?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: baseURL + "/" + path.map(PercentEncoding.encode).joined(separator: "/"))
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "auth", value: auth.header(at: clock.now))
        if let body { request.body = .bytes(ByteBuffer(bytes: JSONValue.object(body).serialized())) }
        return request
    }

    private func exchange(_ request: HTTPClientRequest) async throws(ClickAPIError) -> (status: Int, body: [UInt8]) {
        do {
            return try await Self.caller.exchange(request, within: deadlineSeconds)
        } catch {
            switch error {
            case .notSent(let words): throw .notSent(words)
            case .unknown(let words): throw .unknown(words)
            }
        }
    }
}

/// An answer of Click's, whose `error_code` is 0.
struct ClickAPIAnswer: Sendable {
    let object: JSONObject

    /// Also if it stands there as text: one of Click's own samples has it so.
    func optionalInteger(_ name: String) -> Int64? {
        object[name]?.integerValue ?? object[name]?.stringValue.flatMap { Int64($0) }
    }

    func integer(_ name: String) throws(ClickAPIError) -> Int64 {
        guard let value = optionalInteger(name) else { throw lacks(name) }
        return value
    }

    func text(_ name: String) -> String? { object[name]?.stringValue }

    func payment() throws(ClickAPIError) -> ClickPaymentStatus {
        ClickPaymentStatus(paymentID: try integer("payment_id"), status: optionalInteger("payment_status"))
    }

    /// The call went through, and yet what it made is not known.
    func lacks(_ name: String) -> ClickAPIError { .unknown("the answer lacks \(name)") }
}

extension JSONValue {
    /// Sums as a number: Click's payments do not count in tiyin.
    ///
    /// Source: click.md 2.
    static func sums(_ amount: Money) -> JSONValue { .number(amount.decimal) }
}
