import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Payments
import ProviderHTTP
import Specification
import StrictJSON

/// Carries calls to YooKassa, with limits on everything.
struct YooKassaWire: Sendable {
    let credentials: YooKassaCredentials
    let pace: YooKassaPace
    private let caller: ProviderCaller
    private let authorization: String

    private static let answerBytesMaximum = 2 << 20
    /// How long a call waits for its turn at the most, milliseconds.
    private static let turnMilliseconds: Int64 = 1_500
    /// How long none is made if YooKassa says "too many" and not how long, milliseconds.
    private static let closedMilliseconds: Int64 = 1_000

    init(_ credentials: YooKassaCredentials, _ pace: YooKassaPace) {
        self.credentials = credentials
        self.pace = pace
        authorization = credentials.authorization
        caller = ProviderCaller(answerBytesMaximum: Self.answerBytesMaximum)
    }

    func close() async { await caller.close() }

    /// One exchange.
    ///
    /// - Returns: the value of an answer from 200 to 299.
    func send(
        _ method: String, _ path: String, _ posting: YooKassaPosting?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> JSONValue {
        var request = HTTPClientRequest(url: credentials.baseURL + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "authorization", value: authorization)
        if let posting {
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "Idempotence-Key", value: posting.key)
            request.body = .bytes(ByteBuffer(string: posting.body))
        }
        try await turn(urgency)
        defer { pace.done(urgency) }
        let (status, bytes) = try await exchange(request)
        let value = try? JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: Self.answerBytesMaximum))
        switch status {
        // Accepted and not finished: the same call again finds out.
        case 202: throw .unknown("HTTP 202")
        case 200..<300:
            guard let value else { throw .unknown("the answer is no JSON") }
            return value
        case 401: throw .unauthorized
        case 404: throw .notFound
        case 408: throw .unknown("HTTP 408")
        case 429:
            let wait = value?["retry_after"]?.integerValue ?? Self.closedMilliseconds
            pace.close(milliseconds: wait)
            throw .busy(milliseconds: min(max(wait, 1), 60_000))
        case 400..<500: throw .refused(Self.refusal(status, value))
        default: throw .unknown("HTTP \(status)")
        }
    }

    private static func refusal(_ status: Int, _ value: JSONValue?) -> YooKassaError.Refusal {
        func text(_ name: String, _ length: Int) -> String? {
            value?[name]?.stringValue.map { String($0.prefix(length)) }
        }
        return YooKassaError.Refusal(
            status: status, code: text("code", 64) ?? "", detail: text("description", 300) ?? "",
            parameter: text("parameter", 100), id: text("id", 64))
    }

    /// Waits for its turn, if that comes soon.
    private func turn(_ urgency: YooKassaUrgency) async throws(YooKassaError) {
        var waited: Int64 = 0
        while let wait = pace.take(urgency) {
            guard waited + wait <= Self.turnMilliseconds, !Task.isCancelled else { throw .busy(milliseconds: wait) }
            try? await Task.sleep(for: .milliseconds(wait))
            waited += wait
        }
    }

    private func exchange(_ request: HTTPClientRequest) async throws(YooKassaError) -> (status: Int, body: [UInt8]) {
        do {
            return try await caller.exchange(request, within: credentials.deadlineSeconds)
        } catch {
            switch error {
            case .notSent(let words): throw .notSent(words)
            case .unknown(let words): throw .unknown(words)
            }
        }
    }
}
