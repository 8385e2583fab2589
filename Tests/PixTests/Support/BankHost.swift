import Foundation
import NIOSSL
import Payments
import Pix
import Specification
import StrictJSON
import Synchronization
import TestSupport

/// An HTTP server that answers as a bank's host, and the client that calls it.
final class BankHost: Sendable {
    let receiver: HTTPReceiver
    let bank: InterBank
    let clock: ManualClock

    static let secret = "cl1ent-s3cret"

    private init(_ receiver: HTTPReceiver, _ bank: InterBank, _ clock: ManualClock) {
        self.receiver = receiver
        self.bank = bank
        self.clock = clock
    }

    /// Requests but those for a token.
    var calls: [HTTPReceiver.Request] { receiver.requests.filter { $0.uri != "/oauth/v2/token" } }
    var tokenCalls: Int { receiver.requests.count { $0.uri == "/oauth/v2/token" } }

    static func with(
        server: TLSConfiguration? = nil, client: TLSConfiguration? = nil, deadlineSeconds: Int64 = 5,
        environment: PixSpecification.Environment = .production,
        token: @escaping @Sendable (Int) -> HTTPReceiver.Reaction = { BankHost.token("t\($0)") },
        _ react: @escaping @Sendable (HTTPReceiver.Request) -> HTTPReceiver.Reaction,
        body: (BankHost) async throws -> Void
    ) async throws {
        let count = Mutex(0)
        let receiver = try await HTTPReceiver(tls: server) { request in
            guard request.uri == "/oauth/v2/token" else { return react(request) }
            return token(
                count.withLock { count in
                    count += 1
                    return count
                })
        }
        let clock = ManualClock()
        let scheme = server == nil ? "http" : "https"
        let configuration = InterConfiguration(
            clientID: "client&id", clientSecret: secret, baseURL: "\(scheme)://127.0.0.1:\(receiver.port)",
            account: "123", tls: client, environment: environment, deadlineSeconds: deadlineSeconds)
        let bank = InterBank(
            configuration, specification: try Specifications.load().pix, clock: clock.source)
        do {
            try await body(BankHost(receiver, bank, clock))
        } catch {
            await bank.shutdown()
            await receiver.stop()
            throw error
        }
        await bank.shutdown()
        await receiver.stop()
    }

    static let scopes = "cob.read cob.write pix.read pix.write pagamento-pix.read pagamento-pix.write extrato.read"

    static func token(_ text: String, scope: String? = scopes) -> HTTPReceiver.Reaction {
        var body: JSONObject = ["access_token": .string(text), "token_type": "Bearer", "expires_in": 3_600]
        if let scope { body["scope"] = .string(scope) }
        return json(.object(body))
    }

    static func json(_ value: JSONValue, _ status: Int = 200) -> HTTPReceiver.Reaction {
        .answer(status, headers: [("content-type", "application/json")], body: value.serialized())
    }

    static let charge: JSONValue = [
        "txid": "7978c0c97ea847e78e8849634473c1f1", "revisao": 2, "status": "ATIVA", "chave": "12345678909",
        "calendario": ["criacao": "2026-11-21T03:00:00.5+03:00", "expiracao": 3_600],
        "valor": ["original": "37.00"], "location": "pix.example.com/qr/v2/1", "pixCopiaECola": "000201",
        "somethingNew": [1, ["a": .null]],
    ]
}
