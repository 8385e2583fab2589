import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
public import NIOHTTP1
public import StrictJSON

/// A form, field by field; its signature is made when it is sent.
public struct SentCall: Sendable {
    public static let defaultSecret = "k3y-Example"
    public static let defaultService: Int64 = 54_321

    public var fields: [(name: String, value: String)]
    public var secret = Self.defaultSecret
    public var contentType: String? = "application/x-www-form-urlencoded"
    /// Instead of the right one; nil: the right one.
    public var signature: String?
    /// Instead of the fields.
    public var raw: [UInt8]?

    public static func prepare(_ order: String, _ id: Int64) -> SentCall {
        SentCall(fields: [
            ("click_trans_id", "\(id)"), ("service_id", "\(Self.defaultService)"), ("click_paydoc_id", "\(id + 7_000)"),
            ("merchant_trans_id", order), ("amount", "5000.00"), ("action", "0"), ("error", "0"),
            ("error_note", "Success"), ("sign_time", "2026-11-20 10:20:30"),
        ])
    }

    public static func complete(_ order: String, _ id: Int64, _ prepareID: Int64?, error: Int64 = 0) -> SentCall {
        var call = prepare(order, id)
        call["action"] = "1"
        call["error"] = "\(error)"
        call["merchant_prepare_id"] = prepareID.map(String.init)
        return call
    }

    public subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    public var digest: String {
        var names = ["click_trans_id", "service_id", "", "merchant_trans_id", "amount", "action", "sign_time"]
        if self["action"] == "1" { names.insert("merchant_prepare_id", at: 4) }
        let text = names.map { $0.isEmpty ? secret : self[$0] ?? "" }.joined()
        return Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    public var body: [UInt8] {
        if let raw { return raw }
        let all = fields + [("sign_string", signature ?? digest)]
        let allowed = CharacterSet.alphanumerics
        return Array(
            all.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
                .joined(separator: "&").utf8)
    }
}

extension SentCall {
    /// Posts it to a running server.
    public func post(to url: String, headers: [(String, String)] = []) async throws -> HTTPReply {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        if let contentType { request.headers.add(name: "content-type", value: contentType) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return HTTPReply(
            status: Int(response.status.code), headers: response.headers, bytes: Array(bytes.readableBytesView))
    }
}

/// What a server answered.
public struct HTTPReply: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    public let bytes: [UInt8]

    /// The body as JSON; null if it is none.
    public var value: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
}
