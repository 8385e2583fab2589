import Foundation
import StrictJSON
import TestSupport

/// `tiyin sandbox`, as anybody starts it, on a free port.
final class SandboxProcess: Sendable {
    /// Without a slash at the end.
    let url: String
    let port: Int
    /// The keys that it prints for whoever wants to play a part.
    let merchant: MerchantClient
    let payme: PaymeClient
    private let child: ChildProcess
    private let folder = TemporaryFolder()

    /// Starts it and waits until it listens.
    /// - Parameter port: 0: any that is free.
    init(port: Int = 0) async throws {
        let child = try ChildProcess.tied(
            Executable.path("tiyin"), ["sandbox", "--port", "\(port)"], environment: ["TMPDIR": folder.path],
            folder: folder.path)
        let bell = Task {
            try await Task.sleep(for: .seconds(120))
            child.signal(SIGKILL)
        }
        defer { bell.cancel() }
        let output = await child.line { $0.contains("Stop with Ctrl-C.") } == nil ? "" : child.output
        guard let address = output.firstMatch(of: /sandbox at (http:\/\/127\.0\.0\.1:([0-9]+))/)?.output,
            let paymeKey = output.firstMatch(of: /'Paycom:([^']+)'/)?.output.1,
            let merchantKey = output.firstMatch(of: /Bearer ([^']+)'/)?.output.1, let port = Int(address.2)
        else { throw NotStarted(said: child.output + child.errors) }
        self.child = child
        self.port = port
        url = String(address.1)
        merchant = MerchantClient(url: url, key: String(merchantKey))
        payme = PaymeClient(url: url + "/payments/payme/webhook", key: String(paymeKey))
    }

    struct NotStarted: Error {
        let said: String
    }

    /// What the merchant API says of an order.
    func status(_ order: String) async throws -> String? {
        try await merchant.get("/orders/\(order)").body["status"]?.stringValue
    }

    /// Begins to pay an order, past the page and the simulated Payme.
    /// - Parameter amount: tiyin.
    func begin(_ order: String, amount: Int64, id: JSONValue) async throws {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let params: JSONValue = [
            "id": id, "time": .integer(now), "amount": .integer(amount), "account": ["order_id": .string(order)],
        ]
        let answer = try await payme.call("CreateTransaction", params)
        guard answer.result?["state"] == 1 else { throw Refused(answer: answer.text) }
    }

    struct Refused: Error {
        let answer: String
    }

    /// Tells it to stop and waits until it has.
    func stop() async -> ChildProcess.Exit {
        child.signal(SIGTERM)
        return await child.exit()
    }

    /// Ends it as a power cut does.
    func kill() async { await child.end() }
}
