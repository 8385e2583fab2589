import Logging
import Payments
import Sandbox
import Server

/// A server with a clock that can be moved, and the sandbox that plays with it.
struct SandboxServer: Sendable {
    let server: TiyinServer
    let site: SandboxSite
    let clock: SandboxClock

    /// - Parameter pauseMilliseconds: how long the simulated Payme thinks between two calls; nil: as long as it likes.
    init(
        _ setup: SandboxSetup, settings: ServerSettings, logger: Logger, pauseMilliseconds: Int64? = nil
    ) async throws {
        let clock = SandboxClock { TimeSource.system.now }
        var configuration = setup.configuration
        if let pauseMilliseconds { configuration.pauseMilliseconds = pauseMilliseconds }
        let site = try SandboxSite(configuration, clock: clock)
        server = try await TiyinServer(
            settings: settings, hooks: SandboxHooks(site), clock: TimeSource { clock.now }, logger: logger,
            // These hooks only listen: as with tiyin serve, the seed's first payment says what is owed.
            registersOrders: true,
            letters: { site.receive(SandboxMail(id: $0.id, to: $0.to, subject: $0.subject, text: $0.text)) },
            // The suite's hundreds of orders would keep the chat busy for minutes.
            tellsChatOf: { !site.isForSuite(order: $0) })
        self.clock = clock
        self.site = site
        clock.onMove { [server] in server.wakeJobs() }
        for order in setup.orders { _ = try await OrderRegistrar(store: server.store).register(order) }
    }
}

/// Passes what the server tells the shop on to the timeline.
private final class SandboxHooks: PaymentHooks, @unchecked Sendable {
    private let site: SandboxSite

    init(_ site: SandboxSite) {
        self.site = site
    }

    override func afterCreated(_ event: PaymentEvent) async throws { site.report(ShopEvent(event)) }

    override func afterPerformed(_ event: PaymentEvent) async throws { site.report(ShopEvent(event)) }

    override func afterCancelled(_ event: PaymentEvent) async throws { site.report(ShopEvent(event)) }

    override func afterDuplicate(_ event: PaymentEvent) async throws { site.report(ShopEvent(event)) }
}

extension ShopEvent {
    init(_ event: PaymentEvent) {
        let transaction = event.transaction
        self.init(
            change: event.change.rawValue, id: event.id, transactionID: transaction.id,
            externalID: transaction.key.externalID, orderID: transaction.orderID, amount: transaction.amount.minor,
            currency: transaction.amount.currency.code, state: transaction.state.rawValue, reason: transaction.reason,
            at: event.at)
    }
}
