import Foundation
import StrictJSON

/// A call as it came.
struct PixBankCall: Sendable {
    let method: String
    /// Behind the base, decoded.
    let path: [String]
    let query: [String: String]
    /// The header `Authorization`.
    var authorization: String?
    /// The header `x-conta-corrente`.
    var account: String?
    /// The header `x-id-idempotente`.
    var idempotencyKey: String?
    var contentType: String?
    let body: [UInt8]

    /// The fields of a form; nil if there is one twice, or it cannot be decoded.
    var form: [String: String]? {
        var fields: [String: String] = [:]
        for part in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count == 2 ? halves[1] : ""),
                fields.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}

/// What it is answered.
struct PixBankReply: Sendable {
    var status: Int
    var body: JSONValue?
    var isProblem = false
    /// What goes wrong on the way back.
    var fault: PixBankFault?

    init(_ status: Int, _ body: JSONValue? = nil) {
        self.status = status
        self.body = body
    }

    init(_ problem: PixBankProblem) {
        status = problem.kind.status
        body = problem.json
        isProblem = true
    }
}

/// Who watches the bank is told of each call and its answer.
struct PixBankExchange: Sendable {
    /// nil: there is no such call.
    let operation: PixBankOperation?
    let call: PixBankCall
    let reply: PixBankReply
    let at: Int64
}
