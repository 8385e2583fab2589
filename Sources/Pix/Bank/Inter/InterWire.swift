import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Payments
import ProviderHTTP
import Specification
import StrictJSON

/// Carries calls to the bank, with limits on everything.
struct InterWire: Sendable {
    let configuration: InterConfiguration
    let specification: PixSpecification
    let limits: RateLimits
    let caller: ProviderCaller

    private static let answerBytesMaximum = 4 << 20
    /// How long a call waits for its turn at the most, milliseconds.
    private static let turnMilliseconds: Int64 = 1_500
    /// How long none is made if the bank says "too many" and not how long, milliseconds.
    private static let closedMilliseconds: Int64 = 60_000

    init(_ configuration: InterConfiguration, _ specification: PixSpecification, clock: TimeSource) {
        self.configuration = configuration
        self.specification = specification
        limits = RateLimits(specification, configuration.environment, clock: clock)
        caller = ProviderCaller(answerBytesMaximum: Self.answerBytesMaximum, tls: configuration.tls)
    }

    /// Waits for its turn, if that comes soon.
    func turn(_ rate: PixSpecification.Rate, _ priority: PixCallPriority = .foreground) async throws(PixBankError) {
        guard let wait = limits.take(rate, priority) else { return }
        guard wait <= Self.turnMilliseconds else { throw .busy(milliseconds: wait) }
        try? await Task.sleep(for: .milliseconds(wait))
        if let more = limits.take(rate, priority) { throw .busy(milliseconds: more) }
    }

    /// One exchange.
    ///
    /// - Returns: the value of an answer from 200 to 299; `null` if it has no body.
    func send(
        _ method: String, _ path: String, rate: PixSpecification.Rate, headers: [(String, String)], body: [UInt8]?,
        contentType: String = "application/json"
    ) async throws(PixBankError) -> JSONValue {
        var request = HTTPClientRequest(url: configuration.baseURL + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "accept", value: "application/json")
        if body != nil { request.headers.add(name: "content-type", value: contentType) }
        if let account = configuration.account { request.headers.add(name: "x-conta-corrente", value: account) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let (status, bytes) = try await exchange(request)
        switch status {
        case 200..<300:
            if bytes.isEmpty { return .null }
            let limits = JSONLimits(maximumBytes: Self.answerBytesMaximum)
            guard let value = try? JSONValue(parsing: bytes, limits: limits) else {
                throw .unknown("the answer is no JSON")
            }
            return PixWireText.cleaned(value, from: bytes)
        case 404:
            guard isNotFound(bytes) else { throw .unknown("HTTP 404, and not the bank's own: look at inter.base_url") }
            throw .notFound
        case 429:
            limits.close(rate, milliseconds: Self.closedMilliseconds)
            throw .busy(milliseconds: Self.closedMilliseconds)
        case 408: throw .unknown("HTTP 408")
        case 400..<500: throw refusal(status, bytes)
        default: throw .unknown("HTTP \(status)")
        }
    }

    /// Whether it is the bank that knows of no such thing: a proxy's page, or a path that is not there, says nothing about
    /// what was asked for.
    ///
    /// Source: pix.md 3.7, 4.5
    private func isNotFound(_ bytes: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: bytes), value.objectValue != nil else { return false }
        if let type = value["type"] {
            let name = type.stringValue?.split(separator: "/").last.map(String.init) ?? ""
            return specification.errors[name] == 404
        }
        // Inter's own form has no type.
        let words = [value["title"], value["detail"]].map { $0?.stringValue ?? "" }
        return words.allSatisfy { !$0.isEmpty } && (value["status"]?.integerValue ?? 404) == 404
    }

    /// Both of the bank's forms of an error: with a `type`, and without one. What was sent is not repeated: it may be a
    /// key, which is no matter of a log's.
    ///
    /// Source: pix.md 3.7, 4.5
    private func refusal(_ status: Int, _ bytes: [UInt8]) -> PixBankError {
        let value = try? JSONValue(parsing: bytes)
        let prefix = specification.errorPrefix
        let type = value?["type"]?.stringValue ?? ""
        let name = type.hasPrefix(prefix) ? String(type.dropFirst(prefix.count)) : ""
        var words = [value?["title"]?.stringValue].compactMap { $0 }
        for violation in value?["violacoes"]?.arrayValue ?? [] {
            let parts = [violation["propriedade"]?.stringValue, violation["razao"]?.stringValue].compactMap { $0 }
            words.append(parts.joined(separator: ": "))
        }
        return .refused(
            status: status, name: specification.errors[name] == nil ? "" : name,
            detail: BankWords.masked(words.joined(separator: "; ")))
    }

    private func exchange(_ request: HTTPClientRequest) async throws(PixBankError) -> (status: Int, body: [UInt8]) {
        do {
            return try await caller.exchange(request, within: configuration.deadlineSeconds)
        } catch {
            switch error {
            case .notSent(let words): throw .notSent(words)
            case .unknown(let words): throw .unknown(words)
            }
        }
    }
}
