import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox

/// The simulated bank on a port of its own, and a merchant that calls it.
final class PixBooth: Sendable {
    static let key = "loja@example.com"
    static let phone = "+5561912345678"
    static let secret = "segredo-do-teste"
    static let txid = "pedido0000000000000000000001"
    static let allScopes = PixBankOperation.scopes.sorted().joined(separator: " ")

    typealias Reaction = @Sendable (HTTPReceiver.Request) -> HTTPReceiver.Reaction

    struct Answer: Sendable {
        let status: Int
        let contentType: String?
        let json: JSONValue
        var body: [UInt8] = []

        /// The name behind the problem's `type`.
        var problem: String? { json["type"]?.stringValue?.split(separator: "/").last.map(String.init) }
        var place: String? { json["violacoes"]?[0]?["propriedade"]?.stringValue }
    }

    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let clock: ManualClock
    let bank: PixBankSandbox
    let url: String
    let token: String

    private init(_ clock: ManualClock, _ bank: PixBankSandbox, _ url: String, token: String) {
        self.clock = clock
        self.bank = bank
        self.url = url
        self.token = token
    }

    static var configuration: PixBankConfiguration {
        PixBankConfiguration(clientID: "loja", clientSecret: secret, keys: [key, phone])
    }

    /// Runs it while the closure runs; no limits, and a token for everything.
    static func with<T: Sendable>(
        _ configuration: PixBankConfiguration = PixBooth.configuration, _ body: (PixBooth) async throws -> T
    ) async throws -> T {
        let clock = ManualClock()
        let bank = PixBankSandbox(configuration) { clock.now }
        var conduct = PixBankConduct()
        conduct.limits = .none
        bank.conduct = conduct
        return try await bank.serving { url in
            let stranger = PixBooth(clock, bank, url, token: "")
            let token = try await stranger.issue().json["access_token"]?.stringValue ?? ""
            return try await body(PixBooth(clock, bank, url, token: token))
        }
    }

    /// A bank, and a shop whose webhook is registered for both keys.
    static func withShop<T: Sendable>(
        _ reaction: @escaping Reaction = { _ in .answer(200) }, _ body: (PixBooth, HTTPReceiver) async throws -> T
    ) async throws -> T {
        let shop = try await HTTPReceiver(react: reaction)
        let result: Result<T, any Error>
        do {
            result = .success(
                try await with { booth in
                    for key in [Self.key, "5561912345678"] {
                        _ = try await booth.call("PUT", "pix/v2/webhook/\(key)", ["webhookUrl": .string(shop.url)])
                    }
                    return try await body(booth, shop)
                })
        } catch {
            result = .failure(error)
        }
        await shop.stop()
        return try result.get()
    }

    func issue(
        _ form: String? = nil, scope: String = PixBooth.allScopes,
        contentType: String = "application/x-www-form-urlencoded"
    ) async throws -> Answer {
        let form =
            form
            ?? "client_id=loja&client_secret=\(Self.secret)&grant_type=client_credentials&scope="
            + scope.split(separator: " ").joined(separator: "+")
        return try await send(
            "POST", "oauth/v2/token", Array(form.utf8), headers: [("content-type", contentType)])
    }

    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, token: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var headers = headers + [("authorization", "Bearer \(token ?? self.token)")]
        if body != nil { headers.append(("content-type", "application/json")) }
        return try await send(method, path, body?.serialized(), headers: headers)
    }

    func send(
        _ method: String, _ path: String, _ body: [UInt8]?, headers: [(String, String)]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(url)/\(path)")
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.http.execute(request, timeout: .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 22).readableBytesView)
        return Answer(
            status: Int(response.status.code), contentType: response.headers.first(name: "content-type"),
            json: (try? JSONValue(parsing: bytes)) ?? .null, body: bytes)
    }

    /// The body of a charge of 150.10.
    static func charge(_ changes: JSONObject = [:]) -> JSONValue {
        var body: JSONObject = [
            "calendario": ["expiracao": 3_600], "valor": ["original": "150.10"], "chave": .string(key),
        ]
        for (name, value) in changes { body[name] = value == .null ? nil : value }
        return .object(body)
    }

    @discardableResult
    func put(_ txid: String = PixBooth.txid, _ changes: JSONObject = [:]) async throws -> Answer {
        try await call("PUT", "pix/v2/cob/\(txid)", Self.charge(changes))
    }

    /// Of a charge of 150.10 that has been made and paid.
    func paid(_ txid: String = PixBooth.txid) async throws -> PixBankReceipt {
        try await put(txid)
        return try bank.pay(txid: txid)
    }
}

extension PixBooth {
    /// Goes on with a token of this hour.
    func renew<T: Sendable>(_ body: (PixBooth) async throws -> T) async throws -> T {
        let token = try await issue().json["access_token"]?.stringValue ?? ""
        return try await body(PixBooth(clock, bank, url, token: token))
    }
}
