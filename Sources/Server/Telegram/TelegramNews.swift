import Click
import CoreMetrics
import Crypto
import Delivery
import Logging
import Payme
import Payments
import Pix
import Pledg
import ServiceLifecycle
import Specification
import Storage
import YooKassa

/// Everything with which the server tells a chat in Telegram of payments.
struct TelegramNews: Sendable {
    /// The receiver of the outbox that stands for the chat.
    static let target = "telegram"

    /// How gateways call themselves.
    private static let gateways = [
        PaymeGateway.name: "Payme", ClickGateway.name: "Click", PixGateway.name: "Pix",
        YooKassaGateway.name: "YooKassa", PledgGateway.name: "Pledg",
    ]

    let configuration: TelegramConfiguration
    private let client: OutboundClient
    private let message: TelegramMessage

    /// - Parameter specification: has the names of reasons.
    init(_ configuration: TelegramConfiguration, _ specification: TransactionSpecification) throws {
        self.configuration = configuration
        client = OutboundClient(userAgent: "tiyin/\(TiyinVersion.current)", limits: .telegram)
        let reasons = specification.reasons.map { (Int64($0.number), $0.name) }
        message = try TelegramMessage(
            language: configuration.language, reasons: Dictionary(reasons) { first, _ in first },
            gateways: Self.gateways, testGateways: configuration.testGateways)
    }

    /// Notes bot and chat: with others than before, a chat that was switched off is on again.
    func note(in store: Store) async throws {
        let mark = configuration.addressMark
        try await store.engine.write { try SQLPaymentSession(sql: $0).noteTarget(Self.target, address: mark) }
    }

    /// Delivers what is in the outbox for the chat.
    func runner(
        _ store: Store, clock: TimeSource, wake: Wake, registry: PrometheusRegistry, logger: Logger
    ) -> OutboxRunner {
        let sender = TelegramSender(configuration, message: message, client: client, store: store, clock: clock)
        return OutboxRunner(
            target: Self.target, store: store, clock: clock, wake: wake, rule: .telegram(configuration.chat),
            logger: logger
        ) { item in
            func count(_ outcome: String) {
                registry.makeCounter(label: "tiyin_telegram_attempts_total", dimensions: [("outcome", outcome)])
                    .increment(by: 1)
            }
            do {
                try await sender.send(item)
                count("delivered")
            } catch {
                count("failed")
                throw error
            }
        }
    }

    func shutdown() async { await client.shutdown() }
}

/// Closes the connections to Telegram when everything that calls it has stopped.
struct TelegramService: Service {
    let telegram: TelegramNews

    func run() async throws {
        try? await gracefulShutdown()
        await telegram.shutdown()
    }
}
