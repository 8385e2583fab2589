import Foundation
import StrictJSON

/// A call as it came.
struct YooCall: Sendable {
    let method: String
    /// Behind `/v3`, decoded.
    let path: [String]
    var query: [String: String] = [:]
    /// The header `Authorization`.
    var authorization: String?
    /// The header `Idempotence-Key`.
    var key: String?
    var contentType: String?
    var body: [UInt8] = []

    /// Login and password of Basic authentication.
    var credentials: (login: String, password: String)? {
        guard let authorization, authorization.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: String(authorization.dropFirst(6)))
        else { return nil }
        let halves = String(decoding: data, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return halves.count == 2 ? (String(halves[0]), String(halves[1])) : nil
    }
}

/// What it is answered.
struct YooReply: Sendable {
    var status: Int
    var body: JSONValue
    /// What goes wrong on the way back.
    var fault: YooKassaFault?

    init(_ status: Int, _ body: JSONValue) {
        self.status = status
        self.body = body
    }
}

/// One call, and what it was answered, for whoever watches.
public struct YooKassaExchange: Sendable {
    /// nil: there is no such call.
    public let operation: YooKassaOperation?
    /// As in `POST /v3/payments`.
    public let line: String
    /// The header `Idempotence-Key`; nil: there was none.
    public let key: String?
    /// As it came; it has no secret.
    public let request: String
    /// The HTTP status, whatever happened to the answer on its way.
    public let status: Int
    /// What was answered.
    public let answer: String
    /// What went wrong, if something was meant to.
    public let fault: YooKassaFault?
    /// Milliseconds since 1970 UTC.
    public let at: Int64
}
