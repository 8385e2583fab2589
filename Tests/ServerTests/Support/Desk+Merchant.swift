import Foundation
import HTTPTypes
import Payments
import StrictJSON
import Testing

extension Desk {
    /// A call of the merchant API with an `Idempotency-Key`, if one is given.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, key: String?
    ) async throws -> Reply {
        var headers = HTTPFields()
        if let key { headers[HTTPField.Name("Idempotency-Key")!] = key }
        return try await send(method, path, body, headers: headers)
    }

    func patch(_ path: String, _ body: String, key: String? = nil) async throws -> Reply {
        try await send(.patch, path, body, key: key)
    }

    func cancel(_ path: String, key: String? = nil) async throws -> Reply {
        try await send(.post, path + "/cancel", key: key)
    }

    /// An API key with those scopes: its id and its token.
    func makeKey(
        _ scopes: [String], expiresAt: Int64? = nil
    ) async throws -> (id: String, token: String) {
        var body: JSONObject = ["name": "test", "scopes": .array(scopes.map { .string($0) })]
        if let expiresAt { body["expires_at"] = .integer(expiresAt) }
        let reply = try await send(.post, "/keys", JSONValue.object(body).text)
        try #require(reply.status == 201, "\(reply.text)")
        return (try #require(reply["id"]?.stringValue), try #require(reply["token"]?.stringValue))
    }

    /// A call with an API key of the database.
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String) async throws -> Reply
    {
        try await send(method, path, body, authorization: "Bearer \(token)")
    }

    /// An order with two fiscal lines that come to 5000.00.
    func addFiscal(_ id: String) async throws {
        let reply = try await post(
            #"{"id":"\#(id)","amount":{"value":"5000.00","currency":"UZS"},"description":"tea","fiscal":\#(Self.fiscal)}"#
        )
        try #require(reply.status == 201, "\(reply.text)")
    }

    static func line(_ price: Int) -> String {
        #"{"title":"Choy","price":\#(price),"count":1,"code":"00702001001000001","package_code":"1","vat_percent":12}"#
    }

    static let fiscal =
        #"{"receipt_type":0,"items":[\#(line(400_000))],"shipping":{"title":"Yetkazish","price":100000}}"#
}
