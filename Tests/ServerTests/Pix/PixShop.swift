import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

/// A server that takes Pix with static codes, and everybody who comes to it.
struct PixShop: Sendable {
    let running: RunningServer

    static let environment = [
        "PIX_KEY": "123e4567-e12b-12d1-a456-426655440000", "PIX_MERCHANT_NAME": "Fulano de Tal",
        "PIX_MERCHANT_CITY": "BRASILIA",
    ]

    static func with(_ more: [String: String] = [:], _ body: (PixShop) async throws -> Void) async throws {
        try await RunningServer.with(environment.merging(more) { $1 }) { try await body(PixShop(running: $0)) }
    }

    struct Reply: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: bytes, limits: .generous)) ?? .null }
        var problem: String? { json["type"]?.stringValue?.replacing("urn:tiyin:problem:", with: "") }
        func header(_ name: String) -> String? { headers.first(name: name) }
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, key: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : running.url + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = Array(buffer: try await response.body.collect(upTo: 1 << 22))
        return Reply(status: Int(response.status.code), headers: response.headers, bytes: bytes)
    }

    func charge(_ body: String, idempotencyKey: String? = nil) async throws -> Reply {
        try await send(
            .POST, "/payments/pix", body, key: running.merchantKey,
            headers: idempotencyKey.map { [("idempotency-key", $0)] } ?? [])
    }

    /// A charge that was made.
    func made(_ body: String = #"{"amount":10.50}"#) async throws -> JSONValue {
        let reply = try await charge(body)
        try #require(reply.status == 200, "\(reply.text)")
        return try #require(reply.json["payment"])
    }

    func id(_ body: String = #"{"amount":10.50}"#) async throws -> String {
        try #require(try await made(body)["id"]?.stringValue)
    }

    func get(_ path: String, accept: String? = nil, _ more: [(String, String)] = []) async throws -> Reply {
        try await send(.GET, path, headers: (accept.map { [("accept", $0)] } ?? []) + more)
    }

    func page(_ id: String, _ query: String = "") async throws -> String {
        let reply = try await get("/payments/pix/\(id)\(query)", accept: "text/html")
        try #require(reply.status == 200, "\(reply.text)")
        return reply.text
    }

    func show(_ id: String) async throws -> JSONValue {
        try await get("/payments/pix/\(id)", accept: "application/json").json
    }

    /// The end of a charge whose time is up: by the look that this makes, or by one of the server's own that has it in
    /// hand already.
    func expire(_ id: String) async throws {
        let charges = try #require(running.server.pix).gateway.charges
        let isOver = try await eventually {
            _ = await charges.advanceDue()
            return try await charges.find(id)?.transaction.state == .cancelled
        }
        try #require(isOver)
    }

    /// The merchant says that it is paid.
    @discardableResult
    func pay(_ id: String, _ amount: String = "10.50") async throws -> Reply {
        try await send(
            .POST, "/payments/pix/confirm", #"{"bank_payment_id":"\#(id)","amount":"\#(amount)"}"#,
            key: running.merchantKey)
    }
}
