import Delivery
import Foundation
import StrictJSON
import Synchronization

/// A shop that takes webhooks: it checks signatures, keeps what came, and fails as it is told.
public final class WebhookShop: Sendable {
    public struct Letter: Sendable, Hashable {
        public let id: String
        public let type: String
        public let order: String
        public let transaction: String
        public let event: Int64
        public let body: [UInt8]
    }

    private struct State {
        var letters: [Letter] = []
        var problems: [String] = []
        var calls = 0
        var reaction: @Sendable (Int, Letter) -> HTTPReceiver.Reaction = { _, _ in .answer(204) }
    }

    public static let secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"

    private let state: Mutex<State>
    private let receiver: Mutex<HTTPReceiver?>
    private let signer: WebhookSigner
    public let port: Int

    /// What was answered with 2xx, in order, repeats included.
    public var letters: [Letter] { state.withLock { $0.letters } }
    /// Each event once, in the order of its first arrival: `A transaction.created`.
    public var news: [String] {
        var seen: Set<String> = []
        return letters.filter { seen.insert($0.id).inserted }.map { "\($0.order) \($0.type)" }
    }
    /// What was wrong with what came.
    public var problems: [String] { state.withLock { $0.problems } }
    /// How many calls came, whatever they were answered.
    public var calls: Int { state.withLock { $0.calls } }

    /// - Parameter port: 0: a free one.
    public init(secret: String = WebhookShop.secret, port: Int = 0) async throws {
        state = Mutex(State())
        receiver = Mutex(nil)
        signer = WebhookSigner(try WebhookSecret(secret))
        let owner = Mutex<WebhookShop?>(nil)
        let listening = try await HTTPReceiver(port: port) { request in
            owner.withLock { $0 }?.take(request) ?? .hangUp
        }
        self.port = listening.port
        receiver.withLock { $0 = listening }
        owner.withLock { $0 = self }
    }

    /// The settings of a server that sends its webhooks here.
    public var environment: [String: String] {
        [
            "MERCHANT_WEBHOOK_URL": "http://127.0.0.1:\(port)/hook", "MERCHANT_WEBHOOK_SECRET": Self.secret,
            "MERCHANT_PRIVATE_TARGETS": "allow",
        ]
    }

    /// What it answers from now on; given how many calls came before, and what came.
    public func react(_ reaction: @escaping @Sendable (Int, Letter) -> HTTPReceiver.Reaction) {
        state.withLock { $0.reaction = reaction }
    }

    public func stop() async { await receiver.withLock { $0 }?.stop() }

    /// It goes down, and nobody listens at its port.
    public func goDown() async {
        await receiver.withLock { $0 }?.stop()
        receiver.withLock { $0 = nil }
    }

    /// It is back at the port where it was.
    public func comeBack() async throws {
        let listening = try await HTTPReceiver(port: port) { [weak self] in self?.take($0) ?? .hangUp }
        receiver.withLock { $0 = listening }
    }

    private func take(_ request: HTTPReceiver.Request) -> HTTPReceiver.Reaction {
        guard let letter = read(request) else { return .answer(400) }
        let reaction = state.withLock { state in
            defer { state.calls += 1 }
            return (state.reaction, state.calls)
        }
        let answer = reaction.0(reaction.1, letter)
        if case .answer(let status, _, _) = answer, (200..<300).contains(status) {
            state.withLock { $0.letters.append(letter) }
        }
        return answer
    }

    private func read(_ request: HTTPReceiver.Request) -> Letter? {
        func blame(_ text: String) -> Letter? {
            state.withLock { $0.problems.append(text) }
            return nil
        }
        guard request.method == "POST", request.header("content-type") == "application/json" else {
            return blame("\(request.method) \(request.header("content-type") ?? "")")
        }
        guard let id = request.header("webhook-id"), let timestamp = request.header("webhook-timestamp"),
            let signature = request.header("webhook-signature")
        else { return blame("a header is missing") }
        // The clock of the server is a test's own; how old a message is has tests of its own.
        guard let seconds = Int64(timestamp),
            signer.verify(
                id: id, timestamp: timestamp, signature: signature, body: request.body, now: seconds * 1_000)
        else { return blame("\(id) has a wrong signature") }
        guard let value = try? JSONValue(parsing: request.body), let type = value["type"]?.stringValue,
            let data = value["data"], let order = data["order_id"]?.stringValue,
            let event = data["event_id"]?.stringValue.flatMap(Int64.init),
            let transaction = data["transaction"]?["external_id"]?.stringValue, value["timestamp"]?.stringValue != nil
        else { return blame("\(id) has an odd body") }
        return Letter(id: id, type: type, order: order, transaction: transaction, event: event, body: request.body)
    }
}
