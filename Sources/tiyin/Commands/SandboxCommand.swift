import ArgumentParser
import Foundation
import Logging
import Metrics
import Payments
import Server

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve with throwaway keys, a scratch database and sample orders, and say what to try.",
        discussion: "Nothing is kept: the database is deleted when the sandbox ends.")

    @Option(help: "Port to listen on; 0 takes a free one.") var port = 8080

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tiyin-sandbox-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let sandbox = Sandbox(folder: folder.path, port: port)
        let settings = try sandbox.settings()
        let logger = Logs.bootstrap(settings)
        FileDescriptors.raiseLimit()
        let server = try await TiyinServer(settings: settings, logger: logger)
        MetricsSystem.bootstrap(server.registry)
        for order in sandbox.orders { _ = try await OrderRegistrar(store: server.store).register(order) }
        try await server.run { print(sandbox.guide(port: $0)) }
    }
}

/// What a sandbox is made of.
struct Sandbox {
    let folder: String
    let port: Int
    let paymeKey = "sandbox-payme-\(Self.random())"
    let merchantKey = "sandbox-merchant-\(Self.random())"

    func settings() throws -> ServerSettings {
        let environment = [
            "API_PORT": String(port), "DATABASE_URL": "sqlite:\(folder)/sandbox.db", "PAYME_KEY": paymeKey,
            "PAYME_MERCHANT_ID": "587f72c72cac0d162c722ae2", "PAYME_MODE": "sandbox", "MERCHANT_API_KEY": merchantKey,
            "LOG_LEVEL": "notice",
        ]
        return try ServerSettings(SettingSource(environment: environment, folder: folder))
    }

    /// Two orders to pay and one account to top up.
    var orders: [[UInt8]] {
        [
            #"{"id":"1001","amount":{"value":"5000.00","currency":"UZS"},"description":"Green tea, 2 boxes"}"#,
            #"{"id":"1002","amount":{"value":"129900.00","currency":"UZS"},"description":"Headphones"}"#,
            #"{"id":"998901234567","kind":"cumulative","currency":"UZS","description":"Phone balance"}"#,
        ].map { Array($0.utf8) }
    }

    func guide(port: Int) -> String {
        let base = "http://127.0.0.1:\(port)"
        let program = CommandLine.arguments.first ?? "tiyin"
        let create =
            #"{"method":"CreateTransaction","params":{"id":"5305e3bab097f420a62ced0b","time":'$(date +%s000)',"amount":500000,"account":{"order_id":"1001"}},"id":1}"#
        let perform = #"{"method":"PerformTransaction","params":{"id":"5305e3bab097f420a62ced0b"},"id":2}"#
        return """

            Tiyin \(TiyinVersion.current) sandbox at \(base)
            Everything here is throwaway: keys, database, orders 1001 and 1002 (one-time), 998901234567 (cumulative).

            1. Be Payme: announce a payment of order 1001, then take the money.
               curl -u 'Paycom:\(paymeKey)' \(base)/payments/payme/webhook -d '\(create)'
               curl -u 'Paycom:\(paymeKey)' \(base)/payments/payme/webhook -d '\(perform)'

               Send the second again: the same answer, to the byte.

            2. Be the shop: see that it is paid, and register an order of your own.
               curl -H 'Authorization: Bearer \(merchantKey)' \(base)/orders/1001
               curl -H 'Authorization: Bearer \(merchantKey)' \(base)/orders -d '{"amount":{"value":"15.50","currency":"UZS"}}'

            3. Be Payme's sandbox: run every conformance scenario against this server (half a minute).
               \(program) conform payme --url \(base)/payments/payme/webhook --key '\(paymeKey)' --merchant-key '\(merchantKey)' --amount 500000

            4. Be the operator: \(base)/health  \(base)/ready  \(base)/metrics

            Stop with Ctrl-C.
            """
    }

    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next() as UInt64, radix: 36)
    }
}
