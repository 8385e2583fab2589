import Click
import Logging
import Payme
import Payments
import Pix
import ServiceLifecycle
import Storage
import YooKassa

/// Says once, at the start, what waits at a gateway that is switched off: nobody hears what becomes of it.
struct UnattendedPayments: Service {
    /// Names of the gateways that are on.
    let isOn: Set<String>
    let store: Store
    let logger: Logger

    private static let names = [
        PaymeGateway.name: "Payme", ClickGateway.name: "Click", PixGateway.name: "Pix",
        YooKassaGateway.name: "YooKassa",
    ]

    func run() async throws {
        await look()
        try? await gracefulShutdown()
    }

    func look() async {
        do {
            let waiting = try await store.engine.read(.scan) { try SQLPaymentSession(sql: $0).countWaiting() }
            for (gateway, count) in waiting.sorted(by: { $0.key < $1.key }) where !isOn.contains(gateway) {
                guard let name = Self.names[gateway] else { continue }
                logger.warning(
                    "payments wait at a gateway that is off: switch it on until they are over",
                    metadata: ["gateway": "\(name)", "payments": "\(count)"])
            }
            guard !isOn.contains(YooKassaGateway.name) else { return }
            let (refunds, subscriptions) = try await YooKassaGateway.unattended(in: store)
            guard refunds > 0 || subscriptions > 0 else { return }
            logger.warning(
                "refunds and subscriptions are left alone while YooKassa is off: switch it on until they are over",
                metadata: ["refunds": "\(refunds)", "subscriptions": "\(subscriptions)"])
        } catch {
            logger.warning(
                "what waits at gateways that are off could not be counted",
                metadata: ["error": "\(type(of: error))"])
        }
    }
}
