import AsyncHTTPClient
import Delivery
import Foundation
import NIOCore
import NIOHTTP1
import StrictJSON
import TestSupport

/// `Examples/PythonShop`, in a process of its own.
final class PythonShop: Sendable {
    static let secret = "whsec_" + Data(repeating: 0x5A, count: 32).base64EncodedString()

    struct NotStarted: Error {
        let errors: String
    }

    struct Answer: Sendable {
        let status: Int
        let text: String

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    }

    /// What it did not expect, of all there is to expect: shown when a test fails.
    var log: String { child.errors }

    private let child: ChildProcess
    private let url: String

    /// - Parameters:
    ///   - tiyin: the server's URL.
    ///   - port: where it opens; 0: anywhere.
    init(tiyin: String, key: String, port: Int = 0, in folder: TemporaryFolder) async throws {
        child = try ChildProcess(
            Interpreter.python.path ?? "python3",
            [Interpreter.package.appendingPathComponent("Examples/PythonShop/shop.py").path],
            environment: [
                "TIYIN_URL": tiyin, "MERCHANT_API_KEY": key, "MERCHANT_WEBHOOK_SECRET": Self.secret,
                "SHOP_PORT": String(port), "SHOP_DATABASE": folder.file("shop.db"),
            ], folder: folder.path)
        let sign = "the shop is open: "
        guard let line = await child.line(where: { $0.hasPrefix(sign) }) else {
            throw NotStarted(errors: child.errors)
        }
        url = String(line.dropFirst(sign.count))
    }

    func end() async { await child.end() }

    /// Buys goods, as the page's button does.
    /// - Returns: what the page of the order says.
    func buy(_ goods: String) async throws -> Answer { try await post("/buy", "goods=\(goods)") }

    /// Presses the button that asks for the money to go back.
    func refund(_ order: String) async throws -> Answer { try await post("/refund", "order=\(order)") }

    func get(_ path: String) async throws -> Answer { try await send(HTTPClientRequest(url: url + path)) }

    func status(_ order: String) async throws -> String? {
        try await get("/orders/\(order)").json["status"]?.stringValue
    }

    /// Sends it a webhook.
    func tell(_ body: JSONValue, headers: [(name: String, value: String)]) async throws -> Int {
        var request = HTTPClientRequest(url: url + "/webhooks/tiyin")
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body.serialized()))
        return try await send(request).status
    }

    /// Sends it a webhook that is signed as the server signs, that many seconds ago.
    func tell(_ id: String, _ body: JSONValue, age: Int64 = 0) async throws -> Int {
        let signer = WebhookSigner(try WebhookSecret(Self.secret))
        let sent = Int64(Date().timeIntervalSince1970) - age
        return try await tell(body, headers: signer.headers(id: id, timestamp: sent, body: body.serialized()))
    }

    private func post(_ path: String, _ form: String) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), text: String(buffer: body))
    }
}
